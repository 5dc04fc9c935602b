"""Documents in blocks of neighbouring rows, so that a row costs little more than what is done with it: one layout a file."""
