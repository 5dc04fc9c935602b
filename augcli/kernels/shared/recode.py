"""Images through codecs: always on the host, the same code for every backend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
import simplejpeg

from augcli.core.primitives.recode import Recode

from .depth import Pixels, in_eight_bits, in_sixteen_bits

# Tiles end at boundaries of 16-pixel blocks, so that the cut is no more visible than the blocks are.
_TILE = {"jpeg": 64_000, "webp": 16_000}


def recode(pixels: Pixels, said: Recode, partners: Sequence[Pixels] = ()) -> Pixels:
    """Encode and decode an image. Codecs have 8 bits, so 16-bit images come back with 8-bit levels; alpha is kept."""
    height, width, channels = pixels.shape
    colours = in_eight_bits(pixels[:, :, :3] if channels == 4 else pixels)
    tile = _TILE[said.codec]
    through = _jpeg if said.codec == "jpeg" else _webp
    if colours is pixels and max(height, width) <= tile:
        return through(pixels, said)
    result = np.empty_like(pixels)
    result[:, :, 3:] = pixels[:, :, 3:]
    for top in range(0, height, tile):
        for left in range(0, width, tile):
            part = slice(top, top + tile), slice(left, left + tile), slice(0, min(channels, 3))
            coded = through(np.ascontiguousarray(colours[part]), said)
            result[part] = coded if result.dtype == np.uint8 else in_sixteen_bits(coded)
    return result


def _jpeg(pixels: Pixels, said: Recode) -> Pixels:
    space = "GRAY" if pixels.shape[2] == 1 else "RGB"
    subsampling = "Gray" if pixels.shape[2] == 1 else said.subsampling
    data = simplejpeg.encode_jpeg(pixels, quality=said.quality, colorspace=space, colorsubsampling=subsampling, fastdct=False)
    decoded: Pixels = simplejpeg.decode_jpeg(data, space, fastdct=False, fastupsample=False)
    return decoded


def _webp(pixels: Pixels, said: Recode) -> Pixels:
    grey = pixels.shape[2] == 1
    colours = cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR if grey else cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".webp", colours, [cv2.IMWRITE_WEBP_QUALITY, said.quality])
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    decoded = cv2.cvtColor(decoded, cv2.COLOR_BGR2GRAY if grey else cv2.COLOR_BGR2RGB)
    result: Pixels = decoded.reshape(pixels.shape)
    return result


KERNELS: dict[type, Callable[[Pixels, Any, Sequence[Pixels]], Pixels]] = {Recode: recode}
