"""A first pipeline for a folder: what is in it, and which steps suit it."""
