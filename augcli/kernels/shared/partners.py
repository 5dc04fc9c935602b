"""Convert a partner's image to the channels and depth of the image that it is mixed into."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from augcli.core.values.outcome import SampleError

from .depth import Pixels, full_scale, in_eight_bits, in_sixteen_bits

_CONVERSIONS = {
    (1, 3): cv2.COLOR_GRAY2RGB,
    (1, 4): cv2.COLOR_GRAY2RGBA,
    (3, 1): cv2.COLOR_RGB2GRAY,
    (3, 4): cv2.COLOR_RGB2RGBA,
}


def as_partner(partner: Pixels, pixels: Pixels, by_alpha: bool) -> Pixels:
    """Match the channels and bits of the image: grey becomes equal colours, colour becomes luma, alpha becomes opaque.

    Where alpha must go, the partner is laid on white first, so that colours under transparent pixels do not show.
    A partner laid `by_alpha` keeps its alpha and all four channels; for a grey image, its colours become their luma.
    """
    partner = in_eight_bits(partner) if full_scale(pixels) == 255 else in_sixteen_bits(partner)
    if by_alpha:
        if partner.shape[2] != 4:
            raise SampleError("image.no_alpha", "has no alpha channel, which the cutout needs", "lower")
        if pixels.shape[2] > 1:
            return partner
        grey = cv2.cvtColor(partner, cv2.COLOR_RGBA2GRAY)
        return cv2.merge([grey, grey, grey, cv2.extractChannel(partner, 3)])  # type: ignore[no-any-return]
    have, want = partner.shape[2], pixels.shape[2]
    if have == want:
        return partner
    if have == 4:
        full, wide = (255, np.uint16) if partner.dtype == np.uint8 else (65_535, np.uint32)
        alpha: Any = partner[:, :, 3:].astype(wide)
        partner = ((partner[:, :, :3] * alpha + full * (full - alpha) + full // 2) // full).astype(partner.dtype)
        have = 3
    return partner if have == want else cv2.cvtColor(partner, _CONVERSIONS[have, want]).reshape(*partner.shape[:2], want)
