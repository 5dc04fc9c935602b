"""Layout `json_lines`: only the text and the id of a line change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from claims import Claim, assembled, fragment
from claims import claims as claims_of
from hypothesis import given
from hypothesis import strategies as st

from augcli.core.pipeline.settings import Input, Table
from augcli.dataset.layouts import json_lines
from augcli.dataset.layouts.blocks.registry import block_layout
from augcli.dataset.layouts.json_lines import members
from augcli.dataset.layouts.rows import kind_of


def claims(path: Path, data: bytes, settings: Input | None = None) -> list[Claim]:
    path.write_bytes(data)
    return claims_of(path, settings)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "t.jsonl"


def patched(path: Path, data: bytes, content: str = "new", row: int = 0, settings: Input | None = None) -> str:
    path.write_bytes(data)
    return fragment(path, content, row, settings, 2).decode().removesuffix("\n")


def test_a_line_is_a_sample(path):
    lines = b'{"id": "a", "text": "one \\u00e4", "label": "x"}\n\n{"label": 3, "text": "two", "id": 17}\n{"text": "three"}\n'
    assert claims(path, lines) == [
        Claim("t.jsonl#a", 0, "one ä", "x"),
        Claim("t.jsonl#17", 2, "two", "3"),
        Claim("t.jsonl#003", 3, "three", None),
    ]


def test_keys_are_named_or_found_by_their_usual_names(path):
    line = b'{"n": 1, "Sentence": "A", "class": "B", "uid": "C", "other": "D"}\n'
    assert claims(path, line) == [Claim("t.jsonl#C", 0, "A", "B")]
    named = Input(table=Table(text="other", label="uid", id="n"))
    assert claims(path, line, named) == [Claim("t.jsonl#1", 0, "D", "C")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"text":"old"}', '{"text":"new"}'),
        ('  { "n" : 1.50e+3 ,\t"text"  :  "old" , "x":[ ] } ', '  { "n" : 1.50e+3 ,\t"text"  :  "new" , "x":[ ] } '),
        ('{"a": {"text": "inner"}, "text": "old"}', '{"a": {"text": "inner"}, "text": "new"}'),
        ('{"a": "\\"text\\": \\"x\\"", "text": "o\\"ld\\\\"}', '{"a": "\\"text\\": \\"x\\"", "text": "new"}'),
        ('{"\\u0074ext": "old"}', '{"\\u0074ext": "new"}'),
        ('{"big": 123456789012345678901234567890, "text": "old"}', '{"big": 123456789012345678901234567890, "text": "new"}'),
        ('{"text": "first", "text": "old"}', '{"text": "first", "text": "new"}'),
        ('{"id": 7, "text": "old"}', '{"id": "7__aug2", "text": "new"}'),
        ('{"text": "old", "id":"r"}', '{"text": "new", "id":"r__aug2"}'),
        ('{"text": "old", "id": null}', '{"text": "new", "id": null}'),
        ('{"n": NaN, "text": "old"}', '{"n": NaN, "text": "new"}'),
    ],
)
def test_every_other_byte_stays(path, before, after):
    assert patched(path, before.encode() + b"\n") == after


def test_text_is_escaped_as_it_was(path):
    assert patched(path, b'{"text": "old"}', "né") == '{"text": "n\\u00e9"}'  # a file of nothing but ASCII stays so
    assert patched(path, '{"x": "é", "text": "old"}'.encode(), "né") == '{"x": "é", "text": "né"}'
    assert patched(path, '{"x": "é", "text": "\\u00e8"}'.encode(), "né") == '{"x": "é", "text": "n\\u00e9"}'
    assert patched(path, '{"text": "a\\/b é"}'.encode(), "b/é\n") == '{"text": "b\\/é\\n"}'
    assert patched(path, b'{"text": "\\u0041\\u00e9"}', "Aé") == '{"text": "\\u0041\\u00e9"}'  # nothing has changed


def test_doubled_ids_stay_apart_in_the_output_too(path):
    data = b'{"id": "x", "text": "a"}\n{"id": "x-2", "text": "b"}\n{"id": "x", "text": "c"}\n{"id": "", "text": "d"}\n'
    names = [claim.id.partition("#")[2] for claim in claims(path, data)]
    assert names == ["x", "x-2", "x-2-2", "003"]
    assert [json.loads(patched(path, data, row=row))["id"] for row in range(4)] == [f"{name}__aug2" for name in names]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_line_ends_and_marks_stay(path, newline, encoding):
    lines = ['{"text": "a\u2028b"}', '{"text": "é"}']
    path.write_bytes(newline.join(lines).encode(encoding))
    made = assembled(path, [fragment(path, json.loads(line)["text"], row) for row, line in enumerate(lines)])
    assert made == (newline.join(lines) + newline).encode(encoding)


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        (b'{"text": "a"', "table.json", "line 2: column 13"),
        (b'{"text": "a"} x', "table.json", "line 2: column 15"),
        (b'{"text": "a",}', "table.json", "line 2: column 14"),
        (b'{"text" "a"}', "table.json", "line 2: column 9"),
        (b"{text: 1}", "table.json", "line 2: column 2"),
        (b'{"text": }', "table.json", "line 2: column 10"),
        (b'{"text": "a\tb"}', "table.json", "line 2: column"),
        (b'["text"]', "table.json", "line 2: not a JSON object"),
        (b"null", "table.json", "line 2: not a JSON object"),
        (b'{"a": ' + b"[" * 100_000, "table.json", "line 2: nested too deep"),
        (b'{"b": 1}', "table.no_text_column", "line 2 has no key 'text'; it has: b"),
        (b'{"text": null}', "table.no_text_column", "line 2: 'text' is not a string"),
        (b'{"text": 12}', "table.no_text_column", "line 2: 'text' is not a string"),
        (b'{"text": ""}', "text.empty", "line 2: 'text' is empty"),
        (b'{"text": "\\ud800"}', "text.encoding", "line 2"),
    ],
)
def test_a_bad_line_is_its_own_failure(path, line, code, message):
    one, bad, three = claims(path, b'{"text": "a"}\n' + line + b'\n{"text": "b"}\n')
    assert (one.content, one.trouble, three.content, three.trouble) == ("a", None, "b", None)
    assert bad.trouble and bad.trouble[0] == code and bad.trouble[1].startswith(message)
    assert (bad.id, bad.row) == ("t.jsonl#001", 1)


@pytest.mark.parametrize(
    ("data", "settings", "code"),
    [
        (b'{"a": 1}\n{"b": 2}\n', Table(), "table.no_text_column"),
        (b'{"text": "a"}\n', Table(text="body"), "table.no_column"),
        (b'{"text": "a"}\n', Table(label="kind"), "table.no_column"),
        (b'{\n  "text": "a"\n}\n', Table(), "table.json"),
        (b'{"text": "\xff"}\n', Table(), "text.encoding"),
        (b"", Table(), "file.empty"),
        (b"\n\n", Table(), "text.empty"),
    ],
)
def test_a_file_that_has_no_text_at_all_is_one_failure(path, data, settings, code):
    (claim,) = claims(path, data, Input(table=settings))
    assert (claim.id, claim.row, claim.trouble and claim.trouble[0]) == ("t.jsonl", -1, code)


def test_ids_and_labels_that_no_record_could_hold(path):
    (claim,) = claims(path, b'{"text": "a", "id": "\\ud800x", "label": "\\udfff\\u0000"}\n')
    assert (claim.id, claim.label) == ("t.jsonl#?x", "??")


def test_documents_are_found_by_their_kind(tmp_path):
    assert block_layout(kind_of("/a/b.ndjson")) is block_layout(kind_of("b.JSONL")) is block_layout("jsonl")
    assert block_layout(kind_of("/a/b.csv")) is block_layout(kind_of("b.tab")) is block_layout("tsv")
    assert block_layout(kind_of("/a/b.txt")) is block_layout("md") is not block_layout("csv")


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), _VALUES, max_size=5), st.booleans(), st.sampled_from([None, 1]))
def test_members_are_where_they_are_said_to_be(value, ascii_only, indent):
    raw = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    found = members(raw)
    assert {key: json.loads(raw[member.start : member.end]) for key, member in found.items()} == value


TEXT = st.text('a"\\/é\t\x7f', max_size=3)
VALUE = st.one_of(TEXT, st.floats(), st.integers(), st.booleans(), st.none(), st.just([1]), st.just({}))


@given(st.dictionaries(st.text('ab"\\é', max_size=2), VALUE, max_size=3), st.booleans(), st.data())
def test_plain_lines_are_read_as_any_others(values, escaped, data):
    written = json.dumps(values, ensure_ascii=escaped, separators=data.draw(st.sampled_from([(",", ":"), (" ,\t", ": ")])))
    at = data.draw(st.integers(0, len(written)))
    spoilt = written[:at] + data.draw(st.sampled_from(["", "", " ", ",", "0", '"', "}", "-", "\x01", "e1", "{"])) + written[at:]
    try:
        expected = json_lines._any_members(spoilt)
    except ValueError:
        assert json_lines._plain_members(spoilt) is None
    else:
        assert members(spoilt) == expected
        assert list(members(spoilt)) == list(expected)
