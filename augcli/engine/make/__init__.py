"""From tasks and a recipe to outputs (open, draw, lower, decode, execute, encode, record), and to files in a folder."""
