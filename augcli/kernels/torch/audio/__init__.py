"""Audio kernels of the torch backend, which the CPU backend uses as well."""
