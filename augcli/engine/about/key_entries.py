"""`augcli ops show` for what is not an operation: combinators, keys of steps, of the file and of its settings, distributions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from augcli import ops
from augcli.core.draws import severity
from augcli.core.pipeline.flow import flow
from augcli.core.pipeline.settings import Input, Limits, Output, Settings

from .catalogue import limits_in
from .keys import COMBINATORS, DISTRIBUTIONS, STEP_KEYS, TOP_LEVEL, Schema

_SETTINGS: dict[str, type[Settings]] = {"output": Output, "limits": Limits, "input": Input}
_STEPS = "image: [flip]"
_EXAMPLES = {
    "version": f"version: 1\n{_STEPS}",
    "seed": f"seed: 7\n{_STEPS}",
    "copies": f"copies: {{rare: 5, '*': 1}}\n{_STEPS}",
    "image": "image:\n  - flip: {p: 0.5}\n  - rotate: {angle_deg: [-15, 15]}",
    "audio": "audio:\n  - gain: {gain_db: [-6, 6]}",
    "text": "text:\n  - synonym: {rate: 0.1}",
    "p": "image:\n  - flip: {p: 0.5}",
    "id": "image:\n  - rotate: {angle_deg: [-5, 5], id: slight}\n  - rotate: {angle_deg: [-90, 90], id: strong, p: 0.1}",
    "weight": "image:\n  - one_of:\n      - gaussian_blur: {weight: 3}\n      - gaussian_noise",
    "barrier": "image:\n  - brightness: {factor: [0.5, 1.5], barrier: true}\n  - contrast",
    "one_of": "image:\n  - one_of: {id: soften, p: 0.3, steps: [gaussian_blur, gaussian_noise]}",
    "some_of": "image:\n  - some_of: {n: [1, 2], steps: [flip, rotate, grayscale]}",
    "sequence": "image:\n  - sequence: {p: 0.5, steps: [flip, rotate]}",
    "repeat": "image:\n  - repeat: {times: 2, steps: [cutout]}",
    "severity": "image:\n  - gaussian_blur: {severity: 3}",
}
_LABELS = (
    "Class labels (folder names or a table column) are carried over to the copies automatically. Boxes, masks and "
    "keypoints are not read yet."
)


class KeyField(NamedTuple):
    name: str
    default: str
    limits: str
    meaning: str


class KeyEntry(NamedTuple):
    name: str
    kind: str
    description: str
    fields: tuple[KeyField, ...]  # the keys inside, or the key itself
    example: str  # a whole pipeline

    def as_json(self) -> dict[str, Any]:
        return {**self._asdict(), "fields": [field._asdict() for field in self.fields]}


def step_keys() -> tuple[KeyField, ...]:
    """What every step takes besides its own options."""
    return tuple(_field(name, schema) for name, schema in STEP_KEYS.items())


def key_entries() -> Iterator[KeyEntry]:
    """Every key, in the order in which one reads about them."""
    for name, (description, extra) in COMBINATORS.items():
        steps = KeyField(
            "steps",
            "(required)",
            "",
            "the list of steps; if there are no other keys, it can be given directly as the combinator's value",
        )
        fields = (steps, *(_field(key, schema) for key, schema in extra.items()), *step_keys())
        yield KeyEntry(name, "combinator", description, fields, _EXAMPLES[name])
    for field in step_keys():
        yield KeyEntry(field.name, "key of every step", _sentence(field.meaning), (field,), _EXAMPLES[field.name])
    for name, text in TOP_LEVEL.items():
        yield KeyEntry(name, "top-level key", _sentence(text), (), _EXAMPLES[name])
    for name, model in _SETTINGS.items():
        yield from _settings(name, model)
    for name, (text, step) in DISTRIBUTIONS.items():
        yield KeyEntry(name, "way to write a drawn number", text, (), f"image:\n  - {step}")
    yield _severity()
    yield KeyEntry("labels", "not a key yet", _LABELS, (), "input:\n  table:\n    label: stars\ntext: [random_swap]")


def find_key(name: str) -> KeyEntry | None:
    """The entry of this name, as one_of or output.image.quality; of settings, the end of the name is enough."""
    entries = list(key_entries())
    by_name = {entry.name: entry for entry in reversed(entries)}
    ends = [entry for entry in entries if entry.name.endswith(f".{name}")]
    return by_name.get(name) or (ends[0] if ends else None)


def names_of_keys() -> list[tuple[str, str]]:
    """(name, what it is) of every key, for completion."""
    return [(entry.name, entry.description.partition("\n")[0]) for entry in key_entries()]


def _settings(path: str, model: type[Settings]) -> Iterator[KeyEntry]:
    """The entry of a part of the settings, then of everything inside it."""
    fields = tuple(_leaves(model))
    top = path.partition(".")[0]
    kind = "top-level key" if path == top else f"part of {top}"
    example = {one.name: one.default for one in fields if one.default != "null"} or {fields[0].name: "NAME"}
    some = dict(list(example.items())[:3])
    yield KeyEntry(path, kind, (model.__doc__ or "").strip(), fields, _nested(path, some))
    for name, info in model.model_fields.items():
        inner = info.annotation
        if isinstance(inner, type) and issubclass(inner, Settings):
            yield from _settings(f"{path}.{name}", inner)
        else:
            field = next(one for one in fields if one.name == name)
            value = field.default if field.default != "null" else "NAME"
            yield KeyEntry(f"{path}.{name}", f"part of {top}", _sentence(field.meaning), (field,), _nested(path, {name: value}))


def _leaves(model: type[Settings], prefix: str = "") -> Iterator[KeyField]:
    properties = model.model_json_schema(mode="validation")["properties"]
    for name, info in model.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, Settings):
            yield from _leaves(info.annotation, f"{prefix}{name}.")
        else:
            yield KeyField(f"{prefix}{name}", flow(info.default), limits_in(properties[name]), info.description or "")


def _nested(path: str, leaves: dict[str, str]) -> str:
    """A pipeline that sets these, each by its dotted name below the path, to a value in YAML."""
    lines: list[str] = []
    open_keys: list[str] = []
    for name, value in leaves.items():
        *outer, last = [*path.split("."), *name.split(".")]
        depth = next((i for i, key in enumerate(outer) if i >= len(open_keys) or open_keys[i] != key), len(outer))
        lines += ["  " * i + f"{outer[i]}:" for i in range(depth, len(outer))]
        open_keys = outer
        lines.append("  " * len(outer) + f"{last}: {value}")
    return "\n".join([*lines, _STEPS])


def _severity() -> KeyEntry:
    names = ", ".join(op.name() for _, op in sorted(ops.load().items()) if op.severities)
    text = (
        f"How strong a corruption is, from 1 to {severity.MOST}, as in ImageNet-C: it sets the other options of the operation. "
        f"These have it: {names}."
    )
    field = KeyField("severity", "", f"1…{severity.MOST}, whole", "in place of the options that it sets")
    return KeyEntry("severity", "option of some operations", text, (field,), _EXAMPLES["severity"])


def _field(name: str, schema: Schema) -> KeyField:
    default = flow(schema["default"]) if "default" in schema else "" if name == "id" else "(required)"
    return KeyField(name, default, limits_in(schema), schema["description"])


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
