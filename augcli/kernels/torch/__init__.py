"""Kernels of the torch backend, which take a whole batch at a time."""
