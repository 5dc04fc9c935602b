"""Blurring and sharpening."""
