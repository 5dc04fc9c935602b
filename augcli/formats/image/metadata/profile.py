"""Colours of the printing press, made colours of the screen by the profile that came with them."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import lru_cache

from PIL import Image


@lru_cache(maxsize=8)
def to_srgb(profile: bytes) -> Callable[[Image.Image], Image.Image] | None:
    """What makes an sRGB image of a CMYK one with this profile; None when the profile does not serve.

    To make it takes some 10 ms, hence the cache. Perceptual intent. May be called by many threads at once.
    """
    if profile[16:20] != b"CMYK":
        return None
    from PIL import ImageCms

    try:
        transform = ImageCms.buildTransform(io.BytesIO(profile), ImageCms.createProfile("sRGB"), "CMYK", "RGB")
    except (ImageCms.PyCMSError, OSError):
        return None

    def convert(image: Image.Image) -> Image.Image:
        image.load()
        converted = ImageCms.applyTransform(image, transform)
        assert converted is not None
        return converted

    return convert
