"""Option types that several operations share: what a user may write, and what the operation receives."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from augcli.core.draws.fields import Scale
from augcli.core.primitives.image import Colour

from .needs import Needs

Border = Literal["reflect", "edge", "constant"]

BORDER_DOC = "what fills the area outside the image: reflect (mirror image), edge (outermost pixels), constant (`fill`)"


def repeated(count: int, kinds: type | tuple[type, ...] = int) -> BeforeValidator:
    """Take one number for a list of this many equal ones."""
    return BeforeValidator(lambda value: (value,) * count if isinstance(value, kinds) and not isinstance(value, bool) else value)


def one_or(count: int, low: float, high: float, kind: str = "integer") -> WithJsonSchema:
    """The schema of these options: one number, or a list of this many."""
    number = {"type": kind, "minimum": low, "maximum": high}
    return WithJsonSchema({"anyOf": [number, {"type": "array", "items": number, "minItems": count, "maxItems": count}]})


Pixels = Annotated[int, Field(ge=1, le=65_535)]
# [width, height] in pixels, or one number for a square; never a range.
Size = Annotated[tuple[Pixels, Pixels], repeated(2), one_or(2, 1, 65_535), Needs("[width, height], or one number for a square")]
Count = Annotated[int, Field(ge=1, le=256)]
# [columns, rows], or one number for both; never a range.
Grid = Annotated[tuple[Count, Count], repeated(2), one_or(2, 1, 256), Needs("[columns, rows], or one number for both")]
Level = Annotated[int, Field(ge=0, le=255)]
# [red, green, blue] from 0 to 255, or one number for a grey; never a range.
Levels = Annotated[
    tuple[Level, Level, Level], repeated(3), one_or(3, 0, 255), Needs("[red, green, blue], or one number for a grey")
]


def as_colour(levels: tuple[int, int, int]) -> Colour:
    """Levels of 0…255 as shares of full scale."""
    return levels[0] / 255, levels[1] / 255, levels[2] / 255


OPTION_KEY = "x-option"


def option(
    default: Any = ...,
    *,
    doc: str,
    unit: str | None = None,
    useful: tuple[float, float] | None = None,
    scale: Scale = "linear",
    per: str = "",
    path: bool = False,
    **limits: Any,
) -> Any:
    """Declare an option that is not drawn: its default (none: it is required), its meaning and its limits.

    Numbers need a `unit` ("" for a number without one). `path` says that it may name files. The rest is as for `span`.
    """
    extra: Any = {"unit": unit, "useful": useful, "scale": scale, "per": per, "path": path}
    return Field(default, description=doc, json_schema_extra={OPTION_KEY: extra}, **limits)
