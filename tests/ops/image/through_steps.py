"""Runs images through steps written as in YAML; shared by the tests of image operations."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

import numpy as np
import pytest
import skimage.data
import torch

from augcli import ops
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.primitives.image import Warp
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import draw_steps, lower
from augcli.core.values.facts import ImageFacts
from augcli.core.values.matrix import inverse
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image import execute as torch_image
from augcli.kernels.torch.image.execute import execute

ops.load()
torch.set_num_threads(1)
CAT = np.ascontiguousarray(skimage.data.chelsea()[:240, :331])
ROCKET = np.ascontiguousarray(skimage.data.astronaut()[:300, :400])


def program(steps: Sequence[dict[str, Any]], facts: ImageFacts, copy: int = 0, name: str = "a") -> tuple[Any, ...]:
    compiled = CompiledPipeline(parse_pipeline(json.dumps({"image": list(steps)})).steps["image"])
    return lower(draw_steps(compiled, unit_key(1, name, copy)), State(facts, copy=copy)).program


def facts_of(pixels: np.ndarray) -> ImageFacts:
    return ImageFacts(pixels.shape[1], pixels.shape[0], pixels.shape[2])


def run(pixels: np.ndarray, *steps: dict[str, Any], copy: int = 0, name: str = "a", torch_too: bool = True) -> np.ndarray:
    """What a pipeline makes of an image; both backends must agree."""
    said = program(steps, facts_of(pixels), copy, name)
    result = pixels
    for primitive in said:
        result = cpu_image.apply(result, primitive)
    if torch_too:
        other = execute([pixels], [BatchRow(0, said)])[0]
        assert np.abs(result.astype(int) - other).max(initial=0) <= max(1, len(said))
    return result


def tensor(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(pixels).permute(2, 0, 1)


def array(values: torch.Tensor) -> np.ndarray:
    return values.permute(1, 2, 0).numpy()


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    error = float(((one.astype(float) - other) ** 2).mean())
    return 99.0 if error == 0 else 10 * math.log10(255**2 / error)


def assert_like_torchvision(
    result: np.ndarray, expected: np.ndarray, name: str, share: float, step: Any, pixels: np.ndarray
) -> None:
    """A policy's step at a share of its strength, within 2 levels; torchvision's float32 leaves open what lies on the fence."""
    assert result.shape == expected.shape
    off = np.abs(result.astype(int) - expected) > 2
    if name == "solarize":
        off &= np.abs(pixels - 255 * (1 - share)) > 0.01  # the threshold itself
    elif isinstance(step, Warp):
        # Positions right between two pixels.
        x, y = np.meshgrid(np.arange(pixels.shape[1]) + 0.5, np.arange(pixels.shape[0]) + 0.5)
        a, b, c, d, e, f = inverse(step.matrix)[:6]
        for position in (a * x + b * y + c, d * x + e * y + f):
            off &= (np.abs(position - np.rint(position)) > 1e-3)[:, :, None]
    assert not off.any(), (name, share, off.mean())


def assert_rows_do_not_see_each_other(images: list[np.ndarray], rows: list[BatchRow], rng: Random) -> None:
    """What comes out of rows together is what comes out of each alone, on one thread and on two."""
    alone = [execute(images, [row])[0] for row in rows]
    for threads, count in ((1, 2), (2, 7), (1, len(rows)), (2, len(rows))):
        torch.set_num_threads(threads)
        some = rng.sample(range(len(rows)), count)
        for place, result in zip(some, execute(images, [rows[place] for place in some]), strict=True):
            assert np.array_equal(result, alone[place]), rows[place]
    torch.set_num_threads(1)


def assert_chunks_change_nothing(
    monkeypatch: pytest.MonkeyPatch, images: list[np.ndarray], rows: list[BatchRow], results: list[np.ndarray]
) -> None:
    """All rows in one chunk, and cut into chunks of a few pixels, give these results."""
    for pixels in (10**8, 60):
        monkeypatch.setitem(torch_image.CHUNK_PIXELS, "cpu", pixels)
        assert all(np.array_equal(one, two) for one, two in zip(execute(images, rows), results, strict=True)), pixels


def assert_backends_agree_to_the_bit(
    monkeypatch: pytest.MonkeyPatch, channels: int, images_count: int, primitives: Callable[[Random], Iterable[Any]]
) -> None:
    """What OpenCV and torch make of small random images; torch also of all of them together, and in chunks."""
    rng = Random(channels)
    images, rows, results = [], [], []
    for _ in range(images_count):
        height, width = (rng.choice((1, 2, rng.randint(3, 40))) for _ in range(2))
        pixels = np.random.default_rng(rng.getrandbits(32)).integers(0, 256, (height, width, channels), np.uint8)
        kept = pixels.copy()
        for said in primitives(rng):
            by_opencv = cpu_image.apply(pixels, said)
            assert by_opencv.dtype == np.uint8 and by_opencv.flags.c_contiguous
            assert channels < 4 or np.array_equal(by_opencv[..., 3], pixels[..., 3])
            assert np.array_equal(execute([pixels], [BatchRow(0, (said,))])[0], by_opencv), said
            images.append(pixels)
            rows.append(BatchRow(len(rows), (said,)))
            results.append(by_opencv)
        assert np.array_equal(pixels, kept)
    assert_chunks_change_nothing(monkeypatch, images, rows, results)
