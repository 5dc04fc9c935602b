"""Distributions: bounds, shape over hashed draws, what may be written, and what is refused.

Shapes are tested on draws of fixed keys, so a test either always passes or always fails.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from augcli.core.draws.beta import beta_cdf, beta_quantile
from augcli.core.draws.distributions import (
    Beta,
    Choice,
    Constant,
    Distribution,
    LogUniform,
    Normal,
    Uniform,
    WholeUniform,
    parse_distribution,
)
from augcli.core.draws.fields import SpanInfo, fit
from augcli.core.draws.keys import draw_uniform, field_id, unit_key

COUNT = 10_000
LEAST_P = 1e-3  # of the tests of fit below; the keys are fixed, so nothing is repeated until it passes


def hashed_draws(distribution: Distribution, field: str) -> list[float]:
    field_key = field_id("step", (), field)
    return [distribution.at(draw_uniform(unit_key(3, f"{number}.jpg", 0), field_key)) for number in range(COUNT)]


CONTINUOUS = {
    "uniform": (Uniform(-15, 15), stats.uniform(-15, 30).cdf),
    "log_uniform": (LogUniform(0.25, 4), stats.loguniform(0.25, 4).cdf),
    "normal": (Normal(1, 2, -9, 11), stats.truncnorm(-5, 5, 1, 2).cdf),
    "normal, cut on one side": (Normal(0, 1, 0.5, 4), stats.truncnorm(0.5, 4).cdf),
    "normal, far in its tail": (Normal(0, 1, -7, -5), stats.truncnorm(-7, -5).cdf),
    "beta of mixup": (Beta(0.4, 0.4), stats.beta(0.4, 0.4).cdf),
    "beta, lopsided": (Beta(2, 5), stats.beta(2, 5).cdf),
    "beta, flat": (Beta(1, 1), stats.uniform(0, 1).cdf),
}


@pytest.mark.parametrize("name", CONTINUOUS)
def test_draws_follow_the_distribution(name: str) -> None:
    distribution, cdf = CONTINUOUS[name]
    draws = hashed_draws(distribution, name)
    assert stats.kstest(draws, cdf).pvalue > LEAST_P
    low, high = distribution.bounds()
    assert low <= min(draws) <= max(draws) <= high


@pytest.mark.parametrize(
    ("distribution", "values"),
    [
        (WholeUniform(0, 23), range(24)),
        (WholeUniform(-2, 2), range(-2, 3)),
        (WholeUniform(5, 5), [5]),
        (Choice((1, 2.5, 7)), [1, 2.5, 7]),
    ],
)
def test_every_value_is_as_likely(distribution: Distribution, values: Any) -> None:
    counts = Counter(hashed_draws(distribution, "whole"))
    assert set(counts) == set(values)
    assert len(counts) == 1 or stats.chisquare(list(counts.values())).pvalue > LEAST_P


def test_a_value_that_is_written_twice_is_twice_as_likely() -> None:
    counts = Counter(hashed_draws(Choice((1, 1, 2)), "choice"))
    assert stats.chisquare([counts[1], counts[2]], [COUNT * 2 / 3, COUNT / 3]).pvalue > LEAST_P


@pytest.mark.parametrize(
    "distribution", [one for one, _ in CONTINUOUS.values()] + [WholeUniform(-3, 9), Choice((1, 2)), Constant(4)]
)
def test_the_ends_of_the_chances_stay_inside(distribution: Distribution) -> None:
    low, high = distribution.bounds()
    for u in (0.0, 5e-324, 2.0**-53, 0.5, 1 - 2.0**-53):
        assert low - 1e-12 <= distribution.at(u) <= high + 1e-12


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**9), st.floats(0, 1, exclude_max=True))
def test_whole_numbers_never_pass_the_last(low: int, more: int, u: float) -> None:
    value = WholeUniform(low, low + more).at(u)
    assert isinstance(value, int)
    assert low <= value <= low + more


@given(
    st.sampled_from([one for one, _ in CONTINUOUS.values()]), st.floats(0, 1, exclude_max=True), st.floats(0, 1, exclude_max=True)
)
def test_larger_chances_never_give_smaller_values(distribution: Distribution, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert distribution.at(low) <= distribution.at(high) + 1e-12


@pytest.mark.parametrize(("a", "b"), [(0.4, 0.4), (0.01, 0.01), (0.2, 3), (1, 1), (2, 5), (30, 7), (1000, 1000), (1000, 0.5)])
def test_beta_agrees_with_scipy(a: float, b: float) -> None:
    for x in (1e-6, 0.01, 0.2, 0.5, 0.77, 0.99, 1 - 1e-6):
        assert beta_cdf(a, b, x) == pytest.approx(stats.beta.cdf(x, a, b), abs=1e-11)
    for u in (0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999):
        assert beta_quantile(a, b, u) == pytest.approx(stats.beta.ppf(u, a, b), abs=1e-9)


@given(st.floats(0.01, 1000), st.floats(0.01, 1000), st.floats(0, 1, exclude_max=True))
def test_beta_quantiles_undo_the_distribution(a: float, b: float, u: float) -> None:
    x = beta_quantile(a, b, u)
    assert 0 <= x <= 1
    below, above = beta_cdf(a, b, x - 1e-9), beta_cdf(a, b, x + 1e-9)
    assert below - 1e-9 <= u <= above + 1e-9


def test_beta_knows_its_closed_forms() -> None:
    for u in (0.0, 0.25, 0.5, 0.9):
        assert beta_quantile(1, 1, u) == u
        assert beta_quantile(0.5, 0.5, u) == pytest.approx(math.sin(math.pi * u / 2) ** 2, abs=1e-10)  # the arcsine law
        assert beta_quantile(3, 1, u) == pytest.approx(u ** (1 / 3), abs=1e-10)


@given(st.floats(0.01, 1000), st.floats(0.01, 1000))
def test_beta_ends_where_its_two_halves_meet(a: float, b: float) -> None:
    """On the switch-over from one continued fraction to the other, and right beside it, neither recurses without end."""
    middle = (a + 1) / (a + b + 2)
    below, at, above = (beta_cdf(a, b, x) for x in (math.nextafter(middle, 0), middle, math.nextafter(middle, 1)))
    assert abs(below - at) < 1e-9
    assert abs(above - at) < 1e-9


WRITTEN = [
    (5, Constant(5)),
    (-0.5, Constant(-0.5)),
    ([-15, 15], Uniform(-15, 15)),
    ((0, 1), Uniform(0, 1)),
    ([3, 3], Uniform(3, 3)),
    ({"choice": [1, 3]}, Choice((1, 3))),
    ({"log_uniform": [0.5, 2]}, LogUniform(0.5, 2)),
    ({"beta": [0.4, 0.4]}, Beta(0.4, 0.4)),
    ({"normal": {"mean": 0, "std": 2, "low": -1, "high": 1}}, Normal(0, 2, -1, 1)),
    ({"normal": {"mean": 1, "std": 2}}, Normal(1, 2, -7, 9)),
]


@pytest.mark.parametrize(("written", "meant"), WRITTEN, ids=lambda value: str(value))
def test_what_is_written_is_what_is_meant(written: Any, meant: Distribution) -> None:
    parsed = parse_distribution(written)
    assert parsed == meant
    assert type(parsed) is type(meant)
    assert parse_distribution(json.loads(json.dumps(parsed.written()))) == meant


WRONG = [
    ("five", "'five' is not a number"),
    (True, "True is not a number"),
    (None, "None is not a number"),
    (float("nan"), "nan is not a number"),
    (float("inf"), "inf is not a number"),
    (10**400, "is not a number"),
    ([10**400, 1], "is not a number"),
    ([], "a range needs two numbers"),
    ([1], "a range needs two numbers"),
    ([1, 2, 3], "a range needs two numbers"),
    ([1, "2"], "'2' is not a number"),
    ([2, 1], "[2, 1]: low is greater than high; write [1, 2]"),
    ({}, "needs a number, [low, high]"),
    ({"uniform": [1, 2]}, "there is no distribution 'uniform'"),
    ({"choice": []}, "choice needs a list with at least one number"),
    ({"choice": 3}, "choice needs a list"),
    ({"choice": [[1]]}, "[1] is not a number"),
    ({"log_uniform": [0, 1]}, "log_uniform needs numbers above 0; got 0"),
    ({"log_uniform": [2, 1]}, "[2, 1]: low is greater than high; write [1, 2]"),
    ({"log_uniform": 3}, "log_uniform needs two numbers"),
    ({"beta": [0, 1]}, "beta needs two numbers from 0.01 to 1000"),
    ({"beta": [1, 1e6]}, "beta needs two numbers from 0.01 to 1000"),
    ({"normal": {"mean": 0}}, "normal needs {mean: …, std: …}"),
    ({"normal": [0, 1]}, "normal needs {mean: …, std: …}"),
    ({"normal": {"mean": 0, "std": 1, "min": 0}}, "normal needs {mean: …, std: …}"),
    ({"normal": {"mean": 0, "std": 0}}, "normal needs a std above 0"),
    ({"normal": {"mean": 0, "std": 1, "low": 2, "high": 1}}, "low is greater than high"),
    ({"choice": [1], "beta": [1, 1]}, "needs a number, [low, high]"),
]


@pytest.mark.parametrize(("written", "message"), WRONG, ids=lambda value: str(value)[:40])
def test_what_means_nothing_is_refused_with_the_remedy(written: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_distribution(written)
    assert message in str(caught.value)


LIMITS = SpanInfo(-10, 10, "deg", False, "", -10, 10, "linear", None)
WHOLE = SpanInfo(0, 5, "", True, "", 0, 5, "linear", None)


@pytest.mark.parametrize(
    "distribution", [Constant(11), Uniform(-11, 0), Choice((0, 10.5)), Normal(0, 9, -36, 36), LogUniform(1, 11)]
)
def test_limits_hold_for_every_distribution(distribution: Distribution) -> None:
    with pytest.raises(ValueError, match=r"is outside -10…10 deg"):
        fit(distribution, LIMITS)


@pytest.mark.parametrize("distribution", [Constant(10), Uniform(-10, 10), Choice((-10, 10)), LogUniform(1e-6, 10), Beta(1, 2)])
def test_limits_themselves_are_allowed(distribution: Distribution) -> None:
    assert fit(distribution, LIMITS) == distribution


@pytest.mark.parametrize(
    ("distribution", "fitted"),
    [
        (Constant(2.0), Constant(2)),
        (Uniform(0, 5.0), WholeUniform(0, 5)),
        (Choice((1.0, 3)), Choice((1, 3))),
        (WholeUniform(1, 2), WholeUniform(1, 2)),
    ],
)
def test_whole_fields_draw_whole_numbers(distribution: Distribution, fitted: Distribution) -> None:
    found = fit(distribution, WHOLE)
    assert (type(found), found) == (type(fitted), fitted)
    assert all(isinstance(found.at(u), int) for u in (0.0, 0.3, 0.999))


@pytest.mark.parametrize(
    "distribution", [Constant(1.5), Uniform(0, 2.5), Choice((1, 1.5)), Normal(2, 1, 0, 4), LogUniform(1, 4), Beta(1, 1)]
)
def test_whole_fields_refuse_the_rest(distribution: Distribution) -> None:
    with pytest.raises(ValueError, match="only whole numbers are allowed"):
        fit(distribution, WHOLE)
