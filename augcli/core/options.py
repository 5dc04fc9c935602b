"""Kinds of plain option that several ops share: what a user may write, and what the op gets."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from .primitives.image import Colour

Border = Literal["reflect", "edge", "constant"]

BORDER_DOC = "what lies around the picture: reflect (its mirror image), edge (its outermost pixels), constant (`fill`)"


def _pair(value: Any) -> Any:
    return (value, value) if isinstance(value, int) and not isinstance(value, bool) else value


def _triple(value: Any) -> Any:
    return (value, value, value) if isinstance(value, int) and not isinstance(value, bool) else value


Pixels = Annotated[int, Field(ge=1, le=65_535)]
# [width, height] in pixels, or one number for a square; never a range.
Size = Annotated[tuple[Pixels, Pixels], BeforeValidator(_pair)]
Level = Annotated[int, Field(ge=0, le=255)]
# [red, green, blue] from 0 to 255, or one number for a grey; never a range.
Levels = Annotated[tuple[Level, Level, Level], BeforeValidator(_triple)]


def as_colour(levels: tuple[int, int, int]) -> Colour:
    """Levels of 0…255 as shares of full scale."""
    return levels[0] / 255, levels[1] / 255, levels[2] / 255
