"""From drawn steps to a program: compile, draw, lower, fuse; and step orders that cannot be right."""
