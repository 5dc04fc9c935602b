"""Text files and tables: decode, encode, split into rows."""
