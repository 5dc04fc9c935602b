"""The colour maps that the colour operations are built from; most of them are linear."""

from __future__ import annotations

import math
from functools import lru_cache

from augcli.core.primitives.image import BLACK, LUMA, ColourMatrix
from augcli.core.primitives.tone import Curve
from augcli.core.values.matrix import IDENTITY

INVERTED = ColourMatrix.linear((-1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, -1.0), (1.0, 1.0, 1.0))
_SEPIA = (0.393, 0.769, 0.189, 0.349, 0.686, 0.168, 0.272, 0.534, 0.131)  # W3C Filter Effects
_DISPLAY_GAMMA = 2.2
_DAYLIGHT_K = 6500.0


def brightness(factor: float) -> ColourMatrix:
    """x·factor: 0 gives black, 1 leaves the image unchanged."""
    return ColourMatrix.linear((factor, 0.0, 0.0, 0.0, factor, 0.0, 0.0, 0.0, factor))


def contrast(factor: float) -> ColourMatrix:
    """Move values away from (factor > 1) or towards the image's mean luma; 1 leaves the image unchanged."""
    rest = 1 - factor
    mean_luma = (LUMA[0] * rest, LUMA[1] * rest, LUMA[2] * rest)
    return ColourMatrix((factor, 0.0, 0.0, 0.0, factor, 0.0, 0.0, 0.0, factor), mean_luma * 3, BLACK)


def saturation(factor: float) -> ColourMatrix:
    """Move colours away from (factor > 1) or towards each pixel's luma; 0 gives grey, 1 leaves the image unchanged."""
    r, g, b = (weight * (1 - factor) for weight in LUMA)
    return ColourMatrix.linear((r + factor, g, b, r, g + factor, b, r, g, b + factor))


def hue(angle_deg: float) -> ColourMatrix:
    """Rotate colours about the grey axis; luma is kept (W3C Filter Effects, `hue-rotate`)."""
    cosine, sine = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return ColourMatrix.linear((
        0.213 + 0.787 * cosine - 0.213 * sine, 0.715 - 0.715 * cosine - 0.715 * sine, 0.072 - 0.072 * cosine + 0.928 * sine,
        0.213 - 0.213 * cosine + 0.143 * sine, 0.715 + 0.285 * cosine + 0.140 * sine, 0.072 - 0.072 * cosine - 0.283 * sine,
        0.213 - 0.213 * cosine - 0.787 * sine, 0.715 - 0.715 * cosine + 0.715 * sine, 0.072 + 0.928 * cosine + 0.072 * sine,
    ))  # fmt: skip


def sepia(strength: float) -> ColourMatrix:
    """Blend from the unchanged image (0) to shades of brown (1)."""
    return ColourMatrix.linear(tuple([one + strength * (to - one) for one, to in zip(IDENTITY, _SEPIA, strict=True)]))


def temperature(kelvin: float) -> ColourMatrix:
    """The light of a black body in place of daylight of 6500 K; the luma of white is kept.

    Light is multiplied in each colour. Values are encoded by a power, so they are multiplied, too, by that power of it.
    """
    light, daylight = _black_body(kelvin), _black_body(_DAYLIGHT_K)
    gains = [(max(0.0, have) / want) ** (1 / _DISPLAY_GAMMA) for have, want in zip(light, daylight, strict=True)]
    luma = sum(weight * gain for weight, gain in zip(LUMA, gains, strict=True))
    red, green, blue = (gain / luma for gain in gains)
    return ColourMatrix.linear((red, 0.0, 0.0, 0.0, green, 0.0, 0.0, 0.0, blue))


def black_body_xy(kelvin: float) -> tuple[float, float]:
    """Chromaticity (CIE 1931) of a black body of 1667 to 25,000 K, by the cubic splines of Kim et al."""
    t = 1000 / kelvin
    if kelvin < 4000:
        x = ((-0.2661239 * t - 0.2343589) * t + 0.8776956) * t + 0.179910
    else:
        x = ((-3.0258469 * t + 2.1070379) * t + 0.2226347) * t + 0.240390
    if kelvin < 2222:
        return x, ((-1.1063814 * x - 1.34811020) * x + 2.18555832) * x - 0.20219683
    if kelvin < 4000:
        return x, ((-0.9549476 * x - 1.37418593) * x + 2.09137015) * x - 0.16748867
    return x, ((3.0817580 * x - 5.87338670) * x + 3.75112997) * x - 0.37001483


def _black_body(kelvin: float) -> tuple[float, float, float]:
    """Red, green and blue light (linear sRGB) of a black body, at equal luminance."""
    x, y = black_body_xy(kelvin)
    big_x, big_z = x / y, (1 - x - y) / y
    return (
        3.2404542 * big_x - 1.5371385 - 0.4985314 * big_z,
        -0.9692660 * big_x + 1.8760108 + 0.0415560 * big_z,
        0.0556434 * big_x - 0.2040259 + 1.0572252 * big_z,
    )


def exposure(stops: float, bits: int) -> Curve:
    """Double the light this many times (stops), for values encoded as sRGB."""
    gain, full = 2.0**stops, (1 << bits) - 1
    return Curve.alike(tuple([min(full, round(full * _encoded(light * gain))) for light in _light(full)]))


def _encoded(light: float) -> float:
    """The sRGB value of an amount of light."""
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


@lru_cache
def _light(full: int) -> tuple[float, ...]:
    """How much light each level is."""
    values = (level / full for level in range(full + 1))
    return tuple([v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values])
