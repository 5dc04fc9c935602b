"""Severities 1 to 5 as in ImageNet-C: one number that replaces the fields that it sets.

Hendrycks and Dietterich, Benchmarking neural network robustness to common corruptions and perturbations,
arXiv:1903.12261; the numbers are those of the authors' code, in the units of our fields. They were made for images of
224 × 224 pixels, and lengths in pixels are meant for that size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

KEY = "severity"
MOST = 5
Levels = tuple[dict[str, Any], ...]  # for each severity, what the fields are


def levels(**fields: Any) -> Levels:
    """One dictionary per severity, from five values for each field (a tuple) or one value for all five."""
    return tuple(
        {name: value[number] if isinstance(value, tuple) else value for name, value in fields.items()} for number in range(MOST)
    )


def expanded(options: Mapping[str, Any], known: Levels, title: str) -> dict[str, Any]:
    """The options, with a severity replaced by the fields that it stands for.

    Raises ValidationError if it is not a whole number from 1 to 5, or is given together with a field that it sets.
    """
    value = options[KEY]
    others = {name: option for name, option in options.items() if name != KEY}
    wrong: list[InitErrorDetails] = []
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        needed = PydanticCustomError("severity", "a whole number from 1 to 5 (as in ImageNet-C)")
        wrong.append(InitErrorDetails(type=needed, loc=(KEY,), input=value))
    for name in known[0]:
        if name in others:
            twice = PydanticCustomError("value_error", f"severity already sets {name}; remove one of the two")
            wrong.append(InitErrorDetails(type=twice, loc=(name,), input=others[name]))
    if wrong:
        raise ValidationError.from_exception_data(title, wrong)
    return {**known[value - 1], **others}


def described(known: Levels) -> str:
    """Describe to users what the five severities set."""
    parts = []
    for name in known[0]:
        values: Sequence[Any] = [level[name] for level in known]
        parts.append(f"{name} {_same(values) or ', '.join(map(_written, values))}")
    size = ", for images of about 224 px" if any(name.endswith("_px") for name in known[0]) else ""
    return f"1 weak … 5 strong, as in ImageNet-C{size}; sets {'; '.join(parts)}"


def _same(values: Sequence[Any]) -> str:
    return _written(values[0]) if all(value == values[0] for value in values) else ""


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{value[0]:g}, {value[1]:g}]" if isinstance(value, list) else f"{value:g}"
