"""The pipeline file as a JSON Schema (draft-07), for completion and checks in editors.

Made from the same fields that `check` goes by. What a schema cannot say (ids that are used twice, ranges upside down,
orders of steps that cannot be right) is left to `check`.
"""

from __future__ import annotations

from typing import Any

from augcli import ops
from augcli.core.draws import severity
from augcli.core.draws.fields import SpanInfo
from augcli.core.ops.op import Op
from augcli.core.ops.options import OPTION_KEY
from augcli.core.pipeline.settings import Input, Limits, Output, Settings
from augcli.core.values.facts import MODALITIES

from .catalogue import default_of, facts_of, json_schema_of, limits_of, severity_facts, summary_of
from .keys import COMBINATORS, STEP_KEYS, TOP_LEVEL

Schema = dict[str, Any]
FACTS = "x-augcli"  # what a form needs to know of a field beyond what JSON Schema says; see `facts_of`

# Keywords whose value is one schema, a list of schemas, or schemas by name.
_ONE, _MANY, _NAMED = ("items", "additionalProperties", "not"), ("anyOf", "allOf", "oneOf"), ("properties",)


def pipeline_schema() -> Schema:
    """The whole schema; every operation that is registered is in it."""
    registry = ops.load()
    definitions: dict[str, Schema] = {}
    for modality in MODALITIES:
        own = [op for op in registry.values() if op.modality() == modality]
        definitions |= {op.id: _op(op, definitions) for op in sorted(own, key=lambda op: op.id)}
        definitions |= {f"{modality}.{name}": _combinator(modality, name) for name in COMBINATORS}
        definitions[f"{modality}.step"] = _step(modality, own)
        definitions[f"{modality}.steps"] = {"type": "array", "items": _reference(f"{modality}.step"), "minItems": 1}
    count = {"type": "integer", "minimum": 0, "maximum": 100_000}
    properties: dict[str, Schema] = {
        "version": {"enum": [1]},
        "seed": {"type": "integer", "default": 0},
        "copies": {"anyOf": [count, {"type": "object", "additionalProperties": count}], "default": 1},
    }
    for modality in MODALITIES:
        steps = {"type": ["array", "null"], "items": _reference(f"{modality}.step")}
        properties[modality] = steps
    properties = {key: {**value, "description": TOP_LEVEL[key]} for key, value in properties.items()}
    for key, model in (("output", Output), ("limits", Limits), ("input", Input)):
        properties[key] = _settings(model)
    some_steps = [
        {"required": [name], "properties": {name: {"type": "array", "minItems": 1}}} for name in MODALITIES
    ]  # at least one modality has steps
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "augcli pipeline",
        "description": "What `augcli run` does to a dataset. Write it with: augcli ops schema -o augcli.schema.json",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "anyOf": some_steps,
        "definitions": dict(sorted(definitions.items())),
    }


def _reference(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _step(modality: str, own: list[type[Op]]) -> Schema:
    """A bare name, or one name with its options; an editor's message about a misspelt name then holds that name."""
    bare = sorted(name for op in own if not _required(op) for name in (op.name(), *op.also))
    named = {name: _reference(op.id) for op in sorted(own, key=lambda op: op.id) for name in (op.name(), *op.also)}
    named |= {name: _reference(f"{modality}.{name}") for name in COMBINATORS}
    return {
        "type": ["string", "object"],
        "if": {"type": "string"},
        "then": {"enum": bare},
        "else": {"propertyNames": {"enum": list(named)}, "properties": named, "minProperties": 1, "maxProperties": 1},
    }


def _required(op: type[Op]) -> list[str]:
    return [name for name, field in op.model_fields.items() if field.is_required()]


def _op(op: type[Op], definitions: dict[str, Schema]) -> Schema:
    properties: dict[str, Schema] = {}
    options = json_schema_of(op)
    for name, written in options.get("properties", {}).items():
        limits = "" if {"enum", "const"} & written.keys() or written.get("type") == "boolean" else limits_of(op, name)
        described = (op.model_fields[name].description or name) + (f" ({limits})" if limits else "")
        if info := op.spans.get(name):
            definition = f"span.{info.low:g}..{info.high:g}{'.whole' if info.whole else ''}{'.share' if info.shares else ''}"
            definitions.setdefault(definition, _span(info))
            field: Schema = {"allOf": [_reference(definition)]}
        else:
            field = _tidy(written, options.get("$defs", {}))
        if not op.model_fields[name].is_required():
            field["default"] = default_of(op, name)
        properties[name] = {**field, "description": described, FACTS: facts_of(op, name)}
    if not op.severities:
        return _body(summary_of(op), properties, _required(op))
    properties[severity.KEY] = {
        "type": "integer", "minimum": 1, "maximum": severity.MOST, "description": severity.described(op.severities),
        FACTS: severity_facts(op),
    }  # fmt: skip
    beside = [{"type": "object", "required": [severity.KEY, name]} for name in op.severities[0]]
    return {**_body(summary_of(op), properties, _required(op)), "not": {"anyOf": beside}}


def _body(description: str, properties: dict[str, Schema], required: list[str]) -> Schema:
    return {
        "description": description,
        "type": "object" if required else ["object", "null"],
        "properties": {**properties, **STEP_KEYS},
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


def _combinator(modality: str, name: str) -> Schema:
    description, extra = COMBINATORS[name]
    steps = _reference(f"{modality}.steps")
    required = ["steps", *(key for key, schema in extra.items() if "default" not in schema)]
    body = _body(description, {"steps": steps, **extra}, required)
    if len(required) > 1:
        return body
    return {**body, "type": ["array", "object"], "items": _reference(f"{modality}.step"), "minItems": 1}


def _span(info: SpanInfo) -> Schema:
    """What a drawn field takes. Both ends of every distribution lie within its limits.

    One schema for all spellings, whose keywords each speak of one type, so that a message is about what was written.
    """
    limits: Schema = {"minimum": info.low, "maximum": info.high}
    kind: list[str] = ["integer" if info.whole else "number"]
    number: Schema = {"type": kind[0], **limits}
    if info.shares:
        kind.append("string")
        limits["pattern"] = r"^\d+(\.\d+)?%$"
        number = {"type": kind, **limits}
    pair = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
    above = {**number, "exclusiveMinimum": 0} if info.low <= 0 else number
    spellings: dict[str, Schema] = {
        "value": {**number, "description": "exactly this number, where a single number is easily mistaken for a range"},
        "choice": {"type": "array", "items": number, "minItems": 1, "description": "one of these, each equally likely"},
        "normal": {
            "description": "the normal distribution, truncated at low and high (4 std by default)",
            "type": "object",
            "properties": {
                "mean": {"type": "number"}, "std": {"type": "number", "exclusiveMinimum": 0}, "low": number, "high": number
            },
            "required": ["mean", "std"],
            "additionalProperties": False,
        },
        "log_uniform": {**pair, "items": above, "description": "uniform on a logarithmic scale: 0.5…1 is as likely as 1…2"},
        "beta": {
            **pair, "items": {"type": "number", "minimum": 0.01, "maximum": 1000}, "description": "a and b of this distribution"
        },
    }  # fmt: skip
    return {
        **pair,
        **limits,
        "type": [*kind, "array", "object"],
        "properties": {name: schema for name, schema in spellings.items() if name in info.kinds},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def _settings(model: type[Settings]) -> Schema:
    written = model.model_json_schema(mode="validation")
    return {**_tidy(written, written.get("$defs", {})), "type": ["object", "null"]}


def _tidy(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    """Pydantic's schema as draft-07: references resolved, tuples as lists, no made-up titles."""
    if "$ref" in schema:
        target = definitions[schema["$ref"].rpartition("/")[2]]
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    tidy: Schema = {key: value for key, value in schema.items() if key not in ("title", "$defs", "prefixItems", OPTION_KEY)}
    if "prefixItems" in schema:
        items = [_tidy(item, definitions) for item in schema["prefixItems"]]
        tidy["items"] = items[0] if all(item == items[0] for item in items) else items  # draft-07 says it by a list
    for key in _ONE:
        if isinstance(schema.get(key), dict):
            tidy[key] = _tidy(schema[key], definitions)
    for key in _MANY:
        if key in schema:
            tidy[key] = [_tidy(item, definitions) for item in schema[key]]
    for key in _NAMED:
        if key in schema:
            tidy[key] = {name: _tidy(item, definitions) for name, item in schema[key].items()}
    return tidy
