"""The command line: one command a file, each a thin skin over a function of the engine."""
