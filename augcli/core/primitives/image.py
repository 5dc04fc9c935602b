"""The image primitives. Storage to storage: values are rounded half to even and clamped after each primitive.

Coordinates are pixel edges: pixel (i, j) covers [i, i+1] × [j, j+1], its centre is (i + 0.5, j + 0.5).
Colours are shares of full scale (0 black, 1 white), so that a primitive says the same for 8 and 16 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import add
from typing import Any, Literal, NamedTuple

from augcli.core.values.facts import ImageFacts
from augcli.core.values.matrix import Matrix, about, inverse, multiply, project, scaling, translation

from .layers import Layer, Region, area_shares, hidden
from .primitive import ImagePrimitive

Border = Literal["reflect", "edge", "constant"]
Interpolation = Literal["bilinear", "nearest"]
Colour = tuple[float, float, float]
Shade = Colour | tuple[float, float, float, float]  # with alpha, else opaque

BLACK: Colour = (0.0, 0.0, 0.0)
CLEAR: Shade = (0.0, 0.0, 0.0, 0.0)
WHITE: Colour = (1.0, 1.0, 1.0)
LUMA: Colour = (0.299, 0.587, 0.114)  # ITU-R BT.601
_WORTH_SCALING_PX = 1_000_000
_EDGE_SLACK_PX = 1e-6  # rounding errors in matrices must not make a crop seem to leave its image


class Warp(ImagePrimitive, tolerance_levels=1, planes="moved"):
    """Move pixels by a projective map, in one resampling.

    `matrix` maps positions in the image to positions on the new canvas of `size` (width, height).
    A fused Warp is see-through: it samples the first image, and only its last canvas cuts.
    `border` says what lies around the image: its mirror image (without repeating the edge), its edge
    pixels, or `fill`. "any" stands for a Warp that never looks there, and agrees with every other.
    `interpolation` "any" likewise stands for exact index operations. `hard` Warps take no later one in.
    Where it minifies to less than half, whole blocks of pixels are averaged first (`reduction`).
    """

    matrix: Matrix
    size: tuple[int, int]
    border: str = "any"
    fill: Shade = BLACK
    interpolation: str = "any"
    hard: bool = False

    @classmethod
    def about_centre(cls, facts: ImageFacts, matrix: Matrix, border: str, fill: Colour = BLACK) -> Warp:
        """A map about the image's centre, on a canvas of the same size."""
        return cls(about(matrix, facts.width / 2, facts.height / 2), (facts.width, facts.height), border, fill, "bilinear")

    @classmethod
    def cut(cls, region: Region, size: tuple[int, int] | None = None, hard: bool = False) -> Warp:
        """The part of the image in `region`, resampled to `size` (its own size by default: an index operation)."""
        left, top, right, bottom = region
        if size is None or size == (right - left, bottom - top):
            return cls(translation(-float(left), -float(top)), (right - left, bottom - top), hard=hard)
        scale = scaling(size[0] / (right - left), size[1] / (bottom - top))
        return cls(multiply(scale, translation(-left, -top)), size, interpolation="bilinear", hard=hard)

    def then(self, later: Any, facts: ImageFacts) -> Warp | None:
        if not isinstance(later, Warp) or self.hard:
            return None
        if self.interpolation == "any":
            interpolation = later.interpolation
        elif later.interpolation in ("any", self.interpolation):
            interpolation = self.interpolation
        else:
            return None
        border, fill = self.border, self.fill
        if border == "any":
            border, fill = later.border, later.fill
        elif later.border != "any" and (later.border, later.fill) != (border, fill) and not later.samples_inside(*self.size):
            return None
        return Warp(multiply(later.matrix, self.matrix), later.size, border, fill, interpolation, later.hard)

    def facts_after(self, facts: ImageFacts) -> ImageFacts:
        return ImageFacts(self.size[0], self.size[1], facts.channels, facts.bits)

    def samples_inside(self, width: float, height: float) -> bool:
        """Whether every point of the canvas comes from inside an image of this size."""
        back = inverse(self.matrix)
        for corner_x, corner_y in ((0, 0), (self.size[0], 0), (0, self.size[1]), self.size):
            x, y = project(back, corner_x, corner_y)
            if not (-_EDGE_SLACK_PX <= x <= width + _EDGE_SLACK_PX and -_EDGE_SLACK_PX <= y <= height + _EDGE_SLACK_PX):
                return False
        return True

    def reduction(self) -> tuple[int, int]:
        """The whole factors (x, y) by which blocks of source pixels are averaged before the resampling.

        The factor is how many source pixels one step on the canvas passes, rounded down: what is left to the
        bilinear taps is a step below two pixels, where they skip nothing.
        """
        back = inverse(self.matrix)
        if back[6] or back[7] or self.interpolation == "nearest":
            return 1, 1
        step_x, step_y = max(abs(back[0]), abs(back[1])), max(abs(back[3]), abs(back[4]))
        return max(1, int(step_x + 1e-9)), max(1, int(step_y + 1e-9))

    def decode_scale(self, facts: ImageFacts, scales: Sequence[int]) -> int:
        """Since whole blocks would be averaged anyway, the image may be decoded that much smaller.

        Small images are decoded in full: it costs hardly more, and all copies of a source then share one decoding.
        """
        if facts.width * facts.height < _WORTH_SCALING_PX:
            return 1
        most = min(self.reduction())
        return max(scale for scale in scales if scale <= most)

    def scaled(self, factor_x: float, factor_y: float) -> Warp:
        """The same Warp for a source that was already reduced by these factors."""
        if factor_x == factor_y == 1:
            return self
        enlarge = (factor_x, 0.0, 0.0, 0.0, factor_y, 0.0, 0.0, 0.0, 1.0)
        return self._replace(matrix=multiply(self.matrix, enlarge))

    def index_operation(self, facts: ImageFacts) -> IndexOperation | None:
        """The exact index operation that this Warp is, if it is one: flips, quarter turns, whole-pixel crops."""
        a, b, c, d, e, f, g, h, i = self.matrix
        transpose = not a
        if transpose:
            one, other, zeros = b, d, a or e
        else:
            one, other, zeros = a, e, b or d
        if zeros or g or h or i != 1 or abs(one) != 1 or abs(other) != 1 or c % 1 or f % 1:
            return None
        # The full image lands on the canvas with its top left corner at (left, top); the canvas cuts its part from it.
        width, height = (facts.height, facts.width) if transpose else (facts.width, facts.height)
        flip_x, flip_y = one < 0, other < 0
        left, top = int(width - c if flip_x else -c), int(height - f if flip_y else -f)
        region = (left, top, left + self.size[0], top + self.size[1])
        if left < 0 or top < 0 or region[2] > width or region[3] > height:
            return None  # it shows what lies outside the image
        return IndexOperation(transpose, flip_x, flip_y, region)


class IndexOperation(NamedTuple):
    """Transpose (rows become columns), then flip, then cut `region`: no value changes."""

    transpose: bool
    flip_x: bool
    flip_y: bool
    region: Region


class ColourMatrix(ImagePrimitive, tolerance_levels=1, planes="kept"):
    """`M·x + N·mean + t` on colours, rounded and clamped once; `mean` is the mean colour of the image that comes in.

    Alpha stays as it is, and pixels that it hides wholly do not count in the mean. A grey image is taken as
    equal red, green and blue, and gets the luma of the result. A run of these is defined as one linear map: what a
    step would have clamped in between is not (put `barrier: true` on a step to have it so).
    """

    m: Matrix
    n: Matrix
    t: Colour

    @classmethod
    def linear(cls, m: Matrix, t: Colour = BLACK) -> ColourMatrix:
        """A map without the mean colour."""
        return cls(m, (0.0,) * 9, t)

    def then(self, later: Any, facts: ImageFacts) -> ColourMatrix | None:
        if not isinstance(later, ColourMatrix):
            return None
        m, n, t = later.m, later.n, later.t
        through, moved = self.n, m
        if any(n):
            # The mean after this map is (M + N)·mean + t, since nothing is clamped in between.
            both = tuple(map(add, self.m, self.n))
            through = tuple(map(add, multiply(m, self.n), multiply(n, both)))
            moved = tuple(map(add, m, n))
        elif any(through):
            through = multiply(m, through)
        red, green, blue = self.t
        shifted = (
            t[0] + moved[0] * red + moved[1] * green + moved[2] * blue,
            t[1] + moved[3] * red + moved[4] * green + moved[5] * blue,
            t[2] + moved[6] * red + moved[7] * green + moved[8] * blue,
        )
        return ColourMatrix(multiply(m, self.m), through, shifted)

    @property
    def needs_mean(self) -> bool:
        return any(self.n)

    def grey(self) -> tuple[float, float, float]:
        """Factor on the value, factor on the mean, and shift, for images of one channel."""
        return tuple(  # type: ignore[return-value]
            sum(LUMA[row] * sum(part[row * width : row * width + width]) for row in range(3))
            for part, width in ((self.m, 3), (self.n, 3), (self.t, 1))
        )


class NormalNoise(ImagePrimitive, tolerance_levels=0, planes="kept"):
    """Add noise, counted by (row, column, channel), so that a pixel's noise does not depend on the batch.

    kind "gaussian": normal with standard deviation `amount` (share of full scale). Alpha stays as it is.
    """

    kind: str
    amount: float
    key: int


class Filter(ImagePrimitive, tolerance_levels=1, planes="kept"):
    """Convolve with a separable kernel: `taps_x` along rows, then `taps_y` along columns (odd counts, centred).

    Around the image lies its mirror image (without repeating the edge). All channels alike, alpha too.
    """

    taps_x: tuple[float, ...]
    taps_y: tuple[float, ...]


class Fill(ImagePrimitive, tolerance_levels=0, planes="erased"):
    """Cover rectangles with a colour, in order; what lies beneath is hidden. Alpha is kept."""

    regions: tuple[tuple[Region, Colour], ...]

    def then(self, later: Any, facts: ImageFacts) -> Fill | None:
        return Fill(self.regions + later.regions) if isinstance(later, Fill) else None


class Blend(ImagePrimitive, tolerance_levels=1, planes="laid"):
    """Lay images over the image, each as `(1 − weight)·below + weight·layer` inside its region; rounded once.

    Of a layer with alpha, the weight of a pixel is `w = weight·alpha`, and a canvas with alpha becomes `w + (1 − w)·below`
    opaque ("over"), its colours weighted by what they add to that. Else alpha is mixed like a colour.
    Class labels become soft: `shares` gives the weight of the image and of each partner.
    """

    layers: tuple[Layer, ...]

    @property
    def hides(self) -> tuple[Region, ...]:
        """Where half or more of what lies beneath may be hidden: whole rectangles, also where alpha shows less of them."""
        return hidden(self.layers)

    def shares(self, facts: ImageFacts) -> dict[int, float]:
        """How much of the result each partner makes, by the pixels covered, not by alpha; SO_FAR is the image itself."""
        return area_shares(self.layers, facts.width, facts.height)
