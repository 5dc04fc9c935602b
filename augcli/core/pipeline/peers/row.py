"""What a row of these tables says: a name that another library uses, and how the same thing is written here.

`PeerTable` writes them: `table("RandomRotation", "rotate: {angle_deg: [-15, 15]}", "…", degrees=PLUS_MINUS("angle_deg"))` says
which step is meant, as it behaves there by default; what differs; and how the value of each option is converted.
A row without a step says in its note where the thing belongs, or that there is nothing like it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

Number = int | float

# Remarks that several tables make.
NOT_YET = "there is no such step yet"
LOADER = "belongs in the data loader: it changes how numbers are stored, not what the image shows"
SOUND_LOADER = "belongs in the data loader: it changes how numbers are stored, not what can be heard"
BLACK = "uncovered corners are black there; here `border: reflect` fills them"
ELASTIC = "alpha and sigma are pixels there; here amplitude and spacing are shares of the shorter side"
JITTER = "0.2 means 1 ± 0.2 there: write [0.8, 1.2]; hue is in turns there, in degrees here"
OWN_FUNCTION = "make your own function an operation: see augcli docs plugins"
UNCHANGED = "is not needed: output: {originals: copy} includes the sources unchanged"


class Option(NamedTuple):
    """How an option is written here: the field, and what becomes of a number x or a pair [a, b]; None: nothing numeric."""

    field: str
    shown: str = "x"
    of_number: Callable[[Number], Any] | None = None
    of_pair: Callable[[Number, Number], Any] | None = None
    place: int | None = None  # 0 or 1, where two options of theirs are the two values of one of ours

    def __str__(self) -> str:
        return f"{self.field}: {self.shown}" if self.shown not in ("x", "") else self.field


class Peer(NamedTuple):
    library: str
    name: str
    modality: str
    example: str  # a step that does what theirs does by default; "" where there is none
    note: str  # what differs: "there" is the library, "here" is augcli
    options: dict[str, tuple[Option, ...]]
    unset: dict[str, Any]  # fields that stay neutral there unless they are set

    @property
    def step(self) -> str:
        return self.example.partition(":")[0]


def _plain(value: Number) -> Number:
    """Without the dust of binary fractions: 1 - 0.9 is 0.1."""
    if isinstance(value, int):
        return value
    rounded = float(f"{value:.4g}")
    return int(rounded) if rounded == int(rounded) else rounded


def _form(
    shown: str, number: Callable[[Number], Any] | None, pair: Callable[[Number, Number], Any] | None
) -> Callable[[str], Option]:
    def tidy(value: Any) -> Any:
        if isinstance(value, list):
            return [tidy(item) for item in value]
        if isinstance(value, dict):
            return {key: tidy(item) for key, item in value.items()}
        return _plain(value)

    of_number = None if number is None else lambda x: tidy(number(x))
    of_pair = None if pair is None else lambda a, b: tidy(pair(a, b))
    return lambda field: Option(field, shown, of_number, of_pair)


def _each(change: Callable[[Number], Number]) -> Callable[[Number, Number], Any]:
    return lambda a, b: sorted([change(a), change(b)])


def _same(x: Number) -> Any:
    return x


def _pair(a: Number, b: Number) -> Any:
    return [a, b]


AS_IS = _form("x", _same, _pair)
FROM_ZERO = _form("[0, x]", lambda x: [0, x], _pair)
PLUS_MINUS = _form("[-x, x]", lambda x: [-abs(x), abs(x)], _pair)
AROUND_ONE = _form("[1 - x, 1 + x]", lambda x: [max(0, 1 - x), 1 + x], _pair)  # a pair is meant as factors
ONE_PLUS = _form("[1 - x, 1 + x]", lambda x: [max(0, 1 - x), 1 + x], lambda a, b: [max(0, 1 + a), 1 + b])  # a pair, too, is added
INVERSE = _form("1 / x", lambda x: 1 / x, _each(lambda x: 1 / x))
ZOOM_OF = _form("[1 / (1 + x), 1 / (1 - x)]", lambda x: [1 / (1 + x), 1 / (1 - x)], _each(lambda x: 1 / (1 + x)))
ZOOM_RANGE = _form("[1 / (1 + x), 1 / (1 - x)]", lambda x: [1 / (1 + x), 1 / (1 - x)], _each(lambda x: 1 / x))
TURNS = _form("[-360 * x, 360 * x]", lambda x: [-360 * abs(x), 360 * abs(x)], _each(lambda x: 360 * x))
HALF_DEGREES = _form("[-2 * x, 2 * x]", lambda x: [-2 * abs(x), 2 * abs(x)], _each(lambda x: 2 * x))  # OpenCV's hue: 0…180
OF_255 = _form("x / 255", lambda x: x / 255, _each(lambda x: x / 255))
PLUS_MINUS_OF_255 = _form("[-x / 255, x / 255]", lambda x: [-abs(x) / 255, abs(x) / 255], _each(lambda x: x / 255))
ROOT_OF_255 = _form("√x / 255", lambda x: math.sqrt(x) / 255, _each(lambda x: math.sqrt(x) / 255))
PERCENT = _form("x / 100", lambda x: x / 100, _each(lambda x: x / 100))
HALF = _form("x / 2", lambda x: x / 2, _each(lambda x: x / 2))
RADIUS = _form("(x - 1) / 2", lambda x: max(1, (x - 1) // 2), _each(lambda x: max(1, (x - 1) // 2)))
MINUS_ONE = _form("x - 1", lambda x: [0.001, x - 1], _each(lambda x: max(0.001, x - 1)))
BETA = _form("{beta: [x, x]}", lambda x: {"beta": [x, x]}, lambda a, b: {"beta": [a, b]})
NORMAL = _form("{normal: {mean: 0, std: x}}", lambda x: {"normal": {"mean": 0, "std": x}}, None)
DECIBELS = _form("20 * log10(x)", lambda x: 20 * math.log10(x), _each(lambda x: 20 * math.log10(x)))
HEIGHT_WIDTH = _form("[width, height], theirs is (height, width)", _same, lambda a, b: [b, a])
ROWS_COLUMNS = _form("[columns, rows], theirs is (rows, columns)", _same, lambda a, b: [b, a])
KERNEL_SIGMA = _form("0.3 * ((x - 1) / 2 - 1) + 0.8", lambda x: 0.15 * x + 0.35, _each(lambda x: max(0.05, 0.15 * x + 0.35)))
WORDS = _form("", None, None)  # names of modes, colours, paths, other measures: the values differ


def first(field: str) -> Option:
    return AS_IS(field)._replace(shown="[x, …]", place=0)


def second(field: str) -> Option:
    return AS_IS(field)._replace(shown="[…, x]", place=1)


class PeerTable(list[Peer]):
    """The rows of one library and modality. `p` is the library's default chance, which ours (1) differs from."""

    def __init__(self, library: str, modality: str, p: float = 1) -> None:
        super().__init__()
        self.library, self.modality, self.p = library, modality, p

    def __call__(
        self, name: str, example: str, note: str = "", unset: dict[str, Any] | None = None, /,
        **options: str | Option | tuple[str | Option, ...],
    ) -> None:  # fmt: skip
        found = {}
        for option, said in options.items():
            several = (said,) if isinstance(said, (str, Option)) else said
            found[option.removesuffix("_")] = tuple(AS_IS(one) if isinstance(one, str) else one for one in several)
        self.append(Peer(self.library, name, self.modality, self._with_p(example), note, found, unset or {}))

    def none(self, names: str, note: str) -> None:
        """Names for which there is no step, and why, or where the thing belongs."""
        self += [Peer(self.library, name, self.modality, "", note, {}, {}) for name in names.split()]

    def _with_p(self, example: str) -> str:
        if self.p == 1 or re.search("[{ ]p: ", example):
            return example
        return f"{example[:-1]}, p: {self.p}}}" if example.endswith("}") else f"{example}: {{p: {self.p}}}"
