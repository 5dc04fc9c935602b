"""Audio files: probe, decode, encode."""
