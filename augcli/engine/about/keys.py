"""The keys of a pipeline that are not operations, as the JSON Schema and `ops show` describe them."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

STEP_KEYS: dict[str, Schema] = {
    "p": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "default": 1,
        "description": "probability that the step is applied: 0 never, 1 (the default) always",
    },
    "id": {
        "type": "string",
        "pattern": r"^[^.=\t\n]+$",
        "description": "name of the step; draws depend on it. Needed when an operation is used twice. Default: its name",
    },
    "weight": {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1e100,
        "default": 1,
        "description": "inside one_of and some_of: how likely this step is, relative to the others",
    },
    "barrier": {
        "type": "boolean",
        "default": False,
        "description": "true: do not fuse later steps with this one or with earlier ones",
    },
}
COMBINATORS: dict[str, tuple[str, dict[str, Schema]]] = {
    "one_of": ("Apply exactly one of these steps, chosen by weight.", {}),
    "some_of": (
        "Apply several of these steps, chosen by weight, each at most once, in the order in which they are listed.",
        {
            "n": {
                "anyOf": [
                    {"type": "integer", "minimum": 1},
                    {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 2, "maxItems": 2},
                ],
                "default": 1,
                "description": "how many steps, or [fewest, most]",
            }
        },
    ),
    "sequence": ("Apply all of these steps in order, or none of them (p).", {}),
    "repeat": (
        "Apply these steps in order, several times, with new draws each time.",
        {"times": {"type": "integer", "minimum": 1, "maximum": 100, "description": "how many times"}},
    ),
}
TOP_LEVEL = {
    "version": "version of the pipeline format; always 1",
    "seed": "whole number; the same seed gives the same outputs, byte for byte",
    "copies": "outputs per sample, or per class: {rare: 5, '*': 1}, where '*' is every other class",
    "image": "steps for images, applied in order",
    "audio": "steps for audio files, applied in order",
    "text": "steps for text files and table rows, applied in order",
}
