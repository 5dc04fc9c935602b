"""Kernels of the CPU backend, on numpy and OpenCV."""
