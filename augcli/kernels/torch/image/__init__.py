"""Image kernels of the torch backend."""
