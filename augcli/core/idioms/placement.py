"""Warps that place an image on a canvas, scale it or mirror it."""

from __future__ import annotations

from typing import Literal

from augcli.core.primitives.image import BLACK, Colour, Warp
from augcli.core.values.facts import ImageFacts
from augcli.core.values.matrix import translation
from augcli.core.values.outcome import SampleError

Anchor = Literal["center", "top", "bottom", "left", "right", "top_left", "top_right", "bottom_left", "bottom_right"]

FIVE: tuple[Anchor, ...] = ("top_left", "top_right", "bottom_left", "bottom_right", "center")


def anchored(anchor: str, room_x: int, room_y: int) -> tuple[int, int]:
    """How much of the free space (or of the excess, if negative) lies to the left and above."""
    left = 0 if "left" in anchor else room_x if "right" in anchor else round(room_x / 2)
    top = 0 if "top" in anchor else room_y if "bottom" in anchor else round(room_y / 2)
    return left, top


def laid(facts: ImageFacts, size: tuple[int, int], anchor: str, border: str, fill: Colour = BLACK, hard: bool = False) -> Warp:
    """Place the image, unscaled, on a canvas of this size; the border fills what it does not cover."""
    left, top = anchored(anchor, size[0] - facts.width, size[1] - facts.height)
    reached = size[0] <= facts.width and size[1] <= facts.height
    return Warp(translation(float(left), float(top)), size, "any" if reached else border, fill, hard=hard)


TooSmall = Literal["pad", "resize", "fail"]
TOO_SMALL_DOC = (
    "what happens to an image smaller than `size`: pad (with `border`), resize (enlarge until the crop fits), fail (no output)"
)


def cropped(
    facts: ImageFacts, size: tuple[int, int], anchor: str, too_small: str, border: str, fill: Colour, hard: bool = False
) -> list[Warp]:
    """A part of a fixed size; `too_small` says what becomes of an image that does not hold it."""
    if too_small == "pad" or (size[0] <= facts.width and size[1] <= facts.height):
        return [laid(facts, size, anchor, border, fill, hard)]
    if too_small == "fail":
        raise SampleError(
            "image.too_small",
            f"has {facts.width} × {facts.height} pixels, fewer than the crop of {size[0]} × {size[1]}; "
            "to use it, write too_small: pad or too_small: resize",
            "lower",
        )
    enlarged = scaled(facts, max(size[0] / facts.width, size[1] / facts.height))
    return [enlarged, laid(enlarged.facts_after(facts), size, anchor, border, fill, hard)]


def cover(facts: ImageFacts, size: tuple[int, int]) -> Warp:
    """Scale to cover the whole canvas, centred and in proportion; the excess is cut off."""
    width, height = size
    scale = max(width / facts.width, height / facts.height)
    left, top = (width - facts.width * scale) / 2, (height - facts.height * scale) / 2
    interpolation = "any" if scale == 1 and left == int(left) and top == int(top) else "bilinear"
    return Warp((scale, 0.0, left, 0.0, scale, top, 0.0, 0.0, 1.0), size, interpolation=interpolation)


def resized(facts: ImageFacts, size: tuple[int, int], interpolation: str = "bilinear") -> Warp:
    """Resample the whole image to this size."""
    warp = Warp.cut((0, 0, facts.width, facts.height), size)
    return warp if warp.interpolation == "any" else warp._replace(interpolation=interpolation)


def scaled(facts: ImageFacts, scale: float, interpolation: str = "bilinear") -> Warp:
    """Resample the whole image, in proportion as far as whole pixels allow."""
    return resized(facts, (max(1, round(facts.width * scale)), max(1, round(facts.height * scale))), interpolation)


def with_side(facts: ImageFacts, side: int, length_px: int, only_shrink: bool, interpolation: str) -> list[Warp]:
    """Scale so that this side of the image gets a length; with `only_shrink`, unless it is already shorter."""
    return [] if only_shrink and side <= length_px else [scaled(facts, length_px / side, interpolation)]


def symmetry(facts: ImageFacts, transpose: bool, flip_x: bool, flip_y: bool) -> Warp:
    """Transpose (rows become columns), then mirror left to right, then top to bottom, each if its flag is set."""
    width, height = (facts.height, facts.width) if transpose else facts[:2]
    x, y = -1.0 if flip_x else 1.0, -1.0 if flip_y else 1.0
    shift_x, shift_y = float(width) if flip_x else 0.0, float(height) if flip_y else 0.0
    if transpose:
        return Warp((0.0, x, shift_x, y, 0.0, shift_y, 0.0, 0.0, 1.0), (width, height))
    return Warp((x, 0.0, shift_x, 0.0, y, shift_y, 0.0, 0.0, 1.0), (width, height))


def mirror(facts: ImageFacts, axis: str) -> Warp:
    """The mirror image: "horizontal" swaps left and right, "vertical" swaps top and bottom."""
    return symmetry(facts, False, axis == "horizontal", axis == "vertical")
