"""What a pipeline says is what is drawn, over 10,000 samples, and draws are independent of each other.

The keys are fixed, so a test either always passes or always fails. Fits are at a significance of 0.001: the largest
distance of Kolmogorov and Smirnov may be 1.949 / sqrt(n) = 0.0195, and chi-square what `CHI2_MOST` says for its degrees
of freedom. Some twenty pairs are compared, so each pair is at a twentieth of that, 0.00005: a correlation may be
4.06 / sqrt(n) = 0.0406, and chi-square of a table of 10 × 10 cells 140.2.
How often steps fire and options are chosen is in test_compiled.py too.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from scipy import stats

from augcli import ops
from augcli.core.draws.keys import unit_key
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.primitives import Barrier
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import draw_steps

ops.load()
COUNT = 10_000
KS_MOST = 1.949 / math.sqrt(COUNT)
CORRELATION_MOST = 4.06 / math.sqrt(COUNT)
CHI2_MOST = {1: 10.83, 2: 13.82, 4: 18.47, 6: 22.46, 23: 49.73}  # by degrees of freedom
TABLE_MOST = 140.2
UNITS = [unit_key(20, f"{number}.jpg", 0) for number in range(COUNT)]


def drawn(steps: str, units: Sequence[bytes] = UNITS) -> list[dict[str, Any]]:
    """For every unit the draws of the steps that fired: {"step.field": value}."""
    pipeline = CompiledPipeline(parse_pipeline(f"image: {steps}").steps["image"])
    found = []
    for unit in units:
        fired = [item for item in draw_steps(pipeline, unit) if not isinstance(item, Barrier)]
        found.append({f"{step.step_id}.{name}": value for step, draw in fired for name, value in draw._asdict().items()})
    return found


def column(rows: Sequence[dict[str, Any]], name: str) -> np.ndarray:
    return np.array([row[name] for row in rows])


def chi_square(seen: Sequence[float], expected: Sequence[float]) -> float:
    scale = sum(seen) / sum(expected)
    return float(sum((s - e * scale) ** 2 / (e * scale) for s, e in zip(seen, expected, strict=True)))


def assert_unrelated(one: np.ndarray, other: np.ndarray) -> None:
    """No correlation, and no other dependence that a table of 10 × 10 cells, by rank, would show."""
    assert abs(np.corrcoef(one, other)[0, 1]) < CORRELATION_MOST * math.sqrt(COUNT / len(one))
    ranks = [np.argsort(np.argsort(values)) * 10 // len(values) for values in (one, other)]
    cells = np.bincount(ranks[0] * 10 + ranks[1], minlength=100)
    assert chi_square(cells, [1] * 100) < TABLE_MOST


def test_critical_values_are_those_of_the_tables() -> None:
    for degrees, most in CHI2_MOST.items():
        assert most == pytest.approx(stats.chi2.ppf(0.999, degrees), rel=1e-3)
    assert pytest.approx(stats.kstwo.ppf(0.999, COUNT), rel=1e-2) == KS_MOST
    assert pytest.approx(stats.norm.isf(0.00005 / 2) / math.sqrt(COUNT), rel=1e-2) == CORRELATION_MOST
    assert pytest.approx(stats.chi2.isf(0.00005, 81), rel=1e-3) == TABLE_MOST


CONTINUOUS = {
    "rotate: {angle_deg: [-15, 15]}": ("rotate.angle_deg", stats.uniform(-15, 30)),
    "brightness: {factor: [0.5, 2]}": ("brightness.factor", stats.uniform(0.5, 1.5)),
    "gamma: {gamma: {log_uniform: [0.5, 2]}}": ("gamma.gamma", stats.loguniform(0.5, 2)),
    "rotate: {angle_deg: {normal: {mean: 0, std: 5}}}": ("rotate.angle_deg", stats.truncnorm(-4, 4, 0, 5)),
    "rotate: {angle_deg: {normal: {mean: 2, std: 5, low: 0, high: 4}}}": ("rotate.angle_deg", stats.truncnorm(-0.4, 0.4, 2, 5)),
    "mixup": ("mixup.share", stats.beta(0.4, 0.4)),
    "mixup: {share: {beta: [8, 2]}}": ("mixup.share", stats.beta(8, 2)),
}


@pytest.mark.parametrize("step", CONTINUOUS)
def test_numbers_follow_what_is_written(step: str) -> None:
    name, distribution = CONTINUOUS[step]
    values = column(drawn(f"[{{{step}}}]" if ":" in step else f"[{step}]"), name)
    low, high = distribution.support()
    assert low <= values.min() <= values.max() <= high
    assert stats.kstest(values, distribution.cdf).statistic < KS_MOST


DISCRETE: list[tuple[str, str, dict[Any, float]]] = [
    ("posterize: {bits: [2, 6]}", "posterize.bits", dict.fromkeys(range(2, 7), 1)),
    ("rotate90: {turns: {choice: [0, 1, 3]}}", "rotate90.turns", dict.fromkeys((0, 1, 3), 1)),
    ("rotate: {angle_deg: {choice: [-90, 0, 0, 45.5]}}", "rotate.angle_deg", {-90: 1, 0: 2, 45.5: 1}),
    ("d4: {element: [0, 6]}", "d4.element", dict.fromkeys(range(7), 1)),
    ("color_jitter", "color_jitter.order", dict.fromkeys(range(24), 1)),
    ("box_blur: {radius_px: 4}", "box_blur.radius_px", {4: 1}),
]


@pytest.mark.parametrize(("step", "name", "weights"), DISCRETE, ids=[step for step, _, _ in DISCRETE])
def test_values_are_as_frequent_as_written(step: str, name: str, weights: dict[Any, float]) -> None:
    counts = Counter(column(drawn(f"[{{{step}}}]" if ":" in step else f"[{step}]"), name).tolist())
    assert set(counts) == set(weights)
    if len(weights) > 1:
        assert chi_square([counts[value] for value in weights], list(weights.values())) < CHI2_MOST[len(weights) - 1]


def test_p_holds_within_groups_and_choices() -> None:
    """0.3 of all, then one option in three, then half of those: chances multiply, and no step sees another's."""
    steps = (
        "[{one_of: {p: 0.3, steps: [{hue: {p: 0.5}}, {flip: {weight: 2}}]}}, {sequence: {p: 0.4, steps: [{invert: {p: 0.25}}]}}]"
    )
    pipeline = CompiledPipeline(parse_pipeline(f"image: {steps}").steps["image"])
    counts = Counter(step.step_id for unit in UNITS for step in pipeline.fire(unit) if not isinstance(step, Barrier))
    for name, p in {"hue": 0.3 / 3 * 0.5, "flip": 0.3 * 2 / 3, "invert": 0.4 * 0.25}.items():
        assert chi_square([counts[name], COUNT - counts[name]], [p, 1 - p]) < CHI2_MOST[1], name


def test_fields_of_a_step_have_nothing_to_do_with_each_other() -> None:
    rows = drawn("[affine]")
    names = ["affine.scale", "affine.angle_deg", "affine.shear_x_deg", "affine.x", "affine.y"]
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            assert_unrelated(column(rows, one), column(rows, other))


def test_numbers_of_one_field_have_nothing_to_do_with_each_other() -> None:
    holes = column(drawn("[{cutout: {holes: 3}}]"), "cutout.x")
    assert holes.shape == (COUNT, 3)
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert_unrelated(holes[:, one], holes[:, other])


def test_copies_sources_seeds_and_steps_have_nothing_to_do_with_each_other() -> None:
    first = column(drawn("[{rotate: {id: a}}]"), "a.angle_deg")
    others = {
        "the next copy": drawn("[{rotate: {id: a}}]", [unit_key(20, f"{number}.jpg", 1) for number in range(COUNT)]),
        "another source": drawn("[{rotate: {id: a}}]", [unit_key(20, f"{number}.png", 0) for number in range(COUNT)]),
        "the next seed": drawn("[{rotate: {id: a}}]", [unit_key(21, f"{number}.jpg", 0) for number in range(COUNT)]),
        "another step": drawn("[{rotate: {id: b}}]"),
    }
    for rows in others.values():
        assert_unrelated(first, np.array([next(iter(row.values())) for row in rows]))
    assert_unrelated(first[:-1], first[1:])  # neighbours in the folder


def test_whether_a_step_fires_says_nothing_of_what_it_draws() -> None:
    fired = [row["rotate.angle_deg"] for row in drawn("[{rotate: {angle_deg: [0, 1], p: 0.3}}]") if row]
    assert stats.kstest(fired, "uniform").statistic < 1.949 / math.sqrt(len(fired))


def test_rounds_of_a_repeat_are_drawn_anew() -> None:
    pipeline = CompiledPipeline(parse_pipeline("image: [{repeat: {times: 2, steps: [rotate]}}]").steps["image"])
    rounds = np.array([[draw.angle_deg for _, draw in draw_steps(pipeline, unit)] for unit in UNITS])  # type: ignore[misc]
    assert_unrelated(rounds[:, 0], rounds[:, 1])
