"""Delimited text: every byte of a table comes back, and cells mean what Python's csv module says they mean."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcli.core.values.outcome import SampleError
from augcli.formats.text.delimited import Dialect, TableRow, guess_dialect, quote_like, rows, unquote

COMMAS = Dialect(",", "\n")
cell_texts = st.text(alphabet=st.sampled_from("ab é한,;\t|\"'\n\r 0"), max_size=8)


def written(table: list[list[str]], delimiter: str, newline: str, quoting: int) -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator=newline, quoting=quoting).writerows(table)
    return file.getvalue()


@given(
    table=st.lists(st.lists(cell_texts, min_size=1, max_size=4), min_size=1, max_size=5),
    delimiter=st.sampled_from(",;\t|"),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.booleans(),
)
def test_what_csv_writes_is_read_and_given_back(table, delimiter, newline, quoting, end):
    if any("\n" in cell or "\r" in cell for row in table for cell in row):
        quoting = csv.QUOTE_ALL  # the csv module does not quote line ends other than its own
    text = written(table, delimiter, newline, quoting)
    text = text if end else text.removesuffix(newline)
    found = list(rows(text, Dialect(delimiter, newline)))
    assert "".join(delimiter.join(row.raw) + row.ending for row in found) == text
    expected = table if end or text.endswith((newline, '"')) or table[-1] != [""] else table[:-1]
    assert [row.values() for row in found] == expected


@given(st.text(alphabet=st.sampled_from('a,"\n\r;'), max_size=30))
def test_any_text_is_given_back_whole_or_refused(text):
    try:
        found = list(rows(text, COMMAS))
    except SampleError as error:
        assert error.code == "table.quotes"
        return
    assert "".join(",".join(row.raw) + row.ending for row in found) == text


@given(value=cell_texts, before=cell_texts, delimiter=st.sampled_from(",;\t|"))
def test_a_new_value_can_be_read_again(value, before, delimiter):
    cell = quote_like(value, f'"{before}"' if before else "", delimiter)
    line = f"x{delimiter}{cell}{delimiter}y\n"
    (row,) = rows(line, Dialect(delimiter, "\n"))
    assert row.values() == ["x", value, "y"]
    assert next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter)) == ["x", value, "y"]


@pytest.mark.parametrize(
    ("value", "before", "cell"),
    [
        ("a", "b", "a"),
        ("a", '"b"', '"a"'),
        ("a,b", "b", '"a,b"'),
        ('say "x"', "b", '"say ""x"""'),
        ("two\nlines", "b", '"two\nlines"'),
        ("", '"b"', '""'),
        ("", "b", ""),
        (" a ", "b", " a "),
    ],
)
def test_quotes_are_kept_or_added_where_needed(value, before, cell):
    assert quote_like(value, before, ",") == cell
    assert unquote(cell) == value


@pytest.mark.parametrize(
    ("text", "kind", "delimiter", "newline"),
    [
        ("a,b\n1;2\n", "csv", ",", "\n"),
        ("a;b;c\r\n1,2,3,4\r\n", "csv", ";", "\r\n"),
        ("a\tb\r1,2\r", "csv", "\t", "\r"),
        ("a|b|c,d", "csv", "|", "\n"),
        ('"a,b,c";"d,e"\n', "csv", ";", "\n"),
        ('"a\nb";c\n', "csv", ";", "\n"),
        ("text\n", "csv", ",", "\n"),
        ("a,b,c\td\n", "tsv", "\t", "\n"),
        ("text\n", "tsv", "\t", "\n"),
        ("", "csv", ",", "\n"),
    ],
)
def test_marks_and_line_ends_are_found(text, kind, delimiter, newline):
    assert guess_dialect(text, kind) == Dialect(delimiter, newline)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a\n"open\n', 2), ('"a"b\n', 1), ('x\n\ny,"a" \n', 3), ('"two\nlines",x\n"open', 3), ('a,"', 1), ('"""', 1),
        ('a\r\nb\r\n"open', 3), ('"a\r\nb",c\r\n"', 3),
    ],
)  # fmt: skip
def test_broken_quotes_are_told_with_their_line(text, line):
    with pytest.raises(SampleError, match=rf"^line {line}: ") as caught:
        list(rows(text, COMMAS))
    assert caught.value.code == "table.quotes"


def test_quotes_within_a_cell_without_quotes_are_text():
    assert list(rows('5" disk,a"b"\n', COMMAS)) == [TableRow(('5" disk', 'a"b"'), "\n")]


def test_blank_lines_and_the_missing_last_line_end_are_seen():
    assert list(rows("a\n\nb", COMMAS)) == [TableRow(("a",), "\n"), TableRow(("",), "\n"), TableRow(("b",), "")]


def test_a_large_cell_with_many_quotes_is_read_in_linear_time():
    text = '"' + '""' * 200_000 + '",x\n'
    (row,) = rows(text, COMMAS)
    assert row.values() == ['"' * 200_000, "x"]
    with pytest.raises(SampleError):
        list(rows(text[: -len('",x\n')], COMMAS))
    with pytest.raises(SampleError):
        list(rows('"' + "a" * 300_000, COMMAS))
    assert guess_dialect('"' + '""' * 50_000 + "\n", "csv").delimiter == ","
