"""The errors that pydantic finds in options, told as what is needed and what was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import ValidationError

from augcli.core.ops.needs import Needs
from augcli.core.ops.op import STEP_KEYS, Op, op_called

from .flow import flow
from .settings import Settings
from .suggestions import unknown_option

Names = tuple[str, ...]

_SAYINGS = {
    "greater_than_equal": "a number of at least {ge:g}",
    "greater_than": "a number above {gt:g}",
    "less_than_equal": "a number of at most {le:g}",
    "less_than": "a number below {lt:g}",
    "multiple_of": "a multiple of {multiple_of}",
    "finite_number": "a finite number",
    "too_long": "at most {max_length} values",
    "too_short": "at least {min_length} values",
    "string_too_short": "text of at least {min_length} characters",
    "string_too_long": "text of at most {max_length} characters",
}
_KINDS = {
    "int": "a whole number", "float": "a number", "bool": "true or false", "string": "text", "tuple": "a list",
    "list": "a list", "dict": "options as 'name: value'", "model": "options as 'name: value'",
}  # fmt: skip


def told(error: Exception, model: type[Any]) -> Iterator[tuple[Names, str]]:
    """(names of options, message) of every error; what the branches of one field need comes as one message."""
    if not isinstance(error, ValidationError):
        yield (), f"{model.__module__}.{model.__name__} crashed on these options: {type(error).__name__}: {error}"
        return
    needs: dict[tuple[Names, str], list[str]] = {}
    for item in error.errors():
        # Positions inside a value are of no use to the user, and may not stand in the file.
        names = tuple(part for part in item["loc"] if isinstance(part, str) and "[" not in part)
        if item["type"] == "extra_forbidden":
            if "[" in (key := str(item["loc"][-1])):  # the user's own, not a position
                names = (*names, key)
            known = [*_fields_at(model, names[:-1]), *(STEP_KEYS if issubclass(model, Op) else ())]
            known += ["severity"] if issubclass(model, Op) and model.severities else []
            yield names, unknown_option(model, str(names[-1]), item["input"], known)
        elif item["type"] == "missing" and not isinstance(item["loc"][-1], int):
            own = _own_words(model, names)
            yield names, f"is required; write {own}" if own else "is required"
        elif item["type"] == "value_error":
            yield names, item["msg"].removeprefix("Value error, ")
        elif "input" in item:
            needs.setdefault((names, short(item["input"])), []).append(_need(model, names, item))
        else:
            yield names, item["msg"]
    for (names, got), texts in needs.items():
        yield names, f"needs {', or '.join(dict.fromkeys(texts))}; got {got}"


def _need(model: type[Any], names: Names, item: Mapping[str, Any]) -> str:
    kind, limits = item["type"], item.get("ctx", {})
    if kind in ("missing", "too_long", "too_short") or kind.startswith(("tuple", "list")):
        # A list with too few or too many values, or none.
        own = _own_words(model, names)
        if own:
            return own
        if kind == "missing":
            return "more values"
    if kind == "literal_error":
        return str(limits["expected"]).replace("'", "")
    if kind in _SAYINGS:
        return _SAYINGS[kind].format(**limits)
    if text := _KINDS.get(kind.split("_")[0]):
        return text
    message = item["msg"].removeprefix("Input should be ")
    return f"{message[0].lower()}{message[1:]}"


def _own_words(model: type[Any], names: Names) -> str:
    for name in names:
        field = model.model_fields.get(name)
        if field is None:
            return ""
        for extra in [*field.metadata, *(one for part in get_args(field.annotation) for one in get_args(part)[1:])]:
            if isinstance(extra, Needs):
                return extra.text
        if not (isinstance(field.annotation, type) and issubclass(field.annotation, Settings)):
            return ""
        model = field.annotation
    return ""


def _fields_at(model: type[Any], path: Names) -> list[str]:
    for part in path:
        inner = model.model_fields[part].annotation
        if not (isinstance(inner, type) and issubclass(inner, Settings)):
            break
        model = inner
    return list(model.model_fields)


def shape_of_step(item: Any, modality: str) -> str:
    """How to write a mapping that is not one step: options beside the name, or several steps in one item."""
    if not isinstance(item, dict) or len(item) < 2:
        return ""
    if sum(op_called(modality, str(name)) is not None for name in item) > 1:
        return "; begin each step with a '- ' of its own"
    return "; indent the options below the name"


def short(value: Any) -> str:
    """What was written, as YAML; text in quotes, which set it apart from the message."""
    text = flow(value) if value is None or isinstance(value, (bool, dict, list, tuple)) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
