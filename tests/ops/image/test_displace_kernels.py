"""Displacement fields and tiles: both backends against what the primitives mean, each other, and closed forms."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st
from through_steps import assert_rows_do_not_see_each_other

from augcli.core.idioms import lattice
from augcli.core.primitives.displace import Displace
from augcli.core.primitives.image import Fill, Warp
from augcli.core.primitives.tiles import Tiles
from augcli.core.values.facts import ImageFacts
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.cpu.image import displace as cpu_displace
from augcli.kernels.torch.batch import pixels as torch_pixels
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image import execute as torch_image
from augcli.kernels.torch.image.execute import execute


def image(rng: Random, most: int = 60) -> np.ndarray:
    """White noise; RGBA with clear, half-clear and opaque pixels."""
    width, height = (rng.choice((1, 2, rng.randint(1, most), rng.randint(1, most))) for _ in range(2))
    draw = np.random.default_rng(rng.getrandbits(32))
    pixels = draw.integers(0, 256, (height, width, rng.choice((1, 3, 4))), dtype=np.uint8)
    if pixels.shape[2] == 4 and rng.random() < 0.8:
        pixels[:, :, 3] = draw.choice(np.array([0, 255, 100], np.uint8), (height, width))
    return pixels


def field(rng: Random, width: int, height: int, interpolation: str | None = None) -> Displace:
    cells, smooth = (rng.randint(1, 6), rng.randint(1, 6)), rng.random() < 0.7
    count = (cells[0] + (3 if smooth else 1)) * (cells[1] + (3 if smooth else 1))
    most = rng.random() * 0.3 * min(width, height)
    x, y = (tuple(rng.uniform(-most, most) for _ in range(count)) for _ in range(2))
    said = Displace.of(ImageFacts(width, height), cells, x, y, smooth)
    return said._replace(
        border=rng.choice(("reflect", "edge", "constant")),
        fill=(rng.random(), 1.0, 0.3),
        interpolation=interpolation or rng.choice(("bilinear", "nearest")),
    )


def tiles(rng: Random) -> Tiles:
    columns, rows = rng.randint(1, 6), rng.randint(1, 6)
    return Tiles(columns, rows, tuple(rng.sample(range(columns * rows), columns * rows)))


def by_torch(pixels: np.ndarray, *program: object) -> np.ndarray:
    return execute([pixels], [BatchRow(0, program)])[0]  # type: ignore[arg-type]


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """Levels; colours count by their alpha."""
    assert one.shape == other.shape
    difference = np.abs(one.astype(float) - other)
    if one.shape[2] == 4:
        difference[:, :, :3] *= np.maximum(one, other)[:, :, 3:] / 255
    return float(difference.max(initial=0))


def mirrored(index: np.ndarray, length: int) -> np.ndarray:
    index = np.abs(index) % max(1, 2 * length - 2)
    return np.minimum(index, 2 * length - 2 - index) if length > 1 else index * 0


def meant(pixels: np.ndarray, said: Displace) -> np.ndarray:
    """What the field means, in float64, from the positions that labels are carried by."""
    height, width, channels = pixels.shape
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    shown = said.shown(np.stack([x.ravel(), y.ravel()], 1), ImageFacts(width, height)) - 0.5
    colour = [255 * share for share in said.fill]
    fill = np.rint([colour[0] * 0.299 + colour[1] * 0.587 + colour[2] * 0.114] if channels == 1 else [*colour, 255][:channels])
    source = pixels.astype(float)
    if channels == 4:
        source[:, :, :3] *= source[:, :, 3:] / 255
    first = np.floor(shown).astype(int)
    weight = shown - first
    total = np.zeros((height * width, channels))
    for along in (0, 1):
        for down in (0, 1):
            column, row = first[:, 0] + along, first[:, 1] + down
            if said.border == "reflect":
                tap = source[mirrored(row, height), mirrored(column, width)]
            else:
                tap = source[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)]
                outside = (column < 0) | (row < 0) | (column >= width) | (row >= height)
                if said.border == "constant":
                    tap = np.where(outside[:, None], fill, tap)
            total += tap * (np.abs(1 - along - weight[:, :1]) * np.abs(1 - down - weight[:, 1:]))
    if channels == 4:
        alpha = total[:, 3:]
        total[:, :3] = np.where(np.rint(alpha) > 0, total[:, :3] * 255 / np.where(alpha > 0, alpha, 1), 0)
    return total.reshape(height, width, channels)


@settings(max_examples=150, deadline=None)
@given(rng=st.randoms(use_true_random=True))
def test_fields_do_what_they_mean(rng: Random) -> None:
    pixels = image(rng)
    said = field(rng, pixels.shape[1], pixels.shape[0])
    kept = pixels.copy()
    results = [cpu_image.apply(pixels, said), by_torch(pixels, said)]
    assert apart(*results) <= (0 if said.interpolation == "nearest" else Displace.tolerance_levels), said
    for result in results:
        assert result.flags.c_contiguous
        if said.interpolation == "bilinear":
            assert apart(result, meant(pixels, said)) <= 0.95
    assert np.array_equal(pixels, kept)


@settings(max_examples=60, deadline=None)
@given(rng=st.randoms(use_true_random=True))
def test_tiles_do_what_they_mean(rng: Random) -> None:
    pixels, said = image(rng), tiles(rng)
    facts = ImageFacts(pixels.shape[1], pixels.shape[0])
    result = cpu_image.apply(pixels, said)
    assert np.array_equal(result, by_torch(pixels, said))
    where = np.arange(facts.width * facts.height).reshape(facts.height, facts.width)
    source = cpu_image.apply(np.ascontiguousarray(where.astype("<i4").view(np.uint8).reshape(*where.shape, 4)), said)
    source = np.ascontiguousarray(source).view("<i4")[:, :, 0]
    assert np.array_equal(np.sort(source.ravel()), where.ravel())  # every pixel once
    assert np.array_equal(result, pixels.reshape(-1, pixels.shape[2])[source])
    for row, column in np.ndindex(*where.shape):
        from_row, from_column = divmod(int(source[row, column]), facts.width)
        assert said.moved(from_column + 0.5, from_row + 0.5, facts) == (column + 0.5, row + 0.5)
    back = said._replace(order=tuple(said.order.index(place) for place in range(len(said.order))))
    assert np.array_equal(cpu_image.apply(result, back), pixels)
    fused = said.then(back, facts)
    assert fused is not None
    assert fused.order == tuple(range(len(said.order)))
    assert said.then(Tiles(7, 1, tuple(range(7))), facts) is None


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_tiny_images(channels: int) -> None:
    rng = Random(0)
    for width, height in ((1, 1), (1, 2), (2, 1), (1, 37), (37, 1), (2, 2)):
        pixels = np.random.default_rng(0).integers(0, 256, (height, width, channels), dtype=np.uint8)
        for _ in range(10):
            for said in (field(rng, width, height), tiles(rng)):
                assert apart(cpu_image.apply(pixels, said), by_torch(pixels, said)) <= 1


def test_backends_agree_on_photographs() -> None:
    rng = Random(4)
    for pixels in (skimage.data.chelsea(), skimage.data.camera()[..., None], skimage.data.logo()[:300, :400]):
        pixels = np.ascontiguousarray(pixels)
        facts = ImageFacts(pixels.shape[1], pixels.shape[0])
        for _ in range(2):
            said = Displace.of(facts, (7, 5), *lattice.drawn(rng.getrandbits(52), 7, 5, 20.0))
            assert apart(cpu_image.apply(pixels, said), by_torch(pixels, said)) <= 1


def test_long_images() -> None:
    """OpenCV's function stops at 32,766 pixels."""
    rng = Random(0)
    for width, height in ((40_000, 3), (3, 40_000)):
        for channels in (3, 4):
            pixels = np.random.default_rng(0).integers(0, 256, (height, width, channels), dtype=np.uint8)
            for interpolation in ("bilinear", "nearest"):
                said = field(rng, width, height, interpolation)
                assert apart(cpu_image.apply(pixels, said), by_torch(pixels, said)) <= 1


def test_strips_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(5)
    for _ in range(10):
        pixels = image(rng)
        said = field(rng, pixels.shape[1], pixels.shape[0], "bilinear")
        before = cpu_image.apply(pixels, said)
        monkeypatch.setattr(cpu_displace, "_STRIP_PIXELS", 1)
        assert apart(cpu_image.apply(pixels, said), before) <= 1
        monkeypatch.undo()


# Law 2


def rows_and_images(rng: Random, count: int) -> tuple[list[np.ndarray], list[BatchRow]]:
    images = [image(rng) for _ in range(count)]
    images[::7] = [np.ascontiguousarray(skimage.data.chelsea()[:150, :130])] * len(images[::7])
    rows = []
    for place, pixels in enumerate(images):
        size = pixels.shape[1], pixels.shape[0]
        program: list[object] = [rng.choice((field(rng, *size), tiles(rng))) for _ in range(rng.randint(1, 3))]
        program.insert(rng.randrange(3), rng.choice((Fill((((0, 0, 3, 2), (1.0, 0.0, 0.0)),)), Warp.cut((0, 0, *size)))))
        rows.append(BatchRow(place, tuple(program)))  # type: ignore[arg-type]
    return images, rows


def test_rows_do_not_see_each_other() -> None:
    rng = Random(2)
    assert_rows_do_not_see_each_other(*rows_and_images(rng, 24), rng)


@pytest.mark.parametrize("pixels", [1, 60, 777])
def test_chunks_and_wide_addresses_change_nothing(monkeypatch: pytest.MonkeyPatch, pixels: int) -> None:
    images, rows = rows_and_images(Random(3), 12)
    images = [np.ascontiguousarray(one[:25, :20]) for one in images]
    before = execute(images, rows)
    monkeypatch.setitem(torch_image.CHUNK_PIXELS, "cpu", pixels)
    monkeypatch.setattr(torch_pixels, "WIDE_BYTES", 0)
    assert all(np.array_equal(one, two) for one, two in zip(before, execute(images, rows), strict=True))
