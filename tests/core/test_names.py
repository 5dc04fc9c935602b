"""Output names, unit hashes and fingerprints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcli.core.plan import (
    EVERY_COPY,
    ORIGINAL,
    Source,
    Unit,
    copy_name,
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
