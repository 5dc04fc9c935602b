"""Text operations in whole runs: word tables, records, fingerprints, other processes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from augcli.core.pipeline.model import parse_pipeline
from augcli.core.values.outcome import ConfigError
from augcli.core.values.resources import Letters, Words
from augcli.engine.after.replay import replay
from augcli.engine.resources.opened import find, missing_resources, trouble_with
from augcli.kernels.words import lexicon
from augcli.load import load_pipeline

ALL = "[synonym, random_insert, random_delete, random_swap, keyboard_typo, ocr_typo, spelling]"


def records(output: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (output / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"The film was excellent.\r\nI definitely adore the story!\r\n")
    (folder / "b.txt").write_bytes("한글 텍스트입니다.".encode())
    return folder


def test_records_tell_what_had_no_effect_and_replay_makes_the_same(make: Any, texts: Path, tmp_path: Path) -> None:
    make("copies: 3\ntext: " + ", ".join(reversed(ALL.strip("[]").split(", "))).join("[]") + "\n", texts, tmp_path / "out")
    found = records(tmp_path / "out")
    for record in found:
        idle = {step["step"] for step in record["steps"] if step.get("no_effect")}
        if record["source"] == "b.txt":
            assert {"synonym", "random_insert", "keyboard_typo", "ocr_typo", "spelling"} <= idle
        else:
            assert not idle & {"synonym", "random_insert", "keyboard_typo", "spelling"}
    verdicts = [one.verdict for one in replay(str(tmp_path / "out"))]
    assert len(verdicts) == 6 and set(verdicts) == {"same"}


def test_a_record_makes_the_text_without_augcli(make: Any, texts: Path, tmp_path: Path) -> None:
    make(f"copies: 3\ntext: {ALL}\n", texts, tmp_path / "out")
    for record in records(tmp_path / "out"):
        source = (texts / record["source"]).read_bytes().decode()
        parts = [one if isinstance(one, str) else source[one[0] : one[1]] for one in record.get("pieces", [[0, len(source)]])]
        assert "".join(parts) == (tmp_path / "out" / record["output"]).read_bytes().decode()


def test_same_in_every_process(samples: Path, pipeline_file: Callable[..., str], tmp_path: Path, contents: Any) -> None:
    path = pipeline_file(f"copies: 3\ntext: {ALL}\n")
    found = []
    for number in ("0", "1", "424242"):
        output = tmp_path / number
        done = subprocess.run(
            [sys.executable, "-m", "augcli", "run", path, str(samples), "-o", str(output), "--workers", number[:1] or "1"]
            if number != "0"
            else [sys.executable, "-m", "augcli", "run", path, str(samples), "-o", str(output)],
            env={**os.environ, "PYTHONHASHSEED": number}, capture_output=True, text=True, timeout=180,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found.append(contents(output))
    assert found[0] == found[1] == found[2]


def test_the_process_keeps_its_own_chance(make: Any, texts: Path, tmp_path: Path) -> None:
    import numpy as np

    random.seed(5)
    np.random.seed(5)
    before = random.getstate(), np.random.get_state()[1].tobytes()
    make(f"text: {ALL}\n", texts, tmp_path / "out")
    assert (random.getstate(), np.random.get_state()[1].tobytes()) == before


def test_an_own_table(make: Any, texts: Path, tmp_path: Path) -> None:
    table = tmp_path / "mine.tsv"
    table.write_text("# mine\n\nfilm\tmotion image, flick\n텍스트입니다\t글입니다\n", encoding="utf-8-sig")
    text = f"copies: 16\ntext:\n- synonym: {{lexicon: {json.dumps(str(table))}}}\n"
    make(text, texts, tmp_path / "out")
    found = {record["source"]: set() for record in records(tmp_path / "out")}
    for record in records(tmp_path / "out"):
        found[record["source"]].add((tmp_path / "out" / record["output"]).read_bytes().decode())
    assert {one.split(" was")[0] for one in found["a.txt"]} == {"The motion image", "The flick"}
    assert found["b.txt"] == {"한글 글입니다."}


def test_a_changed_table_makes_outputs_stale(make: Any, texts: Path, tmp_path: Path) -> None:
    table = tmp_path / "mine.tsv"
    table.write_text("film\tflick\n")
    text = f"text:\n- synonym: {{lexicon: {json.dumps(str(table))}}}\n"
    assert make(text, texts, tmp_path / "out").made["text"] == 2
    assert not make(text, texts, tmp_path / "out").made
    table.write_text("film\tmovie\n")
    with pytest.raises(Exception, match="outdated"):
        make(text, texts, tmp_path / "out")
    assert make(text, texts, tmp_path / "out", redo=True).made["text"] == 2
    assert "movie" in (tmp_path / "out" / "a__aug0.txt").read_text()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file"),
        (b"film\tflick\nno tab here\n", "line 2 needs a word, a tab"),
        (b"film\t , \n", "line 1 has no synonyms"),
        (b"\tflick\n", "line 1 needs a word"),
        (b"film\tfl\xffck\n", "not UTF-8"),
    ],
)
def test_a_table_that_cannot_be_used_is_told_before_anything_is_opened(
    make: Any, tmp_path: Path, content: bytes | None, message: str
) -> None:
    table = tmp_path / "mine.tsv"
    if content is not None:
        table.write_bytes(content)
    with pytest.raises(ConfigError, match=message) as caught:
        make(f"text:\n- synonym: {{lexicon: {json.dumps(str(table))}}}\n", tmp_path / "not there", tmp_path / "out")
    assert caught.value.problems[0].line == 2
    assert not (tmp_path / "out").exists()


def test_all_missing_resources_at_once(pipeline_file: Callable[..., str]) -> None:
    pipeline = load_pipeline(
        pipeline_file("text:\n- one_of: [{synonym: {lexicon: /no/a.tsv}}, random_swap]\n- random_insert: {lexicon: /no/b.tsv}\n")
    )
    problems = missing_resources(pipeline)
    assert [(problem.line, problem.where) for problem in problems] == [
        (2, "text step 'synonym'"),
        (3, "text step 'random_insert'"),
    ]


def test_nltk_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("augcli.engine.resources.opened.find_spec", lambda name: None if name == "nltk" else object())
    assert "pip install nltk" in trouble_with(Words("synonyms", "nltk"))
    monkeypatch.setattr("augcli.engine.resources.opened.find_spec", lambda name: object())
    monkeypatch.setenv("NLTK_DATA", "/not/there")
    monkeypatch.setattr("augcli.engine.resources.opened._nltk_folders", lambda: iter(["/not/there"]))
    assert "lexicon: en" in trouble_with(Words("synonyms", "nltk"))
    monkeypatch.setattr("augcli.engine.resources.opened.find_spec", lambda name: None)
    assert "pip install nlpaug" in trouble_with(Letters("keyboard"))


def test_identities(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("film\tmovie\n")
    (tmp_path / "b.tsv").write_text("film\tflick\n")
    found = {find(Words("synonyms", str(tmp_path / name))).identity for name in ("a.tsv", "b.tsv")}
    assert len(found | {find(Words("synonyms")).identity, find(Letters("ocr")).identity}) == 4
    assert all("nlpaug" in one for one in found)


def test_the_packaged_table() -> None:
    table = lexicon.packaged()
    assert len(table) > 3000
    for word, readings in table.items():
        assert word == word.lower() and word not in lexicon.FUNCTION_WORDS
        for reading in readings:
            assert reading.pos and word not in reading.synonyms and list(reading.synonyms) == sorted(set(reading.synonyms))
            for one in reading.synonyms:
                assert one.isascii() and one.isalpha() and one.islower() and one not in lexicon.FUNCTION_WORDS


LOOK = """
import sys
from augcli.load import load_pipeline
from augcli.engine.resources.opened import missing_resources
assert not missing_resources(load_pipeline(sys.argv[1]))
print(sorted({"nlpaug", "torch", "numpy"} & set(sys.modules)))
"""


def test_looking_for_resources_imports_nothing_heavy(pipeline_file: Callable[..., str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK, pipeline_file(f"text: {ALL}\n")], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_ops_say_what_they_need() -> None:
    pipeline = parse_pipeline("text: [synonym, random_swap, {keyboard_typo: {layout: de}}]")
    needs = [step.op.resources() for step in pipeline.steps["text"] if step.op]
    assert needs == [(Words("synonyms", "en"),), (), (Letters("keyboard", "de"),)]
