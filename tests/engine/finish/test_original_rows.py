"""Original rows in documents, each before its copies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from augcli.engine.after.replay import replay
from augcli.engine.after.verify import verify

PIPELINE = "seed: 5\ncopies: 2\ntext: [random_delete: {rate: 0.4}]\noutput: {originals: %s}\n"
WORDS = "one two three four five six seven"

DOCUMENTS = {
    "table.csv": (
        f'id,text,x\r\n1,"{WORDS}",a\r\n\r\n2,,b\r\n2,{WORDS} eight,c',
        ["1", "1__aug0", "1__aug1", "2", "2", "2-3__aug0", "2-3__aug1"],
    ),
    "lines.jsonl": (
        f'{{"id": 7, "text": "{WORDS}"}}\n{{"text": \n\n{{"text": "", "id": 8}}\n{{"id": 9, "other": 1}}\n',
        [7, "7__aug0", "7__aug1", 8, 9],
    ),
}


def records(output: Path) -> list[dict]:
    return [json.loads(line) for line in (output / "manifest.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("how", ["copy", "link"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_row_is_followed_by_its_copies(make, tmp_path, name, how):
    text, ids = DOCUMENTS[name]
    source, output = tmp_path / "in" / name, tmp_path / "out"
    source.parent.mkdir()
    source.write_bytes(text.encode())
    make(PIPELINE % how, source.parent, output, max_errors="100%")
    lines = (output / name).read_bytes().decode().splitlines()
    lines = lines if name.endswith("jsonl") else lines[1:]
    assert [json.loads(line)["id"] if name.endswith("jsonl") else line.split(",")[0] for line in lines] == [
        one if name.endswith("jsonl") else str(one) for one in ids
    ]
    originals = [line for line, one in zip(lines, ids, strict=True) if "aug" not in str(one)]
    assert set(originals) < set(text.splitlines())
    made = records(output)
    assert [record["copy"] for record in made if record["source"].endswith(("#1", "#7"))] == [None, 0, 1]
    assert all("row" in record for record in made if record["status"] == "original")
    assert [one for one in replay(str(output)) if one.verdict != "same"] == []
    assert verify(str(output)).differences == []


@pytest.mark.parametrize("unit", ["line", "paragraph"])
def test_lines_and_paragraphs_with_their_copies(make, tmp_path, unit):
    gap = "\n" if unit == "line" else "\n\n"
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_text(f"{WORDS}{gap}{WORDS.upper()}")
    make(PIPELINE % "copy" + f"input: {{text: {{unit: {unit}}}}}\n", tmp_path / "in", tmp_path / "out")
    passages = (tmp_path / "out/a.txt").read_text().split(gap)
    assert len(passages) == 6
    assert (passages[0], passages[3]) == (WORDS, WORDS.upper())
    assert {one.verdict for one in replay(str(tmp_path / "out"))} == {"same"}


def test_originals_alone_give_the_document_back(make, tmp_path):
    (tmp_path / "in").mkdir()
    for name, (text, _) in DOCUMENTS.items():
        whole = text.replace("\r", "").replace('{"text": \n', "").replace("\n\n", "\n")
        (tmp_path / "in" / name).write_text(whole if whole.endswith("\n") else whole + "\n")
    (tmp_path / "in/a.txt").write_bytes(b"\n one\r\n\r\ntwo\nthree")
    (tmp_path / "in/b.csv").write_bytes("id;text\n1;é\n".encode("utf-16"))
    make("image: [flip]\noutput: {originals: copy}\ninput: {text: {unit: line}}\n", tmp_path / "in", tmp_path / "out")
    for path in (tmp_path / "in").iterdir():
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes(), path.name
