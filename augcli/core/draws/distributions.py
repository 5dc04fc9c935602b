"""Distributions: what a user may write for a drawn number, each a function from [0, 1) to numbers, so one hash gives one draw.

A number, `[low, high]`, `{value: x}`, `{choice: [...]}`, `{normal: {mean, std, low, high}}`, `{log_uniform: [low, high]}` or
`{beta: [a, b]}`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from statistics import NormalDist
from typing import Any, NamedTuple, Protocol

from .beta import beta_quantile


class Distribution(Protocol):
    def at(self, u: float) -> Any:
        """The value at probability u in [0, 1): a number, or a percentage."""

    def bounds(self) -> tuple[float, float]:
        """The smallest and the largest value that can be drawn."""

    def written(self) -> Any:
        """As the user would write it in YAML."""


class Constant(NamedTuple):
    value: float

    def at(self, u: float) -> float:
        return self.value

    def bounds(self) -> tuple[float, float]:
        return self.value, self.value

    def written(self) -> Any:
        return self.value


class Deliberate(Constant):
    """Written {value: 0.2}, so it is not a mistaken ±0.2; equal to 0.2 in all else."""

    __slots__ = ()


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
    """Uniform in the logarithm: 0.5…1 is as likely as 1…2."""

    low: float
    high: float

    def at(self, u: float) -> float:
        return math.exp(math.log(self.low) + (math.log(self.high) - math.log(self.low)) * u)

    def bounds(self) -> tuple[float, float]:
        return self.low, self.high

    def written(self) -> Any:
        return {"log_uniform": [self.low, self.high]}


class Normal(NamedTuple):
    """Normal, truncated at low and high (draws do not pile up at the ends)."""

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
    """One of these values, with equal chances."""

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


class Share(NamedTuple):
    """Shares of the image's shorter side at this step, written as percentages; each draw is one, like "0.45%"."""

    of: Any  # the distribution of shares, 0.0045 for 0.45%

    def at(self, u: float) -> str:
        return percentage(float(f"{self.of.at(u):.9g}"))

    def bounds(self) -> tuple[float, float]:
        low, high = self.of.bounds()
        return low, high

    def written(self) -> Any:
        return _as_percentages(self.of.written())


def percentage(share: float) -> str:
    return f"{100 * share:.9g}%"


def share_of(percentage: str) -> float:
    return float(percentage.removesuffix("%")) / 100


def _as_percentages(written: Any) -> Any:
    if isinstance(written, dict):
        return {key: _as_percentages(value) for key, value in written.items()}
    return [percentage(share) for share in written] if isinstance(written, list) else percentage(written)


_PERCENTAGE = re.compile(r"[0-9]+(\.[0-9]+)?%")


def _without_percentages(value: Any, found: list[bool]) -> Any:
    """The value with a number in place of each percentage; notes for every number whether it was one."""
    if isinstance(value, dict):
        return {key: _without_percentages(item, found) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_percentages(item, found) for item in value]
    is_share = isinstance(value, str) and _PERCENTAGE.fullmatch(value) is not None
    found.append(is_share)
    return share_of(value) if is_share else value


_FORMS = "a number, [low, high], {choice: [...]}, {normal: {mean, std, low, high}}, {log_uniform: [low, high]} or {beta: [a, b]}"


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e300:
        hint = " (write percentages like 1%, without a sign or a space)" if isinstance(value, str) and "%" in value else ""
        raise ValueError(f"needs {_FORMS}; {value!r} is not a number{hint}")
    return value


def _pair(value: Any, name: str) -> tuple[float, float]:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise ValueError(f"{name} needs two numbers, [low, high]; got {value!r}")
    return _number(value[0]), _number(value[1])


Shown = Callable[[float], str]  # a number as the user would write it


def ordered(low: float, high: float, shown: Shown = "{:g}".format) -> tuple[float, float]:
    """Both ends of a range; raises ValueError if they are the wrong way round."""
    if low > high:
        one, other = shown(low), shown(high)
        raise ValueError(f"[{one}, {other}]: low is greater than high; write [{other}, {one}]")
    return low, high


def parse_distribution(value: Any, shown: Shown = "{:g}".format) -> Distribution:
    """What the user wrote, as a Distribution; raises ValueError with the remedy."""
    if isinstance(value, (Constant, Uniform, WholeUniform, LogUniform, Normal, Choice, Beta, Share)):
        return value
    shares: list[bool] = []
    numbers = _without_percentages(value, shares)
    if any(shares):
        if not all(shares):
            raise ValueError(f"{value!r} mixes percentages and plain numbers; write all numbers one way")
        if isinstance(value, dict) and "beta" in value:
            raise ValueError(f"beta needs two plain numbers, since they only shape its curve; got {value['beta']!r}")
        return Share(parse_distribution(numbers, percentage))
    if isinstance(value, (list, tuple)):
        low, high = ordered(*_pair(value, "a range"), shown)
        return Uniform(low, high)
    if not isinstance(value, dict):
        return Constant(_number(value))
    if len(value) != 1:
        raise ValueError(f"needs {_FORMS}")
    ((kind, body),) = value.items()
    if kind == "value":
        return Deliberate(_number(body))
    if kind == "choice":
        if not isinstance(body, (list, tuple)) or not body:
            raise ValueError(f"choice needs a list with at least one number; got {body!r}")
        return Choice(tuple(_number(item) for item in body))
    if kind == "log_uniform":
        low, high = ordered(*_pair(body, kind), shown)
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
            raise ValueError("normal needs {mean: …, std: …}; low and high are optional")
        mean, std = _number(body["mean"]), _number(body["std"])
        if std <= 0:
            raise ValueError(f"normal needs a std above 0; got {std:g}")
        low, high = ordered(_number(body.get("low", mean - 4 * std)), _number(body.get("high", mean + 4 * std)), shown)
        return Normal(mean, std, low, high)
    raise ValueError(f"there is no distribution {kind!r}; write {_FORMS}")
