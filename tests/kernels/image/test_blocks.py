"""A CPU may work on the pixels of one image as a Block, or on lists of pixels as a GPU does: not a bit differs."""

from __future__ import annotations

import json
from random import Random

import numpy as np
import pytest
import torch
from test_rows_law import batch

from augcli import ops
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import Op, State
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.primitives.image import Blend, ColourMatrix, Layer
from augcli.core.primitives.tone import Adapt
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import draw_steps, lower
from augcli.core.values.facts import ImageFacts
from augcli.kernels.torch.batch import pixels as torch_pixels
from augcli.kernels.torch.image import execute as torch_image
from augcli.kernels.torch.image.execute import BatchRow, execute


def both(
    monkeypatch: pytest.MonkeyPatch, images: list[np.ndarray], rows: list[BatchRow]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """As Blocks, whatever the size, and as lists."""
    monkeypatch.setitem(torch_image.ALONE_PIXELS, "cpu", 0)
    monkeypatch.setattr(torch_pixels, "BLOCKS", True)
    blocks = execute(images, rows)
    monkeypatch.undo()
    monkeypatch.setattr(torch_pixels, "BLOCKS", False)
    lists = execute(images, rows)
    monkeypatch.undo()
    return blocks, lists


@pytest.mark.parametrize("seed", range(6))
def test_random_programs(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    torch.set_num_threads(1)
    images, rows = batch(Random(seed), 40)
    for row, block, listed in zip(rows, *both(monkeypatch, images, rows), strict=True):
        assert np.array_equal(block, listed), row


def image_ops() -> list[str]:
    """All but those that need files beside the dataset."""
    ops.load()
    of_images = {name: op for name, op in ops.REGISTRY.items() if op.modality() == "image"}
    return [name for name, op in of_images.items() if op.resources is Op.resources]


@pytest.mark.parametrize("name", image_ops())
def test_every_operation(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    torch.set_num_threads(1)
    rng = np.random.default_rng(3)
    for example in ops.REGISTRY[name].examples:
        compiled = CompiledPipeline(
            parse_pipeline(json.dumps({"image": [{name.removeprefix("image."): example}]})).steps["image"]
        )
        images, rows = [], []
        for number, facts in enumerate((ImageFacts(31, 23, 3), ImageFacts(17, 40, 4), ImageFacts(24, 9, 1), ImageFacts(1, 1, 3))):
            drawn = draw_steps(compiled, unit_key(7, f"{number}.png", 0))
            program = lower(drawn, State(facts, partner_facts=lambda place, facts=facts: facts)).program
            rows.append(BatchRow(len(images), program, tuple(range(len(images) + 1, len(images) + 4))))
            shape = facts.height, facts.width, facts.channels
            images += [rng.integers(0, 256, shape, dtype=np.uint8) for _ in range(4)]
        for row, block, listed in zip(rows, *both(monkeypatch, images, rows), strict=True):
            assert np.array_equal(block, listed), row.program


def test_histogram_matching(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    shares = np.sort(rng.integers(0, 1 << 20, (4, 256)), 1)
    shares[:, 255] = 1 << 20
    said = Adapt("match", 0, tuple(shares.reshape(-1).tolist()), 600_000)
    images = [rng.integers(0, 200, shape, dtype=np.uint8) for shape in ((30, 20, 3), (5, 60, 4), (20, 20, 1))]
    rows = [BatchRow(place, (said,)) for place in range(3)]
    assert all(np.array_equal(*pair) for pair in zip(*both(monkeypatch, images, rows), strict=True))


def test_layers_laid_by_their_alpha(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    images = [rng.integers(0, 256, (30, 40, channels), dtype=np.uint8) for channels in (1, 3, 4, 4)]
    said = Blend((Layer(0, (), 0.7, (3, 2, 33, 28), alpha=True), Layer(0, (), 1.0, (10, 20, 40, 30), alpha=True)))
    rows = [BatchRow(place, (said,), (3,)) for place in range(3)]
    assert all(np.array_equal(*pair) for pair in zip(*both(monkeypatch, images, rows), strict=True))


def test_colours_that_become_of_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Alpha stays, whatever becomes of the colours."""
    pixels = np.random.default_rng(6).integers(0, 256, (20, 30, 4), dtype=np.uint8)
    for m in ((0, 0.5, 0, 0, 0, 0.5, 0.5, 0, 0), (0,) * 9, (0, 1, 0, 0, 0, 1, 1, 0, 0), (0.3, 0.6, 0.1) * 3):
        for t in ((0, 0, 0), (0.1, 0.2, 0.3), (-0.1, -0.1, -0.1)):
            block, listed = both(monkeypatch, [pixels], [BatchRow(0, (ColourMatrix.linear(m, t),))])
            assert np.array_equal(block, listed), (m, t)
            assert np.array_equal(block[0][:, :, 3], pixels[:, :, 3])
