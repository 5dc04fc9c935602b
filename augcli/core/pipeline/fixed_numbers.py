"""Numbers that mean something else elsewhere: a fixed value where other libraries read a range around the neutral value."""

from __future__ import annotations

from typing import Any

from augcli.core.draws.distributions import Constant, Deliberate
from augcli.core.draws.fields import SpanInfo
from augcli.core.values.outcome import Problem

from .located import address_text
from .model import Pipeline
from .steps import Step


def warnings(pipeline: Pipeline) -> list[Problem]:
    """What is allowed but rarely meant, in the order of the steps; `check`, `plan` and `run` print it."""
    return [
        problem for steps in pipeline.steps.values() for top in steps for step in top.walk() for problem in _fixed(step, pipeline)
    ]


def _fixed(step: Step, pipeline: Pipeline) -> list[Problem]:
    found = []
    for name, info in (step.op.spans if step.op is not None else {}).items():
        drawn = getattr(step.op, name)
        if info.peers_around is None or not isinstance(drawn, Constant) or isinstance(drawn, Deliberate):
            continue
        if drawn.value != info.peers_around and name in _written(step, pipeline.source):  # not what a default or a severity set
            found.append(Problem(*step.place, address_text((*step.address, name)), _message(name, drawn.value, info)))
    return found


def _written(step: Step, source: Any) -> dict[str, Any]:
    """The options of a step as the user wrote them."""
    for part in step.address:
        if isinstance(source, str):
            return {}  # a bare name
        source = source[part]
    return source if isinstance(source, dict) else {}


def _message(name: str, value: float, info: SpanInfo) -> str:
    neutral = info.peers_around  # all numbers are shown with nine digits, since that is what is drawn
    assert neutral is not None
    keep = f"if you mean the fixed value, write {name}: {{value: {value:.9g}}}"
    if neutral and not value:
        return f"every copy gets 0, where other libraries read {neutral:g} ± 0 (no change); to change nothing, remove it; {keep}"
    if neutral and value > neutral:
        low, high = max(2 * neutral - value, info.low), value
        return f"every copy gets {value:.9g}; for a range, write {name}: [{low:.9g}, {high:.9g}]; {keep}"
    half = abs(value)
    low, high = max(neutral - half, info.low), min(neutral + half, info.high)
    around = f"{neutral:.9g} ± {half:.9g}" if neutral else f"±{half:.9g}"
    write = f"for that range, write {name}: [{low:.9g}, {high:.9g}]"
    return f"every copy gets {value:.9g}, where other libraries read {around}; {write}; {keep}"
