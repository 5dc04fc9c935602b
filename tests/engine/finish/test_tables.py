"""Tables: rows in, rows out; what is not augmented stays the same, byte for byte."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

PIPELINE = "seed: 5\ncopies: 2\ntext: [random_delete: {rate: 0.4}]\n"
WORDS = "one two three four five six seven"


def records(output: Path) -> list[dict]:
    return [json.loads(line) for line in (output / "manifest.jsonl").read_text().splitlines()]


@pytest.fixture
def table(make, tmp_path):
    """table(bytes): the bytes of the table that a run makes of it."""

    def run(data: bytes, name: str = "t.csv", text: str = PIPELINE, **options) -> bytes:
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data" / name).write_bytes(data)
        summary = make(text, tmp_path / "data", tmp_path / "out", **options)
        assert summary.complete
        return (tmp_path / "out" / name).read_bytes()

    return run


def test_other_columns_stay_as_they_are_byte_for_byte(table):
    strange = b'"quoted, ""twice""", 007 ,\xed\x95\x9c\xea\xb8\x80,"line\nbreak",1e-3'
    made = table(b"a,b,c,d,e,text\n" + strange + b"," + WORDS.encode() + b"\n")
    header, rest = made.split(b"\n", 1)
    assert header == b"a,b,c,d,e,text"
    assert made.count(strange) == 2
    rows = rest.replace(strange + b",", b"").splitlines()
    assert len(rows) == 2 and all(set(row.decode().split()) < set(WORDS.split()) for row in rows)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_marks_line_ends_and_byte_order_marks_stay(table, newline, bom, mark):
    lines = [mark.join(cells) for cells in (["text", "label", "n"], [WORDS, "x", "1"], [WORDS, "y", "2"])]
    made = table(bom + newline.join(lines).encode() + newline.encode())
    assert made.startswith(bom + mark.join(["text", "label", "n"]).encode() + newline.encode())
    assert made.count(b"\xef\xbb\xbf") == bool(bom)
    rows = made.decode("utf-8-sig").split(newline)
    assert rows.pop() == "" and len(rows) == 5
    assert [row.split(mark)[1:] for row in rows[1:]] == [["x", "1"]] * 2 + [["y", "2"]] * 2
    assert made.replace(newline.encode(), b"").find(b"\n") == -1


def test_utf_16_stays_utf_16(table):
    made = table(f"text,n\n{WORDS},1\n".encode("utf-16"))
    assert made[:2] in (b"\xff\xfe", b"\xfe\xff")
    assert made.decode("utf-16").splitlines()[0] == "text,n" and len(made.decode("utf-16").splitlines()) == 3


def test_tsv_and_tab_use_tabs_whatever_else_there_is(table):
    for name in ("t.tsv", "t.tab"):
        made = table(f"text\ta,b,c,d\n{WORDS}\t1,2;3|4\n".encode(), name)
        assert made.startswith(b"text\ta,b,c,d\n") and made.count(b"\t1,2;3|4\n") == 2


def test_rows_come_in_plan_order_with_ids_that_stay_unique(table, tmp_path):
    made = table(f"id,text,label\nr2,{WORDS},a\nr1,{WORDS},b\n".encode()).decode()
    assert [line.split(",")[0] for line in made.splitlines()] == ["id", "r2__aug0", "r2__aug1", "r1__aug0", "r1__aug1"]
    assert [record["id"] for record in records(tmp_path / "out")] == ["t.csv#r2@0", "t.csv#r2@1", "t.csv#r1@0", "t.csv#r1@1"]
    assert [record["row"] for record in records(tmp_path / "out")] == [0, 0, 1, 1]


def test_without_an_id_column_rows_are_counted(table, tmp_path):
    made = table(f"text\n{WORDS}\n{WORDS}\n".encode()).decode()
    assert made.startswith("text\n") and len(made.splitlines()) == 5
    assert {record["source"] for record in records(tmp_path / "out")} == {"t.csv#000", "t.csv#001"}


def test_doubled_and_empty_ids_stay_apart(table, tmp_path):
    table(f"id,text\nx,{WORDS}\nx,{WORDS}\n,{WORDS}\nx-1,{WORDS}\n".encode())
    ids = Counter(record["source"] for record in records(tmp_path / "out"))
    assert len(ids) == 4 and set(ids.values()) == {2}
    # Equal texts under different ids are drawn for separately.
    assert len({record["sha256"] for record in records(tmp_path / "out")}) > 2


def test_blank_and_short_lines_hold_no_samples(table, tmp_path):
    made = table(f"n,text\n\n1,{WORDS}\n2\n\n3,{WORDS}\n\n".encode()).decode()
    assert [line.split(",")[0] for line in made.splitlines()] == ["n", "1", "1", "3", "3"]


def test_rows_without_text_fail_alone(table, tmp_path):
    made = table(f'n,text\n1,{WORDS}\n2,\n3,"  "\n4,{WORDS}\n'.encode(), max_errors="100%").decode()
    assert [line.split(",")[0] for line in made.splitlines()] == ["n", "1", "1", "4", "4"]
    failed = {record["source"]: record["error"]["code"] for record in records(tmp_path / "out") if record["status"] == "failed"}
    assert set(failed) == {"t.csv#001", "t.csv#002"} and set(failed.values()) == {"text.empty"}


def test_quotes_inside_a_cell_without_quotes_are_part_of_it(table):
    made = table(b'text,n\nthe "inner" quotes,1\n', text=PIPELINE.replace("0.4", "0.1")).decode()
    cells = [row[0] for row in csv.reader(made.splitlines()[1:])]
    assert len(cells) == 2 and all('"inner"' in cell or "inner" not in cell for cell in cells)


def test_a_text_that_comes_to_need_quotes_gets_them(table):
    """Quotes stay where they were; a cell with a line break stays one cell."""
    made = table(b'n,text\n1,"one, two\nthree ""four"" five six"\n')
    rows = made.decode().split("\n1,")
    assert len(rows) == 3 and all(row.strip()[0] == row.strip()[-1] == '"' for row in rows[1:])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a,b\n1,2\n", "table.no_text_column"),
        (b'text\n"open\nmore\n', "table.quotes"),
        (b'text,n\n"some" words,1\n', "table.quotes"),
        (b"text,n\nbroken \xff utf,1\n", "text.encoding"),
        (b"", "file.empty"),
    ],
)
def test_a_broken_table_is_one_record(make, tmp_path, data, code):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "bad.csv").write_bytes(data)
    (tmp_path / "data" / "good.csv").write_text(f"text\n{WORDS}\n")
    summary = make(PIPELINE, tmp_path / "data", tmp_path / "out")
    failed = [record for record in records(tmp_path / "out") if record["status"] == "failed"]
    assert [(record["source"], record["error"]["code"]) for record in failed] == [("bad.csv", code)]
    assert not (tmp_path / "out" / "bad.csv").exists() and (tmp_path / "out" / "good.csv").exists()
    assert summary.failed == {code: 2} and summary.complete
    assert summary.failures[0][2]


def test_columns_are_named_in_the_pipeline(table, tmp_path):
    text = PIPELINE + "input: {table: {text: Frage, label: Thema, id: Nr}}"
    made = table(f"Nr;Frage;Thema;text\n7;{WORDS};a;stays\n".encode(), text=text).decode()
    assert [line.split(";")[0] for line in made.splitlines()] == ["Nr", "7__aug0", "7__aug1"]
    assert made.count(";a;stays") == 2
    assert records(tmp_path / "out")[0]["label"] == "a" and records(tmp_path / "out")[0]["source"] == "t.csv#7"


def test_a_column_that_is_not_there_is_told(make, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "t.csv").write_text(f"text,n\n{WORDS},1\n")
    summary = make(PIPELINE + "input: {table: {text: question}}", tmp_path / "data", tmp_path / "out")
    assert summary.failures == [("t.csv@*", "table.no_column", "there is no column 'question'; the columns are: text, n")]
    # With the mistake mended, the same output folder goes on.
    assert make(PIPELINE, tmp_path / "data", tmp_path / "out").made == {"text": 2}


def test_copies_by_label(table, tmp_path):
    text = PIPELINE.replace("copies: 2", "copies: {rare: 3, '*': 1}")
    made = table(f"text,label\n{WORDS},rare\n{WORDS},common\n".encode(), text=text).decode()
    assert Counter(line.split(",")[1] for line in made.splitlines()[1:]) == {"rare": 3, "common": 1}


def test_a_large_table_is_the_same_with_many_workers(make, tmp_path, contents):
    (tmp_path / "data").mkdir()
    rows = "".join(f"{number},{WORDS} {number},{number % 3}\n" for number in range(400))
    (tmp_path / "data" / "t.csv").write_text("id,text,label\n" + rows)
    (tmp_path / "data" / "u.csv").write_text("id,text,label\n" + rows.replace(",1\n", ",one\n"))
    for workers in (1, 4):
        make(PIPELINE, tmp_path / "data", tmp_path / f"out{workers}", workers=workers)
    assert contents(tmp_path / "out1") == contents(tmp_path / "out4")
    run = json.loads((tmp_path / "out1" / "run.json").read_text())
    assert {name: document["rows"] for name, document in run["stable"]["documents"].items()} == {"t.csv": 800, "u.csv": 800}


def test_a_table_as_the_input_itself(make, tmp_path, samples):
    make(PIPELINE, samples / "reviews.csv", tmp_path / "out")
    assert (tmp_path / "out" / "reviews.csv").exists()
    assert records(tmp_path / "out")[0]["source"] == "reviews.csv#r01"


def test_a_table_that_is_gone_when_documents_are_put_together(make, tmp_path):
    """All that is needed of it stands in the state by then."""
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "t.csv"
    path.write_text(f"text\n{WORDS}\n")

    def listen(event) -> None:
        if type(event).__name__ == "Finishing":
            path.unlink()

    assert make(PIPELINE, tmp_path / "data", tmp_path / "out", listen=listen).complete
    assert (tmp_path / "out" / "t.csv").read_text().startswith("text\n")
