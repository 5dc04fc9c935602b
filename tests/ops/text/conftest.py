"""One op on one text, the way the engine does it: keys, draw, lower, new text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from augcli import ops
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.primitives.text import Pieces
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import Lowered, draw_steps, lower
from augcli.core.values.facts import TextFacts
from augcli.engine.resources.opened import resources_of

NAMES = ("keyboard_typo", "ocr_typo", "random_delete", "random_insert", "random_swap", "spelling", "synonym")


class Changed(NamedTuple):
    text: str
    pieces: Pieces | None  # None when nothing changed
    lowered: Lowered


@pytest.fixture(scope="session")
def change() -> Callable[..., Changed]:
    """change(text, op name, copy=0, **options)"""
    ops.load()
    made: dict[str, CompiledPipeline] = {}

    def work(text: str, name: str, copy: int = 0, **options: Any) -> Changed:
        step = json.dumps({name: options})
        if step not in made:
            made[step] = CompiledPipeline(parse_pipeline(f"text: [{step}]").steps["text"])
        state = State(TextFacts(len(text)), text, None, resources_of(made[step]).get)
        lowered = lower(draw_steps(made[step], unit_key(7, "a.txt", copy)), state)
        assert len(lowered.program) <= 1
        return Changed(state.text, lowered.program[0] if lowered.program else None, lowered)  # type: ignore[arg-type]

    return work
