"""Artefacts of compression and of low resolution."""
