"""The one door for authors of operations, ours and those of other packages: everything that an operation is written with.

An operation is a class with a docstring, an `id`, fields and `lower`; `from augcli.plugin import Op, Span, Warp, span` and
the like is all that it imports from augcli, but for ideas that several operations share (`augcli.core.idioms`). A package
offers its operations through the entry point group `augcli.ops`. The names below stay; where they come from may change.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from augcli.core.draws.chance import choose, filled, hits, uniform, uniforms
from augcli.core.draws.distributions import Beta, Constant, LogUniform, Normal, Uniform
from augcli.core.draws.fields import Span, span
from augcli.core.draws.severity import levels
from augcli.core.ops.op import Op, State
from augcli.core.ops.options import BORDER_DOC, Border, Count, Grid, Level, Levels, Pixels, Size, as_colour, option
from augcli.core.primitives import BARRIER, Barrier, Primitive
from augcli.core.primitives.audio import GRID, SILENCE, Add, Gain, Mask, Stretch, TimeMap
from augcli.core.primitives.displace import Displace
from augcli.core.primitives.grain import FillNoise, LevelNoise, PhotonNoise, Scatter
from augcli.core.primitives.image import BLACK, WHITE, Blend, ColourMatrix, Fill, Filter, Interpolation, NormalNoise, Warp
from augcli.core.primitives.layers import SHOWN, SO_FAR, Layer, Region
from augcli.core.primitives.neighbours import Filter2D, Median, Spread, Unsharp
from augcli.core.primitives.paint import Cloud, Cover, Discs, Glow, Paint, Polygons, Streaks
from augcli.core.primitives.recode import Recode
from augcli.core.primitives.text import Pieces, Slice
from augcli.core.primitives.tiles import Tiles
from augcli.core.primitives.tone import (
    PER_MILLION,
    Adapt,
    Curve,
    HueSaturationValue,
    LocalContrast,
    Shade,
    inverted_from,
    table_of,
    top_bits,
)
from augcli.core.values.matrix import (
    IDENTITY,
    Matrix,
    about,
    inverse,
    multiply,
    onto_corners,
    project,
    rotation,
    scaling,
    shearing,
    translation,
)
from augcli.core.values.resources import ImageOracle, Images, Letters, Request, Shown, Tones, Words, Writing

Draw: TypeAlias = Any  # what was drawn for the fields of an op: `draw.angle_deg`
Primitives: TypeAlias = Sequence[Primitive | Barrier]  # what `lower` gives

__all__ = [
    "BARRIER", "BLACK", "BORDER_DOC", "GRID", "IDENTITY", "PER_MILLION", "SHOWN", "SILENCE", "SO_FAR", "WHITE", "Adapt",
    "Add", "Barrier", "Beta", "Blend", "Border", "Cloud", "ColourMatrix", "Constant", "Count", "Cover", "Curve", "Discs",
    "Displace", "Draw", "Fill", "FillNoise", "Filter", "Filter2D", "Gain", "Glow", "Grid", "HueSaturationValue",
    "ImageOracle", "Images", "Interpolation", "Layer", "Letters", "Level", "LevelNoise", "Levels", "LocalContrast",
    "LogUniform", "Mask", "Matrix", "Median", "Normal", "NormalNoise", "Op", "Paint", "PhotonNoise", "Pieces", "Pixels",
    "Polygons", "Primitive", "Primitives", "Recode", "Region", "Request", "Scatter", "Shade", "Shown", "Size", "Slice", "Span",
    "Spread", "State", "Streaks", "Stretch", "Tiles", "TimeMap", "Tones", "Uniform", "Unsharp", "Warp", "Words",
    "Writing", "about",
    "as_colour", "choose", "filled", "hits", "inverse", "inverted_from", "levels", "multiply", "onto_corners", "option",
    "project", "rotation", "scaling", "shearing", "span", "table_of", "top_bits", "translation", "uniform", "uniforms",
]  # fmt: skip
