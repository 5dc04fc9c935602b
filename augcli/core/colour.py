"""The linear colour maps from which the colour ops are made."""

from __future__ import annotations

import math

from .primitives.image import BLACK, LUMA, ColourMatrix


def brightness(factor: float) -> ColourMatrix:
    """x·factor: 0 is black, 1 leaves the picture as it is."""
    return ColourMatrix.linear((factor, 0.0, 0.0, 0.0, factor, 0.0, 0.0, 0.0, factor))


def contrast(factor: float) -> ColourMatrix:
    """Away from (factor > 1) or towards the mean luma of the picture; 1 leaves it as it is."""
    rest = 1 - factor
    mean_luma = (LUMA[0] * rest, LUMA[1] * rest, LUMA[2] * rest)
    return ColourMatrix((factor, 0.0, 0.0, 0.0, factor, 0.0, 0.0, 0.0, factor), mean_luma * 3, BLACK)


def saturation(factor: float) -> ColourMatrix:
    """Away from (factor > 1) or towards each pixel's own luma; 0 is grey, 1 leaves the picture as it is."""
    r, g, b = (weight * (1 - factor) for weight in LUMA)
    return ColourMatrix.linear((r + factor, g, b, r, g + factor, b, r, g, b + factor))


def hue(angle_deg: float) -> ColourMatrix:
    """Turn colours about the grey axis, luma kept (W3C Filter Effects, `hue-rotate`)."""
    cosine, sine = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return ColourMatrix.linear((
        0.213 + 0.787 * cosine - 0.213 * sine, 0.715 - 0.715 * cosine - 0.715 * sine, 0.072 - 0.072 * cosine + 0.928 * sine,
        0.213 - 0.213 * cosine + 0.143 * sine, 0.715 + 0.285 * cosine + 0.140 * sine, 0.072 - 0.072 * cosine - 0.283 * sine,
        0.213 - 0.213 * cosine - 0.787 * sine, 0.715 - 0.715 * cosine + 0.715 * sine, 0.072 + 0.928 * cosine + 0.072 * sine,
    ))  # fmt: skip
