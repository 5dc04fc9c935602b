"""What an image file says besides its pixels: EXIF, colour profiles, density, texts, JPEG quality."""
