"""Every op, its examples, and kinds of samples to lower them for: the parameters of the contract tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from augcli import ops
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import Op, State
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.program.compile import CompiledPipeline, CompiledStep
from augcli.core.values.facts import AudioFacts, Facts, ImageFacts, TextFacts
from augcli.engine.resources.opened import Resources, trouble_with

REGISTRY = ops.load()
OPS = sorted(REGISTRY)
RESOURCES = Resources(frozenset())


def missing(op: type[Op], options: dict[str, Any]) -> list[str]:
    """What an op asks for with these options and cannot have here."""
    return [trouble for request in op.model_validate(options).resources() if (trouble := trouble_with(request))]


EXAMPLES = [
    (op_id, at) for op_id in OPS for at, options in enumerate(REGISTRY[op_id].examples) if not missing(REGISTRY[op_id], options)
]
EXAMPLE_IDS = [f"{op_id}-{number}" for op_id, number in EXAMPLES]

SIZES = [(1, 1), (3, 7), (500, 375)]
IMAGES = [ImageFacts(width, height, channels) for width, height in SIZES for channels in (1, 3, 4)]
SOUNDS = [AudioFacts(1, 8000), AudioFacts(4000, 16_000), AudioFacts(6000, 44_100, 2)]
TEXTS = [
    "The quick brown fox (aged 7) jumps over the lazy dog.\n\nIt doesn't stop; why would it?  See https://example.org/a?b=c.",
    "나는 어제 친구와 함께 학교에 갔다.\n오늘은 안 간다, 비가 오지 않아도.",
    "👩‍👩‍👧 so happy 😀😀 today 🇰🇷!! é à ñ",
    "def f(x):\n\treturn {'a': x[0], \"b\": `c`}  # not <b>bold</b>\r\n",
    "word",
    "",
]


def op_of(case: tuple[str, int]) -> tuple[type[Op], dict[str, Any]]:
    return REGISTRY[case[0]], dict(REGISTRY[case[0]].examples[case[1]])


def samples(op: type[Op]) -> list[tuple[Facts, str]]:
    modality = op.modality()
    if modality == "image":
        return [(facts, "") for facts in IMAGES]
    return [(facts, "") for facts in SOUNDS] if modality == "audio" else [(TextFacts(len(text)), text) for text in TEXTS]


def state_of(facts: Facts, text: str = "") -> State:
    """A sample as an op sees it; its partners are of other sizes."""
    if isinstance(facts, ImageFacts):
        return State(facts, text, lambda number: facts._replace(width=64, height=48 + number), RESOURCES.get)
    return State(facts, text, lambda number: facts, RESOURCES.get)


def compiled(
    op: type[Op], options: dict[str, Any], before: list[Any] | None = None, after: list[Any] | None = None, **step: Any
) -> CompiledPipeline:
    """A pipeline with this op, written as a user would write it."""
    modality = op.modality()
    steps = [*(before or []), {op.name(): {**options, **step}}, *(after or [])]
    return CompiledPipeline(parse_pipeline(json.dumps({modality: steps})).steps[modality])


def step_of(pipeline: CompiledPipeline, step_id: str) -> CompiledStep:
    return next(step for (found, _), step in pipeline.steps.items() if found == step_id)


def draws(op: type[Op], options: dict[str, Any], count: int = 5) -> Iterator[tuple[CompiledStep, Any]]:
    step = step_of(compiled(op, options), op.name())
    for number in range(count):
        yield step, step.draw(unit_key(11, f"{number}.x", 0))


def flat(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from flat(item)
    else:
        yield value
