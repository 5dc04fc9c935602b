"""One image format a file, as a value: what it is called, what it holds, how it is read and written."""
