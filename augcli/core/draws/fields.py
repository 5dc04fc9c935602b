"""Fields of ops: what a user may write for a drawn number, and how it is drawn.

A span field reads a number, `[low, high]`, `{choice: [...]}`, `{normal: {mean, std, low, high}}`,
`{log_uniform: [low, high]}` or `{beta: [a, b]}`. Every distribution is a function from [0, 1) to numbers, so one
hash gives one draw.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Annotated, Any, Literal, NamedTuple, Protocol

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema

from .beta import beta_quantile

SPAN_KEY = "x-span"


class Distribution(Protocol):
    def at(self, u: float) -> float:
        """The value at probability u in [0, 1)."""

    def bounds(self) -> tuple[float, float]:
        """The smallest and the largest value that can come out."""

    def written(self) -> Any:
        """As the user would write it in YAML."""


class Constant(NamedTuple):
    value: float
    deliberate: bool = False  # written {value: 0.2}, so it is not a mistaken ±0.2; the same otherwise

    def at(self, u: float) -> float:
        return self.value

    def bounds(self) -> tuple[float, float]:
        return self.value, self.value

    def written(self) -> Any:
        return self.value


class Uniform(NamedTuple):
    low: float
    high: float

    def at(self, u: float) -> float:
        return self.low + (self.high - self.low) * u

    def bounds(self) -> tuple[float, float]:
        return self.low, self.high

    def written(self) -> Any:
        return [self.low, self.high]


class WholeUniform(NamedTuple):
    """Whole numbers from low to high, both included."""

    low: int
    high: int

    def at(self, u: float) -> int:
        return self.low + int(u * (self.high - self.low + 1))

    def bounds(self) -> tuple[float, float]:
        return self.low, self.high

    def written(self) -> Any:
        return [self.low, self.high]


class LogUniform(NamedTuple):
    """Uniform in the logarithm: half and double are equally likely."""

    low: float
    high: float

    def at(self, u: float) -> float:
        return math.exp(math.log(self.low) + (math.log(self.high) - math.log(self.low)) * u)

    def bounds(self) -> tuple[float, float]:
        return self.low, self.high

    def written(self) -> Any:
        return {"log_uniform": [self.low, self.high]}


class Normal(NamedTuple):
    """Normal, cut off at low and high (no heap of draws at the ends)."""

    mean: float
    std: float
    low: float
    high: float

    def at(self, u: float) -> float:
        normal = NormalDist(self.mean, self.std)
        first, last = normal.cdf(self.low), normal.cdf(self.high)
        share = min(max(first + (last - first) * u, 1e-300), 1 - 1e-16)
        return min(max(normal.inv_cdf(share), self.low), self.high)

    def bounds(self) -> tuple[float, float]:
        return self.low, self.high

    def written(self) -> Any:
        return {"normal": {"mean": self.mean, "std": self.std, "low": self.low, "high": self.high}}


class Choice(NamedTuple):
    """One of these values, each as likely."""

    values: tuple[float, ...]

    def at(self, u: float) -> float:
        return self.values[int(u * len(self.values))]

    def bounds(self) -> tuple[float, float]:
        return min(self.values), max(self.values)

    def written(self) -> Any:
        return {"choice": list(self.values)}


class Beta(NamedTuple):
    """The Beta distribution on 0…1, as mixup's weights are drawn."""

    a: float
    b: float

    def at(self, u: float) -> float:
        return beta_quantile(self.a, self.b, u)

    def bounds(self) -> tuple[float, float]:
        return 0.0, 1.0

    def written(self) -> Any:
        return {"beta": [self.a, self.b]}


_FORMS = "a number, [low, high], {choice: [...]}, {normal: {mean, std, low, high}}, {log_uniform: [low, high]} or {beta: [a, b]}"


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e300:
        raise ValueError(f"needs {_FORMS}; {value!r} is no number")
    return value


def _pair(value: Any, name: str) -> tuple[float, float]:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise ValueError(f"{name} needs two numbers, [low, high]; got {value!r}")
    return _number(value[0]), _number(value[1])


def _ordered(low: float, high: float) -> tuple[float, float]:
    if low > high:
        raise ValueError(f"[{low:g}, {high:g}] is upside down: write [{high:g}, {low:g}]")
    return low, high


def parse_distribution(value: Any) -> Distribution:
    """What the user wrote, as a Distribution; raises ValueError with the remedy."""
    if isinstance(value, (Constant, Uniform, WholeUniform, LogUniform, Normal, Choice, Beta)):
        return value
    if isinstance(value, (list, tuple)):
        low, high = _ordered(*_pair(value, "a range"))
        return Uniform(low, high)
    if not isinstance(value, dict):
        return Constant(_number(value))
    if len(value) != 1:
        raise ValueError(f"needs {_FORMS}")
    ((kind, body),) = value.items()
    if kind == "value":
        return Constant(_number(body), True)
    if kind == "choice":
        if not isinstance(body, (list, tuple)) or not body:
            raise ValueError(f"choice needs a list with at least one number; got {body!r}")
        return Choice(tuple(_number(item) for item in body))
    if kind == "log_uniform":
        low, high = _ordered(*_pair(body, kind))
        if low <= 0:
            raise ValueError(f"log_uniform needs numbers above 0; got {low:g}")
        return LogUniform(low, high)
    if kind == "beta":
        a, b = _pair(body, kind)
        if not (0.01 <= a <= 1000 and 0.01 <= b <= 1000):
            raise ValueError(f"beta needs two numbers from 0.01 to 1000; got [{a:g}, {b:g}]")
        return Beta(a, b)
    if kind == "normal":
        if not isinstance(body, dict) or set(body) - {"mean", "std", "low", "high"} or not {"mean", "std"} <= set(body):
            raise ValueError("normal needs {mean: …, std: …}, and may have low and high")
        mean, std = _number(body["mean"]), _number(body["std"])
        if std <= 0:
            raise ValueError(f"normal needs a std above 0; got {std:g}")
        low, high = _ordered(_number(body.get("low", mean - 4 * std)), _number(body.get("high", mean + 4 * std)))
        return Normal(mean, std, low, high)
    raise ValueError(f"knows no distribution {kind!r}; it needs {_FORMS}")


def _span_schema() -> dict[str, Any]:
    number = {"type": "number"}
    pair = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}

    def only(key: str, body: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "properties": {key: body}, "required": [key], "additionalProperties": False}

    normal = {
        "type": "object",
        "properties": dict.fromkeys(("mean", "std", "low", "high"), number),
        "required": ["mean", "std"],
        "additionalProperties": False,
    }
    choice = {"type": "array", "items": number, "minItems": 1}
    return {
        "anyOf": [
            number,
            pair,
            only("value", number),
            only("choice", choice),
            only("normal", normal),
            only("log_uniform", pair),
            only("beta", pair),
        ]
    }


# In an op's `lower`, the drawn value is on `draw`, not here: the field holds the distribution.
Span = Annotated[
    Any,
    PlainValidator(parse_distribution),
    PlainSerializer(lambda distribution: distribution.written()),
    WithJsonSchema(_span_schema()),
]


Scale = Literal["linear", "log"]


class SpanInfo(NamedTuple):
    """What an op declares of a span field, beside its default."""

    low: float
    high: float
    unit: str  # "" for a number without a unit
    whole: bool
    per: str  # name of a field that says how many are drawn; "" for one
    useful_low: float
    useful_high: float
    scale: Scale
    peers_around: float | None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which spellings the field takes."""
        kinds = ["number", "range", "choice", "value"]
        if not self.whole:
            kinds.append("normal")
            kinds += ["log_uniform"] if self.high > 0 else []
            kinds += ["beta"] if self.low <= 0 and self.high >= 1 else []
        return tuple(kinds)


def span(
    *default: float,
    within: tuple[float, float],
    unit: str,
    doc: str,
    whole: bool = False,
    per: str = "",
    draw: Distribution | None = None,
    useful: tuple[float, float] | None = None,
    scale: Scale = "linear",
    peers_around: float | None = None,
) -> Any:
    """Declare a drawn field: its default (one number, or low and high), its limits, unit ("" for none) and meaning.

    `draw` gives a default distribution that is not uniform. With `whole`, whole numbers are drawn, both ends included.
    With `per="holes"`, as many numbers are drawn as the op's field `holes` says, and `draw.<field>` is a tuple.
    `useful` is the range worth trying (default: all that is allowed), and `scale` how to move through it: both are for
    forms and documentation. `peers_around=1` says that 1 changes nothing, and that other libraries read a single number
    x here as the range 1 ± x; a pipeline that holds a single number then gets a warning.
    """
    if draw is None:
        draw = Constant(default[0]) if len(default) == 1 else Uniform(default[0], default[1])
    info = SpanInfo(*within, unit, whole, per, *(useful or within), scale, peers_around)
    return Field(default=fit(draw, info), description=doc, json_schema_extra={SPAN_KEY: list(info)})


def fit(distribution: Distribution, info: SpanInfo) -> Distribution:
    """The distribution held to the field's limits; raises ValueError where it leaves them."""
    low, high = distribution.bounds()
    if low < info.low or high > info.high:
        unit = f" {info.unit}" if info.unit else ""
        raise ValueError(f"{distribution.written()} leaves {info.low:g}…{info.high:g}{unit}")
    if not info.whole:
        return distribution
    if isinstance(distribution, Constant) and distribution.value == int(distribution.value):
        return Constant(int(distribution.value), distribution.deliberate)
    if isinstance(distribution, (Uniform, WholeUniform)) and low == int(low) and high == int(high):
        return WholeUniform(int(low), int(high))
    if isinstance(distribution, Choice) and all(value == int(value) for value in distribution.values):
        return Choice(tuple(int(value) for value in distribution.values))
    raise ValueError(f"{distribution.written()} gives numbers that are not whole")
