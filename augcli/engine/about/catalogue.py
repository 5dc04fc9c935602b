"""The operations as their own fields and docstrings describe them."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from augcli import ops
from augcli.core.draws import severity
from augcli.core.draws.distributions import Share, percentage
from augcli.core.draws.fields import in_pixels
from augcli.core.ops.op import Op
from augcli.core.ops.options import OPTION_KEY
from augcli.core.pipeline.flow import flow
from augcli.core.pipeline.suggestions import nearest
from augcli.core.values.facts import MODALITIES
from augcli.core.values.outcome import UserError


class FieldEntry(NamedTuple):
    name: str
    default: str
    limits: str
    meaning: str
    facts: dict[str, Any]  # as `facts_of` gives them

    @property
    def useful(self) -> str:
        """The range worth trying; "" where all that is allowed is."""
        return "{:g}…{:g}".format(*self.facts["useful"]) if "useful" in self.facts else ""

    @property
    def per(self) -> str:
        return str(self.facts.get("per", ""))


class OpEntry(NamedTuple):
    id: str
    modality: str
    name: str
    summary: str
    description: str
    fields: tuple[FieldEntry, ...]
    examples: tuple[str, ...]
    references: tuple[str, ...]
    also: tuple[str, ...]  # other names

    def as_json(self) -> dict[str, Any]:
        return {**self._asdict(), "fields": [field._asdict() for field in self.fields]}


def operations() -> list[type[Op]]:
    """Every op, by modality and name."""
    order = {name: number for number, name in enumerate(MODALITIES)}
    return [op for _, op in sorted(ops.load().items(), key=lambda item: (order.get(item[1].modality(), 9), item[0]))]


def entries() -> list[OpEntry]:
    """Every op as it is shown, by modality and name."""
    return [_entry(op) for op in operations()]


def find(name: str) -> list[OpEntry]:
    """The ops with this name or id."""
    return [_entry(op) for op in operations() if name in (op.id, op.name(), *op.also)]


def unknown(name: str, *others: Iterable[str]) -> UserError:
    """The error for a name that nothing has, with the nearest name of an op, or of the first of `others` that has one near."""
    own = [one for op in operations() for one in (op.name(), *op.also)]
    near = next((found for names in (own, *others) if (found := nearest(name, names))), None)
    hint = f" (did you mean '{near}'?)" if near else "; augcli ops list shows all"
    return UserError(f"there is no operation '{name}'{hint}")


def summary_of(op: type[Op]) -> str:
    """What an op does, in the first sentence of its docstring."""
    return description_of(op).partition("\n\n")[0].replace("\n", " ")


def description_of(op: type[Op]) -> str:
    return inspect.cleandoc(op.__doc__ or "")


def default_of(op: type[Op], name: str) -> Any:
    """A field's default, as the user would write it."""
    default = op.model_fields[name].default
    if name in op.spans:
        return default.written()
    return json.loads(json.dumps(default)) if default is not None else None  # tuples become lists


def limits_of(op: type[Op], name: str) -> str:
    """What a field may hold, in a few characters: "-180…180 deg", "1…1000, whole", "reflect | edge"."""
    info = op.spans.get(name)
    if info:
        share = ", or % of the shorter side, cut off at these limits" if info.shares else ""
        return f"{info.low:g}…{info.high:g}{f' {info.unit}' if info.unit else ''}{', whole' if info.whole else ''}{share}"
    return limits_in(_properties(op)[name])


def facts_of(op: type[Op], name: str) -> dict[str, Any]:
    """What a form needs to know of a field beside its limits; only the keys that apply.

    `order` is its place in a form. Numbers have `unit` ("" for none), `useful` ([low, high], the range worth trying),
    `scale` (linear or log: how to move a slider through it) and `whole`. Drawn ones have `per` (copy: one draw for each
    copy; else the option that says how many are drawn) and `kinds` (which spellings of a distribution they take). `path` says
    that a text may name files.
    """
    order = list(op.model_fields).index(name)
    if info := op.spans.get(name):
        return {
            "unit": info.unit,
            "useful": [info.useful_low, info.useful_high],
            "scale": info.scale,
            "whole": info.whole,
            "per": info.per or "copy",
            "kinds": list(info.kinds),
            "order": order,
        }
    extra = op.model_fields[name].json_schema_extra
    said: Any = extra.get(OPTION_KEY, {}) if isinstance(extra, dict) else {}
    types = _number_types(_properties(op)[name])
    facts: dict[str, Any] = {}
    if said.get("unit") is not None:
        facts["unit"] = said["unit"]
    if types:
        facts |= {"scale": said.get("scale", "linear"), "whole": types == {"integer"}}
        facts |= {"useful": list(said["useful"])} if said.get("useful") else {}
    if said.get("per"):
        facts["per"] = said["per"]
    if said.get("path"):
        facts["path"] = True
    return {**facts, "order": order}


def severity_facts(op: type[Op]) -> dict[str, Any]:
    return {"unit": "", "useful": [1, severity.MOST], "scale": "linear", "whole": True, "order": len(op.model_fields)}


def _number_types(schema: dict[str, Any]) -> set[str]:
    """Which of integer and number a schema takes, alone or in lists."""
    found = {schema["type"]} & {"integer", "number"} if isinstance(schema.get("type"), str) else set()
    inner = [*schema.get("anyOf", ()), *schema.get("prefixItems", ()), *([schema["items"]] if "items" in schema else ())]
    return found.union(*map(_number_types, inner))


@cache
def json_schema_of(op: type[Op]) -> dict[str, Any]:
    """What pydantic says of the options; of drawn ones, only that they exist."""
    return op.model_json_schema(mode="validation")


def _properties(op: type[Op]) -> dict[str, Any]:
    found: dict[str, Any] = json_schema_of(op).get("properties", {})
    return found


def limits_in(schema: dict[str, Any]) -> str:
    """The limits that a JSON Schema speaks of; "" where there are none."""
    if "enum" in schema or "const" in schema:
        return " | ".join(
            str(value).lower() if value in (True, False) else str(value) for value in schema.get("enum", [schema.get("const")])
        )
    if several := schema.get("anyOf") or schema.get("oneOf"):
        options = [limits_in(option) for option in several if option.get("type") != "null"]
        return " or ".join(dict.fromkeys(option for option in options if option))
    if schema.get("type") == "boolean":
        return "true | false"
    if schema.get("type") == "array":
        items = schema.get("prefixItems") or [schema.get("items", {})]
        return limits_in(items[0]) or "a list"
    if schema.get("type") not in ("integer", "number"):
        return ""
    low, high = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum", schema.get("exclusiveMaximum"))
    if high is not None and high >= 1e99:  # a limit of what numbers can be, not one to tell people of
        high = None
    whole = ["whole"] if schema["type"] == "integer" else []
    if low is not None and high is not None:
        return ", ".join([f"{low:.12g}…{high:.12g}", *whole])
    if low is not None:
        return ", ".join([f"{'from' if 'minimum' in schema else 'above'} {low:.12g}", *whole])
    return ", ".join([f"up to {high:.12g}", *whole] if high is not None else whole)


def _entry(op: type[Op]) -> OpEntry:
    fields = tuple(_field(op, name) for name in op.model_fields)
    if op.severities:
        fields += (
            FieldEntry(severity.KEY, "", f"1…{severity.MOST}, whole", severity.described(op.severities), severity_facts(op)),
        )
    examples = tuple(f"- {op.name()}: {flow(example)}" if example else f"- {op.name()}" for example in op.examples)
    return OpEntry(op.id, op.modality(), op.name(), summary_of(op), description_of(op), fields, examples, op.references, op.also)


def _field(op: type[Op], name: str) -> FieldEntry:
    field = op.model_fields[name]
    default = "(required)" if field.is_required() else flow(default_of(op, name))
    meaning = (field.description or "") + _in_pixels(op, name)
    return FieldEntry(name, default, limits_of(op, name), meaning, facts_of(op, name))


def _in_pixels(op: type[Op], name: str) -> str:
    """What a default that depends on the size of the image means for a small and for a large one."""
    default = op.model_fields[name].default
    if not isinstance(default, Share):
        return ""
    at, info = [], op.spans[name]
    for side, image in ((224, "224 × 224"), (3000, "4000 × 3000")):
        ends = [in_pixels(percentage(end), side, info) for end in default.bounds()]
        # Where the limit is reached, larger percentages change nothing.
        limited = " (the limit)" if max(default.bounds()) * side > info.high else ""
        at.append(f"{'…'.join(f'{end:.3g}' for end in dict.fromkeys(ends))} px{limited} at {image}")
    return f"; by default {', '.join(at)}"
