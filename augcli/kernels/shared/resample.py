"""How a Warp is carried out on one image: decided here once, for the OpenCV and the torch kernels alike.

A Warp is an exact index operation, or a sampling, preceded by averaging whole blocks if it minifies strongly.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

from augcli.core.primitives import Primitive
from augcli.core.primitives.image import LUMA, IndexOperation, Shade, Warp
from augcli.core.primitives.layers import Layer, Region
from augcli.core.values.facts import ImageFacts
from augcli.core.values.matrix import Matrix, inverse, multiply, project, translation

MAX_REDUCTION = 128  # block sums then fit in 32 bits, even for premultiplied colours
_WHOLE_PX = 1e-3  # a crop this close to whole pixels counts as whole: far below what changes a value by one level


class Reindex(NamedTuple):
    """Cut `part` out of an image of `width` columns, transpose it, and then flip it, as the flags say."""

    size: tuple[int, int]  # of what comes out
    part: Region
    transpose: bool
    flip_x: bool
    flip_y: bool
    width: int

    @property
    def along_x(self) -> int:
        """The step to the source pixel of the next column, where pixel (column, row) has number row·width + column."""
        step = self.width if self.transpose else 1
        return -step if self.flip_x else step

    @property
    def along_y(self) -> int:
        """The step to the source pixel of the next row."""
        step = 1 if self.transpose else self.width
        return -step if self.flip_y else step

    @property
    def start(self) -> int:
        """The number of the source pixel of the first output pixel."""
        left, top, right, bottom = self.part
        flip_columns, flip_rows = (self.flip_y, self.flip_x) if self.transpose else (self.flip_x, self.flip_y)
        return (bottom - 1 if flip_rows else top) * self.width + (right - 1 if flip_columns else left)


class Reduce(NamedTuple):
    """Average blocks of `kx` × `ky` pixels, halves rounded up; `part` (left, top, right, bottom) counts in blocks.

    The last blocks repeat the edge where they extend beyond the image.
    """

    kx: int
    ky: int
    part: Region

    @property
    def size(self) -> tuple[int, int]:
        return self.part[2] - self.part[0], self.part[3] - self.part[1]


class Resample(NamedTuple):
    """Take the value at `back`·(x + ½, y + ½) for each output pixel (x, y): bilinear, or the pixel that contains it.

    `border` is "reflect", "edge" or "constant".
    """

    size: tuple[int, int]
    back: Matrix  # from canvas positions to source positions, both in pixel edges
    border: str
    fill: Shade
    nearest: bool

    @property
    def projective(self) -> bool:
        return bool(self.back[6] or self.back[7])


class ResizedPart(NamedTuple):
    """A Resample that is the resizing of a rectangle of whole pixels, mirrored where the flags say so."""

    part: Region
    flip_x: bool
    flip_y: bool


def lower_warp(warp: Warp, width: int, height: int) -> tuple[Reindex] | tuple[Resample] | tuple[Reduce, Resample]:
    """The steps that carry out `warp` on an image of this size."""
    exact = warp.index_operation(ImageFacts(width, height))
    if exact is not None:
        return (_reindex(exact, width, height),)
    border = "edge" if warp.border == "any" else warp.border
    nearest = warp.interpolation == "nearest"
    kx, ky = warp.reduction()
    kx, ky = min(kx, MAX_REDUCTION), min(ky, MAX_REDUCTION)
    back = inverse(warp.scaled(kx, ky).matrix)
    if not back[6] and not back[7] and back[8] != 1:
        back = tuple([value / back[8] for value in back])
    if kx == ky == 1:
        return (Resample(warp.size, back, border, warp.fill, nearest),)
    part = _needed_blocks(back, warp.size, -(-width // kx), -(-height // ky))
    back = multiply(translation(-part[0], -part[1]), back)
    return Reduce(kx, ky, part), Resample(warp.size, back, border, warp.fill, nearest)


def whole_crop(sample: Resample, width: int, height: int) -> ResizedPart | None:
    """The ResizedPart that `sample` of an image of this size is, if resizing a rectangle gives the same values.

    Resizing stops at the rectangle's edges, while a Resample looks beyond them. Both agree where no tap falls
    outside (steps of one pixel or more), or where the rectangle ends with the image and its edge is repeated.
    """
    a, b, c, d, e, f, g, h, _ = sample.back
    if b or d or g or h or not a or not e or sample.nearest:
        return None
    left, right = _whole_range(a, c, sample.size[0], width, sample.border == "edge")
    top, bottom = _whole_range(e, f, sample.size[1], height, sample.border == "edge")
    if left == right or top == bottom:
        return None
    return ResizedPart((left, top, right, bottom), a < 0, e < 0)


@lru_cache(maxsize=1024)
def fill_levels(colour: Shade, channels: int, full: int = 255) -> tuple[int, ...]:
    """A colour as whole levels of an image's channels, of which `full` is the highest: luma for grey.

    For RGBA it is opaque, unless it has an alpha.
    """
    if channels == 1:
        colour = (sum(share * part for share, part in zip(colour[:3], LUMA, strict=True)),) * 3
    levels = tuple([min(full, max(0, round(full * share))) for share in colour])
    return levels[:1] if channels == 1 else (*levels, full)[:channels]


def clipped(region: Region, width: int, height: int) -> Region:
    """The part of a region that is inside an image of this size; an empty part has no width or no height."""
    left, top = min(max(region[0], 0), width), min(max(region[1], 0), height)
    return left, top, max(left, min(region[2], width)), max(top, min(region[3], height))


def layer_program(layer: Layer, region: Region) -> tuple[Primitive, ...]:
    """The layer's program, limited to `region` of the canvas, because the rest would not be visible."""
    *first, last = layer.program
    if not isinstance(last, Warp):
        return (*layer.program, Warp.cut(region))
    matrix = multiply(translation(-region[0], -region[1]), last.matrix)
    return (*first, last._replace(matrix=matrix, size=(region[2] - region[0], region[3] - region[1])))


def _reindex(exact: IndexOperation, width: int, height: int) -> Reindex:
    transpose, flip_x, flip_y, (left, top, right, bottom) = exact
    size = right - left, bottom - top
    if flip_x:
        turned_width = height if transpose else width
        left, right = turned_width - right, turned_width - left
    if flip_y:
        turned_height = width if transpose else height
        top, bottom = turned_height - bottom, turned_height - top
    part = (top, left, bottom, right) if transpose else (left, top, right, bottom)
    return Reindex(size, part, transpose, flip_x, flip_y, width)


def _needed_blocks(back: Matrix, size: tuple[int, int], width: int, height: int) -> Region:
    """The part of the reduced image (width × height blocks) that a sampling can touch.

    On an axis along which it looks outside, that is everything, because a border may mirror any part of it.
    """
    corners = [project(back, x, y) for x, y in ((0, 0), (size[0], 0), (0, size[1]), size)]
    ranges = []
    for values, blocks in ((sorted(corner[0] for corner in corners), width), (sorted(corner[1] for corner in corners), height)):
        low, high = math.floor(values[0]) - 1, math.ceil(values[-1]) + 1  # one more than the reach of the taps
        ranges.append((max(low, 0), min(high, blocks)) if values[0] >= 0 and values[-1] <= blocks else (0, blocks))
    (left, right), (top, bottom) = ranges
    return left, top, right, bottom


def _whole_range(step: float, start: float, count: int, length: int, edge: bool) -> tuple[int, int]:
    """The first and last pixel of a resizing along an axis; (0, 0) if it is not a resizing."""
    stop = start + step * count
    low, high = (start, stop) if step > 0 else (stop, start)
    first, last = round(low), round(high)
    if first < 0 or last > length or abs(first - low) > _WHOLE_PX or abs(last - high) > _WHOLE_PX:
        return 0, 0
    full = first == 0 and last == length
    return (first, last) if abs(step) >= 1 - 1e-9 or (full and edge) else (0, 0)
