"""The ring of partners: which source is the next one after a word, and the next one of another class."""

from __future__ import annotations

import random
from bisect import bisect_left

from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from augcli.core.draws.keys import draw_word, field_id, ring_position, unit_key
from augcli.core.plan import Source
from augcli.core.rings import Ring, partner_scope

SOURCE = Source("train/cat/a.jpg", 0, "train/cat/a.jpg", "image", "jpeg", 1234, 10**18, "train/cat/a", ".jpg", "train", "cat")


def ring_of(names: list[str], scope: str = "image/") -> Ring:
    ring = Ring(scope)
    for offset, name in enumerate(names):
        ring.add(name, offset)
    ring.close()
    return ring


def around(names: list[str], word: int) -> list[int]:
    """All sources in the order in which a word meets them, found by going round one by one."""
    places = sorted((ring_position("image/", name), number) for number, name in enumerate(names))
    start = bisect_left(places, (word, 0))
    return [number for _, number in places[start:] + places[:start]]


FIELD = field_id("mixup", (), "partner")
WORDS = [draw_word(unit_key(0, f"{number}.jpg", 0), FIELD) for number in range(4000)]
NAMES = [f"class_{number % 7}/{number}.jpg" for number in range(200)]


def test_one_more_source_takes_about_1_of_n_choices_and_leaves_the_rest_alone() -> None:
    before, after = ring_of(NAMES), ring_of([*NAMES, "newcomer.jpg"])
    moved = 0
    for word in WORDS:
        old, new = NAMES[before.successors(word)[0]], [*NAMES, "newcomer.jpg"][after.successors(word)[0]]
        if old != new:
            assert new == "newcomer.jpg"
            moved += 1
    assert 0 < moved < 4000 * 6 / 201  # an arc of the circle: exponential, so up to six times its mean


def test_a_ring_does_not_depend_on_the_order_of_its_sources() -> None:
    shuffled = random.Random(3).sample(NAMES, len(NAMES))
    one, other = ring_of(NAMES), ring_of(shuffled)
    assert all(NAMES[one.successors(word)[0]] == shuffled[other.successors(word)[0]] for word in WORDS[:1000])


def test_the_next_two_sources() -> None:
    ring = ring_of(NAMES)
    assert len(ring) == 200
    for word in (*WORDS[:200], 0, 2**64 - 1):
        assert ring.successors(word) == around(NAMES, word)[:2]
    assert ring_of([]).successors(5) == [] and ring_of(["a"]).successors(5) == [0]


def test_a_word_beyond_the_last_place_begins_again() -> None:
    ring = ring_of(NAMES)
    assert ring.successors(2**64 - 1) == ring.successors(0)


def test_every_part_of_the_circle_is_as_likely() -> None:
    counts = [sum(word >> 61 == part for word in WORDS) for part in range(8)]
    assert stats.chisquare(counts).pvalue > 1e-3


def test_scopes_have_rings_of_their_own() -> None:
    one, other = ring_of(NAMES, "image/train"), ring_of(NAMES, "image/val")
    assert any(one.successors(word)[0] != other.successors(word)[0] for word in WORDS[:20])
    assert partner_scope(SOURCE, "any") == partner_scope(SOURCE, "other_class") == "image/train"
    assert partner_scope(SOURCE, "same_class") == "image/train/cat"
    assert partner_scope(SOURCE._replace(split="", label=None), "same_class") == "image//"


# Other classes


def labelled(labels: list[str | None]) -> Ring:
    ring = Ring("image/")
    for number, label in enumerate(labels):
        ring.add(f"{number}.jpg", number, label)
    ring.close()
    return ring


def first_of_another(labels: list[str | None], word: int, label: str | None) -> int | None:
    names = [f"{number}.jpg" for number in range(len(labels))]
    return next((number for number in around(names, word) if labels[number] != label), None)


@given(st.lists(st.sampled_from(["cat", "dog", "ant", None]), max_size=40), st.integers(0, 2**64 - 1))
def test_the_next_source_of_another_class_is_that_found_by_going_round(labels: list[str | None], word: int) -> None:
    ring = labelled(labels)
    for label in ("cat", "dog", "ant", None, "unknown"):
        assert ring.other_class(word, label) == first_of_another(labels, word, label)


@given(st.sets(st.integers(0, 199), max_size=3), st.integers(0, 199))
def test_the_next_source_of_another_class_where_few_are(rare: set[int], start: int) -> None:
    labels: list[str | None] = ["rare" if number in rare else "common" for number in range(200)]
    ring, word = labelled(labels), ring_position("image/", f"{start}.jpg")
    for label in ("rare", "common"):
        for near in (word - 1, word, word + 1):
            assert ring.other_class(near % 2**64, label) == first_of_another(labels, near % 2**64, label)


def test_no_source_of_another_class() -> None:
    assert labelled(["cat"] * 5).other_class(7, "cat") is None
    assert labelled(["cat"]).other_class(7, "cat") is None
    assert labelled([]).other_class(7, "cat") is None
    assert labelled([None, None]).other_class(7, None) is None
