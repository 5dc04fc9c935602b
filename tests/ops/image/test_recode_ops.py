"""JPEG and WebP in mid-program: against Pillow, the same on both backends, rows independent of each other."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from through_steps import CAT, ROCKET, psnr, run

from augcli.core.primitives.image import BLACK, Blend, ColourMatrix, NormalNoise
from augcli.core.primitives.layers import Layer
from augcli.core.primitives.recode import Recode
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.shared import recode
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image.execute import execute

BRIGHTER = ColourMatrix.linear((1.3, 0, 0, 0, 1.3, 0, 0, 0, 1.3), BLACK)


def by_pillow(pixels: np.ndarray, kind: str, quality: int, **options: Any) -> np.ndarray:
    file = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(file, kind, quality=quality, **options)
    return np.asarray(Image.open(file)).reshape(pixels.shape)


@pytest.mark.parametrize("quality", [5, 40, 90])
@pytest.mark.parametrize(("subsampling", "number"), [("420", 2), ("422", 1), ("444", 0)])
def test_jpeg_is_pillows(quality: int, subsampling: str, number: int) -> None:
    ours = run(ROCKET, {"jpeg_compression": {"quality": quality, "subsampling": subsampling}})
    assert psnr(ours, by_pillow(ROCKET, "JPEG", quality, subsampling=number)) > 40


@pytest.mark.parametrize("quality", [1, 40, 90])
def test_webp_is_pillows(quality: int) -> None:
    assert psnr(run(ROCKET, {"webp_compression": {"quality": quality}}), by_pillow(ROCKET, "WEBP", quality)) > 40


@pytest.mark.parametrize("codec", ["jpeg", "webp"])
def test_less_quality_is_less_like_the_source(codec: str) -> None:
    found = [psnr(run(CAT, {f"{codec}_compression": {"quality": quality}}), CAT) for quality in (5, 30, 70, 95)]
    assert found == sorted(found)
    assert found[-1] > 30


@pytest.mark.parametrize("codec", ["jpeg", "webp"])
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 1, 3), (7, 2, 4), (33, 65, 1), (3, 500, 3)])
def test_every_kind_of_image(codec: str, shape: tuple[int, int, int]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    kept = pixels.copy()
    result = run(pixels, {f"{codec}_compression": {}})
    assert result.shape == shape
    assert np.array_equal(pixels, kept)
    assert shape[2] < 4 or np.array_equal(result[..., 3], pixels[..., 3])


@pytest.mark.parametrize("codec", ["jpeg", "webp"])
def test_sides_beyond_the_codec_are_cut(codec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    long = np.full((20, 70_000, 1), 77, np.uint8)
    result = cpu_image.apply(long, Recode(codec, 60))  # type: ignore[arg-type]
    assert result.shape == long.shape
    assert np.abs(result.astype(int) - 77).max() <= 2
    monkeypatch.setitem(recode._TILE, codec, 64)
    assert psnr(cpu_image.apply(CAT, Recode(codec, 80)), CAT) > 28  # type: ignore[arg-type]


def test_both_backends_give_the_same_and_rows_do_not_see_each_other() -> None:
    images = [CAT, ROCKET, np.ascontiguousarray(CAT[:60, :77])]
    programs: list[tuple[Any, ...]] = [
        (),
        (Recode("jpeg", 30),),
        (NormalNoise("gaussian", 0.1, 5), Recode("jpeg", 30), NormalNoise("gaussian", 0.1, 6)),
        (Recode("webp", 30), NormalNoise("gaussian", 0.1, 5), Recode("jpeg", 30, "444"), Recode("webp", 3)),
        (
            NormalNoise("gaussian", 0.1, 5),
            Recode("jpeg", 9),
            NormalNoise("gaussian", 0.1, 6),
            Recode("jpeg", 9),
            NormalNoise("gaussian", 0.1, 7),
        ),
        (Recode("jpeg", 30), Blend((Layer(0, (), 0.5, (0, 0, 50, 50)),))),
        (NormalNoise("gaussian", 0.1, 5),),
    ]
    rows = [BatchRow(number, program, (2,)) for program in programs for number in range(3)]
    together = execute(images, rows)
    for row, result in zip(rows, together, strict=True):
        expected = images[row.image]
        for said in row.program:
            expected = cpu_image.apply(expected, said, [images[2]])
        blends = any(isinstance(said, Blend) for said in row.program)
        assert np.abs(result.astype(int) - expected).max() <= blends, row
        assert np.array_equal(execute(images, [row])[0], result)
    assert not np.shares_memory(together[0], CAT)


def test_after_colours_it_is_within_what_a_level_makes() -> None:
    steps = (BRIGHTER, Recode("jpeg", 60))
    expected = cpu_image.apply(cpu_image.apply(CAT, BRIGHTER), steps[1])
    assert psnr(execute([CAT], [BatchRow(0, steps)])[0], expected) > 40
