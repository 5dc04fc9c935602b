"""Smaller images laid over a canvas: their size, rotation and position, and what a user may write for these."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

from augcli.core.primitives import Primitive
from augcli.core.primitives.image import CLEAR, Warp
from augcli.core.primitives.layers import Layer, Region
from augcli.core.primitives.neighbours import Feather
from augcli.core.values.facts import ImageFacts
from augcli.core.values.matrix import Matrix, multiply, rotation, translation
from augcli.core.values.resources import ImageOracle, Shown

from .placement import Anchor, anchored

Position = Literal["random"] | Anchor

POSITION_DOC = "random (by x and y), or a fixed position such as center, top or bottom_right"
X_DOC = "position: 0 left edge, 1 right edge; used when `position` is random"
Y_DOC = "position: 0 top edge, 1 bottom edge; used when `position` is random"
MARGIN_DOC = "distance from the edges as a share of the shorter side; used when `position` is fixed"
_WHOLE = 1e-6  # rounding of matrices must not make a rectangle a pixel wider


class Place(NamedTuple):
    """Where an image goes. `x` and `y` from 0 to 1 move it from one edge to the other, or beyond by a share of its length."""

    x: float
    y: float
    overhang: float = 0.0
    position: str = "random"
    margin: float = 0.0

    def corner(self, canvas: ImageFacts, size: tuple[int, int]) -> tuple[int, int]:
        """The left and top of a rectangle of this size; one larger than the canvas extends beyond both sides."""
        if self.position != "random":
            edge = round(self.margin * min(canvas.width, canvas.height))
            left, top = anchored(self.position, canvas.width - 2 * edge - size[0], canvas.height - 2 * edge - size[1])
            return left + edge, top + edge
        beyond_x, beyond_y = self.overhang * size[0], self.overhang * size[1]
        return (
            round(self.x * (canvas.width - size[0] + 2 * beyond_x) - beyond_x),
            round(self.y * (canvas.height - size[1] + 2 * beyond_y) - beyond_y),
        )


class Laid(NamedTuple):
    """An image on its way onto the canvas, and the rectangle around it there."""

    warp: Warp
    region: Region

    def layer(self, partner: int, opacity: float, shown: Shown | None = None, labelled: bool = False, edge_px: int = 0) -> Layer:
        """The image, laid by its alpha, which fades out over this many pixels towards its edges."""
        program = self._faded(edge_px) if edge_px else (self.warp,)
        return Layer(partner, program, opacity, self.region, True, labelled, shown)

    def _faded(self, edge_px: int) -> tuple[Primitive, ...]:
        """Cut to its rectangle with a transparent rim, so that it also fades where it fills the rectangle."""
        left, top, right, bottom = self.region
        size = right - left + 2 * edge_px, bottom - top + 2 * edge_px
        matrix = multiply(translation(edge_px - left, edge_px - top), self.warp.matrix)
        alone = Warp(matrix, size, "constant", CLEAR, self.warp.interpolation)
        onto = Warp(translation(left - edge_px, top - edge_px), self.warp.size, "constant", CLEAR)
        return alone, Feather(edge_px), onto


def fitting(size: tuple[int, int], canvas: ImageFacts, share: float) -> tuple[int, int]:
    """This size scaled, proportions kept, to `share` of the largest that the canvas holds; one pixel at the least."""
    scale = share * min(canvas.width / size[0], canvas.height / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def lay(
    size: tuple[int, int], onto: tuple[int, int], canvas: ImageFacts, place: Place, angle_deg: float = 0, mirrored: bool = False
) -> Laid | None:
    """An image of `size`, optionally mirrored, scaled to `onto` pixels, rotated and placed; None if nothing is visible."""
    scale_x, scale_y = onto[0] / size[0], onto[1] / size[1]
    linear: Matrix = (-scale_x if mirrored else scale_x, 0.0, 0.0, 0.0, scale_y, 0.0, 0.0, 0.0, 1.0)
    if angle_deg:
        linear = multiply(rotation(angle_deg), linear)
    width = abs(linear[0]) * size[0] + abs(linear[1]) * size[1]
    height = abs(linear[3]) * size[0] + abs(linear[4]) * size[1]
    around = math.ceil(width - _WHOLE), math.ceil(height - _WHOLE)
    left, top = place.corner(canvas, around)
    if left >= canvas.width or top >= canvas.height or left + around[0] <= 0 or top + around[1] <= 0:
        return None
    centred = multiply(linear, translation(-size[0] / 2, -size[1] / 2))
    matrix = multiply(translation(left + around[0] / 2, top + around[1] / 2), centred)
    upright = not (linear[1] or linear[3])
    same = upright and onto == size
    warp = Warp(
        matrix, canvas[:2], "edge" if upright else "constant", CLEAR, "any" if same else "bilinear"
    )  # upright images fill their rectangle, so that nothing around them is ever visible
    return Laid(warp, (left, top, left + around[0], top + around[1]))


def smaller(warp: Warp, images: ImageOracle, number: int) -> tuple[Warp, tuple[int, int]]:
    """The Warp for an image that is decoded smaller, if it averages whole blocks anyway, and the image to show then."""
    scale = warp.decode_scale(ImageFacts(*images.size(number)), images.scales(number))
    return warp.scaled(scale, scale), (number, scale)


def onto_canvas(size: tuple[int, int], canvas: ImageFacts, zoom: float, x: float, y: float) -> Warp:
    """An image of `size`, scaled to `zoom` times what covers the canvas; x and y from 0 to 1 choose the visible part."""
    scale = zoom * max(canvas.width / size[0], canvas.height / size[1])
    left, top = x * (canvas.width - size[0] * scale), y * (canvas.height - size[1] * scale)
    matrix: Matrix = (scale, 0.0, left, 0.0, scale, top, 0.0, 0.0, 1.0)
    return Warp(matrix, canvas[:2], "edge", interpolation="bilinear")
