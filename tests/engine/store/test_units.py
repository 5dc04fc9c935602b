"""Columns of units: what is looked up, what counts of several entries, and that lines come back as they were."""

from __future__ import annotations

import json

import numpy as np
import pytest

from augcli.core.plan import EVERY_COPY, ORIGINAL, Fingerprint
from augcli.engine.store.frames import MAGIC
from augcli.engine.store.state_file import StateFile
from augcli.engine.store.units import (
    DONE,
    FAILED,
    MOST_BYTES,
    MOST_UNITS,
    NO_HASH,
    PLACE,
    PRUNED,
    FrameBuilder,
    StateIndex,
    UnitEntry,
    unit_words,
)


@pytest.fixture
def state():
    file = StateFile.unnamed()
    yield file
    file.close()


def entry(unit: int, status: int = DONE, private: bytes = b"a/b.jpg", **more) -> UnitEntry:
    record = json.dumps({"unit": unit, "name": "한글\n\t"}).encode()
    return UnitEntry(unit, Fingerprint(1, 2, 3, unit), status, unit % 1000, bytes([unit % 256]) * 32, record, private, **more)


def written(state: StateFile, entries: list[UnitEntry]) -> StateIndex:
    builder = FrameBuilder()
    for one in entries:
        builder.add(one)
    for body in builder.take():
        state.append(body)
    return StateIndex(state)


def test_an_entry_comes_back_as_it_went_in(state):
    entries = [entry(2**64 - 1, FAILED, b'"message"'), entry(0, private=MAGIC + b"W" * 99, row=True), entry(5, PLACE)]
    index = written(state, entries)
    assert [index.entry(number) for number in range(3)] == entries
    assert index.find(np.array([5, 6, 0, 2**64 - 1], np.uint64)).tolist() == [2, -1, 1, 0]
    assert index.failures and len(index) == 3


def test_later_entries_and_later_frames_win(state):
    written(state, [entry(1, PLACE), entry(1, FAILED), entry(1), entry(2)])
    index = written(state, [entry(2, PRUNED), entry(3, FAILED)])
    found = index.find(np.array([1, 2, 3, 4], np.uint64))
    assert index.table["status"][found[:3]].tolist() == [DONE, PRUNED, FAILED] and found[3] == -1
    assert index.current().tolist() == [2, 4, 5]
    assert [index.since(frames) for frames in (0, 1, 2)] == [0, 4, 6]


def test_many_entries_in_frames_of_bounded_size(state):
    large = entry(7, private=b"x" * (MOST_BYTES + 1))
    entries = [entry(number * 7919 + 10) for number in range(1000)] + [large, entry(8)]
    index = written(state, entries)
    counts = [len(state.body(frame).columns) // index.table.dtype.itemsize for frame in state.frames]
    assert max(counts) == MOST_UNITS and sum(counts) == 1002 and len(counts) == 5
    numbers = np.random.default_rng(3).permutation(1002)
    assert list(index.records(numbers)) == [entries[number].record for number in numbers]
    assert list(index.private(numbers)) == [entries[number].private for number in numbers]


def test_lines_can_be_found_with_grep(state):
    written(state, [entry(1), entry(2)])
    lines = state.buffer()[:].split(b"\n")
    assert entry(1).record in lines and entry(2).record in lines


def test_an_empty_state_knows_nothing(state):
    index = StateIndex(state)
    assert index.find(np.array([1], np.uint64)).tolist() == [-1] and not len(index.current()) and index.since(0) == 0
    assert not index.failures and list(index.records(np.empty(0, np.int64))) == []


def test_words_of_units_differ():
    sources = np.repeat(np.array([3, 4, 3 + 0x9E3779B97F4A7C15], np.uint64), 302)
    copies = np.tile(np.array([*range(300), ORIGINAL, EVERY_COPY]), 3)
    words = unit_words(sources, copies)
    assert len(set(words.tolist())) >= 3 * 302 - 301  # the third source is the first one, a copy further
    assert unit_words(np.array([3], np.uint64), ORIGINAL).tolist() == [int(words[300])]
    assert bytes(32) == NO_HASH
