"""The laws of draws that every operation keeps. For every registered operation: a new one is covered once it exists."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from every_op import (
    EXAMPLE_IDS,
    EXAMPLES,
    OPS,
    REGISTRY,
    TEXTS,
    compiled,
    draws,
    flat,
    missing,
    op_of,
    samples,
    state_of,
    step_of,
)
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from augcli.core.draws.distributions import percentage, share_of
from augcli.core.draws.fields import SpanInfo, in_pixels
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import Op
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.program.compile import CompiledPipeline, CompiledStep
from augcli.core.program.lower import draw_steps, lower
from augcli.core.values.facts import AudioFacts, ImageFacts, TextFacts

# Examples


@pytest.mark.parametrize("case", EXAMPLES, ids=EXAMPLE_IDS)
def test_examples_are_good_yaml_and_lower_for_every_kind_of_sample(case: tuple[str, int]) -> None:
    op, options = op_of(case)
    for step, draw in draws(op, options, 3):
        for facts, text in samples(op):
            result = lower([(step, draw)], state_of(facts, text))
            after = facts
            for primitive in result.program:
                after = primitive.facts_after(after)
                json.dumps(primitive)
                assert all(math.isfinite(value) for value in flat(primitive) if isinstance(value, float))
            assert after == result.facts
            assert type(after) is type(facts)


@pytest.mark.parametrize("op_id", OPS)
def test_the_first_example_is_the_plainest(op_id: str) -> None:
    op = REGISTRY[op_id]
    needed = {name for name, field in op.model_fields.items() if field.is_required()}
    assert op.examples, "an op has at least one example"
    assert set(op.examples[0]) == needed, "the first example gives what is needed, and nothing else"
    assert not missing(op, dict(op.examples[0])), "it needs nothing that does not come with augcli"


@pytest.mark.parametrize("case", EXAMPLES, ids=EXAMPLE_IDS)
def test_lowering_is_pure(case: tuple[str, int]) -> None:
    op, options = op_of(case)
    for step, draw in draws(op, options, 3):
        for facts, text in samples(op):
            state = state_of(facts, text)
            before = (state.facts, state.text, state.first_partner, repr(draw), repr(step.op))
            first, second = step.lower(draw, state), step.lower(draw, state)
            assert list(first) == list(second) == list(step.lower(draw, state_of(facts, text)))
            assert state.facts is facts
            assert (state.facts, state.text, state.first_partner, repr(draw), repr(step.op)) == before


# Draws are hashes of seed, source, copy, step, iteration, field and index


def varies(step: CompiledStep) -> bool:
    return any(distribution is not None for distribution, _ in step.samplers) or bool(step.key_fields)


def wide(op: type[Op]) -> dict[str, Any]:
    """Options with which every span is drawn from its limits, so that equal draws are no accident."""
    return dict(op.examples[0]) | {name: [info.low, info.high] for name, info in op.spans.items()}


@pytest.mark.parametrize("op_id", OPS)
def test_every_coordinate_moves_draws(op_id: str) -> None:
    op = REGISTRY[op_id]
    step = step_of(compiled(op, wide(op)), op.name())
    other_step = step_of(compiled(op, wide(op), id="other"), "other")
    repeated = parse_pipeline(json.dumps({op.modality(): [{"repeat": {"times": 2, "steps": [{op.name(): wide(op)}]}}]}))
    iterations = list(CompiledPipeline(repeated.steps[op.modality()]).steps.values())
    units = [(0, "a", 0), (1, "a", 0), (0, "b", 0), (0, "a", 1), (0, "a", 0, "mask")]

    def many(one: CompiledStep, seed: int, source: str, *rest: Any) -> tuple[Any, ...]:
        return tuple(one.draw(unit_key(seed, f"{source}{number}", *rest)) for number in range(24))

    variants = [many(step, *unit) for unit in units] + [many(one, 0, "a", 0) for one in (other_step, *iterations)]
    assert len(set(variants)) == (len(variants) if varies(step) else 1)
    fields = [field for _, ids in step.samplers for field in ([ids] if isinstance(ids, bytes) else ids)]
    fields = [*fields, *step.key_fields, *step.partner_fields, step.p_field]
    assert len(set(fields)) == len(fields), "two draws of one step hang on the same hash"


@pytest.mark.parametrize("op_id", OPS)
def test_nothing_else_moves_draws(op_id: str) -> None:
    op = REGISTRY[op_id]
    names = [*sorted(one.name() for one in REGISTRY.values() if one.modality() == op.modality())[:4], op.name()]
    others = [{name: {"id": f"{name}_{at}", **REGISTRY[f"{op.modality()}.{name}"].examples[0]}} for at, name in enumerate(names)]
    alone = compiled(op, wide(op), p=0.5)
    neighbours = [
        compiled(op, wide(op), [], others, p=0.5),
        compiled(op, wide(op), others, [], p=0.5),
        compiled(op, wide(op), others[::-1], others[:0], p=0.5),
    ]
    for number in range(20):
        unit = unit_key(3, f"{number}.x", 1)
        expected = [(step.step_id, draw) for step, draw in draw_steps(alone, unit)]
        for pipeline in neighbours:
            found = [(item[0].step_id, item[1]) for item in draw_steps(pipeline, unit) if isinstance(item, tuple)]
            assert [item for item in found if item[0] == op.name()] == expected


@pytest.mark.parametrize("op_id", OPS)
def test_chances(op_id: str) -> None:
    op = REGISTRY[op_id]
    units = [unit_key(9, f"{number}.x", 0) for number in range(300)]
    fired = [
        {number for number, unit in enumerate(units) if compiled_p.fire(unit)}
        for compiled_p in (compiled(op, dict(op.examples[0]), p=p) for p in (0, 0.3, 0.6, 1))
    ]
    assert fired[0] == set()
    assert fired[3] == set(range(300))
    assert fired[1] < fired[2]
    assert 60 < len(fired[1]) < 120  # 90 ± 3.8 standard deviations


def all_draws() -> str:
    """What every example of every op draws and lowers to, as one text."""
    lines = []
    for case in EXAMPLES:
        op, options = op_of(case)
        for step, draw in draws(op, options, 1):
            programs = [lower([(step, draw)], state_of(facts, text)).program for facts, text in samples(op)]
            lines.append(f"{case} {draw!r} {programs!r}")
    return "\n".join(lines)


HERE = Path(__file__).parent

IN_ANOTHER_PROCESS = """
import sys
sys.path[:0] = {folders!r}
from augcli.core.ops.op import Op
from augcli.core.draws.fields import Span, span

class Other(Op):
    id = "image.other_op_that_exists_here_only"
    key: Span = span(0, 1, within=(0, 1), unit="", doc="x")

    def lower(self, draw, state):
        return []

import every_op, test_op_draws
assert Other.id in every_op.OPS
test_op_draws.EXAMPLES = [case for case in every_op.EXAMPLES if case[0] != Other.id]
sys.stdout.buffer.write(test_op_draws.all_draws().encode("utf-8", "surrogateescape"))
"""


def test_hash_seeds_and_other_ops_move_no_draw() -> None:
    script = IN_ANOTHER_PROCESS.format(folders=[str(HERE), str(HERE.parent / "material")])
    environment = {**os.environ, "PYTHONHASHSEED": "4242"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode("utf-8", "surrogateescape") == all_draws()


# Draws stay within the declared limits, whatever range is asked for, and survive JSON


def distributions(info: SpanInfo) -> st.SearchStrategy[Any]:
    """What a user may write for this span."""
    if info.whole:
        numbers: Any = st.integers(math.ceil(info.low), math.floor(info.high))
    else:
        numbers = st.floats(info.low, info.high, allow_nan=False)
    ranges = st.tuples(numbers, numbers).map(sorted)
    choices = st.lists(numbers, min_size=1, max_size=4).map(lambda values: {"choice": values})
    forms = [numbers, ranges, choices, st.just([info.low, info.high]), st.sampled_from([info.low, info.high])]
    if not info.whole and info.high > 0:
        above = st.floats(max(info.low, 1e-6), info.high)
        forms.append(st.tuples(above, above).map(lambda ends: {"log_uniform": sorted(ends)}))
    if not info.whole:
        forms.append(
            st.tuples(numbers, st.floats(1e-3, 100), ranges).map(
                lambda of: {"normal": {"mean": of[0], "std": of[1], "low": of[2][0], "high": of[2][1]}}
            )
        )
    if info.shares:
        percentages = st.floats(0, 1).map(percentage)
        forms += [percentages, st.lists(percentages, min_size=2, max_size=2).map(lambda ends: sorted(ends, key=share_of))]
    if not info.whole and info.low <= 0 and info.high >= 1:
        forms.append(st.tuples(st.floats(0.1, 9), st.floats(0.1, 9)).map(lambda ab: {"beta": list(ab)}))
    return st.one_of(*forms)


SOME_FACTS = {
    "image": st.builds(
        ImageFacts, st.integers(1, 999), st.integers(1, 999), st.sampled_from([1, 3, 4]), st.sampled_from([8, 16])
    ),
    "audio": st.builds(AudioFacts, st.integers(1, 99_999), st.sampled_from([8000, 22_050, 48_000]), st.integers(1, 3)),
    "text": st.just(None),
}


@pytest.mark.parametrize("op_id", OPS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(data=st.data())
def test_draws_stay_within_limits_and_survive_json(op_id: str, data: st.DataObject) -> None:
    op = REGISTRY[op_id]
    options = dict(op.examples[data.draw(st.sampled_from([at for other, at in EXAMPLES if other == op_id]))])
    options |= {name: data.draw(distributions(info), name) for name, info in op.spans.items() if data.draw(st.booleans())}
    try:
        op.model_validate(options)
    except ValidationError:
        assume(False)  # options that exclude each other
    step = step_of(compiled(op, options), op.name())
    draw = step.draw(unit_key(data.draw(st.integers(0, 10**6)), "a", 0))
    for name, info in op.spans.items():
        low, high = getattr(step.op, name).bounds()
        values = getattr(draw, name)
        for drawn in values if info.per else [values]:
            if isinstance(drawn, str):  # a share of the shorter side: the limits hold for the pixels that it becomes
                assert low - 1e-9 <= share_of(drawn) <= high + 1e-9
                value = in_pixels(drawn, data.draw(st.integers(1, 9999)), info)
                assert info.low <= value <= info.high
                assert isinstance(value, int) or not info.whole
                continue
            value = drawn
            assert info.low <= value <= info.high
            assert low - 1e-8 * abs(low) <= value <= high + 1e-8 * abs(high)
            assert isinstance(value, int) or value == nine(value)
            assert isinstance(value, int) or not info.whole
        assert not info.per or len(values) == getattr(step.op, info.per)
    for name in op.keys:
        assert 0 <= getattr(draw, name) < 2**52
    text = data.draw(st.sampled_from(TEXTS))
    facts = data.draw(SOME_FACTS[op.modality()]) or TextFacts(len(text))
    program = lower([(step, draw)], state_of(facts, text)).program
    assert all(math.isfinite(value) for value in flat(program) if isinstance(value, float))
    read = json.loads(json.dumps(draw._asdict()))
    again = op.draw_type(**{name: tuple(value) if isinstance(value, list) else value for name, value in read.items()})
    assert again == draw
    assert repr(again) == repr(draw)  # 1 and 1.0 are equal, and not the same
    assert repr(lower([(step, again)], state_of(facts, text)).program) == repr(program)


def nine(value: float) -> float:
    return float(f"{value:.9g}")
