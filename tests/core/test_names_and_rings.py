"""Output names, unit hashes, fingerprints, and the ring of partners."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from augcli.core.draws.keys import draw_word, field_id, unit_key
from augcli.core.plan import (
    EVERY_COPY,
    ORIGINAL,
    Ring,
    Source,
    Unit,
    copy_name,
    partner_scope,
    partners_word,
    unit_id,
)

SOURCE = Source("train/cat/a.jpg", 0, "train/cat/a.jpg", "image", "jpeg", 1234, 10**18, "train/cat/a", ".jpg", "train", "cat")


def size(path: str) -> int:
    return len(path.rpartition("/")[2].encode("utf-8", "surrogateescape"))


# Names


@pytest.mark.parametrize(
    ("stem", "copy", "suffix", "name"),
    [
        ("a", 0, ".jpg", "a__aug0.jpg"),
        ("train/cat/a", 12, ".jpg", "train/cat/a__aug12.jpg"),
        ("사진/고양이", 3, ".png", "사진/고양이__aug3.png"),
        ("LICENSE", 0, "", "LICENSE__aug0"),
        ("a.tar", 0, ".gz", "a.tar__aug0.gz"),
        ("x" * 245, 0, ".jpg", "x" * 245 + "__aug0.jpg"),  # 255 bytes: just fits
        ("x" * 246, 0, ".jpg", "x" * 236 + "-8cc53d63__aug0.jpg"),
    ],
)
def test_names_of_copies(stem: str, copy: int, suffix: str, name: str) -> None:
    assert copy_name(stem, copy, suffix) == name


@pytest.mark.parametrize("letter", ["x", "가", "😀", "\udcff"])
def test_long_names_are_cut_to_255_bytes_and_marked(letter: str) -> None:
    names = [copy_name("folder/" + letter * count + end, 7, ".jpeg") for count in (250, 251, 252) for end in ("", "a", "b")]
    assert len(set(names)) == 9  # the mark tells apart what the cut makes equal
    for name in names:
        assert size(name) <= 255
        assert name.startswith("folder/")
        assert name.endswith("__aug7.jpeg")


@given(st.text(alphabet=st.characters(blacklist_characters="/\0"), min_size=1, max_size=300), st.integers(0, 99_999))
def test_no_name_is_longer_than_a_file_system_allows(stem: str, copy: int) -> None:
    stem = stem.encode("utf-8", "ignore").decode() or "x"
    name = copy_name(stem, copy, ".jpeg")
    assert size(name) <= 255
    assert name.endswith(f"__aug{copy}.jpeg")
    assert name.startswith(stem) or size(stem + f"__aug{copy}.jpeg") > 255


def test_a_cut_never_splits_a_character() -> None:
    for count in range(60, 90):
        copy_name("a" + "가" * count, 0, ".jpg").encode("utf-8")  # would raise for half a character


def test_units_have_ids() -> None:
    assert Unit(SOURCE, 2, "x").id == "train/cat/a.jpg@2"
    assert unit_id("a.jpg", ORIGINAL) == "a.jpg@original"
    assert unit_id("a.jpg", EVERY_COPY) == "a.jpg@*"


# Fingerprints

PARTNER = SOURCE._replace(id="b.jpg", size=99)


@pytest.mark.parametrize(
    "changed", [{"size": 1235}, {"mtime_ns": 10**18 + 1}, {"label": "dog"}, {"label": None}, {"id": "c"}], ids=str
)
def test_what_is_known_of_partners_changes_with_each(changed: dict) -> None:
    first = partners_word([PARTNER, SOURCE])
    assert first != partners_word([PARTNER, SOURCE._replace(**changed)])
    assert first != partners_word([PARTNER._replace(**changed), SOURCE])
    assert first != partners_word([SOURCE, PARTNER]) != partners_word([SOURCE]) != partners_word([None])
    assert first == partners_word([PARTNER, SOURCE._replace(root=3, path="elsewhere/a.jpg")])  # not where it lies


# The ring


def ring_of(names: list[str], scope: str = "image/") -> Ring:
    ring = Ring(scope)
    for offset, name in enumerate(names):
        ring.add(name, offset)
    ring.close()
    return ring


FIELD = field_id("mixup", (), "partner")
WORDS = [draw_word(unit_key(0, f"{number}.jpg", 0), FIELD) for number in range(4000)]
NAMES = [f"class_{number % 7}/{number}.jpg" for number in range(200)]


def test_one_more_source_takes_about_1_of_n_choices_and_leaves_the_rest_alone() -> None:
    before, after = ring_of(NAMES), ring_of([*NAMES, "newcomer.jpg"])
    moved = 0
    for word in WORDS:
        old, new = NAMES[next(before.successors(word))], [*NAMES, "newcomer.jpg"][next(after.successors(word))]
        if old != new:
            assert new == "newcomer.jpg"
            moved += 1
    assert 0 < moved < 4000 * 6 / 201  # an arc of the circle: exponential, so up to six times its mean


def test_a_ring_does_not_depend_on_the_order_of_its_sources() -> None:
    shuffled = random.Random(3).sample(NAMES, len(NAMES))
    one, other = ring_of(NAMES), ring_of(shuffled)
    assert all(NAMES[next(one.successors(word))] == shuffled[next(other.successors(word))] for word in WORDS[:1000])


def test_successors_go_once_round() -> None:
    ring = ring_of(NAMES)
    assert len(ring) == 200
    for word in (*WORDS[:20], 0, 2**64 - 1):
        around = list(ring.successors(word))
        assert sorted(around) == list(range(200))
    assert list(ring_of([]).successors(5)) == []


def test_a_word_beyond_the_last_place_begins_again() -> None:
    ring = ring_of(NAMES)
    assert next(ring.successors(2**64 - 1)) == next(ring.successors(0))


def test_every_part_of_the_circle_is_as_likely() -> None:
    counts = [sum(word >> 61 == part for word in WORDS) for part in range(8)]
    assert stats.chisquare(counts).pvalue > 1e-3


def test_scopes_have_rings_of_their_own() -> None:
    one, other = ring_of(NAMES, "image/train"), ring_of(NAMES, "image/val")
    assert any(next(one.successors(word)) != next(other.successors(word)) for word in WORDS[:20])
    assert partner_scope(SOURCE, "any") == partner_scope(SOURCE, "other_class") == "image/train"
    assert partner_scope(SOURCE, "same_class") == "image/train/cat"
    assert partner_scope(SOURCE._replace(split="", label=None), "same_class") == "image//"
