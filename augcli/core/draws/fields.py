"""Fields of ops: how an op declares a drawn number, and what it says of it. What a user may write is in `distributions`."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, PlainSerializer, PlainValidator

from .distributions import Choice, Constant, Distribution, Share, Uniform, WholeUniform, parse_distribution, share_of

SPAN_KEY = "x-span"


# In an op's `lower`, the drawn value is on `draw`, not here: the field holds the distribution.
Span = Annotated[
    Any,
    PlainValidator(parse_distribution),
    PlainSerializer(lambda distribution: distribution.written()),
]


Scale = Literal["linear", "log"]


class SpanInfo(NamedTuple):
    """What an op declares about a span field besides its default."""

    low: float
    high: float
    unit: str  # "" for a number without a unit
    whole: bool
    per: str  # name of a field that says how many are drawn; "" for one
    useful_low: float
    useful_high: float
    scale: Scale
    peers_around: float | None
    shares: bool = False  # may also be given as shares of the shorter side

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which spellings the field takes."""
        kinds = ["number", "range", "choice", "value", *(["share"] if self.shares else [])]
        if not self.whole:
            kinds.append("normal")
            kinds += ["log_uniform"] if self.high > 0 else []
            kinds += ["beta"] if self.low <= 0 and self.high >= 1 else []
        return tuple(kinds)


def span(
    *default: float | str,
    within: tuple[float, float],
    unit: str,
    doc: str,
    whole: bool = False,
    per: str = "",
    draw: Distribution | None = None,
    useful: tuple[float, float] | None = None,
    scale: Scale = "linear",
    peers_around: float | None = None,
    shares: bool = False,
) -> Any:
    """Declare a drawn field: its default (one number, or low and high), its limits, unit ("" for none) and meaning.

    `draw` gives a default distribution that is not uniform. With `whole`, whole numbers are drawn, both ends included.
    With `per="holes"`, as many numbers are drawn as the op's field `holes` says, and `draw.<field>` is a tuple.
    `useful` is the range worth trying (default: all that is allowed), and `scale` how to move through it: both are for
    forms and documentation. `peers_around=1` says that 1 changes nothing, and that other libraries read a single number
    x here as the range 1 ± x; a pipeline that holds a single number then gets a warning. With `shares`, lengths in pixels
    may also be given as percentages of the image's shorter side; `lower` gets pixels in either case.
    """
    if draw is None:
        draw = parse_distribution(default[0] if len(default) == 1 else default)
    info = SpanInfo(*within, unit, whole, per, *(useful or within), scale, peers_around, shares)
    return Field(default=fit(draw, info), description=doc, json_schema_extra={SPAN_KEY: list(info)})


def in_pixels(percentage: str, shorter_side: int, info: SpanInfo) -> float:
    """A drawn share of the shorter side as a length, no less and no more than the field allows."""
    length = min(max(share_of(percentage) * shorter_side, info.low), info.high)
    return round(length) if info.whole else length


def fit(distribution: Distribution, info: SpanInfo) -> Distribution:
    """The distribution, checked against the field's limits; raises ValueError if it exceeds them."""
    low, high = distribution.bounds()
    if isinstance(distribution, Share):
        if not info.shares:
            raise ValueError(f"{distribution.written()} is a percentage, which this option does not take; write a number")
        if not 0 <= low <= high <= 1:
            raise ValueError(f"{distribution.written()} is outside 0%…100%")
        return distribution
    if low < info.low or high > info.high:
        unit = f" {info.unit}" if info.unit else ""
        raise ValueError(f"{distribution.written()} is outside {info.low:g}…{info.high:g}{unit}")
    if not info.whole:
        return distribution
    if isinstance(distribution, Constant) and distribution.value == int(distribution.value):
        return type(distribution)(int(distribution.value))
    if isinstance(distribution, (Uniform, WholeUniform)) and low == int(low) and high == int(high):
        return WholeUniform(int(low), int(high))
    if isinstance(distribution, Choice) and all(value == int(value) for value in distribution.values):
        return Choice(tuple(int(value) for value in distribution.values))
    raise ValueError(f"{distribution.written()}: only whole numbers are allowed here")
