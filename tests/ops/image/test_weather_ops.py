"""Shadow, fog, rain, snow and sun flare: closed forms, the same bits on both backends, rows independent of each other."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from random import Random
from typing import Any

import numpy as np
import pytest
from through_steps import CAT, ROCKET, assert_backends_agree_to_the_bit, facts_of, program, run

from augcli.core.pipeline.model import parse_pipeline
from augcli.core.primitives.paint import Cloud, Discs, Glow, Paint, Polygons, Shape, Streaks
from augcli.core.program.unfit import unfit_orders
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.cpu.image import strips
from augcli.kernels.shared.masks import mask_of

NAMES = ["shadow", "fog", "rain", "snow", "sun_flare"]
WHITE, RED = (1.0, 1.0, 1.0), (1.0, 0.2, 0.0)


def mask(shape: Shape, width: int = 200, height: int = 120, opacity: float = 1.0) -> np.ndarray:
    return mask_of(Paint(shape, WHITE, opacity), width, height)


def shapes(rng: Random) -> list[Shape]:
    key = rng.getrandbits(52)
    return [
        Polygons(((-3.0, 2.0, 30.5, 4.0, 17.0, 40.0), (5.0, 5.0, 9.0, 5.0, 9.0, 9.0)), rng.randint(0, 5)),
        Polygons(((-1e9, -1e9, 1e9, -1e9, 0.0, 1e9),)),
        Discs(((4.0, 5.0, 3.3), (-50.0, 0.0, 2.0), (10.0, 10.0, 0.2)), 2),
        Glow(rng.uniform(-9, 30), rng.uniform(-9, 30), rng.uniform(0.3, 40)),
        Glow(-500.0, 900.0, 3.0),
        Streaks(rng.randint(1, 50), rng.uniform(-9, 9), rng.uniform(-9, 9), rng.uniform(0.1, 4), key, rng.randint(0, 3)),
        Streaks(0, 1.0, 1.0, 1.0, key),
        Cloud(rng.randint(1, 40), rng.random(), key),
    ]


# Masks


def test_a_polygon_covers_what_is_within() -> None:
    found = mask(Polygons(((10.0, 20.0, 110.0, 20.0, 110.0, 70.0, 10.0, 70.0),)))
    assert (found[21:69, 11:109] == 255).all()
    outside = found.copy()
    outside[18:72, 8:112] = 0  # OpenCV's antialiased edges lie half a pixel outside
    assert not outside.any()
    assert abs(found.sum() / 255 - 5000) < 350
    soft = mask(Polygons(((10.0, 20.0, 110.0, 20.0, 110.0, 70.0, 10.0, 70.0),), 6))
    assert abs(soft.sum() / 255 - 5000) < 350
    assert (soft[28:62, 18:102] == 255).all()
    across = soft[45, :30].astype(int)
    assert (np.diff(across) >= 0).all()
    assert np.diff(across).max() < 50


@pytest.mark.parametrize("soft", [0, 1, 2, 5, 8])
def test_softening_keeps_the_place_and_the_amount(soft: int) -> None:
    found = mask(Discs(((60.0, 50.0, 20.0),), soft)).astype(float)
    rows, columns = np.indices(found.shape) + 0.5
    assert abs((found * columns).sum() / found.sum() - 60) < 0.1
    assert abs((found * rows).sum() / found.sum() - 50) < 0.1
    assert abs(found.sum() / 255 / (np.pi * 400) - 1) < 0.08


def test_a_glow_is_its_formula() -> None:
    found = mask(Glow(80.3, 40.0, 50.0))
    rows, columns = np.indices(found.shape) + 0.5
    near = np.maximum(0, 1 - np.hypot(columns - 80.3, rows - 40) / 50)
    assert np.abs(found - 255 * (1 - (1 - near**3) ** 2)).max() <= 0.51


def test_streaks_lie_everywhere_and_point_one_way() -> None:
    found = mask(Streaks(3000, 3.0, 12.0, 1.0, 5), 400, 400).astype(float)
    parts = found.reshape(4, 100, 4, 100).mean((1, 3))
    assert parts.min() > 0.7 * parts.max()
    down, across = np.abs(np.diff(found, axis=0)).mean(), np.abs(np.diff(found, axis=1)).mean()
    assert across > 2 * down
    few, many = (mask(Streaks(number, 3.0, 12.0, 1.0, 5)).mean() for number in (20, 60))
    assert 2 < many / few < 4


def test_a_cloud_is_smooth_and_fills_its_range() -> None:
    found = mask(Cloud(60, 1.0, 7), 500, 400).astype(int)
    assert np.abs(np.diff(found, axis=0)).max() <= 20
    assert np.abs(np.diff(found, axis=1)).max() <= 20
    assert found.max() - found.min() > 150
    assert 90 < found.mean() < 165
    assert (mask(Cloud(60, 0.0, 7)) == 255).all()
    half = mask(Cloud(60, 0.5, 7), 500, 400)
    assert half.min() >= 127
    assert np.abs(half - (255 + found) / 2).max() <= 1


def test_opacity_scales_the_mask() -> None:
    whole, part = mask(Glow(80.0, 40.0, 50.0)), mask(Glow(80.0, 40.0, 50.0), opacity=0.3)
    assert np.abs(part - 0.3 * whole).max() <= 0.51


# Painting


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_paint_is_the_blend_rounded_to_the_nearest(channels: int) -> None:
    pixels = np.random.default_rng(channels).integers(0, 256, (120, 200, channels), np.uint8)
    said = Paint(Glow(80.0, 40.0, 90.0), RED, 0.8)
    weight = mask_of(said, 200, 120)[..., None] / 255
    colour = np.array([255, 51, 0] if channels > 1 else [round(0.299 * 255 + 0.587 * 51)])
    colours = min(channels, 3)
    found = cpu_image.apply(pixels, said)
    assert np.array_equal(found[..., :colours], np.rint(pixels[..., :colours] * (1 - weight) + colour * weight))
    assert np.array_equal(found[..., colours:], pixels[..., colours:])


def paints(rng: Random) -> Iterator[Paint]:
    for shape in shapes(rng):
        yield Paint(shape, (rng.random(), rng.random(), rng.random()), rng.choice((0.0, 1.0, rng.random())))


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_backends_agree_to_the_bit_and_rows_do_not_see_each_other(channels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_backends_agree_to_the_bit(monkeypatch, channels, 10, paints)


def test_strips_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [Paint(shape, RED, 0.7) for shape in shapes(Random(4))]
    before = [cpu_image.apply(CAT, one) for one in said]
    monkeypatch.setattr(strips, "STRIP_PIXELS", 350)
    assert all(np.array_equal(cpu_image.apply(CAT, one), two) for one, two in zip(said, before, strict=True))


# Operations


@pytest.mark.parametrize("name", NAMES)
def test_images_stay_what_they_show(name: str) -> None:
    for pixels in (CAT, ROCKET, np.ascontiguousarray(CAT[:, :, :1]), CAT[:1, :1].copy()):
        for copy in range(3):
            result = run(pixels, {name: {}}, copy=copy)
            assert result.shape == pixels.shape
            if pixels.size > 3:
                assert np.corrcoef(result.ravel(), pixels.ravel())[0, 1] > 0.4
    assert not np.array_equal(run(CAT, {name: {}}), run(CAT, {name: {}}, copy=1))


def means(step: dict[str, Any]) -> float:
    return float(np.mean([run(CAT, step, copy=copy, torch_too=False).mean() for copy in range(6)]))


def test_they_darken_or_lighten_as_they_should() -> None:
    mean = CAT.mean()
    assert means({"shadow": {}}) < mean
    assert means({"shadow": {"darkness": 0.9}}) < means({"shadow": {"darkness": 0.2}})
    assert means({"shadow": {"darkness": 0}}) == mean
    assert means({"fog": {"density": 0.8}}) > means({"fog": {"density": 0.2}}) > mean
    assert means({"sun_flare": {"strength": 0.9}}) > means({"sun_flare": {"strength": 0.2}}) > mean
    assert means({"snow": {"amount": 0.9}}) > means({"snow": {"amount": 0.1}}) > mean
    assert means({"rain": {"amount": 0, "dullness": 0.3}}) < means({"rain": {"amount": 0.5, "dullness": 0.3}})


def test_even_fog_is_one_blend() -> None:
    fogged = run(CAT, {"fog": {"density": 0.5, "patchiness": 0, "colour": [200, 200, 200]}})
    assert np.abs(fogged - (CAT * 127.0 + 200 * 128) / 255).max() <= 0.51


def test_weather_has_as_many_streaks_for_any_size() -> None:
    small = program([{"rain": {"amount": 0.5}}], facts_of(CAT)._replace(width=662, height=480))[-1].shape
    large = program([{"rain": {"amount": 0.5}}], facts_of(CAT)._replace(width=3310, height=2400))[-1].shape
    assert small.number == large.number
    assert abs(large.y / small.y - 5) < 1e-6


@pytest.mark.parametrize(("step", "strong"), [({"snow": {"flake": 0.006, "bleach": 0}}, 190), ({"rain": {"dullness": 0}}, 60)])
def test_weather_covers_as_much_of_small_images_and_is_seen_there(step: dict[str, Any], strong: int) -> None:
    """What would be narrower than a pixel would be lost in its soft edges; so there it is wider, and less of it."""
    shares = []
    for width, height in ((48, 48), (160, 120), (600, 450)):
        painted = run(np.zeros((height, width, 3), np.uint8), step)
        assert painted.max() > strong
        shares.append(painted.mean() / 255)
    assert max(shares) < 1.4 * min(shares), shares


@pytest.mark.parametrize("name", NAMES)
def test_weather_may_come_after_mixing(name: str) -> None:
    unfit_orders(parse_pipeline(f"image:\n  - mixup\n  - {name}"))


PINNED = {
    "polygons": "f99219f11d7b8ee3",
    "discs": "88e0597d3452fa3e",
    "glow": "0ecd6da35cedeb50",
    "streaks": "68817f4a070109e7",
    "cloud": "361ea36672fb8a7e",
}
GOLDEN: dict[str, Shape] = {
    "polygons": Polygons(((-3.0, 2.0, 150.5, 4.0, 17.0, 90.0),), 3),
    "discs": Discs(((40.0, 50.0, 13.3),), 2),
    "glow": Glow(50.0, 20.0, 77.0),
    "streaks": Streaks(300, 3.0, 9.0, 2.0, 7, 1),
    "cloud": Cloud(40, 0.7, 7),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_numbers(name: str) -> None:
    """Whoever changes these changes every dataset ever made."""
    assert sha256(mask(GOLDEN[name]).tobytes()).hexdigest()[:16] == PINNED[name]
