"""The host's plan: memory, chunks, groups, addresses."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from augcli.core.primitives.image import Blend, ColourMatrix, Fill, NormalNoise, Warp
from augcli.core.primitives.layers import Layer
from augcli.core.values.matrix import about, multiply, rotation, scaling, translation
from augcli.kernels.shared.resample import (
    Reduce,
    Reindex,
    Resample,
    ResizedPart,
    clipped,
    fill_levels,
    layer_program,
    lower_warp,
    whole_crop,
)
from augcli.kernels.torch.batch.arena import SCRATCH, Packer, Scratch, new_arena
from augcli.kernels.torch.batch.pixels import Axis
from augcli.kernels.torch.batch.rounds import Spot, _chunks
from augcli.kernels.torch.batch.rows import Batch, BatchRow
from augcli.kernels.torch.image.execute import STEPS
from augcli.kernels.torch.image.values import ColourKernel


@given(st.randoms())
def test_scratch_never_hands_out_what_is_in_use(rng: Random) -> None:
    scratch = Scratch()
    used: list[tuple[int, int]] = []
    for _ in range(60):
        if used and rng.random() < 0.45:
            address, count = used.pop(rng.randrange(len(used)))
            scratch.give_back(address, count)
        else:
            unit = rng.choice((1, 2))
            count = rng.randint(1, 30) * unit
            address = scratch.take(count, unit)
            assert (address - SCRATCH) % unit == 0
            assert SCRATCH <= address <= SCRATCH + scratch.size - count
            assert all(address + count <= other or address >= other + size for other, size in used)
            used.append((address, count))
    for address, count in used:
        scratch.give_back(address, count)
    size = scratch.size
    scratch.take(size)
    assert scratch.size == size  # nothing was lost in between


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), min_size=1, max_size=8), st.integers(1, 400))
def test_chunks_cover_every_line_once_in_order(sizes: list[tuple[int, int]], limit: int) -> None:
    spots = [Spot(0, width, height, 3) for width, height in sizes]
    chunks = list(_chunks(spots, limit))
    lines = [(part.row, line) for parts in chunks for part in parts for line in range(part.top, part.top + part.lines)]
    assert lines == [(row, line) for row, spot in enumerate(spots) for line in range(spot.height)]
    for parts in chunks:
        pixels = sum(part.lines * spots[part.row].width for part in parts)
        assert pixels <= limit or sum(part.lines for part in parts) == 1


def test_the_inbox_holds_what_was_packed_where_it_was_said() -> None:
    packer = Packer()
    arrays = [np.arange(7, dtype=np.uint8), np.arange(6, dtype=np.float64).reshape(2, 3).T, np.arange(3, dtype=np.int32)]
    packed = [packer.add(array) for array in arrays]
    addresses = packer.add(np.array([5, SCRATCH + 3]), addresses=True)
    arena = new_arena(packer, 10, "cpu")
    for array, place in zip(arrays, packed, strict=True):
        assert np.array_equal(place.view(arena).numpy(), array)
    assert addresses.view(arena).tolist() == [5, packer.size + 3]
    assert arena.numel() >= packer.size + 10
    assert arena.view(torch.float64).numel() * 8 == arena.numel()


def test_memory_of_intermediates_is_used_again() -> None:
    step = ColourMatrix.linear((1, 0, 0, 0, 1, 0, 0, 0, 1))
    images = [np.zeros((50, 60, 3), np.uint8)] * 4
    needs = [
        Batch(images, [BatchRow(k, (step,) * count) for k in range(4)], 1 << 16, STEPS).rounds.scratch for count in (1, 2, 20)
    ]
    assert needs[0] == 4 * 50 * 60 * 3
    assert needs[2] == needs[1] == 2 * needs[0]


def test_rows_are_grouped_by_their_next_kernel_whatever_their_sizes() -> None:
    colour, fill, noise = ColourMatrix.linear((1,) * 9), Fill(()), NormalNoise("gaussian", 0.1, 1)
    images = [np.zeros((10 + k, 20, 3), np.uint8) for k in range(6)]
    programs = [(colour, fill), (colour, noise), (fill, colour), (colour,), (noise, colour, fill), (colour, fill)]
    rounds = Batch(images, [BatchRow(k, program) for k, program in enumerate(programs)], 1 << 16, STEPS).rounds
    names = [type(group.kernel).__name__ for group in rounds.groups]
    assert len(names) <= 8
    assert names.count("ColourKernel") == 2
    assert ColourKernel(False) == ColourKernel(False) != ColourKernel(True)


def test_only_images_that_are_named_go_up_and_only_once() -> None:
    images = [np.zeros((100, 100, 3), np.uint8) for _ in range(5)]
    batch = Batch(images, [BatchRow(3, (Fill(()),)), BatchRow(3, (Fill(()),), (0,))], 1 << 16, STEPS)
    assert 30_000 <= batch.packer.size < 40_000


def test_a_layer_is_worked_out_where_it_shows() -> None:
    size = (200, 100)
    onto = Warp(scaling(2.0, 2.0), size, "edge", interpolation="bilinear")
    layers = (Layer(0, (onto,), 1.0, (150, 50, 260, 90)), Layer(0, (onto,), 1.0, (10, 10, 10, 30)))
    images = [np.zeros((100, 200, 3), np.uint8), np.zeros((50, 100, 3), np.uint8)]
    batch = Batch(images, [BatchRow(0, (Blend(layers),), (1,))], 1 << 16, STEPS)
    assert batch.rounds.scratch == 100 * 200 * 3 + 50 * 40 * 3
    program = layer_program(layers[0], (150, 50, 200, 90))
    assert program[0].size == (50, 40)
    assert program[0].matrix[2] == -150


@pytest.mark.parametrize("length", [*range(1, 30), 4000, 40_000])
def test_mirrored_indices(length: int) -> None:
    period = max(1, 2 * length - 2)
    index = torch.cat(
        [
            torch.arange(-300, 300),
            torch.arange(-5, 6) * period,
            torch.arange(-5, 6) * period + 1,
            torch.arange(-5, 6) * period - 1,
        ]
    )
    index = torch.cat([index, torch.tensor([-4_000_000, 4_000_000, -3_999_999])])
    first, second = Axis(lambda values: values, torch.tensor([length])).mirrored(index.float(), 2)
    for found, wanted in ((first, index), (second, index + 1)):
        remainder = wanted % period if length > 1 else wanted * 0
        assert torch.equal(found, torch.minimum(remainder, period - remainder).float() if length > 1 else remainder.float())


def test_how_warps_are_carried_out() -> None:
    flip = Warp((-1.0, 0, 100, 0, 1, 0, 0, 0, 1), (100, 50))
    assert isinstance(lower_warp(flip, 100, 50)[0], Reindex)
    third = Warp(scaling(1 / 3, 1 / 3), (33, 16), interpolation="bilinear")
    reduce, sample = lower_warp(third, 100, 50)
    assert isinstance(reduce, Reduce)
    assert (reduce.kx, reduce.ky, reduce.size) == (3, 3, (34, 17))
    assert isinstance(sample, Resample)
    # Of a crop, only the blocks that it needs are averaged.
    crop = Warp.cut((3000, 2000, 3448, 2448), (150, 150))
    reduce, _ = lower_warp(crop, 4000, 3000)
    assert isinstance(reduce, Reduce)
    assert max(reduce.size) <= 448 / 2 + 4
    huge = Warp(scaling(1 / 5000, 1 / 5000), (2, 2), interpolation="bilinear")
    reduce, _ = lower_warp(huge, 10_000, 10_000)
    assert isinstance(reduce, Reduce)
    assert reduce.kx == 128


def test_which_samplings_are_resizings() -> None:
    def crop_of(warp: Warp, width: int = 100, height: int = 80) -> ResizedPart | None:
        sample = lower_warp(warp, width, height)[-1]
        assert isinstance(sample, Resample)
        return whole_crop(sample, width, height)

    assert crop_of(Warp.cut((10, 20, 90, 70), (60, 30))) == ResizedPart((10, 20, 90, 70), False, False)
    mirrored = Warp(multiply((-1.0, 0, 60, 0, 1, 0, 0, 0, 1), Warp.cut((10, 20, 90, 70), (60, 30)).matrix), (60, 30), "constant")
    assert crop_of(mirrored) == ResizedPart((10, 20, 90, 70), True, False)
    assert crop_of(Warp.cut((10, 20, 90, 70), (160, 30))) is None  # magnified, it looks beyond the crop
    assert crop_of(Warp(scaling(2, 2), (200, 160))) == ResizedPart((0, 0, 100, 80), False, False)
    assert crop_of(Warp(scaling(2, 2), (200, 160), "reflect")) is None
    assert crop_of(Warp(multiply(scaling(0.7, 0.7), translation(-0.4, 0)), (60, 50), "edge")) is None
    assert crop_of(Warp(about(rotation(1.0), 50, 40), (100, 80), "edge")) is None


def test_colours_and_regions() -> None:
    assert fill_levels((1, 0.5, 0), 3) == (255, 128, 0)
    assert fill_levels((1, 0.5, 0), 4) == (255, 128, 0, 255)
    assert fill_levels((1, 0, 0), 1) == (76,)
    assert fill_levels((2, -1, 0), 3) == (255, 0, 0)
    assert clipped((-5, 3, 200, 4), 100, 50) == (0, 3, 100, 4)
    assert clipped((120, 3, 200, 4), 100, 50) == (100, 3, 100, 4)
    assert clipped((30, 20, 10, 5), 100, 50) == (30, 20, 30, 20)
