"""Random bits that are counted, not drawn: a 32-bit hash of (key, row, counter along the row).

A value depends only on its own coordinates, so noise is the same for any batch and any device. The two
halves of this module, numpy (uint32) and torch (int32, whose products wrap to the same bits), agree bit for bit; the
torch half takes tensors and needs no import.

A row of the image gets two words that are strongly hashed from the key and the row's number; one enters before the
first round over the counters, the other between the rounds, so that equal stretches of counters never meet in two rows.
"""

from __future__ import annotations

from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

Words = NDArray[np.uint32]

# Multipliers of the best known two-round 32-bit mixer (C. Wellons, hash-prospector) and 2**32 / golden ratio.
_M1, _M2, _STEP = 0x7FEB352D, 0x846CA68B, 0x9E3779B1
_OTHER = 0x632BE5AB  # makes the second word of a row differ from the first
_BLOCK_WORDS = 1 << 15  # words hashed at once: they fit in a core's cache
_TABLE_BITS = 16


def bits(key: int, height: int, width: int, channels: int) -> Words:
    """32 random bits for every value of an image, as (height, width, channels); `key` has 64 bits."""
    return _words(key, np.arange(height, dtype=np.uint32), width * channels).reshape(height, width, channels)


def halves(key: int, height: int, count: int) -> NDArray[np.uint16]:
    """16 random bits for `count` values per row, as (height, count): each word gives two, the low half first."""
    return halves_of_rows(key, 0, height, count)


def halves_of_rows(key: int, top: int, bottom: int, count: int) -> NDArray[np.uint16]:
    """The same as `halves`, for the rows top…bottom only."""
    words = _words(key, np.arange(top, bottom, dtype=np.uint32), (count + 1) // 2)
    return words.astype("<u4", copy=False).view("<u2")[:, :count]


def octets(key: int, top: int, bottom: int, left: int, right: int) -> NDArray[np.uint8]:
    """8 random bits for the values left…right of the rows top…bottom: each word gives four, the lowest quarter first."""
    start = left // 4
    words = _words(key, np.arange(top, bottom, dtype=np.uint32), -(-right // 4) - start, start)
    return words.astype("<u4", copy=False).view(np.uint8)[:, left - 4 * start : right - 4 * start]


def gaussian(key: int, height: int, width: int, channels: int) -> NDArray[np.float32]:
    """Normal values with mean 0 and variance 1 as (height, width, channels), from 65,536 quantiles (at most ±4.32)."""
    return normal_table().take(halves(key, height, width * channels)).reshape(height, width, channels)


@cache
def normal_table() -> NDArray[np.float32]:
    """Quantiles of the normal distribution at (i + 0.5) / 65536.

    Computed in float64 and rounded to float32: the entry closest to the midpoint of two float32 values is
    7,586 float64 steps away from it (tests/kernels/shared/test_noise.py), far more than mathematical libraries differ by.
    """
    size = 1 << _TABLE_BITS
    quantile = NormalDist().inv_cdf
    lower = np.array([quantile((i + 0.5) / size) for i in range(size // 2)]).astype(np.float32)
    table = np.concatenate([lower, -lower[::-1]])
    table.flags.writeable = False
    return table


def normal_levels(amount: float, full: int = 255) -> NDArray[Any]:
    """The normal table times `amount` (share of full scale), rounded to whole levels and cut off at `full`.

    Adding whole levels and clamping gives the same as rounding the sum half to even, except where the product ends in
    exactly one half, and it needs no float array of the image's size.
    """
    levels = np.rint(normal_table() * np.float32(amount * full))
    return np.asarray(np.clip(levels, -full, full), np.int16 if full == 255 else np.int32)


def key_words(key: int) -> tuple[int, int]:
    """The low and the high word of a key, as signed 32-bit integers (for int32 tensors)."""
    return _signed(key & 0xFFFFFFFF), _signed(key >> 32 & 0xFFFFFFFF)


def row_words_torch(low: Tensor, high: Tensor, row: Tensor) -> tuple[Tensor, Tensor]:
    """The two words of rows; all int32 of one shape (`low` and `high` are key words)."""
    first = _mix_torch(_mix_torch(row * _signed(_STEP) + low) ^ high)
    second = _mix_torch(_mix_torch(row * _signed(_STEP) + high + _OTHER) ^ low)
    return first, second


def halves_torch(first: Tensor, second: Tensor, counter: Tensor) -> Tensor:
    """16 random bits, as int32 in [0, 65535], of values with these counters in rows with these words (int32)."""
    word = words_torch(first, second, counter >> 1)
    word >>= (counter & 1) << 4  # odd counters get the high half
    word &= 0xFFFF
    return word


def octets_torch(first: Tensor, second: Tensor, counter: Tensor) -> Tensor:
    """8 random bits, as int32 in [0, 255]."""
    word = words_torch(first, second, counter >> 2)
    word >>= (counter & 3) << 3
    word &= 0xFF
    return word


def words_torch(first: Tensor, second: Tensor, number: Tensor) -> Tensor:
    """Hash words of 32 bits, of the counters that share one, as int32."""
    word = number * _signed(_STEP) + first
    word ^= (word >> 16) & 0xFFFF
    word *= _signed(_M1)
    word ^= (word >> 15) & 0x1FFFF
    word += second
    word *= _signed(_M2)
    word ^= (word >> 16) & 0xFFFF
    return word


def _words(key: int, rows: Words, count: int, start: int = 0) -> Words:
    """Hash words as (rows, count), of the counters from `start` on."""
    low, high = np.uint32(key & 0xFFFFFFFF), np.uint32(key >> 32 & 0xFFFFFFFF)
    step = np.uint32(_STEP)
    first = _mix(_mix(rows * step + low) ^ high)[:, None]
    second = _mix(_mix(rows * step + high + np.uint32(_OTHER)) ^ low)[:, None]
    counters = np.arange(start, start + count, dtype=np.uint32) * step
    words = np.empty((len(rows), count), np.uint32)
    lines = max(1, _BLOCK_WORDS // max(1, count))
    scratch = np.empty((lines, count), np.uint32)
    for top in range(0, len(rows), lines):
        word = words[top : top + lines]
        shifted = scratch[: len(word)]
        np.add(counters, first[top : top + lines], out=word)
        _fold(word, 16, shifted)
        word *= np.uint32(_M1)
        _fold(word, 15, shifted)
        word += second[top : top + lines]
        word *= np.uint32(_M2)
        _fold(word, 16, shifted)
    return words


def _fold(words: Words, by: int, scratch: Words) -> None:
    np.right_shift(words, np.uint32(by), out=scratch)
    words ^= scratch


def _mix(words: Words) -> Words:
    words = (words ^ words >> np.uint32(16)) * np.uint32(_M1)
    words = (words ^ words >> np.uint32(15)) * np.uint32(_M2)
    return words ^ words >> np.uint32(16)


def _mix_torch(words: Tensor) -> Tensor:
    # int32 shifts carry the sign along; the masks take it off again.
    words = (words ^ ((words >> 16) & 0xFFFF)) * _signed(_M1)
    words = (words ^ ((words >> 15) & 0x1FFFF)) * _signed(_M2)
    return words ^ ((words >> 16) & 0xFFFF)


def _signed(word: int) -> int:
    return word - (1 << 32) if word >> 31 else word
