"""Draws whose number depends on the content: hits, fills, choices. Keys are fixed, so the tests are never flaky."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from augcli.core.draws.chance import choose, filled, hits, uniforms

KEYS = st.integers(0, 2**52 - 1)


@given(KEYS, st.floats(0, 1), st.integers(0, 300))
def test_hits_are_places_in_order(key: int, rate: float, count: int) -> None:
    found = hits(key, rate, count)
    assert found == sorted(set(found))
    assert all(0 <= place < count for place in found)
    assert found == hits(key, rate, count)


@given(KEYS, st.floats(0, 0.9), st.integers(0, 200), st.integers(0, 100))
def test_more_things_do_not_change_the_first_ones(key: int, rate: float, count: int, more: int) -> None:
    assert [place for place in hits(key, rate, count + more) if place < count] == hits(key, rate, count)


@pytest.mark.parametrize("rate", [0.0, 5e-324, 2.3e-309, 1e-17])
def test_chances_next_to_nothing_never_hit(rate: float) -> None:
    assert all(hits(key, rate, 100_000) == [] for key in range(50))


def test_certainty_hits_everything() -> None:
    assert hits(3, 1.0, 5) == [0, 1, 2, 3, 4]
    assert len(hits(3, 1 - 2**-53, 1000)) == 1000


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.5, 0.9])
def test_each_place_is_hit_as_often_as_the_chance_says(rate: float) -> None:
    keys, count = 4000, 12
    found = [hits(key * 7919, rate, count) for key in range(keys)]
    places = Counter(place for one in found for place in one)
    for place in range(count):
        assert stats.binomtest(places[place], keys, rate).pvalue > 1e-4
    both = sum(3 in one and 4 in one for one in found)  # neighbours are independent
    assert stats.binomtest(both, keys, rate * rate).pvalue > 1e-4


@given(KEYS, st.sets(st.integers(0, 30)), st.integers(0, 12), st.data())
def test_filling_adds_what_is_missing_and_takes_nothing(key: int, eligible: set[int], at_least: int, data: st.DataObject) -> None:
    found = sorted(data.draw(st.sets(st.sampled_from(sorted(eligible))))) if eligible else []
    full = filled(key, found, at_least, 31, eligible.__contains__)
    assert full == sorted(set(full))
    assert set(found) <= set(full) <= eligible
    assert len(full) == max(len(found), min(at_least, len(eligible)))


@pytest.mark.parametrize("eligible", [range(6), range(30, 36)])  # easily found by trying, and hardly
def test_filling_and_choosing_are_fair(eligible: range) -> None:
    count = 6 if eligible.start == 0 else 2000
    counts = Counter(filled(key * 7919, [], 1, count, eligible.__contains__)[0] for key in range(3000))
    assert set(counts) == set(eligible)
    assert stats.chisquare(list(counts.values())).pvalue > 1e-3
    counts = Counter(choose(key * 7919, 2, "abcdef") for key in range(6000))
    assert stats.chisquare(list(counts.values())).pvalue > 1e-3


def test_choices_do_not_hang_on_the_gaps_of_the_same_key() -> None:
    hit_first = [choose(key * 7919, 0, range(10)) for key in range(20_000) if 0 in hits(key * 7919, 0.1, 5)]
    assert stats.chisquare([hit_first.count(value) for value in range(10)]).pvalue > 1e-3
    assert choose(5, 0, range(10**6)) != int(uniforms(5, 1)[0] * 10**6)
