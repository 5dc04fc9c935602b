"""Law 5 for audio, checked without a GPU: one upload, one download, no waiting for the device, no loop over rows."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from augcli.core.primitives.audio import GRID, Add, Gain, Mask, Piece, Stretch, TimeMap
from augcli.kernels.torch.audio import execute as torch_audio
from augcli.kernels.torch.batch.arena import Packer
from augcli.kernels.torch.batch.rounds import plan_rounds

spec = importlib.util.spec_from_file_location("watch_of_fake_cuda", Path(__file__).parents[2] / "contract" / "test_fake_cuda.py")
assert spec and spec.loader
watch = importlib.util.module_from_spec(spec)
spec.loader.exec_module(watch)

STEPS: dict[str, Callable[[int], Any]] = {
    "gain": lambda frames: Gain(0.5),
    "reverse": lambda frames: TimeMap((Piece((frames - 1) * GRID, frames, -GRID),)),
    "shift": lambda frames: TimeMap((Piece(300 * GRID, frames - 300, fade_out=80), Piece(0, 300, fade_in=80))),
    "speed": lambda frames: TimeMap((Piece(0, frames, 93),)),
    "speed and shift": lambda frames: TimeMap((Piece(300 * GRID, frames, 93, fade_out=80), Piece(0, 300, 93))),
    "faster": lambda frames: Stretch(round(frames / 1.2), 16_000),
    "slower": lambda frames: Stretch(round(frames / 0.8), 16_000),
    "twice": lambda frames: Stretch(round(frames / 2), 16_000),
    "white": lambda frames: Add("white", 10.0, frames),
    "pink": lambda frames: Add("pink", 10.0, frames, 9),
    "mask": lambda frames: Mask(((100, 200, 5), (300, 500, 10))),
}


def operations(count: int, names: list[str], channels: int = 2) -> int:
    rng = Random(0)
    packer = Packer()
    tables = torch_audio.SharedArrays(packer)
    chains = []
    for _ in range(count):
        # Lengths of one kind: rows of very unlike lengths are worked on in groups.
        frames = rng.randrange(18_700, 20_000)
        samples = np.zeros((channels, frames), np.float32)
        program = []
        for name in names:
            program.append(STEPS[name](frames))
            frames = getattr(program[-1], "frames", frames)
        chains.append(torch_audio._chain(samples, tuple(program), packer, tables))
    operations: int = watch.watched(packer, plan_rounds(chains, packer, 1 << 24))
    return operations


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("name", STEPS)
def test_a_batch_crosses_the_bus_once_and_no_loop_goes_over_rows(name: str, channels: int) -> None:
    assert operations(2, [name], channels) == operations(8, [name], channels)


def test_a_long_program_crosses_the_bus_once() -> None:
    names = ["gain", "shift", "slower", "pink", "mask", "speed", "reverse"]
    assert operations(2, names) == operations(8, names)
    assert operations(2, ["gain", "shift", "white", "mask"]) < 700


def test_rows_with_programs_in_another_order_cross_the_bus_once() -> None:
    packer = Packer()
    chains = [
        torch_audio._chain(
            np.zeros((1 + place % 2, 9000 + 7 * place), np.float32),
            tuple(STEPS[name](9000 + 7 * place) for name in Random(place).sample(["gain", "reverse", "white", "mask"], 3)),
            packer,
        )
        for place in range(6)
    ]
    watch.watched(packer, plan_rounds(chains, packer, 1 << 24))
