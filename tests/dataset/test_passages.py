"""Layout `passages`: lines and paragraphs of texts as samples."""

from __future__ import annotations

from pathlib import Path

import pytest
from claims import assembled, claims, fragment

from augcli.core.pipeline.settings import Input, Limits, Text
from augcli.core.values.outcome import SampleError
from augcli.dataset.layouts.blocks.passage_blocks import PassageBlocks
from augcli.dataset.layouts.blocks.registry import has_rows


def settings(unit: str, encoding: str = "auto") -> Input:
    return Input(text=Text(unit=unit, encoding=encoding))


def contents(data: bytes, unit: str) -> list[str]:
    outline = PassageBlocks().outline(data, "txt", settings(unit), Limits())
    rows = [row for block in outline.blocks for row in PassageBlocks().read_block(data[block.start : block.stop], block, outline)]
    return [row.content for row in rows]


def round_trip(path: Path, data: bytes, unit: str, copies: int = 1, encoding: str = "auto") -> bytes:
    path.write_bytes(data)
    chosen = settings(unit, encoding)
    parts = [fragment(path, claim.content, claim.row, chosen, copy) for claim in claims(path, chosen) for copy in range(copies)]
    return assembled(path, parts, chosen)


def test_a_text_is_one_sample_unless_its_parts_are_asked_for():
    assert not has_rows("text", "txt", Input()) and has_rows("text", "txt", settings("line"))
    assert has_rows("text", "md", settings("paragraph")) and not has_rows("image", "png", settings("line"))


def test_lines_and_paragraphs():
    data = b"\n one \ntwo\n\n \t\nthree\r\nfour"
    assert contents(data, "line") == [" one ", "two", "three", "four"]
    assert contents(data, "paragraph") == [" one \ntwo", "three\r\nfour"]


@pytest.mark.parametrize("unit", ["line", "paragraph"])
@pytest.mark.parametrize(
    "data",
    [
        b"a", b"a\n", b"\n\na\nb\n\n\n\nc\n", b"a\r\nb\r\n\r\nc", b"a\rb\r\rc\r", b"\xef\xbb\xbfa\n \nb\n\n", b"a  \n\n  b  \n",
        "a\n\né\n".encode("utf-16"),
    ],
)  # fmt: skip
def test_what_is_not_changed_comes_back_byte_for_byte(tmp_path, data, unit):
    assert round_trip(tmp_path / "a.txt", data, unit) == data


def test_copies_stand_apart_as_the_passages_did(tmp_path):
    assert round_trip(tmp_path / "a.txt", b"a\nb", "line", 2) == b"a\na\nb\nb"
    assert round_trip(tmp_path / "b.txt", b"a\nb\n\n\nc\n", "paragraph", 2) == b"a\nb\n\n\na\nb\n\n\nc\n\n\nc\n"
    assert round_trip(tmp_path / "c.txt", b"a\r\nb\r\n", "paragraph", 2) == b"a\r\nb\r\n\r\na\r\nb\r\n"


def test_old_encodings_stay_and_what_they_lack_is_that_copys_failure(tmp_path):
    path = tmp_path / "a.txt"
    data = "안녕\n하세요\n".encode("cp949")
    assert round_trip(path, data, "line", encoding="cp949") == data
    with pytest.raises(SampleError) as caught:
        fragment(path, "\U0001f600", 0, settings("line", "cp949"))
    assert (caught.value.code, caught.value.stage) == ("encode.encoding", "encode")
