"""Image files: probe, decode, encode."""
