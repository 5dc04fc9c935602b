"""Encoders that several formats share: OpenCV, and Pillow for the modes that OpenCV does not write."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
from PIL import Image

from augcli.core.values.memory import is_out_of_memory, told_out_of_memory
from augcli.core.values.outcome import SampleError
from augcli.formats.image.header import Pixels

REMEDY = "choose another output.image.format, or resize or crop first"
_SIDE_OF_ALL, _PIXELS_OF_ALL = 16_383, 10_000_000  # which every encoder takes
_TO_CV = {3: cv2.COLOR_RGB2BGR, 4: cv2.COLOR_RGBA2BGRA}


@contextmanager
def refusals(pixels: Pixels) -> Iterator[None]:
    """What an encoder says to pixels of a size that it cannot write becomes `encode.too_large`."""
    try:
        yield
    except (cv2.error, ValueError, OverflowError, RuntimeError, SystemError, struct.error, OSError) as error:
        if is_out_of_memory(error) or told_out_of_memory(str(error)):
            raise MemoryError(str(error)) from None
        if max(pixels.shape[:2]) <= _SIDE_OF_ALL and pixels.shape[0] * pixels.shape[1] <= _PIXELS_OF_ALL:
            raise  # it has another reason, which has to be reported
        raise refused(pixels, str(error)) from None


def refused(pixels: Pixels, why: str) -> SampleError:
    height, width = pixels.shape[:2]
    return SampleError("encode.too_large", f"the encoder does not take {width}×{height} pixels ({why}); {REMEDY}", "encode")


def by_opencv(pixels: Pixels, suffix: str) -> bytes:
    """A file of these channels, and nothing but the pixels."""
    channels = pixels.shape[2]
    return from_opencv(cv2.cvtColor(pixels, _TO_CV[channels]) if channels in _TO_CV else pixels, suffix)


def from_opencv(planes: Any, suffix: str, flags: Sequence[int] = ()) -> bytes:
    """A file of pixels in OpenCV's order."""
    with refusals(planes):
        written, data = cv2.imencode(suffix, planes, flags)
    if not written:
        raise refused(planes, "OpenCV gives no reason")
    return data.tobytes()


def by_pillow(pixels: Pixels, mode: str, form: str, **options: Any) -> bytes:
    """A file in the mode "1" or "LA". The pixels must fit: only 0 and 255, or equal colours."""
    if mode == "1":
        return saved(Image.fromarray(pixels[:, :, 0]).convert("1", dither=Image.Dither.NONE), form, **options)
    return saved(Image.fromarray(np.ascontiguousarray(pixels[:, :, 2:])), form, **options)


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    """What Pillow writes."""
    file = io.BytesIO()
    with refusals(np.empty((image.height, image.width, 0))):
        image.save(file, form, **options)
    return file.getvalue()
