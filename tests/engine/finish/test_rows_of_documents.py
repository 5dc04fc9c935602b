"""Rows of JSON lines, lines and paragraphs of texts, and encodings, through whole runs, resumes and replays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from augcli.core.pipeline.model import parse_pipeline
from augcli.core.values.outcome import ConfigError
from augcli.engine.after.replay import replay

PIPELINE = "seed: 5\ncopies: 2\ntext: [random_delete: {rate: 0.4}]\n"
WORDS = "one two three four five six seven"


def records(output: Path) -> list[dict]:
    return [json.loads(line) for line in (output / "manifest.jsonl").read_text().splitlines()]


@pytest.fixture
def ran(make, tmp_path):
    """ran({name: bytes}, input settings): the summary of a run on these files, into tmp_path/out."""

    def run(files: dict[str, bytes], settings: str = "", **options):
        for name, data in files.items():
            (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "data" / name).write_bytes(data)
        return make(PIPELINE + settings, tmp_path / "data", tmp_path / "out", **options)

    return run


def replayed(output: Path) -> set[str]:
    return {item.verdict for item in replay(str(output))}


def test_json_lines(ran, tmp_path):
    lines = [f'{{"id": {n},  "text": "{WORDS}", "label": "x", "n": 1.0e{n}}}' for n in range(50)]
    summary = ran({"t.jsonl": "\r\n".join(lines).encode()})
    assert summary.complete and summary.made == {"text": 100}
    made = (tmp_path / "out" / "t.jsonl").read_bytes().decode().split("\r\n")
    assert made.pop() == "" and len(made) == 100
    for number, line in enumerate(made):
        value = json.loads(line)
        assert value["id"] == f"{number // 2}__aug{number % 2}" and set(value["text"].split()) <= set(WORDS.split())
        assert line == lines[number // 2].replace(WORDS, value["text"]).replace(f"{number // 2}, ", f'"{value["id"]}", ', 1)
    assert {record["label"] for record in records(tmp_path / "out")} == {"x"}
    assert replayed(tmp_path / "out") == {"same"}


def test_a_bad_line_of_json_loses_nothing_else(ran, tmp_path):
    data = f'{{"text": "{WORDS}"}}\n{{"text": \n{{"body": 1}}\n{{"text": "{WORDS}"}}\n'
    summary = ran({"t.jsonl": data.encode()}, max_errors="100%")
    assert summary.failed == {"table.json": 2, "table.no_text_column": 2}
    assert {record["source"] for record in records(tmp_path / "out") if record["status"] == "failed"} == {
        "t.jsonl#001", "t.jsonl#002",
    }  # fmt: skip
    assert len((tmp_path / "out" / "t.jsonl").read_text().splitlines()) == 4


@pytest.mark.parametrize(("unit", "rows"), [("line", 3), ("paragraph", 2)])
def test_lines_and_paragraphs(ran, tmp_path, unit, rows):
    text = f"{WORDS}\n{WORDS}\n\n{WORDS}\n".encode()
    files = {"pos/a.txt": text, "neg/b.md": text}
    assert ran(files, f"input: {{text: {{unit: {unit}}}}}").made == {"text": 4 * rows}
    found = records(tmp_path / "out")
    assert {record["source"]: record["label"] for record in found} == {
        f"{name}#{row:03d}": name[:3] for name in files for row in range(rows)
    }
    made = (tmp_path / "out" / "pos" / "a.txt").read_text()
    assert made.endswith("\n") and not made.endswith("\n\n")
    assert made.count("\n\n") == {"line": 2, "paragraph": 3}[unit]
    assert replayed(tmp_path / "out") == {"same"}


def test_old_encodings(ran, tmp_path, make):
    korean = "하나 둘 셋 넷 다섯 여섯 일곱 여덟"
    files = {"a.txt": korean.encode("cp949"), "t.csv": f"text,n\n{korean},가\n".encode("cp949")}
    summary = ran(files)
    assert summary.failed == {"text.encoding": 4}
    assert all("input: {text: {encoding: NAME}}" in message for _, _, message in summary.failures)
    # Named, the same output folder goes on, and everything stays in that encoding.
    summary = ran(files, "input: {text: {encoding: cp949}}")
    assert summary.complete and summary.made == {"text": 4}
    made = (tmp_path / "out" / "a__aug0.txt").read_bytes().decode("cp949")
    assert made and set(made.split()) <= set(korean.split())
    assert (tmp_path / "out" / "t.csv").read_bytes().decode("cp949").count(",가\n") == 2
    assert replayed(tmp_path / "out") == {"same"}


@pytest.mark.parametrize("name", ["klingon", "base64"])
def test_an_encoding_that_there_is_not(name):
    with pytest.raises(ConfigError) as caught:
        parse_pipeline(f"input: {{text: {{encoding: {name}}}}}\ntext: [random_delete]")
    (found,) = caught.value.problems
    assert f"'{name}' is not a text encoding that Python knows" in str(found) and (found.line, found.column) == (1, 16)


def test_a_table_without_rows_is_told(ran, tmp_path):
    files = {"a.csv": b"text,n\n", "b.csv": b"n,text\n1\n\n", "c.csv": f"text\n{WORDS}\n\n".encode(), "d.csv": b"text"}
    summary = ran(files)
    assert summary.complete and summary.made == {"text": 2} and summary.left_out == {"table.no_rows": 3}


def test_an_empty_cell_is_told_as_one(ran):
    summary = ran({"a.csv": f'text,n\n,1\n"",2\n{WORDS},3\n'.encode()}, max_errors="100%")
    assert {(code, message) for _, code, message in summary.failures} == {("text.empty", "the cell is empty")}
    assert summary.failed == {"text.empty": 4} and summary.made == {"text": 2}


def test_doubled_ids_are_unique_in_the_output(ran, tmp_path):
    ran({"a.csv": f"id,text\nx,{WORDS}\nx-2,{WORDS}\nx,{WORDS}\n,{WORDS}\n".encode()})
    ids = [line.split(",")[0] for line in (tmp_path / "out" / "a.csv").read_text().splitlines()[1:]]
    assert ids == [f"{name}__aug{copy}" for name in ("x", "x-2", "x-2-2", "003") for copy in range(2)]


def test_rows_of_another_length_are_kept_and_noted(ran, tmp_path):
    ran({"a.csv": f"text,n,m\n{WORDS},1\n{WORDS},1,2\n{WORDS},1,2,3\n".encode()})
    notes = [record.get("notes") for record in records(tmp_path / "out")][::2]
    assert notes == [
        {"columns": "the row has 2 cells, the header 3"}, None, {"columns": "the row has 4 cells, the header 3"},
    ]  # fmt: skip
    assert [line.split(",")[1:] for line in (tmp_path / "out" / "a.csv").read_text().splitlines()[1::2]] == [
        ["1"], ["1", "2"], ["1", "2", "3"],
    ]  # fmt: skip
