"""Curves, histograms, local contrast, HSV and shading: both backends against what the primitives mean, and each other."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
import pytest
import skimage.color
import skimage.data
import skimage.exposure
from hypothesis import given, settings
from hypothesis import strategies as st
from through_steps import assert_rows_do_not_see_each_other

from augcli.core.primitives.image import LUMA, ColourMatrix, Fill, Warp
from augcli.core.primitives.tone import Adapt, Curve, HueSaturationValue, LocalContrast, Shade, table_of
from augcli.core.values.facts import ImageFacts
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.cpu.image import strips
from augcli.kernels.cpu.image import tone as cpu_tone
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image import execute as torch_image
from augcli.kernels.torch.image.execute import execute

KINDS = (Curve, Adapt, LocalContrast, HueSaturationValue, Shade)
PHOTOGRAPHS = {
    "astronaut": skimage.data.astronaut(),
    "chelsea": np.ascontiguousarray(skimage.data.chelsea()),
    "camera": skimage.data.camera()[..., None],
    "logo": skimage.data.logo(),
}


def said(rng: Random, kind: type) -> object:
    """A primitive of this kind."""
    if kind is Curve:
        tables = [tuple(rng.randrange(256) for _ in range(256)) for _ in range(3)]
        return Curve.of_colours(*tables) if rng.random() < 0.5 else Curve.alike(tables[0])
    if kind is Adapt:
        kind_of = rng.choice(("equalize", "stretch", "stretch", "match", "match"))
        if kind_of != "match":
            return Adapt(kind_of, rng.choice((0, rng.randrange(490_000))))
        return Adapt("match", 0, cpu_tone.cumulative_shares(image(rng)), rng.choice((1_000_000, rng.randrange(1_000_000))))
    if kind is LocalContrast:
        return LocalContrast(rng.choice((1.0, 40.0, rng.uniform(1, 6))), rng.randint(1, 9), rng.randint(1, 9))
    if kind is HueSaturationValue:
        return HueSaturationValue(rng.uniform(-180, 180), rng.uniform(0, 3), rng.uniform(0, 3))
    return Shade(1.0, *(rng.uniform(-0.02, 0.02) for _ in range(2)), *(rng.uniform(-1e-3, 1e-3) for _ in range(2)))


def image(rng: Random, most: int = 40) -> np.ndarray:
    """Noise of few or many levels; RGBA with clear, half-clear and opaque pixels."""
    width, height = (rng.choice((1, 2, rng.randint(1, most), rng.randint(1, most))) for _ in range(2))
    draw = np.random.default_rng(rng.getrandbits(32))
    levels = draw.integers(0, 256, 256 if rng.random() < 0.7 else rng.randint(1, 6)).astype(np.uint8)
    pixels = draw.choice(levels, (height, width, rng.choice((1, 3, 4))))
    if pixels.shape[2] == 4:
        pixels[:, :, 3] = draw.choice(np.array([0, 255, 100], np.uint8), (height, width))
    return np.ascontiguousarray(pixels)


def by_torch(pixels: np.ndarray, *program: object) -> np.ndarray:
    return execute([pixels], [BatchRow(0, program)])[0]  # type: ignore[arg-type]


def apart(one: np.ndarray, other: np.ndarray) -> float:
    assert one.shape == other.shape
    return float(np.abs(one.astype(float) - other).max(initial=0))


def both(pixels: np.ndarray, primitive: object) -> list[np.ndarray]:
    """What both backends give; they agree within the declared tolerance and leave alpha and what they are given alone."""
    kept = pixels.copy()
    results = [cpu_image.apply(pixels, primitive), by_torch(pixels, primitive)]  # type: ignore[arg-type]
    for result in results:
        assert result.dtype == np.uint8
        assert result.flags.c_contiguous
        assert np.array_equal(result[:, :, 3:], kept[:, :, 3:])
    assert apart(*results) <= primitive.tolerance_levels, primitive
    assert np.array_equal(pixels, kept)
    return results


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=60, deadline=None)
@given(rng=st.randoms(use_true_random=True))
def test_backends_agree_on_images_of_every_awkward_size(kind: type, rng: Random) -> None:
    both(image(rng), said(rng, kind))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_backends_agree_on_photographs(kind: type, name: str) -> None:
    both(PHOTOGRAPHS[name], said(Random(name), kind))


# What each one means


def colours_of(pixels: np.ndarray) -> np.ndarray:
    return pixels[:, :, :3].astype(float)


@settings(max_examples=60, deadline=None)
@given(rng=st.randoms(use_true_random=True))
def test_hsv_is_what_it_is_elsewhere(rng: Random) -> None:
    pixels, primitive = image(rng), said(rng, HueSaturationValue)
    assert isinstance(primitive, HueSaturationValue)
    if pixels.shape[2] == 1:
        meant = np.minimum(pixels * primitive.value, 255)
    else:
        hsv = skimage.color.rgb2hsv(pixels[:, :, :3] / 255.0)
        hsv[..., 0] = (hsv[..., 0] + primitive.hue_deg / 360) % 1
        hsv[..., 1] = np.minimum(hsv[..., 1] * primitive.saturation, 1)
        hsv[..., 2] = np.minimum(hsv[..., 2] * primitive.value, 1)
        meant = 255 * skimage.color.hsv2rgb(hsv)
    for result in both(pixels, primitive):
        assert apart(colours_of(result), meant) <= 0.51


@settings(max_examples=60, deadline=None)
@given(rng=st.randoms(use_true_random=True))
def test_a_shade_multiplies_by_its_gain(rng: Random) -> None:
    pixels, shade = image(rng), said(rng, Shade)
    assert isinstance(shade, Shade)
    x, y = np.meshgrid(np.arange(pixels.shape[1]) + 0.5, np.arange(pixels.shape[0]) + 0.5)
    gain = np.maximum(shade.constant + shade.x * x + shade.y * y + shade.xx * x * x + shade.yy * y * y, 0)
    meant = np.minimum(colours_of(pixels) * gain[..., None], 255)
    for result in both(pixels, shade):
        assert apart(colours_of(result), meant) <= 0.51


@settings(max_examples=60, deadline=None)
@given(rng=st.randoms(use_true_random=True))
def test_local_contrast_is_opencvs_clahe_of_luma(rng: Random) -> None:
    pixels, contrast = image(rng), said(rng, LocalContrast)
    assert isinstance(contrast, LocalContrast)
    work = cv2.createCLAHE(contrast.clip, (contrast.columns, contrast.rows))
    results = both(pixels, contrast)
    if pixels.shape[2] == 1:
        meant = work.apply(pixels[:, :, 0])[..., None].astype(float)
    else:
        luma = (pixels[:, :, :3].astype(np.int64) @ (9798, 19235, 3735) + 16384) >> 15
        assert np.abs(luma - pixels[:, :, :3] @ np.array(LUMA)).max() < 0.51
        change = work.apply(luma.astype(np.uint8)) - luma
        meant = np.clip(colours_of(pixels) + change[..., None], 0, 255)
    assert apart(colours_of(results[0]), meant) == 0
    assert apart(colours_of(results[1]), meant) <= 1


def test_matched_histograms_are_scikit_images() -> None:
    for name, other in (("chelsea", "astronaut"), ("astronaut", "chelsea"), ("camera", "camera"), ("chelsea", "few")):
        pixels = PHOTOGRAPHS[name]
        reference = PHOTOGRAPHS["astronaut"] // 60 * 60 if other == "few" else PHOTOGRAPHS[other][::2, ::3] // 2
        reference = np.ascontiguousarray(reference)
        result = both(pixels, Adapt("match", 0, cpu_tone.cumulative_shares(reference)))[0]
        theirs = skimage.exposure.match_histograms(pixels, reference, channel_axis=2)
        assert apart(result, np.asarray(theirs)) <= 1
        half = both(pixels, Adapt("match", 0, cpu_tone.cumulative_shares(reference), 500_000))[0]
        assert apart(half, (result.astype(float) + pixels) / 2) <= 0.51
    grey = both(PHOTOGRAPHS["camera"], Adapt("match", 0, cpu_tone.cumulative_shares(PHOTOGRAPHS["chelsea"])))[0]
    luma = cv2.cvtColor(PHOTOGRAPHS["chelsea"], cv2.COLOR_RGB2GRAY)[..., None]
    assert apart(grey, np.asarray(skimage.exposure.match_histograms(PHOTOGRAPHS["camera"], luma, channel_axis=2))) <= 1


@settings(max_examples=40, deadline=None)
@given(rng=st.randoms(use_true_random=True))
def test_curves_fuse_to_the_bit(rng: Random) -> None:
    pixels, facts = image(rng), ImageFacts(1, 1)
    curves = [said(rng, Curve) for _ in range(3)]
    fused, expected = curves[0], pixels
    for curve in curves:
        expected = both(expected, curve)[0]
    for curve in curves[1:]:
        fused = fused.then(curve, facts)  # type: ignore[attr-defined]
    assert np.array_equal(both(pixels, fused)[0], expected)
    assert fused.then(ColourMatrix.linear((1.0,) * 9), facts) is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("shape", [(4, 5, 3), (3, 5, 3), (1, 1, 1), (1, 2, 1), (7, 7, 4), (64, 65, 3)])
def test_values_are_looked_up(shape: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(4)
    pixels = rng.integers(0, 256, shape, np.uint8)
    alike, *own = rng.integers(0, 256, (4, 256), np.uint8)
    result = cpu_image.apply(pixels, Curve.alike(tuple(alike.tolist())))
    assert np.array_equal(result[:, :, :3], alike[pixels[:, :, :3]])
    assert np.array_equal(result[:, :, 3:], pixels[:, :, 3:])
    if shape[2] > 1:
        result = cpu_image.apply(pixels, Curve.of_colours(*[tuple(table.tolist()) for table in own]))
        for channel, table in enumerate([*own, np.arange(256)][: shape[2]]):
            assert np.array_equal(result[:, :, channel], table[pixels[:, :, channel]])


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize(("factor", "shift"), [(-1.0, 1.0), (1.5, 0.0), (0.7, 0.13), (1.2, -0.3)])
def test_one_line_for_all_colours_is_rounded_as_said(channels: int, factor: float, shift: float) -> None:
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(channels, 2)
    line = ColourMatrix.linear((factor, 0, 0, 0, factor, 0, 0, 0, factor), (shift,) * 3)
    meant = np.clip(np.rint(factor * pixels[:, :, :3] + 255 * shift), 0, 255)
    result = cpu_image.apply(pixels, line)
    assert np.array_equal(result[:, :, :3], meant)
    assert np.array_equal(result[:, :, 3:], pixels[:, :, 3:])


def test_grey_images_get_the_luma_of_three_curves() -> None:
    red, green, blue = (table_of(lambda share, power=power: share**power) for power in (0.5, 1.0, 2.0))
    levels = np.arange(256, dtype=np.uint8).reshape(1, 256, 1)
    meant = np.array([red, green, blue]).T @ np.array(LUMA)
    assert apart(both(levels, Curve.of_colours(red, green, blue))[0][0, :, 0], np.rint(meant)) == 0


def test_tables_are_clamped_and_rounded_half_to_even() -> None:
    assert table_of(lambda share: share * 3 - 1)[:86] == (0,) * 86
    assert table_of(lambda share: share * 3 - 1)[170:] == (255,) * 86
    assert [table_of(lambda share, at=at: at / 255)[0] for at in (0.5, 1.5, 2.5)] == [0, 2, 2]


def test_hidden_pixels_do_not_count() -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (40, 60, 4), np.uint8)
    pixels[:20, :, :3] = rng.integers(60, 90, (20, 60, 3))
    pixels[:20, :, 3], pixels[20:, :, 3] = 200, 0
    seen, hidden = (np.ascontiguousarray(part) for part in (pixels[:20], pixels[20:]))
    match = Adapt("match", 0, cpu_tone.cumulative_shares(PHOTOGRAPHS["chelsea"]))
    for adapt in (Adapt("equalize"), Adapt("stretch"), Adapt("stretch", 50_000), match):
        alone = both(seen, adapt)[0]
        assert not np.array_equal(alone, seen)
        assert np.array_equal(both(pixels, adapt)[0][:20], alone)
        assert np.array_equal(both(hidden, adapt)[0], hidden)  # nothing to count, nothing to change
    assert cpu_tone.cumulative_shares(pixels) == cpu_tone.cumulative_shares(seen)


def test_big_images_are_counted_in_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = PHOTOGRAPHS["chelsea"]
    before = cpu_image.apply(pixels, Adapt("equalize"))
    monkeypatch.setattr(cpu_tone, "_COUNTED_PIXELS", 5000)
    monkeypatch.setattr(strips, "STRIP_PIXELS", 700)
    assert np.array_equal(cpu_image.apply(pixels, Adapt("equalize")), before)
    both(pixels, HueSaturationValue(100.0, 2.0, 1.2))
    both(PHOTOGRAPHS["logo"], Shade(1.0, 0.001, -0.001, 0.0, 1e-6))


# Law 2


def rows_and_images(rng: Random, count: int) -> tuple[list[np.ndarray], list[BatchRow]]:
    images = [image(rng, 60) for _ in range(count)]
    images[::5] = [np.ascontiguousarray(one[:150, :130]) for one in PHOTOGRAPHS.values()][: len(images[::5])]
    rows = []
    for place, pixels in enumerate(images):
        program = [said(rng, rng.choice(KINDS)) for _ in range(rng.randint(1, 4))]
        program.insert(rng.randrange(3), rng.choice((Fill((((0, 0, 3, 2), (1.0, 0.0, 0.0)),)), Warp.cut((0, 0, 1, 1), (9, 8)))))
        rows.append(BatchRow(place, tuple(program)))  # type: ignore[arg-type]
        assert pixels.flags.c_contiguous
    return images, rows


def test_rows_do_not_see_each_other() -> None:
    rng = Random(2)
    assert_rows_do_not_see_each_other(*rows_and_images(rng, 20), rng)


@pytest.mark.parametrize("pixels", [1, 60, 777])
def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch, pixels: int) -> None:
    images, rows = rows_and_images(Random(3), 15)
    images = [np.ascontiguousarray(one[:25, :20]) for one in images]
    before = execute(images, rows)
    monkeypatch.setitem(torch_image.CHUNK_PIXELS, "cpu", pixels)
    assert all(np.array_equal(one, two) for one, two in zip(before, execute(images, rows), strict=True))
