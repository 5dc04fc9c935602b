"""The laws of DESIGN.md §2 that every op keeps. Parametrised over the registry: a new op is covered once its file exists."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from augcli import ops
from augcli.core import op as core_op
from augcli.core.compile import CompiledPipeline, CompiledStep
from augcli.core.facts import AudioFacts, Facts, ImageFacts, TextFacts
from augcli.core.fields import SpanInfo, fit, parse_distribution
from augcli.core.keys import unit_key
from augcli.core.lower import draw_steps, lower
from augcli.core.matrix import inverse, project
from augcli.core.op import Op, State
from augcli.core.pipeline import COMBINATORS, parse_pipeline
from augcli.core.primitives.image import MOVES_OR_HIDES, TOLERANCE_LEVELS, Warp
from augcli.core.primitives.text import Literal, Pieces, Slice
from augcli.core.resources import Shown
from augcli.engine.layers import laid_by_alpha, with_shown
from augcli.engine.modality import MODALITIES
from augcli.engine.resources import Resources, trouble_with

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
            first, second = step.op.lower(draw, state), step.op.lower(draw, state)
            assert list(first) == list(second) == list(step.op.lower(draw, state_of(facts, text)))
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


IN_ANOTHER_PROCESS = """
import sys
sys.path.insert(0, {folder!r})
from augcli.core.op import Op
from augcli.core.fields import Span, span

class Other(Op):
    id = "image.other_op_that_exists_here_only"
    key: Span = span(0, 1, within=(0, 1), doc="x")

    def lower(self, draw, state):
        return []

import test_ops
REGISTRY = test_ops.REGISTRY
assert Other.id in test_ops.OPS
test_ops.EXAMPLES = [case for case in test_ops.EXAMPLES if case[0] != Other.id]
sys.stdout.buffer.write(test_ops.all_draws().encode("utf-8", "surrogateescape"))
"""


def test_hash_seeds_and_other_ops_move_no_draw() -> None:
    script = IN_ANOTHER_PROCESS.format(folder=str(Path(__file__).parent))
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
        for value in values if info.per else [values]:
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


# What primitives say of facts is what the kernels give


def picture(facts: ImageFacts, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (facts.height, facts.width, facts.channels), np.uint8)


def bound(program: Any, partners: int, facts: ImageFacts) -> tuple[Any, list[np.ndarray]]:
    """A program as kernels get it, and the pictures that it lays over others: partners, then those of resources."""
    sample = picture(facts)
    cut_out = laid_by_alpha(program)
    others = [picture(ImageFacts(64, 48 + number, 4 if number in cut_out else facts.channels), 1) for number in range(partners)]

    def picture_of(shown: Shown, by_alpha: bool) -> Any:
        return MODALITIES["image"].as_partner(RESOURCES.get(shown.request).pixels(*shown.which), sample, by_alpha)

    program, shown = with_shown(program, partners, picture_of)
    return program, others + shown


@pytest.mark.parametrize(
    "case", [case for case in EXAMPLES if case[0].startswith("image.")], ids=lambda case: f"{case[0]}-{case[1]}"
)
def test_pictures_come_out_as_their_facts_say(case: tuple[str, int]) -> None:
    from augcli.kernels.cpu_image import apply

    op, options = op_of(case)
    for step, draw in draws(op, options, 2):
        for facts in IMAGES:
            pixels = picture(facts)
            program, partners = bound(lower([(step, draw)], state_of(facts)).program, op.partners, facts)
            kept = [pixels.copy(), *(partner.copy() for partner in partners)]
            current: Any = facts
            for primitive in program:
                pixels_after = apply(pixels, primitive, partners)
                assert pixels_after.dtype == np.uint8
                assert all(np.array_equal(one, other) for one, other in zip(kept, [pixels, *partners], strict=True))
                pixels, current = pixels_after, primitive.facts_after(current)
                kept[0] = pixels.copy()
                assert pixels.shape == (current.height, current.width, current.channels)


@pytest.mark.parametrize(
    "case", [case for case in EXAMPLES if case[0].startswith("audio.")], ids=lambda case: f"{case[0]}-{case[1]}"
)
def test_sounds_come_out_as_their_facts_say(case: tuple[str, int]) -> None:
    from augcli.kernels import torch_audio

    op, options = op_of(case)
    for step, draw in draws(op, options, 2):
        rows, expected = [], []
        for facts in SOUNDS:
            samples = np.random.default_rng(0).uniform(-0.5, 0.5, (facts.channels, facts.frames)).astype(np.float32)
            result = lower([(step, draw)], state_of(facts))
            rows.append((samples, result.program))
            expected.append((result.facts.channels, result.facts.frames))  # type: ignore[union-attr]
        assert [done.shape for done in torch_audio.execute(rows, "cpu")] == expected


@pytest.mark.parametrize(
    "case", [case for case in EXAMPLES if case[0].startswith("text.")], ids=lambda case: f"{case[0]}-{case[1]}"
)
def test_texts_come_out_as_their_facts_say(case: tuple[str, int]) -> None:
    op, options = op_of(case)
    for step, draw in draws(op, options, 10):
        for text in TEXTS:
            state = state_of(TextFacts(len(text)), text)
            result = lower([(step, draw)], state)
            assert result.facts == TextFacts(len(state.text))


# The dot law: a marked pixel or character lands where the primitives say


def moves(primitive: Any) -> bool:
    return isinstance(primitive, Warp) or hasattr(primitive, "moved")


def landing(primitive: Any, x: float, y: float, facts: ImageFacts) -> tuple[float, float]:
    """Where a primitive says that a point goes."""
    if isinstance(primitive, Warp):
        return project(primitive.matrix, x, y)
    if "points" in inspect.signature(primitive.moved).parameters:
        ((x, y),) = primitive.moved(np.array([[x, y]], float), facts)
        return float(x), float(y)
    moved: tuple[float, float] = primitive.moved(x, y, facts)
    return moved


def dots(primitive: Any, facts: ImageFacts) -> Iterator[tuple[np.ndarray, tuple[float, float], tuple[int, int, int, int]]]:
    """(picture with one dot, where its centre should land, where its light may fall), for dots that stay in sight."""
    shrink, side = 1.9, 3  # a field may shrink nearly to a half
    if isinstance(primitive, Warp):
        back = inverse(primitive.matrix)
        shrink = max(1.0, *(abs(back[at]) for at in (0, 1, 3, 4)))
        side = 1 if shrink <= 1.01 else 2 * math.ceil(shrink) + 1  # what is averaged away cannot be found again
        if primitive.interpolation == "nearest":
            side = max(side, 5)  # nor can what is passed over
    margin = side + 4 + math.ceil(3 * shrink)  # so that no border mirrors it into sight
    after = primitive.facts_after(facts)
    for share_x, share_y in ((0.5, 0.5), (0.3, 0.6), (0.7, 0.35), (0.45, 0.25), (0.62, 0.71)):
        left, top = int(share_x * facts.width), int(share_y * facts.height)
        if not (margin <= left <= facts.width - margin - side and margin <= top <= facts.height - margin - side):
            continue
        corners = [(left - 1, top - 1), (left + side + 1, top - 1), (left - 1, top + side + 1), (left + side + 1, top + side + 1)]
        xs, ys = zip(*(landing(primitive, *corner, facts) for corner in corners), strict=True)
        window = (math.floor(min(xs)) - 1, math.floor(min(ys)) - 1, math.ceil(max(xs)) + 1, math.ceil(max(ys)) + 1)
        if window[0] < 0 or window[1] < 0 or window[2] > after.width or window[3] > after.height:
            continue
        rigid = TOLERANCE_LEVELS[type(primitive)] == 0
        if rigid and (max(xs) - min(xs), max(ys) - min(ys)) != (side + 2, side + 2):
            continue  # torn apart between two tiles
        pixels = np.zeros((facts.height, facts.width, 1), np.uint8)
        pixels[top : top + side, left : left + side] = 255
        yield pixels, landing(primitive, left + side / 2, top + side / 2, facts), window


def centroid(pixels: np.ndarray, window: tuple[int, int, int, int]) -> tuple[float, float]:
    left, top, right, bottom = window
    part = pixels[top:bottom, left:right, 0].astype(float)
    assert part.sum() > 0, "the dot is gone"
    rows, columns = np.indices(part.shape)
    return left + float((part * (columns + 0.5)).sum() / part.sum()), top + float((part * (rows + 0.5)).sum() / part.sum())


def assert_dots_land(program: tuple[Any, ...], facts: ImageFacts) -> int:
    """How many dots were followed through each moving primitive of a program."""
    from augcli.kernels.cpu_image import apply

    checked = 0
    for primitive in program:
        if moves(primitive):
            for pixels, expected, window in dots(primitive, facts):
                x, y = centroid(apply(pixels, primitive), window)
                # To the nearest pixel is up to half a pixel along either axis.
                near = 0.75 if getattr(primitive, "interpolation", "") == "nearest" else 0.6
                assert math.hypot(x - expected[0], y - expected[1]) <= near, (primitive, expected, (x, y))
                checked += 1
        facts = primitive.facts_after(facts)
    return checked


DOT_FACTS = [ImageFacts(160, 120, 1), ImageFacts(121, 161, 1), ImageFacts(500, 375, 1)]


def programs(case: tuple[str, int], count: int) -> Iterator[tuple[tuple[Any, ...], ImageFacts]]:
    for step, draw in draws(*op_of(case), count):
        for facts in DOT_FACTS:
            yield lower([(step, draw)], state_of(facts)).program, facts


IMAGE_CASES = [case for case in EXAMPLES if case[0].startswith("image.")]
MOVERS = [case for case in IMAGE_CASES if any(moves(one) for program, _ in programs(case, 3) for one in program)]


@pytest.mark.parametrize("case", MOVERS, ids=lambda case: f"{case[0]}-{case[1]}")
def test_dots_land_where_the_primitives_say(case: tuple[str, int]) -> None:
    checked = sum(assert_dots_land(program, facts) for program, facts in programs(case, 6))
    assert checked >= 10, "hardly any dot stayed in sight: the law was not tested"


@pytest.mark.parametrize("case", IMAGE_CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_whatever_moves_or_hides_can_say_where_and_what(case: tuple[str, int]) -> None:
    """Labels are carried by asking primitives; one that cannot answer would leave them behind."""
    for program, _ in programs(case, 2):
        for primitive in program:
            if type(primitive) in MOVES_OR_HIDES:
                assert moves(primitive) or hasattr(primitive, "regions") or hasattr(primitive, "hides"), type(primitive).__name__
            else:
                assert not moves(primitive)
                assert primitive.facts_after(DOT_FACTS[0])[:2] == DOT_FACTS[0][:2]


def test_dots_land_through_fused_programs() -> None:
    """All ops that only resample at once, in several orders: every dot where the fused matrix says."""
    movers = sorted(
        {case[0] for case in MOVERS if all(isinstance(one, Warp) for program, _ in programs(case, 3) for one in program)}
    )
    assert len(movers) >= 5
    checked = 0
    for turn in range(8):
        chosen = [movers[(turn * 5 + 3 * number) % len(movers)] for number in range(5)]
        steps = [{REGISTRY[op_id].name(): dict(REGISTRY[op_id].examples[0])} for op_id in dict.fromkeys(chosen)]
        pipeline = CompiledPipeline(parse_pipeline(json.dumps({"image": steps})).steps["image"])
        for number in range(6):
            for facts in DOT_FACTS:
                drawn = draw_steps(pipeline, unit_key(0, f"{number}.jpg", turn))
                checked += assert_dots_land(lower(drawn, state_of(facts)).program, facts)
    assert checked >= 60


def provenance(pieces: Pieces) -> list[int | None]:
    """For every character of the new text, which one of the old text it is; None for a new one."""
    where: list[int | None] = []
    for piece in pieces.pieces:
        where += [None] * len(piece.text) if isinstance(piece, Literal) else list(range(piece.start, piece.stop))
    return where


TEXT_CASES = [case for case in EXAMPLES if case[0].startswith("text.")]


@pytest.mark.parametrize("case", TEXT_CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_characters_land_where_the_pieces_say_and_the_rest_stays_as_it_was(case: tuple[str, int]) -> None:
    op, options = op_of(case)
    touched = 0
    for step, draw in draws(op, options, 40):
        for text in TEXTS:
            state = state_of(TextFacts(len(text)), text)
            for pieces in lower([(step, draw)], state).program:
                assert isinstance(pieces, Pieces)
                touched += 1
                where = provenance(pieces)
                assert len(where) == len(state.text)
                assert all(source is None or state.text[at] == text[source] for at, source in enumerate(where))
                assert all(0 <= one.start < one.stop <= len(text) for one in pieces.pieces if isinstance(one, Slice))
                edits = pieces.edits(len(text))
                if edits is not None:
                    assert_untouched_stays(text, state.text, edits)
                state.text.encode("utf-8")  # no half characters
    assert touched, "no text was ever changed: the law was not tested"


def assert_untouched_stays(text: str, new_text: str, edits: list[tuple[int, int, str]]) -> None:
    position = new_position = 0
    for start, stop, new in edits:
        length = start - position
        assert text[position:start] == new_text[new_position : new_position + length]
        assert text[start:stop] != new, "an edit that changes nothing"
        position, new_position = stop, new_position + length + len(new)
    assert text[position:] == new_text[new_position:]


@pytest.mark.parametrize("case", TEXT_CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_marked_words_are_found_again_after_several_steps(case: tuple[str, int]) -> None:
    """A word that is marked through the whole fused program: whatever of it is left stands where the pieces say."""
    op, options = op_of(case)
    text = "\n".join(TEXTS[:3])
    words = [match.span() for match in re.finditer(r"\S+", text)]
    for number in range(10):
        pipeline = compiled(
            op, options, after=[{op.name(): {**options, "id": "again"}}, {"random_swap": {"id": "swap", "rate": 0.5}}]
        )
        drawn = draw_steps(pipeline, unit_key(2, f"{number}.txt", 0))
        state, current, marks = state_of(TextFacts(len(text)), text), text, [list(range(*span)) for span in words]
        fused = lower(drawn, state).program
        for item in drawn:
            for pieces in item[0].op.lower(item[1], state_of(TextFacts(len(current)), current)):
                places = {source: at for at, source in enumerate(provenance(pieces)) if source is not None}
                marks = [[places[at] for at in mark if at in places] for mark in marks]
                current = pieces.apply(current)
        assert state.text == current
        if fused:
            places = {source: at for at, source in enumerate(provenance(fused[0])) if source is not None}
            assert marks == [[places[at] for at in range(*span) if at in places] for span in words]


# What an op says of itself

LABEL_WORDS = re.compile(
    r"\b(labels?|box(es)?|points?|masks?|class(es)?|spans?|times|events?|transcripts?|meaning)\b", re.IGNORECASE
)


@pytest.mark.parametrize("op_id", OPS)
def test_docstrings_say_what_happens_and_what_becomes_of_labels(op_id: str) -> None:
    doc = inspect.cleandoc(REGISTRY[op_id].__doc__ or "")
    summary, _, rest = doc.partition("\n")
    assert 10 <= len(summary) <= 120
    assert summary.endswith("."), "the first line is one whole sentence"
    assert rest.startswith("\n"), "an empty line follows the summary"
    assert LABEL_WORDS.search(doc), "what becomes of labels is said"


@pytest.mark.parametrize("op_id", OPS)
def test_fields_say_what_they_mean_and_have_sane_defaults(op_id: str) -> None:
    op = REGISTRY[op_id]
    for name, field in op.model_fields.items():
        assert field.description, f"{name} needs a description"
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert name not in (*core_op.STEP_KEYS, "steps", "n", "times"), f"{name} has a meaning for every step"
        if name in op.spans:
            info, default = op.spans[name], field.default
            assert info.low < info.high
            assert fit(default, info) == default
            assert fit(parse_distribution(default.written()), info) == default
            assert not info.per or info.per in op.model_fields
    assert not set(op.keys) & set(op.model_fields)
    assert not {"p", "n", "partner"} & {*op.spans, *op.keys}, "these names are hashed for firing, counting and partners"
    assert op.version >= 1
    assert op.needs in ("facts", "targets", "content")
    assert op.partners == 0 or not op.keeps_label
    assert all(isinstance(reference, str) and len(reference) > 10 for reference in op.references)


@pytest.mark.parametrize("op_id", OPS)
def test_options_survive_being_written_and_read(op_id: str) -> None:
    """Fingerprints and `run.json` hold what `model_dump` gives."""
    op = REGISTRY[op_id]
    for example in op.examples:
        made = op.model_validate(example)
        dumped = json.loads(json.dumps(made.model_dump(mode="json")))
        assert op.model_validate(dumped) == made
    json.dumps(op.model_json_schema())


@pytest.mark.parametrize("op_id", OPS)
def test_ids_files_and_imports(op_id: str) -> None:
    op = REGISTRY[op_id]
    assert re.fullmatch(r"(image|audio|text)\.[a-z][a-z0-9_]*", op_id)
    assert op.name() not in COMBINATORS
    assert op.modality() == "text" or not op.name().startswith("random_"), "every op is random: the name says what it does"
    assert op.__module__ == f"augcli.ops.{op_id}", "a file is called as its op"
    tree = ast.parse(inspect.getsource(importlib.import_module(op.__module__)))
    own = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    assert len([node for node in own if getattr(sys.modules[op.__module__], node.name, None) in REGISTRY.values()]) == 1
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module or ""]
        for name in names:
            allowed = name.partition(".")[0] in {*sys.stdlib_module_names, "pydantic"} or f"{name}.".startswith("augcli.core.")
            assert allowed, f"an op imports {name}; it may import core, pydantic and the standard library"


def test_a_field_that_every_step_has_is_refused() -> None:
    with pytest.raises(TypeError, match=r"image\.heavy has a field called 'weight', which every step has already"):
        type(
            "Heavy",
            (Op,),
            {
                "id": "image.heavy",
                "__annotations__": {"id": "ClassVar[str]", "weight": float},
                "weight": 1.0,
                "__module__": __name__,
            },
        )
    assert "image.heavy" not in REGISTRY


def test_two_ops_of_one_name_are_refused() -> None:
    with pytest.raises(TypeError, match=r"two ops are called image\.flip: augcli\.ops\.image\.flip and"):
        type("Flip", (Op,), {"id": "image.flip", "__annotations__": {"id": "ClassVar[str]"}, "__module__": __name__})


# Third parties

THIRD_PARTY = dedent('''\
    from typing import ClassVar

    from augcli.core.fields import Span, span
    from augcli.core.op import Op
    from augcli.core.primitives.image import Fill


    class Letterbox(Op):
        """Cover a bar at the top.

        Boxes below it are hidden.
        """

        id: ClassVar[str] = "image.top_bar"
        height: Span = span(0.1, 0.2, within=(0, 1), doc="share of the height")

        def lower(self, draw, state):
            width, height = state.image[:2]
            return [Fill((((0, 0, width, round(draw.height * height)), (0.0, 0.0, 0.0)),))]
''')
USE_IT = """
import json
from augcli import ops
from augcli.core.compile import CompiledPipeline
from augcli.core.facts import ImageFacts
from augcli.core.keys import unit_key
from augcli.core.lower import draw_steps, lower
from augcli.core.op import State
from augcli.core.pipeline import parse_pipeline

assert "image.top_bar" in ops.load()
steps = parse_pipeline("image: [flip, {top_bar: {height: 0.5, p: 1}}]").steps["image"]
print(json.dumps(lower(draw_steps(CompiledPipeline(steps), unit_key(0, "a", 0)), State(ImageFacts(10, 8))).program[-1]))
"""


def test_ops_of_other_packages_come_in_by_an_entry_point(tmp_path: Path) -> None:
    (tmp_path / "top_bar.py").write_text(THIRD_PARTY)
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "top-bar"\nversion = "1"\n[project.entry-points."augcli.ops"]\ntop_bar = "top_bar"\n'
    )
    installed = tmp_path / "top_bar-1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: top-bar\nVersion: 1\n")
    (installed / "entry_points.txt").write_text("[augcli.ops]\ntop_bar = top_bar\n")
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-c", USE_IT], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[[[0, 0, 10, 4], [0.0, 0.0, 0.0]]]]
    assert "image.top_bar" not in REGISTRY
