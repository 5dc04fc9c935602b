"""A step means the same for 8-bit and 16-bit images, and loses no bits of the latter. For every registered operation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import skimage.data
import torch

from augcli import ops
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.primitives.image import Blend, ColourMatrix, Fill, Filter, NormalNoise, Warp
from augcli.core.primitives.neighbours import Median
from augcli.core.primitives.recode import Recode
from augcli.core.primitives.tone import Adapt, Curve, HueSaturationValue, LocalContrast, Shade
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import draw_steps, lower
from augcli.core.values.facts import ImageFacts
from augcli.core.values.matrix import IDENTITY, translation
from augcli.engine.make.layers import laid_by_alpha, with_shown
from augcli.engine.modality.table import MODALITIES
from augcli.engine.resources.opened import Resources, trouble_with
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.cpu.image.tone import cumulative_shares
from augcli.kernels.shared.depth import in_eight_bits, in_sixteen_bits
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image import execute as torch_image

REGISTRY = ops.load()
# Backends may differ by so many levels of 16 bits where they may by none, or by one, of 8.
LEVELS_OF_65535 = {0: 0, 1: 8}
RESOURCES = Resources(frozenset())


def _missing(op: Any, options: dict[str, Any]) -> bool:
    return any(trouble_with(request) for request in op.model_validate(options).resources())


CASES = [
    (name, at)
    for name, op in sorted(REGISTRY.items())
    if op.modality() == "image"
    for at, options in enumerate(op.examples)
    if not _missing(op, dict(options))
]


def photographs() -> dict[int, np.ndarray]:
    """By channels; with alpha, some of it clear."""
    colour = np.ascontiguousarray(skimage.data.astronaut()[100:190:1, 180:301])
    alpha = np.linspace(0, 300, colour.shape[1]).clip(0, 255).astype(np.uint8)[None, :, None].repeat(colour.shape[0], 0)
    return {1: skimage.data.camera()[100:190, 180:301, None].copy(), 3: colour, 4: np.concatenate([colour, alpha], 2)}


PHOTOGRAPHS = photographs()


def program(name: str, at: int, facts: ImageFacts) -> tuple[Any, ...]:
    op = REGISTRY[name]
    steps = parse_pipeline(json.dumps({"image": [{op.name(): dict(op.examples[at])}]})).steps["image"]
    drawn = draw_steps(CompiledPipeline(steps), unit_key(5, "a.png", 0))
    return lower(drawn, State(facts, "", lambda number: facts, RESOURCES.get)).program


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Images are small: threads would wait for each other more than they work."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("case", CASES, ids=[f"{name}-{at}" for name, at in CASES])
def test_a_step_means_the_same_in_16_bits(case: tuple[str, int]) -> None:
    for channels, pixels in PHOTOGRAPHS.items():
        facts = ImageFacts(pixels.shape[1], pixels.shape[0], channels)
        partner = np.ascontiguousarray(pixels[::-1, ::-1])
        narrow, wide = program(*case, facts), program(*case, facts._replace(bits=16))
        assert [type(step) for step in narrow] == [type(step) for step in wide]
        for step, deep in zip(narrow, wide, strict=True):
            eight = applied(pixels, step, partner)[0]
            sixteen, by_torch = applied(in_sixteen_bits(pixels), deep, partner)
            assert by_torch.dtype == np.uint16
            assert alike(sixteen, by_torch) <= LEVELS_OF_65535[step.tolerance_levels], (type(step).__name__, channels)
            assert sixteen.dtype == np.uint16
            assert sixteen.shape == eight.shape
            assert sixteen.flags.c_contiguous
            apart = np.abs(sixteen / 257 - eight)
            if channels == 4:  # the less a colour shows, the less it was worth in 8 bits
                apart[:, :, :3] *= eight[:, :, 3:] / 255
            # Roundings to 8 bits within such a step are made larger by what comes after them in it.
            within = (isinstance(step, LocalContrast) and channels > 1) or (isinstance(step, Blend) and _has_curves(step))
            assert (apart.mean() if within else apart.max()) <= step.tolerance_levels + 1, (type(step).__name__, channels)
            pixels = eight


def applied(pixels: np.ndarray, step: Any, partner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One step on both backends, with partners and what layers show brought to the image's depth as the engine does it."""
    as_partner = MODALITIES["image"].as_partner
    by_alpha = laid_by_alpha((step,))
    cut_out = np.concatenate([partner[:, :, [0] * 3 if partner.shape[2] == 1 else [0, 1, 2]], partner[:, ::-1, :1]], 2)
    partners = [as_partner(cut_out if number in by_alpha else partner, pixels, number in by_alpha) for number in range(4)]
    (step,), shown = with_shown(
        (step,), 4, lambda one, alpha: as_partner(RESOURCES.get(one.request).pixels(*one.which), pixels, alpha)
    )
    given = [pixels, *partners, *shown]
    by_torch = torch_image.execute(given, [BatchRow(0, (step,), tuple(range(1, len(given))))])[0]
    return cpu_image.apply(pixels, step, given[1:]), by_torch


def alike(one: np.ndarray, other: np.ndarray) -> float:
    """By how many levels backends differ."""
    apart = np.abs(one.astype(float) - other)
    if one.shape[2] == 4:
        apart[:, :, :3] *= np.minimum(one, other)[:, :, 3:] / 65_535
    return float(apart.max())


def _has_curves(blend: Blend) -> bool:
    return any(isinstance(step, (Curve, Adapt)) for layer in blend.layers for step in layer.program)


def ramp(channels: int) -> np.ndarray:
    """4096 levels, each once on a line."""
    line = np.linspace(12_000, 40_000, 4096).astype(np.uint16)
    return np.ascontiguousarray(np.broadcast_to(line[None, :, None], (64, 4096, channels)))


@pytest.mark.parametrize("channels", [1, 3])
def test_a_smooth_ramp_stays_smooth(channels: int) -> None:
    """Through a resampling, a colour map, a curve, a blur and a map with the mean, no level is left out for long."""
    steps = [
        {"rotate": {"angle_deg": 1.5}}, {"brightness": {"factor": 1.2}}, {"gamma": {"gamma": 0.9}}, {"gaussian_blur": {}},
        {"contrast": {"factor": 0.9}}, {"vignette": {}}, {"elastic": {}}, {"hsv_jitter": {}}, {"unsharp_mask": {}},
    ]  # fmt: skip
    pipeline = CompiledPipeline(parse_pipeline(json.dumps({"image": steps})).steps["image"])
    facts = ImageFacts(4096, 64, channels, 16)
    pixels = ramp(channels)
    for primitive in lower(draw_steps(pipeline, unit_key(5, "a.png", 0)), State(facts)).program:
        pixels = cpu_image.apply(pixels, primitive)
        middle = pixels[20:44, 200:-200, 0]
        assert len(np.unique(middle)) > 3000, type(primitive).__name__
        # Neighbours in steps of a level of 8 bits would be banding.
        assert np.abs(np.diff(middle.astype(int), axis=1)).max() < 100, type(primitive).__name__


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_what_changes_nothing_keeps_every_bit(channels: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 65_536, (40, 60, channels), dtype=np.uint16)
    pixels[:, :, 3:] = 65_535
    whole = (60, 40)
    flat = (1.0,)
    for step in (
        Warp(translation(3, 0), whole, "edge", interpolation="bilinear"),
        Warp(translation(-3, 0), whole, "reflect", interpolation="nearest"),
        ColourMatrix.linear(IDENTITY),
        Curve.alike(tuple(range(65_536))),
        Filter(flat, flat),
        NormalNoise("gaussian", 0.0, 7),
        Fill(()),
        Shade(1.0, 0.0, 0.0, 0.0, 0.0),
        HueSaturationValue(0.0, 1.0, 1.0),
    ):
        found = cpu_image.apply(pixels, step)
        part = np.s_[:, 3:] if isinstance(step, Warp) and step.border == "edge" else np.s_[:, :-3]
        back = np.s_[:, :-3] if isinstance(step, Warp) and step.border == "edge" else np.s_[:, 3:]
        meant = pixels[back] if isinstance(step, Warp) else pixels[part]
        assert np.abs(found[part].astype(int) - meant).max() <= isinstance(step, HueSaturationValue), type(step).__name__


def test_images_of_8_bits_come_back_from_16_as_they_were() -> None:
    for pixels in PHOTOGRAPHS.values():
        assert np.array_equal(in_eight_bits(in_sixteen_bits(pixels)), pixels)


def test_references_count_the_same_in_both_depths() -> None:
    for pixels in PHOTOGRAPHS.values():
        assert cumulative_shares(in_sixteen_bits(pixels)) == cumulative_shares(pixels)


@pytest.mark.parametrize("radius", [1, 2, 3])
def test_medians_are_exact(radius: int) -> None:
    pixels = np.random.default_rng(2).integers(0, 65_536, (23, 31, 3), dtype=np.uint16)
    found = cpu_image.apply(pixels, Median(radius))
    padded = np.pad(pixels, ((radius, radius), (radius, radius), (0, 0)), "edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * radius + 1,) * 2, (0, 1))
    assert np.array_equal(found, np.median(windows, axis=(-2, -1)))


@pytest.mark.parametrize("codec", ["jpeg", "webp"])
def test_codecs_work_in_8_bits(codec: Any) -> None:
    """As documented: what comes back has the levels of 8 bits; alpha keeps all of its own."""
    pixels = in_sixteen_bits(PHOTOGRAPHS[4]) ^ np.uint16(3)
    found = cpu_image.apply(pixels, Recode(codec, 80))
    assert not (found[:, :, :3] % 257).any()
    assert np.array_equal(found[:, :, 3], pixels[:, :, 3])
    assert np.array_equal(found[:, :, :3] // 257, cpu_image.apply(in_eight_bits(pixels), Recode(codec, 80))[:, :, :3])
