"""Blurs, sharpening, medians, shuffles: against torchvision, Pillow, OpenCV, scikit-image, SciPy; both backends."""

from __future__ import annotations

import math
from random import Random

import cv2
import numpy as np
import pytest
import scipy.ndimage
import skimage.data
import skimage.filters
import torch
import torchvision.transforms.functional as peer
from PIL import Image, ImageEnhance
from through_steps import assert_chunks_change_nothing

from augcli.core.idioms import taps
from augcli.core.ops.op import State
from augcli.core.primitives.image import Filter
from augcli.core.primitives.neighbours import Feather, Filter2D, Median, Spread, Unsharp, ZoomMean
from augcli.core.values.facts import ImageFacts
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.shared import noise
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image.execute import execute
from augcli.ops.image.blur.box_blur import BoxBlur
from augcli.ops.image.blur.emboss import Emboss
from augcli.ops.image.blur.gaussian_blur import GaussianBlur
from augcli.ops.image.blur.glass_blur import GlassBlur
from augcli.ops.image.blur.sharpen import Sharpen
from augcli.ops.image.blur.unsharp_mask import UnsharpMask
from augcli.ops.image.blur.zoom_blur import ZoomBlur


def by_torch(pixels: np.ndarray, said: object) -> np.ndarray:
    return execute([pixels], [BatchRow(0, (said,))])[0]  # type: ignore[arg-type]


both = pytest.mark.parametrize("apply", [cpu_image.apply, by_torch], ids=["opencv", "torch"])
PHOTOGRAPHS = [np.ascontiguousarray(skimage.data.chelsea()[40:160, 60:220]), skimage.data.camera()[100:221, 180:270, None].copy()]
photographs = pytest.mark.parametrize("pixels", PHOTOGRAPHS, ids=["chelsea", "camera"])
FACTS = ImageFacts(160, 120)


def said_by(op: type, **draws: float) -> list:
    """What an op lowers to with this draw."""
    made = op()
    return list(made.lower(op.draw_type(**draws), State(FACTS)))


def tensor(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(pixels).permute(2, 0, 1)


def array(values: torch.Tensor) -> np.ndarray:
    return values.permute(1, 2, 0).numpy()


def apart(one: np.ndarray, other: np.ndarray) -> float:
    assert one.shape == other.shape
    return float(np.abs(one.astype(float) - other).max())


def shaped(pixels: np.ndarray) -> np.ndarray:
    return pixels[..., None] if pixels.ndim == 2 else pixels


# Known answers


@both
@photographs
@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.7])
def test_gaussian_blur_is_torchvisions(apply, pixels: np.ndarray, sigma: float) -> None:
    size = 2 * max(1, math.ceil(3 * sigma)) + 1
    theirs = array(peer.gaussian_blur(tensor(pixels), [size, size], [sigma, sigma]))
    assert apart(apply(pixels, said_by(GaussianBlur, sigma_px=sigma)[0]), theirs) <= 1


@both
@photographs
@pytest.mark.parametrize("factor", [0.0, 0.4, 1.0, 1.3, 2.0])
def test_sharpen_is_torchvisions_and_pillows(apply, pixels: np.ndarray, factor: float) -> None:
    ours = apply(pixels, said_by(Sharpen, factor=factor)[0])
    assert apart(ours, array(peer.adjust_sharpness(tensor(pixels), factor))) <= 1
    pillows = np.asarray(ImageEnhance.Sharpness(Image.fromarray(pixels.squeeze())).enhance(factor))
    assert apart(ours, shaped(pillows)) <= 1
    if factor == 1:
        assert np.array_equal(ours, pixels)


@both
@photographs
@pytest.mark.parametrize("radius", [1, 2, 3])
def test_medians_are_opencvs_and_scipys(apply, pixels: np.ndarray, radius: int) -> None:
    size = 2 * radius + 1
    ours = apply(pixels, Median(radius))
    assert np.array_equal(ours, shaped(cv2.medianBlur(pixels, size)))
    assert np.array_equal(ours, scipy.ndimage.median_filter(pixels, (size, size, 1), mode="nearest"))


@both
@photographs
@pytest.mark.parametrize("radius", [1, 4, 9])
def test_box_blur_is_opencvs(apply, pixels: np.ndarray, radius: int) -> None:
    theirs = cv2.blur(pixels.astype(np.float64), (2 * radius + 1,) * 2, borderType=cv2.BORDER_REFLECT_101)
    assert apart(apply(pixels, said_by(BoxBlur, radius_px=radius)[0]), shaped(theirs)) <= 0.501


@both
@photographs
@pytest.mark.parametrize(
    "kernel",
    [
        taps.line(9, 30),
        taps.line(33.5, -70),
        taps.line(25, 90),
        taps.disc(2.5),
        taps.disc(7),
        taps.disc(14),
        taps.relief(1.5, 20),
    ],
)
def test_any_kernel_is_opencvs(apply, pixels: np.ndarray, kernel: tuple) -> None:
    reach = max(max(abs(dx), abs(dy)) for dx, dy, _ in kernel)
    dense = np.zeros((2 * reach + 1, 2 * reach + 1))
    for dx, dy, weight in kernel:
        dense[dy + reach, dx + reach] = weight
    theirs = np.clip(cv2.filter2D(pixels.astype(np.float64), -1, dense, borderType=cv2.BORDER_REFLECT_101), 0, 255)
    assert apart(apply(pixels, Filter2D(kernel)), shaped(theirs)) <= 0.51


@both
@photographs
def test_lopsided_kernels_reach_the_right_way(apply, pixels: np.ndarray) -> None:
    ours = apply(pixels, Filter2D(((3, -1, 1.0),)))
    assert np.array_equal(ours[1:, :-3], pixels[:-1, 3:])
    far = apply(pixels, Filter2D(((17, 0, 0.5), (0, 20, 0.5))))
    meant = (pixels[:-20, 17:].astype(float) + pixels[20:, :-17]) / 2
    assert apart(far[:-20, :-17], meant) <= 0.5
    kept = apply(pixels, Filter2D(((3, -1, 1.0),), "keep"))
    assert np.array_equal(kept[1:, :-3], ours[1:, :-3])
    assert np.array_equal(kept[0], pixels[0])
    assert np.array_equal(kept[:, -3:], pixels[:, -3:])


@both
@photographs
@pytest.mark.parametrize(("sigma", "amount"), [(0.7, 0.5), (2.0, 2.0)])
def test_unsharp_mask_is_scikits(apply, pixels: np.ndarray, sigma: float, amount: float) -> None:
    radius = math.ceil(3 * sigma)
    blurred = skimage.filters.gaussian(pixels / 255, sigma, mode="mirror", truncate=radius / sigma, channel_axis=2)
    theirs = 255 * np.clip(pixels / 255 + amount * (pixels / 255 - blurred), 0, 1)
    assert apart(apply(pixels, said_by(UnsharpMask, sigma_px=sigma, amount=amount)[0]), theirs) <= 0.52
    inside = np.s_[radius + 1 : -radius - 1, radius + 1 : -radius - 1]  # they take another border, and more of the tail
    scikits = 255 * skimage.filters.unsharp_mask(pixels, sigma, amount, channel_axis=2)
    assert apart(apply(pixels, said_by(UnsharpMask, sigma_px=sigma, amount=amount)[0])[inside], scikits[inside]) <= 2


@both
def test_the_threshold_keeps_fine_noise(apply) -> None:
    flat = 100 + np.random.default_rng(0).integers(-2, 3, (40, 40, 3)).astype(np.uint8)
    kernel = taps.gaussian(1.0)
    assert np.array_equal(apply(flat, Unsharp(kernel, 3.0, 8.0)), flat)
    assert not np.array_equal(apply(flat, Unsharp(kernel, 3.0)), flat)
    step = np.full((40, 40, 1), 50, np.uint8)
    step[:, 20:] = 150
    free, held = apply(step, Unsharp(kernel, 1.0)).astype(float), apply(step, Unsharp(kernel, 1.0, 8.0)).astype(float)
    edge = np.s_[5:-5, [19, 20]]  # where detail is largest, it is 8 levels less
    assert np.abs(np.abs(free - held)[edge] - 8).max() <= 1


@both
@photographs
def test_zoom_blur_is_a_mean_of_enlargements(apply, pixels: np.ndarray) -> None:
    height, width, _ = pixels.shape
    said = ZoomMean(0.2, 6)
    cuts = said.cuts(width, height)
    assert cuts[0] == (0, 0)
    assert abs(width / (width - 2 * cuts[-1][0]) - 1.2) < 0.02
    parts = [pixels[y : height - y, x : width - x] for x, y in cuts]
    enlarged = [torch.nn.functional.interpolate(tensor(part)[None].double(), (height, width), mode="bilinear") for part in parts]
    meant = array(torch.stack(enlarged).mean(0)[0])
    assert apart(apply(pixels, said), meant) <= 0.51
    middle = np.s_[height // 2 - 2 : height // 2 + 2, width // 2 - 2 : width // 2 + 2]
    assert apart(apply(pixels, said)[middle], pixels[middle].astype(float)) < apart(apply(pixels, said), pixels.astype(float))


@both
def test_spread_shows_near_pixels_alone(apply) -> None:
    y, x = np.mgrid[:90, :110]
    places = np.stack([x, y, np.zeros_like(x)], 2).astype(np.uint8)
    for radius in (1, 4, 20):
        moved = apply(places, Spread(radius, 12345)).astype(int)
        dx, dy = moved[..., 0] - x, moved[..., 1] - y
        assert max(np.abs(dx).max(), np.abs(dy).max()) == radius
        inside = np.s_[radius:-radius, radius:-radius]
        counts = np.unique(dx[inside] * 100 + dy[inside], return_counts=True)[1]
        assert len(counts) > 0.7 * (2 * radius + 1) ** 2  # nearly every neighbour is shown by some pixel
        assert abs(dx[inside].mean()) < radius * 0.05 + 0.02
        assert abs(np.corrcoef(dx[inside].ravel(), dy[inside].ravel())[0, 1]) < 0.06
        bits = noise.halves(12345, 90, 110).astype(int)
        assert np.array_equal(moved[..., 0], np.clip(x + ((bits & 255) * (2 * radius + 1) >> 8) - radius, 0, 109))


def test_glass_blur_is_one_shuffle_between_two_blurs() -> None:
    before, shuffle, after = said_by(GlassBlur, radius_px=2, sigma_px=0.7, key=5)
    assert before == after == Filter(taps.gaussian(0.7), taps.gaussian(0.7))
    assert shuffle == Spread(2, 5)


def test_emboss_lights_edges_from_where_it_says() -> None:
    step = np.full((9, 9, 1), 100, np.uint8)
    step[:, 5:] = 150
    lit_from_left = cpu_image.apply(step, said_by(Emboss, strength=0.5, angle_deg=180)[0])
    lit_from_right = cpu_image.apply(step, said_by(Emboss, strength=0.5, angle_deg=0)[0])
    from_above = cpu_image.apply(step, said_by(Emboss, strength=0.5, angle_deg=90)[0])
    assert lit_from_left[4, 4, 0] > 100 > lit_from_right[4, 4, 0]
    assert np.array_equal(from_above, step)
    assert lit_from_left[4, 0, 0] == 100


def test_steps_of_zoom_blur_are_bounded() -> None:
    for width, height, amount in ((1, 1, 0.5), (500, 375, 0.001), (6000, 4000, 0.5)):
        (said,) = ZoomBlur().lower(ZoomBlur.draw_type(amount=amount), State(ImageFacts(width, height)))
        assert 2 <= said.steps <= 32
        assert all(2 * x < width and 2 * y < height for x, y in said.cuts(width, height))


# Both backends, alone and in company


def primitives(rng: Random) -> list:
    kernel, key = taps.gaussian(rng.uniform(0.1, 4)), rng.getrandbits(52)
    return [
        Filter((1 / 7,) * 7, (1 / 5,) * 5),
        Filter2D(taps.line(rng.uniform(1, 40), rng.uniform(-180, 180))),
        Filter2D(taps.disc(rng.uniform(0.5, 9))),
        Filter2D(taps.sharpness(rng.uniform(0, 4)), "keep", True),
        Filter2D(taps.relief(rng.uniform(0, 2), rng.uniform(0, 360)), colours_only=True),
        Filter2D(((0, 0, 0.5), (3, -2, 0.5)), "keep"),
        Unsharp(kernel, rng.uniform(0, 3)),
        Unsharp(kernel, rng.uniform(0, 3), rng.uniform(0, 20)),
        Median(rng.randint(1, 3)),
        ZoomMean(rng.uniform(0.01, 0.5), rng.randint(2, 9)),
        Spread(rng.randint(1, 20), key),
        Feather(rng.randint(1, 15)),
    ]


def image(rng: Random, channels: int) -> np.ndarray:
    height, width = (rng.choice((1, 2, 5, rng.randint(3, 40))) for _ in range(2))
    return np.random.default_rng(rng.getrandbits(32)).integers(0, 256, (height, width, channels), np.uint8)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_backends_agree_and_rows_do_not_see_each_other(channels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(channels)
    images, rows, alone = [], [], []
    for number in range(5):
        pixels = image(rng, channels)
        kept = pixels.copy()
        for said in primitives(rng):
            by_opencv = cpu_image.apply(pixels, said)
            result = by_torch(pixels, said)
            assert result.dtype == by_opencv.dtype == np.uint8
            assert by_opencv.flags.c_contiguous
            assert apart(by_opencv, result.astype(float)) <= said.tolerance_levels, said
            if channels == 4 and (isinstance(said, Unsharp) or getattr(said, "colours_only", False)):
                assert np.array_equal(by_opencv[..., 3], pixels[..., 3])
            if number < 3:
                images.append(pixels)
                rows.append(BatchRow(len(rows), (said,)))
                alone.append(result)
        assert np.array_equal(pixels, kept)
    assert_chunks_change_nothing(monkeypatch, images, rows, alone)


def test_long_images() -> None:
    """OpenCV's older functions stop at 32,767 pixels."""
    pixels = np.random.default_rng(0).integers(0, 256, (3, 40_000, 3), np.uint8)
    for said in (Filter2D(taps.line(30, 10)), Median(1), ZoomMean(0.1, 3), Spread(3, 1), Unsharp(taps.gaussian(1.0), 1.0)):
        assert apart(cpu_image.apply(pixels, said), by_torch(pixels, said).astype(float)) <= said.tolerance_levels, said
