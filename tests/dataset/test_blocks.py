"""Documents read in blocks give the samples, the outputs and the failures that parsing them as a whole gives."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from whole_documents import Document, whole_document

from augcli.core.pipeline.settings import Input, Limits, Table, Text
from augcli.core.values.outcome import SampleError
from augcli.dataset.layouts.blocks.outline import MOST_SAMPLES, Outline
from augcli.dataset.layouts.blocks.registry import block_layout
from augcli.formats.text import codec
from augcli.formats.text.codec import is_bytewise

KINDS = ("csv", "tsv", "jsonl", "txt")
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32-be", "cp1252", "euc-jp", "gbk", "shift_jis", "iso2022_jp", "utf-7", "hz"]


def whole(data: bytes, kind: str, chosen: Input) -> Document | tuple[str, str]:
    try:
        return whole_document(data, kind, chosen, Limits())
    except SampleError as error:
        return error.code, error.message


def outline_of(data: bytes, kind: str, chosen: Input) -> Outline | tuple[str, str]:
    try:
        return block_layout(kind).outline(data, kind, chosen, Limits(), with_labels=True)
    except SampleError as error:
        return error.code, error.message


def written(document: Document, row: int, content: str, copy: int) -> bytes | str:
    """A fragment as a document of this one row holds it, or the code of its failure."""
    without_bom = document.encoding._replace(bom=False)
    ending = "" if hasattr(document, "gaps") else document.newline
    try:
        return codec.encode(document.patched(row, content, copy) + ending, without_bom)
    except SampleError as error:
        return error.code


def in_block(row, content: str, copy: int) -> bytes | str:
    try:
        return row.fragment(content, copy)
    except SampleError as error:
        return error.code


def check(data: bytes, kind: str, chosen: Input) -> Outline | None:
    """Compare both ways; returns the outline, if the data is a document."""
    document, outline = whole(data, kind, chosen), outline_of(data, kind, chosen)
    if not isinstance(document, Document):
        assert outline == document
        return None
    assert isinstance(outline, Outline)
    assert Outline.from_json(json.loads(json.dumps(outline.to_json()))) == outline
    samples, layout = list(document.samples()), block_layout(kind)
    rows = [row for block in outline.blocks for row in layout.read_block(data[block.start : block.stop], block, outline)]
    assert [(row.number, row.name, row.content, row.label, row.trouble) for row in rows] == samples
    assert [row.notes() for row in rows] == [document.notes(sample.row) for sample in samples]
    assert outline.labels == Counter(sample.label for sample in samples)
    fragments = []
    for row in rows:
        if row.trouble:
            row.original()
            continue
        for copy, content in enumerate((row.content, f'{row.content} x, "z"', "λ\n")):
            fragment = in_block(row, content, copy)
            assert fragment == written(document, row.number, content, copy)
            fragments.append((document.patched(row.number, content, copy), fragment))
    good = [(old, new) for old, new in fragments if isinstance(new, bytes)]
    mark = document.encoding._replace(bom=False)
    head = codec.encode(document.head, document.encoding)
    old = head + b"".join(codec.encode(part, mark) for part in document.joined(text for text, _ in good))
    assert b"".join(layout.assemble(outline, [new for _, new in good])) == old
    return outline


CELL = st.sampled_from(
    ["", "a", "b c", "é", "안녕", '"q"', '"x,y"', '"a\nb"', '"a\r\nb"', '""', '"say ""hi"""', '""""', "7", "007", " ", "a;b", "|",
     "\t", 'b"', '"a" ', '"', "\x85", "\xa0", "x" * 40]
)  # fmt: skip
ENDING = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r", "\n\n", ""])
HEADER = st.sampled_from(
    [
        "id,text,label",
        "text,label",
        "text",
        "label,id,text",
        '"id","text"',
        "id;text;class",
        "text|uid",
        "id\ttext",
        "name,note",
        '"te\nxt",text',
        "",
    ]
)
ROWS = st.lists(st.tuples(st.lists(CELL, min_size=1, max_size=4), ENDING), max_size=12)


def encoded(text: str, encoding: str) -> tuple[bytes, Input | None]:
    auto = encoding in ("utf-8", "utf-8-sig", "utf-16")
    try:
        return text.encode(encoding), None if auto else Input(text=Text(encoding=encoding))
    except UnicodeEncodeError:
        return text.encode(), None


@settings(max_examples=400, deadline=None)
@given(HEADER, ENDING, ROWS, st.sampled_from([1, 1, 200]), st.sampled_from(ENCODINGS), st.sampled_from(["csv", "tsv"]))
def test_tables(header, ending, rows, times, encoding, kind):
    mark = next((mark for mark in ";|\t" if mark in header), ",")
    body = "".join(mark.join(cells) + end for cells, end in rows)
    data, chosen = encoded(header + ending + body * times, encoding)
    check(data, kind, chosen or Input())


@settings(max_examples=300, deadline=None)
@given(st.text('a,"\n\r;é ', max_size=40))
@example('text\n""\n')
@example('text\n"a"b\n')
@example('text\n"a\n')
@example('text\n"a""b"\n""""\n')
@example('text\n,""b\n')
@example("text")
def test_any_text_as_a_table(text):
    check(b"text,id\n" + text.encode(), "csv", Input())
    check(text.encode(), "csv", Input(table=Table(text="a")))


OBJECT = st.sampled_from(
    ['{"text": "a b", "label": "x"}', '{"text": "a b", "id": 7}', '{"id": "7", "text": "caf\\u00e9 \\/ x"}', '{"text": ""}',
     '{"text": 3}', '{"te\\u0078t": "z"}', '{"LABEL": 1, "text": "q"}', '{"l\\u0061bel": "k", "text": "q"}', "[1]", '{"text": ',
     "{}", "  ", "", "\t",
     '{"text": "안"}', '{"text": "a", "text": "b"}', '{"text": "\\ud800"}', '{"x": {"label": 1}, "text": "deep"}',
     '{"other": "no text"}']
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(OBJECT, ENDING), max_size=12),
    st.sampled_from([1, 1, 200]),
    st.sampled_from(ENCODINGS),
    st.sampled_from([Table(), Table(), Table(label="LABEL"), Table(id="id"), Table(text="other")]),
)
def test_json_lines(lines, times, encoding, table):
    data, chosen = encoded("".join(line + (end or "\n") for line, end in lines) * times, encoding)
    check(data, "jsonl", Input(text=chosen.text if chosen else Text(), table=table))
    check(data.removesuffix(b"\n"), "jsonl", Input(text=chosen.text if chosen else Text(), table=table))


PASSAGE = st.sampled_from(["a b.", "é", "안녕", " ", "\x85", "\xa0 ", "", "\x01", "x\x0by", "\x0c", "  indented", "\u2003"])


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(PASSAGE, ENDING), max_size=12),
    st.sampled_from([1, 1, 300]),
    st.sampled_from(ENCODINGS),
    st.sampled_from(["line", "paragraph"]),
)
def test_passages(lines, times, encoding, unit):
    data, chosen = encoded("".join(line + end for line, end in lines) * times, encoding)
    check(data, "txt", Input(text=Text(unit=unit, encoding=chosen.text.encoding if chosen else "auto")))


def test_a_block_holds_so_many_samples_and_no_more():
    data = b"id,text\n" + b"".join(b"%d,row %d\n\n" % (number, number) for number in range(2 * MOST_SAMPLES + 1))
    outline = check(data, "csv", Input())
    assert [block.samples for block in outline.blocks] == [MOST_SAMPLES, MOST_SAMPLES, 1]
    assert outline.shared["as_bytes"] and not check(data + b'7,6" nails\n', "csv", Input()).shared["as_bytes"]
    assert outline.names == {}


def test_rows_hash_what_they_are_and_nothing_else():
    def hashes(data: bytes, kind: str, chosen: Input) -> list[int]:
        outline = check(data, kind, chosen)
        layout = block_layout(kind)
        return [row.hash for block in outline.blocks for row in layout.read_block(data[block.start : block.stop], block, outline)]

    by_line = Input(text=Text(unit="line"))
    for kind, head, chosen in (("csv", b"text,x\n", Input()), ("jsonl", b"", Input()), ("txt", b"", by_line)):
        rows = [b'{"text": "%d", "x": 1}' % number if kind == "jsonl" else b"%d,x" % number for number in range(5)]
        before = hashes(head + b"\n".join(rows) + b"\n", kind, chosen)
        assert len(set(before)) == 5
        changed = hashes(head + b"\n".join([*rows[:2], rows[2].replace(b"x", b"y"), *rows[3:]]) + b"\n", kind, chosen)
        assert [number for number in range(5) if before[number] != changed[number]] == [2]
        assert hashes(head + b"\n".join([*rows, rows[0]]) + b"\n", kind, chosen)[:5] == before  # a row is added
        after = hashes(head + b"\n".join([rows[0], b"", *rows[1:]]) + b"\n", kind, chosen)  # the next ones are other rows now
        kept = [number for number in range(5) if before[number] == after[number]]
        assert kept == ([1, 2, 3] if kind == "txt" else [0])  # the last line ends like the first


@pytest.mark.parametrize("kind", ["csv", "jsonl", "txt"])
def test_a_file_that_has_changed_is_noticed(kind):
    data = {"csv": b"text\na\nb\n", "jsonl": b'{"text": "a"}\n{"text": "b"}\n', "txt": b"a\nb\n"}[kind]
    layout, chosen = block_layout(kind), Input(text=Text(unit="line"))
    outline = layout.outline(data, kind, chosen, Limits())
    (block,) = outline.blocks
    for other in (data[block.start : block.stop].replace(b"\n", b" ").replace(b"}", b"]"), b"\xff\xfe", b""):
        with pytest.raises(SampleError) as error:
            layout.read_block(other, block, outline)
        assert error.value.code == "io.changed"
    if kind == "csv":
        with pytest.raises(SampleError, match="changed"):
            layout.read_block(b'"a\nb', block, outline)


def test_labels_are_counted_only_if_they_are_asked_for():
    for kind in KINDS:
        data = b'{"text": "a"}\n' if kind == "jsonl" else b"text\na\n"
        assert block_layout(kind).outline(data, kind, Input(), Limits()).labels is None


def test_encodings_that_are_read_byte_by_byte():
    assert all(map(is_bytewise, ("utf-8", "ascii", "latin-1", "cp1252", "koi8-r", "euc-kr", "gb2312")))
    assert not any(map(is_bytewise, ("utf-16-le", "utf-32-be", "shift_jis", "gbk", "big5", "utf-7", "hz", "iso2022_jp", "cp037")))
