"""From a planned unit to a finished output: read, lower, decode, execute, encode, write, record."""
