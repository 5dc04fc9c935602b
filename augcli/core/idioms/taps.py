"""The taps of filters that blur, sharpen and emboss."""

from __future__ import annotations

import math

from augcli.core.primitives.neighbours import Tap

_NOTHING = 1e-6


def gaussian(sigma_px: float) -> tuple[float, ...]:
    """A normal distribution along one axis, cut off at three standard deviations; the sum is 1."""
    radius = max(1, math.ceil(3 * sigma_px))
    weights = [math.exp(-0.5 * (x / sigma_px) ** 2) for x in range(-radius, radius + 1)]
    total = sum(weights)
    return tuple([weight / total for weight in weights])


def line(length_px: float, angle_deg: float) -> tuple[Tap, ...]:
    """The mean along a centred line, counter-clockwise as seen: a place for each pixel of its longer extent (the outermost
    count by what the line covers of them), interpolated between the two pixels beside it."""
    along_x, along_y = math.cos(math.radians(angle_deg)), -math.sin(math.radians(angle_deg))
    upright = abs(along_y) > abs(along_x)
    half, slope = (abs(along_y), along_x / along_y) if upright else (abs(along_x), along_y / along_x)
    half *= length_px / 2
    reach = math.ceil(half - 0.5)
    taps: list[Tap] = []
    for place in range(-reach, reach + 1):
        covered = min(1.0, half + 0.5 - abs(place))
        beside = slope * place
        first = math.floor(beside)
        for step, weight in ((first, (first + 1 - beside) * covered), (first + 1, (beside - first) * covered)):
            taps.append((step, place, weight) if upright else (place, step, weight))
    return _normalised(taps)


def disc(radius_px: float) -> tuple[Tap, ...]:
    """A disc with a rim that fades over one pixel."""
    reach = math.ceil(radius_px)
    places = [(dx, dy) for dy in range(-reach, reach + 1) for dx in range(-reach, reach + 1)]
    return _normalised([(dx, dy, min(1.0, max(0.0, radius_px + 0.5 - math.hypot(dx, dy)))) for dx, dy in places])


def sharpness(factor: float) -> tuple[Tap, ...]:
    """`factor` of the image and 1 − factor of Pillow's SMOOTH: a square of ones with 5 in the middle, over 13."""
    rest = (1 - factor) / 13
    return tuple([(dx, dy, 5 * rest + factor if dx == dy == 0 else rest) for dy in (-1, 0, 1) for dx in (-1, 0, 1)])


def relief(strength: float, angle_deg: float) -> tuple[Tap, ...]:
    """The image and `strength` times its slope, which rises towards what is away from the light at `angle_deg`."""
    away_x, away_y = -math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    places = [(dx, dy) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    taps = [(dx, dy, (dx == dy == 0) + strength * (away_x * dx + away_y * dy)) for dx, dy in places]
    return tuple([tap for tap in taps if abs(tap[2]) > _NOTHING])


def _normalised(taps: list[Tap]) -> tuple[Tap, ...]:
    """Drop negligible taps, and scale the rest to a sum of 1."""
    kept = [tap for tap in taps if tap[2] > _NOTHING]
    total = sum([weight for _, _, weight in kept])
    return tuple([(dx, dy, weight / total) for dx, dy, weight in kept])
