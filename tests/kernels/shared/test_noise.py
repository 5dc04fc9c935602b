"""The noise is pinned (changing it changes every dataset ever made), the same everywhere, and looks random."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from augcli.kernels.shared import noise

GOLDEN_ZERO = [2470687828, 9798092, 1064810375, 3063722617, 459458472, 1768676506, 3114786887, 2436693419]
GOLDEN_KEY = [251593091, 3160623521, 1120078641, 981053673, 2150107760, 2764255922]
GOLDEN_BITS = "3ad3c5be27654295"
GOLDEN_GAUSSIAN = "2cb2811915659a50"
KEYS = (0, 1, 2**63 + 12345, 0x0123456789ABCDEF, 2**64 - 1)


def test_golden_numbers() -> None:
    assert noise.bits(0, 2, 2, 2).ravel().tolist() == GOLDEN_ZERO
    assert noise.bits(0x0123456789ABCDEF, 1, 2, 3).ravel().tolist() == GOLDEN_KEY
    assert sha256(noise.bits(7, 300, 200, 3).astype("<u4").tobytes()).hexdigest()[:16] == GOLDEN_BITS
    assert sha256(noise.gaussian(7, 300, 201, 3).astype("<f4").tobytes()).hexdigest()[:16] == GOLDEN_GAUSSIAN


def test_the_table_is_the_same_on_every_machine() -> None:
    table = noise.normal_table()
    assert sha256(table.astype("<f4").tobytes()).hexdigest()[:16] == "1cfbba1e07e34386"
    # Nobody's float64 is so far off that another float32 would come out.
    exact = stats.norm.ppf((np.arange(65536) + 0.5) / 65536)
    from_tie = 0.5 - np.abs(exact - table) / np.spacing(np.abs(table)).astype(float)
    assert from_tie.min() * 2**29 > 5000
    assert np.all(np.diff(table) > 0)
    assert abs(table.astype(float).var() - 1) < 1e-4
    assert table.astype(float).mean() == 0


def halves_torch(key: int, height: int, count: int) -> np.ndarray:
    low, high = (torch.tensor(word, dtype=torch.int32) for word in noise.key_words(key))
    first, second = noise.row_words_torch(low, high, torch.arange(height, dtype=torch.int32))
    counter = torch.arange(count, dtype=torch.int32)
    return noise.halves_torch(first[:, None], second[:, None], counter[None]).numpy()


@given(st.integers(0, 2**64 - 1), st.integers(1, 9), st.integers(1, 70))
def test_torch_gives_the_same_bits(key: int, height: int, count: int) -> None:
    assert np.array_equal(halves_torch(key, height, count), noise.halves(key, height, count))


def test_values_depend_on_their_coordinates_alone() -> None:
    for key in KEYS:
        big = noise.bits(key, 40, 30, 3)
        assert np.array_equal(noise.bits(key, 7, 30, 3), big[:7])
        assert np.array_equal(noise.bits(key, 40, 10, 3), big[:, :10])


def flipped_share(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """How often each of the 32 bits differs."""
    changed = (before ^ after).astype("<u4").reshape(-1, 1).view(np.uint8)
    return np.unpackbits(changed, axis=1).mean(0)


def assert_avalanche(before: np.ndarray, after: np.ndarray) -> None:
    assert np.abs(flipped_share(before, after) - 0.5).max() < 5 * 0.5 / before.size**0.5  # five standard deviations


@pytest.mark.parametrize("bit", range(64))
def test_avalanche_of_the_key(bit: int) -> None:
    for key in KEYS:
        assert_avalanche(noise.bits(key, 100, 500, 1), noise.bits(key ^ 1 << bit, 100, 500, 1))


@pytest.mark.parametrize("bit", range(11))
def test_avalanche_of_coordinates(bit: int) -> None:
    for key in KEYS:
        square = noise.bits(key, 2048, 32, 1)[:, :, 0]
        rows = np.flatnonzero(np.arange(2048) & 1 << bit == 0)
        assert_avalanche(square[rows], square[rows ^ 1 << bit])
        square = noise.bits(key, 32, 2048, 1)[:, :, 0]
        assert_avalanche(square[:, rows], square[:, rows ^ 1 << bit])


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one.ravel().astype(float), other.ravel().astype(float))[0, 1])


@pytest.mark.parametrize("key", KEYS)
def test_neighbours_and_neighbouring_keys_are_uncorrelated(key: int) -> None:
    values = noise.gaussian(key, 400, 300, 3)
    few = 5 / (values.size / 2) ** 0.5
    for step in (1, 2, 3, 7, 64, 256):
        assert abs(correlation(values[step:], values[:-step])) < few
        assert abs(correlation(values[:, step:], values[:, :-step])) < few
    assert abs(correlation(values[:, :, 0], values[:, :, 1])) < few * 2
    assert abs(correlation(values[1:, 1:], values[:-1, :-1])) < few
    assert abs(correlation(values**2, noise.gaussian(key ^ 1 << 32, 400, 300, 3) ** 2)) < few
    for bit in range(64):
        assert abs(correlation(values, noise.gaussian(key ^ 1 << bit, 400, 300, 3))) < few


@pytest.mark.parametrize("key", KEYS)
def test_bytes_are_uniform_and_normals_normal(key: int) -> None:
    for column in noise.bits(key, 500, 400, 1).astype("<u4").reshape(-1, 1).view(np.uint8).T:
        assert stats.chisquare(np.bincount(column, minlength=256)).pvalue > 1e-4
    values = noise.gaussian(key, 500, 400, 3)
    assert stats.kstest(values.ravel(), "norm").pvalue > 1e-4
    assert abs(values.mean()) < 5 / values.size**0.5
    assert abs(values.std() - 1) < 5 / values.size**0.5
    rows = values.mean((1, 2)) * (400 * 3) ** 0.5
    assert stats.kstest(rows, "norm").pvalue > 1e-4


def test_level_tables() -> None:
    assert not noise.normal_levels(0.0).any()
    levels = noise.normal_levels(0.1)
    assert levels.dtype == np.int16
    assert abs(levels.std() - 25.5) < 0.05
    assert np.abs(noise.normal_levels(100.0)).max() == 255


def test_numpy_half_and_opencv_kernels_load_no_torch() -> None:
    code = "import sys, augcli.kernels.shared.noise, augcli.kernels.cpu.image.apply; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
