"""The operations as their own fields and docstrings describe them."""

from __future__ import annotations

import inspect
import json
import typing
from typing import Any, NamedTuple

from pydantic_core import PydanticUndefined

from augcli import ops
from augcli.core.op import Op
from augcli.core.outcome import UserError
from augcli.core.suggest import did_you_mean


class FieldEntry(NamedTuple):
    name: str
    default: str
    limits: str
    meaning: str


class OpEntry(NamedTuple):
    id: str
    modality: str
    name: str
    summary: str
    description: str
    fields: tuple[FieldEntry, ...]
    examples: tuple[str, ...]
    references: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {**self._asdict(), "fields": [field._asdict() for field in self.fields]}


def entries() -> list[OpEntry]:
    """Every op, by modality and name."""
    order = {"image": 0, "audio": 1, "text": 2}
    return [_entry(op) for _, op in sorted(ops.load().items(), key=lambda item: (order.get(item[1].modality(), 9), item[0]))]


def find(name: str) -> list[OpEntry]:
    """The ops with this name or id; raises UserError when there is none."""
    found = [entry for entry in entries() if name in (entry.id, entry.name)]
    if not found:
        raise UserError(f"there is no operation '{name}'{did_you_mean(name, {entry.name for entry in entries()})}")
    return found


def _entry(op: type[Op]) -> OpEntry:
    description = inspect.cleandoc(op.__doc__ or "")
    fields = tuple(_field(op, name) for name in op.model_fields)
    examples = tuple(f"- {op.name()}: {_flow(example)}" if example else f"- {op.name()}" for example in op.examples)
    return OpEntry(op.id, op.modality(), op.name(), description.split("\n")[0], description, fields, examples, op.references)


def _field(op: type[Op], name: str) -> FieldEntry:
    field = op.model_fields[name]
    info = op.spans.get(name)
    default = "(needed)" if field.default is PydanticUndefined else _flow(field.default.written() if info else field.default)
    if info:
        limits = f"{info.low:g}…{info.high:g}" + (f" {info.unit}" if info.unit else "") + (", whole" if info.whole else "")
    else:
        choices = typing.get_args(field.annotation) if typing.get_origin(field.annotation) is typing.Literal else ()
        limits = " | ".join(map(str, choices))
    return FieldEntry(name, default, limits, field.description or "")


def _flow(value: Any) -> str:
    """As YAML flow text, which for these values is JSON without quotes around keys and words."""
    return json.dumps(value).replace('"', "")
