"""Layers that are laid by their alpha: against Porter and Duff's "over", against Pillow, and one row beside others."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest
import reference_image as reference
import skimage.data
from generate_image import image, length, region, turn
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from augcli.core.primitives.image import CLEAR, Blend, Warp
from augcli.core.primitives.layers import SO_FAR, Layer
from augcli.core.values.matrix import about, multiply, rotation, scaling, translation
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image.execute import execute

PHOTO = np.ascontiguousarray(skimage.data.astronaut()[:200, :260])
SCISSORS = np.array(Image.open(Path(__file__).parents[3] / "sample_data/data/images/thing/scissors.png"))


def both(pixels: np.ndarray, said: Blend, *partners: np.ndarray) -> np.ndarray:
    """What OpenCV makes of it; torch makes the same."""
    result = cpu_image.apply(pixels, said, partners)
    by_torch = execute([pixels, *partners], [BatchRow(0, (said,), tuple(range(1, len(partners) + 1)))])[0]
    assert result.dtype == np.uint8 and result.flags.c_contiguous
    assert reference.difference(result, by_torch) <= 1
    return result


def random_blend(rng: Random, width: int, height: int, partners: list[np.ndarray]) -> Blend:
    layers = []
    for _ in range(rng.randint(1, 3)):
        partner = rng.randrange(2)
        there = partners[partner].shape[1], partners[partner].shape[0]
        moved = turn(rng, rng.choice(("turn", "nearest")), *there, (width, height))
        onto = moved._replace(border="constant", fill=CLEAR)
        program = () if there == (width, height) and rng.random() < 0.5 else (onto,)
        layers.append(Layer(partner, program, rng.choice((1.0, 1.0, rng.random())), region(rng, width, height, 2), True))
    if rng.random() < 0.3:
        layers.append(Layer(SO_FAR, (), rng.random(), region(rng, width, height, 0)))
    return Blend(tuple(layers))


@settings(max_examples=150, deadline=None)
@given(rng=st.randoms(use_true_random=True), channels=st.sampled_from([1, 3, 4]))
def test_both_backends_lay_layers_over_each_other(rng: Random, channels: int) -> None:
    width, height = length(rng), length(rng)
    pixels = image(rng, width, height, channels)
    partners = [image(rng, length(rng), length(rng), 4), image(rng, width, height, 4)]
    said = random_blend(rng, width, height, partners)
    kept = [each.copy() for each in (pixels, *partners)]
    result = both(pixels, said, *partners)
    # Half a level of rounding; layers are rounded before, in their colours and in their alpha.
    assert reference.difference(result, reference.apply(pixels, said, partners)) <= 2
    assert all(np.array_equal(one, other) for one, other in zip(kept, (pixels, *partners), strict=True))


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_as_pillow_does_it(channels: int) -> None:
    rng = np.random.default_rng(3)
    laid = rng.integers(0, 256, (60, 50, 4), np.uint8)
    if channels == 1:
        laid[:, :, :3] = laid[:, :, :1]
    base = rng.integers(0, 256, (60, 50, channels), np.uint8)
    full = {1: np.dstack([base, base, base, np.full_like(base, 255)]), 3: np.dstack([base, np.full((60, 50), 255)]), 4: base}
    expected = np.asarray(Image.alpha_composite(Image.fromarray(full[channels].astype(np.uint8)), Image.fromarray(laid)))
    result = both(base, Blend((Layer(0, (), 1.0, (0, 0, 50, 60), True),)), laid)
    assert reference.difference(result, expected[:, :, :channels] if channels < 4 else expected) <= 1


def test_opaque_pixels_are_the_partners_and_clear_ones_the_images() -> None:
    laid = np.dstack([PHOTO[::-1], np.where(np.arange(260) < 130, 255, 0)[None].repeat(200, 0)]).astype(np.uint8)
    hidden = np.dstack([PHOTO, np.zeros((200, 260), np.uint8)])  # clear, and yet there
    said = Blend((Layer(0, (), 1.0, (0, 0, 260, 200), True),))
    for base in (PHOTO, PHOTO[:, :, :1].copy(), hidden):
        result = both(base, said, np.dstack([laid[:, :, :1]] * 3 + [laid[:, :, 3:]]) if base.shape[2] == 1 else laid)
        assert np.array_equal(result[:, :130], laid[:, :130, : base.shape[2]])
        assert np.array_equal(result[:, 130:], base[:, 130:])
    assert np.array_equal(both(PHOTO, Blend((Layer(0, (), 0.0, (0, 0, 260, 200), True),)), laid), PHOTO)
    half = both(PHOTO, Blend((Layer(0, (), 0.5, (0, 0, 260, 200), True),)), laid).astype(float)
    assert np.abs(half[:, :130] - (PHOTO[:, :130].astype(float) + laid[:, :130, :3]) / 2).max() <= 0.5


def test_a_turned_layer_ends_softly_and_shows_nothing_beyond() -> None:
    """A flat red square, turned: its colour never mixes with what lies around it, and its edge has shares in between."""
    red = np.zeros((40, 40, 4), np.uint8)
    red[:] = (255, 0, 0, 255)
    onto = Warp(multiply(translation(60, 50), about(rotation(30.0), 20, 20)), (260, 200), "constant", CLEAR, "bilinear")
    grey = np.full((200, 260, 3), 100, np.uint8)
    for base in (grey, np.dstack([grey, np.zeros((200, 260), np.uint8)])):
        result = both(base, Blend((Layer(0, (onto,), 1.0, (50, 40, 120, 110), True),)), red)
        assert (result[70, 80, :3] == (255, 0, 0)).all()
        assert (result[:, :50] == base[:, :50]).all() and (result[110:] == base[110:]).all()
        if base.shape[2] == 4:
            shares = result[:, :, 3]
            assert (result[shares > 0][:, :3] == (255, 0, 0)).all()
        else:
            assert (result[:, :, 1] == result[:, :, 2]).all()
            shares = np.rint((result[:, :, 0].astype(float) - 100) / 155 * 255)
        assert 30 < ((shares > 0) & (shares < 255)).sum() < 400
        assert abs(shares.sum() / 255 - 1600) < 8  # the area


def test_the_image_itself_over_what_is_laid_beneath() -> None:
    """A background: a layer that covers all, and then the image by its alpha."""
    base = SCISSORS
    height, width = base.shape[:2]
    ground = np.full((height, width, 4), (10, 90, 200, 255), np.uint8)
    said = Blend((Layer(0, (), 1.0, (0, 0, width, height)), Layer(SO_FAR, (), 1.0, (0, 0, width, height), True)))
    result = both(base, said, ground)
    expected = np.asarray(Image.alpha_composite(Image.fromarray(ground), Image.fromarray(base)))
    assert (result[:, :, 3] == 255).all()
    assert np.abs(result.astype(int) - expected).max() <= 1


def test_rows_do_not_see_each_other() -> None:
    rng = Random(5)
    images: list[np.ndarray] = []
    rows = []
    for place in range(32):
        width, height = length(rng), length(rng)
        own = [image(rng, width, height, rng.choice((1, 3, 4))), image(rng, length(rng), length(rng), 4)]
        own.append(image(rng, width, height, 4))
        first = len(images)
        images += own
        shrink = Warp(scaling(0.7, 0.7), (max(1, width // 2), height), "edge", interpolation="bilinear")
        program = (random_blend(rng, width, height, own[1:]), *((shrink,) if place % 3 == 0 else ()))
        rows.append(BatchRow(first, program, (first + 1, first + 2)))
    alone = [execute(images, [row])[0] for row in rows]
    for count in (2, 7, 32):
        some = rng.sample(range(len(rows)), count)
        results = execute(images, [rows[place] for place in some])
        assert all(np.array_equal(result, alone[place]) for place, result in zip(some, results, strict=True))
