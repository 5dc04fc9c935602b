"""Both backends against what primitives mean, and against each other, on images of every awkward size."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import cv2
import numpy as np
import pytest
import reference_image as reference
from generate_image import EXACT, KINDS, image, primitive, program, sample
from hypothesis import given, settings
from hypothesis import strategies as st
from photographs import PHOTOGRAPHS, photograph

from augcli.core.primitives.image import Blend, ColourMatrix, Fill, Filter, NormalNoise, Warp
from augcli.core.primitives.layers import Layer
from augcli.core.primitives.primitive import ImagePrimitive
from augcli.core.values.matrix import about, multiply, rotation, scaling, translation
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image.execute import execute


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(rng=st.randoms(use_true_random=True))
def test_backends_do_what_primitives_mean(kind: str, rng: Random) -> None:
    images, said = sample(rng, kind)
    kept = [pixels.copy() for pixels in images]
    meant = reference.apply(images[0], said, images[1:])
    by_opencv = cpu_image.apply(images[0], said, images[1:])
    by_torch = execute(images, [BatchRow(0, (said,), (1, 2))])[0]
    for result in (by_opencv, by_torch):
        assert result.dtype == np.uint8
        assert result.flags.c_contiguous
        # Half a level of rounding and a little; layers of a Blend are rounded before it; an alpha of one half may show or not.
        assert reference.difference(result, meant) <= (0.0 if kind in EXACT else 1.5 if kind == "blend" else 1.0)
    assert reference.difference(by_opencv, by_torch) <= (0 if kind in EXACT else 1)
    assert all(np.array_equal(pixels, before) for pixels, before in zip(images, kept, strict=True))


@settings(max_examples=60, deadline=None)
@given(rng=st.randoms(use_true_random=True), steps=st.integers(1, 6))
def test_a_program_is_its_steps_one_after_the_other(rng: Random, steps: int) -> None:
    images, _ = sample(rng)
    height, width, _ = images[0].shape
    chosen = [each for each in program(rng, images, steps) if not isinstance(each, Blend)]
    onto = Warp(scaling(1.1, 1.2), sized(chosen, (width, height)), "edge", interpolation="bilinear")
    chosen.append(Blend((Layer(0, (onto,), 0.4, (1, 0, 9, 9)),)))
    together = execute(images, [BatchRow(0, tuple(chosen), (1, 2))])[0]
    pixels = images[0]
    for said in chosen:
        by_opencv = cpu_image.apply(pixels, said, images[1:])
        pixels = execute([pixels, *images[1:]], [BatchRow(0, (said,), (1, 2))])[0]
        assert reference.difference(pixels, by_opencv) <= 1
    assert np.array_equal(together, pixels)


def sized(program: Sequence[ImagePrimitive], size: tuple[int, int]) -> tuple[int, int]:
    """The size after a program."""
    for said in program:
        size = said.size if isinstance(said, Warp) else size
    return size


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_backends_agree_on_photographs(name: str) -> None:
    pixels = photograph(name)
    height, width, _ = pixels.shape
    size = width, height
    turn = about(rotation(-33.0), width / 2, height / 2)
    sigma = [float(np.exp(-(x**2) / 18)) for x in range(-9, 10)]
    taps = tuple(value / sum(sigma) for value in sigma)
    layers = (Layer(0, (Warp(turn, size, "edge", interpolation="bilinear"),), 0.3, (50, 60, 300, 200)),)
    primitives = [
        Warp(turn, size, "reflect", interpolation="bilinear"),
        Warp(turn, size, "constant", (0.2, 0.9, 0.4), "bilinear"),
        Warp(turn, size, "constant", (0.2, 0.9, 0.4), "nearest"),
        Warp.cut((20, 10, width - 31, height - 7), (224, 224)),
        Warp(scaling(0.19, 0.31), (round(width * 0.19), round(height * 0.31)), "edge", interpolation="bilinear"),
        Warp(multiply(scaling(0.4, 0.4), turn), (200, 150), "constant", interpolation="bilinear"),
        Warp((1.1, 0.1, 5.0, -0.05, 0.9, 3.0, 2e-4, -1e-4, 1.0), size, "reflect", interpolation="bilinear"),
        ColourMatrix((1.2, 0.1, 0, 0, 0.8, 0, 0.3, 0, 1), (0.1, 0, 0, 0, -0.2, 0, 0, 0, 0.1), (0.05, 0, -0.1)),
        Filter(taps, taps[4:-4]),
        NormalNoise("gaussian", 0.05, 2**63 + 1),
        Fill((((3, 5, 100, 90), (0.1, 0.5, 0.9)), ((50, 50, 1000, 120), (1, 0, 0)))),
        Blend(layers),
    ]
    partners = [photograph(name)[::-1].copy()]
    results = execute([pixels, *partners], [BatchRow(0, (said,), (1,)) for said in primitives])
    for said, result in zip(primitives, results, strict=True):
        assert reference.difference(cpu_image.apply(pixels, said, partners), result) <= 1, said


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("size", [(1, 1), (1, 2), (2, 1), (2, 2), (1, 37), (37, 1)])
def test_tiny_images(size: tuple[int, int], channels: int) -> None:
    rng = Random(0)
    for kind in KINDS:
        for _ in range(10):
            pixels = image(rng, *size, channels)
            partners = [image(rng, *size, channels)] * 2
            said = primitive(rng, kind, *size, channels, partners)
            by_torch = execute([pixels, *partners], [BatchRow(0, (said,), (1, 2))])[0]
            assert reference.difference(cpu_image.apply(pixels, said, partners), by_torch) <= 1, said


@pytest.mark.parametrize("scale", [1.0, 8.0, 40.0])
def test_wild_colour_matrices(scale: float) -> None:
    """OpenCV has a quick way for small factors and another for large ones."""
    rng = Random(1)
    pixels = image(rng, 64, 48, 3)
    for _ in range(30):
        m = tuple(rng.uniform(-scale, scale) for _ in range(9))
        t = (rng.uniform(-scale, scale), rng.uniform(-scale, scale), rng.uniform(-scale, scale))
        said = ColourMatrix.linear(m, t)
        by_opencv = cpu_image.apply(pixels, said)
        assert reference.difference(by_opencv, reference.apply(pixels, said)) <= 0.95
        assert reference.difference(by_opencv, execute([pixels], [BatchRow(0, (said,))])[0]) <= 1


def test_hidden_pixels() -> None:
    """Wholly clear pixels count neither in the mean nor in what a Warp makes of their neighbours."""
    pixels = np.zeros((20, 20, 4), np.uint8)
    pixels[:10] = (200, 100, 50, 255)
    pixels[10:] = (0, 255, 0, 0)
    flat = ColourMatrix((0.0,) * 9, (1, 0, 0, 0, 1, 0, 0, 0, 1), (0, 0, 0))
    shrink = Warp(scaling(0.37, 0.37), (7, 7), interpolation="bilinear")
    turn = Warp(about(rotation(20.0), 10, 10), (20, 20), "edge", interpolation="bilinear")
    for apply in (cpu_image.apply, lambda pixels, said: execute([pixels], [BatchRow(0, (said,))])[0]):
        assert (apply(pixels, flat)[:, :, :3] == (200, 100, 50)).all()
        for said in (shrink, turn):
            result = apply(pixels, said)
            seen = result[result[:, :, 3] > 0]
            assert np.abs(seen[:, :3].astype(int) - (200, 100, 50)).max() <= 1
            assert 0 < (result[:, :, 3] > 0).mean() < 1
        pixels_all_hidden = pixels[10:].copy()
        assert (apply(pixels_all_hidden, flat)[:, :, :3] == 0).all()


def test_long_images() -> None:
    """OpenCV's older functions stop at 32,767 pixels."""
    pixels = image(Random(0), 40_000, 3, 3)
    for said in (
        Warp(translation(-0.5, 0.25), (40_000, 3), "reflect", interpolation="bilinear"),
        Warp(translation(-0.5, 0.25), (40_000, 3), "edge", interpolation="nearest"),
        Warp((0.0, 1, 0, -1, 0, 40_000, 0, 0, 1), (3, 40_000)),
        Filter((0.25, 0.5, 0.25), (1.0,)),
        NormalNoise("gaussian", 0.1, 1),
    ):
        assert reference.difference(cpu_image.apply(pixels, said), execute([pixels], [BatchRow(0, (said,))])[0]) <= 1


def test_a_horizon_does_no_harm() -> None:
    """Beyond a horizon nothing is defined, but nothing breaks."""
    pixels = image(Random(0), 30, 20, 3)
    for border in ("edge", "constant"):
        for interpolation in ("bilinear", "nearest"):
            said = Warp((1, 0, 0, 0, 1, 0, 0.2, 0.1, 0.3), (40, 40), border, interpolation=interpolation)
            assert cpu_image.apply(pixels, said).shape == execute([pixels], [BatchRow(0, (said,))])[0].shape


def test_unknown_noise_is_refused() -> None:
    pixels = image(Random(0), 3, 3, 3)
    with pytest.raises(ValueError, match="pink"):
        cpu_image.apply(pixels, NormalNoise("pink", 0.1, 1))
    with pytest.raises(ValueError, match="pink"):
        execute([pixels], [BatchRow(0, (NormalNoise("pink", 0.1, 1),))])


def test_opencv_stays_on_its_thread() -> None:
    assert cv2.getNumThreads() == 1
