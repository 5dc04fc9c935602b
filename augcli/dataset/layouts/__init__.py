"""How datasets lie on disk: one layout a file."""
