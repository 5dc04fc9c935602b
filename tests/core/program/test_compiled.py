"""What fires and what is drawn: chances, one_of, some_of, repeat, nesting, barriers. All keys fixed, so never flaky."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

from augcli import ops
from augcli.core.draws.keys import draw_word, field_id, unit_key
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.primitives import BARRIER, Barrier
from augcli.core.program.compile import CompiledPipeline, CompiledStep
from augcli.core.program.lower import draw_steps

ops.load()
COUNT = 10_000
UNITS = [unit_key(5, f"{number}.jpg", 0) for number in range(COUNT)]
LEAST_P = 1e-3
GOLDEN = Path(__file__).parents[2] / "golden" / "draws.json"


def compiled(steps: str, modality: str = "image") -> CompiledPipeline:
    return CompiledPipeline(parse_pipeline(f"{modality}: {steps}").steps[modality])


def fired(pipeline: CompiledPipeline, unit: bytes) -> list[str]:
    return ["|" if isinstance(step, Barrier) else step.step_id for step in pipeline.fire(unit)]


def fits(counts: Counter[str], weights: dict[str, float]) -> bool:
    total, count = sum(weights.values()), sum(counts.values())
    assert set(counts) <= set(weights)
    return stats.chisquare([counts[name] for name in weights], [count * w / total for w in weights.values()]).pvalue > LEAST_P


@pytest.mark.parametrize("p", [0.01, 0.3, 0.5, 0.99])
def test_a_step_fires_as_often_as_p_says(p: float) -> None:
    pipeline = compiled(f"[{{flip: {{p: {p}}}}}]")
    count = sum(bool(pipeline.fire(unit)) for unit in UNITS)
    assert stats.binomtest(count, COUNT, p).pvalue > LEAST_P


def test_p_0_never_and_p_1_always() -> None:
    pipeline = compiled("[{flip: {p: 0}}, {hue: {p: 1}}, {one_of: {p: 0, steps: [rotate, zoom]}}]")
    assert all(fired(pipeline, unit) == ["hue"] for unit in UNITS[:2000])


def test_raising_p_keeps_what_fired_before() -> None:
    few, many = compiled("[{flip: {p: 0.2}}]"), compiled("[{flip: {p: 0.4}}]")
    before, after = ({unit for unit in UNITS[:3000] if pipeline.fire(unit)} for pipeline in (few, many))
    assert before < after


def test_steps_fire_independently_of_each_other() -> None:
    pipeline = compiled("[{flip: {p: 0.5}}, {hue: {p: 0.5}}]")
    counts = Counter(",".join(fired(pipeline, unit)) for unit in UNITS)
    assert fits(counts, {"": 1, "flip": 1, "hue": 1, "flip,hue": 1})


# one_of


def test_one_of_gives_exactly_one_by_its_weights() -> None:
    pipeline = compiled("[{one_of: [{flip: {weight: 3}}, hue, {zoom: {weight: 0.5}}]}]")
    counts = Counter(",".join(fired(pipeline, unit)) for unit in UNITS)
    assert fits(counts, {"flip": 3, "hue": 1, "zoom": 0.5})


def test_one_more_option_only_steals() -> None:
    two, three = compiled("[{one_of: [flip, hue]}]"), compiled("[{one_of: [zoom, flip, hue]}]")
    changes = Counter((*fired(two, unit), *fired(three, unit)) for unit in UNITS)
    assert {(before, after) for before, after in changes if before != after} == {("flip", "zoom"), ("hue", "zoom")}
    assert fits(Counter(after for (_, after), count in changes.items() for _ in range(count)), {"flip": 1, "hue": 1, "zoom": 1})


def test_the_order_of_options_does_not_matter() -> None:
    one, other = compiled("[{one_of: [flip, hue, zoom]}]"), compiled("[{one_of: [zoom, flip, hue]}]")
    assert all(fired(one, unit) == fired(other, unit) for unit in UNITS[:2000])


def test_more_weight_only_gains() -> None:
    light, heavy = compiled("[{one_of: [flip, hue, zoom]}]"), compiled("[{one_of: [flip, hue, {zoom: {weight: 2}}]}]")
    for unit in UNITS[:3000]:
        assert fired(heavy, unit) in (fired(light, unit), ["zoom"])


def test_an_option_that_is_chosen_may_still_not_fire() -> None:
    pipeline = compiled("[{one_of: [{flip: {p: 0.5}}, hue]}]")
    counts = Counter(",".join(fired(pipeline, unit)) for unit in UNITS)
    assert fits(counts, {"": 1, "flip": 1, "hue": 2})


def test_two_choices_with_the_same_options_are_independent() -> None:
    pipeline = compiled("[{one_of: {id: a, steps: [flip, hue]}}, {one_of: {id: b, steps: [zoom, rotate]}}]")
    counts = Counter(",".join(fired(pipeline, unit)) for unit in UNITS)
    assert fits(counts, dict.fromkeys(("flip,zoom", "flip,rotate", "hue,zoom", "hue,rotate"), 1))


# some_of


@pytest.mark.parametrize("n", [1, 2, 4])
def test_some_of_gives_so_many_in_the_order_in_which_they_are_written(n: int) -> None:
    names = ["rotate", "flip", "zoom", "hue"]
    pipeline = compiled(f"[{{some_of: {{n: {n}, steps: [{', '.join(names)}]}}}}]")
    for unit in UNITS[:1000]:
        chosen = fired(pipeline, unit)
        assert len(chosen) == len(set(chosen)) == n
        assert chosen == sorted(chosen, key=names.index)


def test_some_of_with_a_range_draws_the_count() -> None:
    pipeline = compiled("[{some_of: {n: [0, 2], steps: [rotate, flip, zoom]}}]")
    counts = Counter(str(len(fired(pipeline, unit))) for unit in UNITS)
    assert fits(counts, {"0": 1, "1": 1, "2": 1})


def test_every_pair_of_some_of_is_as_likely() -> None:
    pipeline = compiled("[{some_of: {n: 2, steps: [rotate, flip, zoom]}}]")
    counts = Counter(",".join(fired(pipeline, unit)) for unit in UNITS)
    assert fits(counts, {"rotate,flip": 1, "rotate,zoom": 1, "flip,zoom": 1})


# repeat, nesting, barriers


def test_every_iteration_draws_anew() -> None:
    pipeline = compiled("[{repeat: {times: 3, steps: [{rotate: {p: 0.7}}]}}]")
    for unit in UNITS[:200]:
        drawn = [item for item in draw_steps(pipeline, unit) if not isinstance(item, Barrier)]
        assert len({draw for _, draw in drawn}) == len(drawn)
        assert [step.iteration for step, _ in drawn] == sorted(step.iteration for step, _ in drawn)
    counts = Counter(str(len(fired(pipeline, unit))) for unit in UNITS)
    assert fits(counts, {str(k): stats.binom.pmf(k, 3, 0.7) for k in range(4)})


def test_more_iterations_keep_the_earlier_ones() -> None:
    two, three = (compiled(f"[{{repeat: {{times: {times}, steps: [rotate]}}}}]") for times in (2, 3))
    for unit in UNITS[:100]:
        assert [draw for _, draw in draw_steps(three, unit)[:2]] == [draw for _, draw in draw_steps(two, unit)]


def test_a_step_outside_repeat_is_not_its_first_iteration() -> None:
    alone, repeated = compiled("[rotate]"), compiled("[{repeat: {times: 1, steps: [rotate]}}]")
    assert draw_steps(alone, UNITS[0])[0][1] != draw_steps(repeated, UNITS[0])[0][1]


def test_nested_repeats_count_each() -> None:
    pipeline = compiled("[{repeat: {times: 2, id: outer, steps: [{repeat: {times: 3, steps: [rotate]}}]}}]")
    drawn = draw_steps(pipeline, UNITS[0])
    assert [step.iteration for step, _ in drawn] == [(i, j) for i in range(2) for j in range(3)]
    assert len({draw for _, draw in drawn}) == 6
    assert set(pipeline.steps) == {("rotate", (i, j)) for i in range(2) for j in range(3)}


def test_combinators_nest() -> None:
    text = "[{one_of: {id: o, steps: [{sequence: {id: s, steps: [flip, {some_of: {n: 1, steps: [hue, zoom]}}]}}, contrast]}}]"
    pipeline = compiled(text)
    counts = Counter(",".join(fired(pipeline, unit)) for unit in UNITS)
    assert fits(counts, {"flip,hue": 1, "flip,zoom": 1, "contrast": 2})


def test_a_sequence_fires_whole_or_not_at_all() -> None:
    pipeline = compiled("[{sequence: {p: 0.5, steps: [flip, hue]}}]")
    counts = Counter(",".join(fired(pipeline, unit)) for unit in UNITS)
    assert fits(counts, {"": 1, "flip,hue": 1})


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("[{flip: {barrier: true}}, hue]", ["flip", "|", "hue"]),
        ("[{flip: {barrier: true, p: 0}}, hue]", ["hue"]),
        ("[{sequence: {barrier: true, steps: [flip]}}, hue]", ["flip", "|", "hue"]),
        ("[{one_of: {barrier: true, steps: [flip]}}, hue]", ["flip", "|", "hue"]),
        ("[{one_of: {steps: [{flip: {barrier: true}}]}}, hue]", ["flip", "|", "hue"]),
        ("[{repeat: {times: 2, barrier: true, steps: [flip]}}, hue]", ["flip", "flip", "|", "hue"]),
        ("[{repeat: {times: 2, steps: [{flip: {barrier: true}}]}}]", ["flip", "|", "flip", "|"]),
    ],
)
def test_a_barrier_follows_its_step_when_that_fires(steps: str, expected: list[str]) -> None:
    assert all(fired(compiled(steps), unit) == expected for unit in UNITS[:20])


def test_there_is_one_barrier() -> None:
    assert compiled("[{flip: {barrier: true}}]").fire(UNITS[0])[1] is BARRIER


# Draws


def test_constants_are_drawn_as_they_are_written() -> None:
    ((step, draw),) = draw_steps(compiled("[{cutout: {holes: 3, size: 0.25, x: 0.1, y: [0, 1]}}]"), UNITS[0])
    assert (draw.size, draw.x) == ((0.25,) * 3, (0.1,) * 3)
    assert len(set(draw.y)) == 3
    assert isinstance(step, CompiledStep)


def test_keys_have_52_bits_so_that_every_json_reader_keeps_them() -> None:
    pipeline = compiled("[gaussian_noise]")
    keys = [draw_steps(pipeline, unit)[0][1].key for unit in UNITS[:2000]]
    assert max(keys) < 2**52
    assert max(keys) > 2**51
    assert len(set(keys)) == 2000
    assert keys[0] == draw_word(UNITS[0], field_id("gaussian_noise", (), "key")) >> 12


def test_partners_are_numbered_in_the_order_of_the_steps() -> None:
    pipeline = compiled("[mixup, {repeat: {times: 2, steps: [{cutmix: {partner: same_class}}]}}]")
    assert [(step.step_id, step.first_partner) for step in pipeline.steps.values()] == [
        ("mixup", 0),
        ("cutmix", 1),
        ("cutmix", 2),
    ]
    assert pipeline.partner_fields == (
        (field_id("mixup", (), "partner"), "any"),
        (field_id("cutmix", (0,), "partner"), "same_class"),
        (field_id("cutmix", (1,), "partner"), "same_class"),
    )


EVERY_KIND = """[
  {flip: {p: 0.5}}, {rotate: {id: turn, p: 0.7}}, {zoom: {factor: {log_uniform: [0.5, 2]}}},
  {rotate90: {turns: {choice: [0, 2, 3]}}}, {hue: {angle_deg: {normal: {mean: 3, std: 9}}}}, color_jitter,
  {cutout: {holes: 2}}, {contrast: {factor: 1.2, barrier: true}},
  {one_of: {id: soften, steps: [{gaussian_blur: {sigma_px: [0.3, 1.5], weight: 2}}, gaussian_noise]}},
  {some_of: {n: [1, 2], steps: [brightness, saturation, grayscale]}},
  {repeat: {times: 2, steps: [{crop: {p: 0.9}}]}}, mixup, {cutmix: {p: 0.3}}]"""


def drawn_as_json(pipeline: CompiledPipeline, unit: bytes) -> list[Any]:
    items = draw_steps(pipeline, unit)
    return json.loads(
        json.dumps(
            ["|" if isinstance(item, Barrier) else [item[0].step_id, item[0].iteration, item[1]._asdict()] for item in items]
        )
    )


def test_golden_draws() -> None:
    """Pinned: every distribution and combinator, from the key to what a record holds.

    `augcli replay`, resumed runs and everyone's "same seed, same files" rely on it. A change of a number in this file is
    a change of every dataset: bump the scheme (core/draws/keys.py), or the op's `version` where only one op draws anew. An op
    may draw more than is pinned: a new field moves no other one.
    """
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    pipelines = {
        "image": compiled(EVERY_KIND),
        "audio": compiled("[gain, {polarity_inversion: {p: 0.5}}]", "audio"),
        "text": compiled("[random_delete, random_swap]", "text"),
    }
    assert len(golden["cases"]) >= 8
    for case in golden["cases"]:
        found = drawn_as_json(pipelines[case["modality"]], unit_key(*case["unit"]))
        assert [item[:2] for item in found] == [item[:2] for item in case["drawn"]]
        for item, pinned in zip(found, case["drawn"], strict=True):
            assert item == "|" or {**item[2], **pinned[2]} == item[2], item[0]
