"""A run of colour maps is one linear map: fused, it gives what the steps give one after another, means included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcli.core.idioms import colour
from augcli.core.primitives.image import LUMA, ColourMatrix, Fill, NormalNoise
from augcli.core.values.facts import ImageFacts

FACTS = ImageFacts(4, 3)
NUMBERS = st.floats(-3, 3)
NINE = st.tuples(*[NUMBERS] * 9)
THREE = st.tuples(*[NUMBERS] * 3)
MAPS = st.builds(ColourMatrix, NINE, NINE, THREE)
NAMED = st.one_of(
    st.builds(colour.brightness, st.floats(0, 3)),
    st.builds(colour.contrast, st.floats(0, 3)),
    st.builds(colour.saturation, st.floats(0, 3)),
    st.builds(colour.hue, st.floats(-180, 180)),
)
IMAGE = np.random.default_rng(1).uniform(0, 1, (12, 3))


def evaluated(matrix: ColourMatrix, pixels: np.ndarray) -> np.ndarray:
    """`M·x + N·mean + t` in float64, with the mean of what comes in, nothing clamped."""
    m, n, t = np.array(matrix.m).reshape(3, 3), np.array(matrix.n).reshape(3, 3), np.array(matrix.t)
    return pixels @ m.T + n @ pixels.mean(axis=0) + t


@given(st.lists(MAPS | NAMED, min_size=1, max_size=6))
def test_a_run_is_its_steps_one_after_the_other(run: list[ColourMatrix]) -> None:
    fused, pixels, size = run[0], IMAGE, 1.0
    for later in run[1:]:
        fused = fused.then(later, FACTS)
    for step in run:
        pixels = evaluated(step, pixels)
        size = max(size, float(np.abs(pixels).max()))
    assert np.allclose(evaluated(fused, IMAGE), pixels, atol=1e-9 * size * 100)


@given(MAPS, MAPS, MAPS)
def test_fusing_is_associative(p: ColourMatrix, q: ColourMatrix, r: ColourMatrix) -> None:
    left, right = p.then(q, FACTS).then(r, FACTS), p.then(q.then(r, FACTS), FACTS)
    for one, other in zip(left, right, strict=True):
        assert np.allclose(one, other, atol=1e-9)


@given(NAMED)
def test_nothing_is_what_factor_one_does(step: ColourMatrix) -> None:
    nothing = colour.brightness(1)
    assert np.allclose(evaluated(step.then(nothing, FACTS), IMAGE), evaluated(step, IMAGE), atol=1e-12)
    assert np.allclose(evaluated(nothing.then(step, FACTS), IMAGE), evaluated(step, IMAGE), atol=1e-12)


def test_colour_maps_fuse_with_each_other_only() -> None:
    assert colour.brightness(1).then(NormalNoise("gaussian", 0.1, 1), FACTS) is None
    assert colour.brightness(1).then(Fill(()), FACTS) is None
    assert colour.brightness(2).facts_after(FACTS) == FACTS


def test_only_contrast_needs_the_mean() -> None:
    assert colour.contrast(0.5).needs_mean
    assert colour.saturation(0.5).then(colour.contrast(0.5), FACTS).needs_mean
    assert not colour.brightness(0.5).then(colour.hue(20), FACTS).then(colour.saturation(0), FACTS).needs_mean


@pytest.mark.parametrize("factor", [0.0, 0.5, 1.0, 2.0])
def test_what_the_maps_mean(factor: float) -> None:
    luma = IMAGE @ np.array(LUMA)
    assert np.allclose(evaluated(colour.brightness(factor), IMAGE), IMAGE * factor)
    grey = luma[:, None]
    assert np.allclose(evaluated(colour.saturation(factor), IMAGE), grey + factor * (IMAGE - grey))
    assert np.allclose(evaluated(colour.contrast(factor), IMAGE), luma.mean() + factor * (IMAGE - luma.mean()))


def test_hue_keeps_greys_and_luma_and_comes_round() -> None:
    grey = np.repeat(np.linspace(0, 1, 5)[:, None], 3, axis=1)
    luma = np.array([0.213, 0.715, 0.072])  # the W3C's weights, rounded to three digits there
    for angle in (-170, -30, 5, 90, 180):
        assert np.allclose(evaluated(colour.hue(angle), grey), grey, atol=1e-9)
        assert np.allclose(evaluated(colour.hue(angle), IMAGE) @ luma, IMAGE @ luma, atol=2e-3)
    assert np.allclose(evaluated(colour.hue(120).then(colour.hue(240), FACTS), IMAGE), IMAGE, atol=3e-3)


@given(st.lists(MAPS | NAMED, min_size=1, max_size=3), st.floats(0, 1), st.floats(0, 1))
def test_a_grey_image_is_taken_as_equal_colours_and_gets_the_luma(run: list[ColourMatrix], value: float, mean: float) -> None:
    fused = run[0]
    for later in run[1:]:
        fused = fused.then(later, FACTS)
    factor, mean_factor, shift = fused.grey()
    m, n, t = np.array(fused.m).reshape(3, 3), np.array(fused.n).reshape(3, 3), np.array(fused.t)
    expected = np.array(LUMA) @ (m @ np.full(3, value) + n @ np.full(3, mean) + t)
    assert factor * value + mean_factor * mean + shift == pytest.approx(float(expected), abs=1e-7, rel=1e-9)
