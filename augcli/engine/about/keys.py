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
        "description": "name of the step; draws depend on it. Required if an operation is used twice. "
        "Default: the operation's name",
    },
    "weight": {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1e100,
        "default": 1,
        "description": "inside one_of and some_of: how likely this step is to be chosen, relative to the others",
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
                "description": "number of steps to apply, or [fewest, most]",
            }
        },
    ),
    "sequence": ("With probability p, apply all of these steps in order; otherwise, apply none of them.", {}),
    "repeat": (
        "Apply these steps in order, several times, with new draws each time.",
        {"times": {"type": "integer", "minimum": 1, "maximum": 100, "description": "number of times"}},
    ),
}
# Name, what it means, and an example.
DISTRIBUTIONS = {
    "number": ("A fixed number, the same for every copy.", "mixup: {share: 0.7}"),
    "value": (
        "A fixed number, without the warning given for a plain number that other libraries would read as a range.",
        "mixup: {share: {value: 0.7}}",
    ),
    "range": ("A number drawn uniformly between low and high: [low, high].", "mixup: {share: [0.6, 0.9]}"),
    "choice": ("One of these numbers, each equally likely.", "mixup: {share: {choice: [0.6, 0.75, 0.9]}}"),
    "normal": (
        "Normally distributed, limited to low…high (by default four standard deviations on either side of the mean).",
        "mixup: {share: {normal: {mean: 0.7, std: 0.1, low: 0.5, high: 0.9}}}",
    ),
    "log_uniform": (
        "Uniform on a logarithmic scale: in the example, 0.25…0.5 is as likely as 0.5…1.",
        "mixup: {share: {log_uniform: [0.25, 1]}}",
    ),
    "beta": ("The Beta distribution on 0…1, as mixup draws its shares: {beta: [a, b]}.", "mixup: {share: {beta: [0.4, 0.4]}}"),
    "percentage": (
        "A share of the image's shorter side, in place of a length in pixels. Only options that say so in their limits take it; "
        "write all numbers of an option in the same way.",
        "gaussian_blur: {sigma_px: [0.2%, 0.6%]}",
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
