"""Rows made block by block are those made one by one: same fragments, records and failures."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from whole_documents import Document, whole_document

from augcli.core.pipeline.settings import Limits
from augcli.core.plan import EVERY_COPY, ORIGINAL, Readable, Source, Task, Unit
from augcli.core.values.outcome import SampleError
from augcli.dataset.layouts.blocks.reading import row_source, rows_of
from augcli.dataset.layouts.blocks.registry import block_layout
from augcli.engine.make.recipe import Recipe, recipe
from augcli.engine.make.results import Failed, Made
from augcli.engine.make.rounds import results
from augcli.engine.make.rows import row_results
from augcli.formats.text import codec
from tests.material.every_op import EXAMPLE_IDS, EXAMPLES, TEXTS, op_of

KINDS = ("csv", "jsonl", "txt")
TEXT_OPS = [case for case in EXAMPLES if case[0].startswith("text.")]
HARD = ["\ufeffmarked text, here", "   ", "nul \0 in it", "long " * 60, "café — “quoted”, she said", 'so, "he" said']


def document(folder: Path, kind: str, texts: list[str], encoding: str = "utf-8") -> Source:
    if kind == "csv":
        cells = ['"{}"'.format(text.replace('"', '""')) for text in texts if "\0" not in text]
        data = "id,text,label\n" + "".join(f"{number},{cell},x{number % 2},extra\n" for number, cell in enumerate(cells))
    elif kind == "jsonl":
        data = "".join(json.dumps({"text": text, "n": number}) + "\n" for number, text in enumerate(texts)) + '{"a": \n'
    else:
        data = "\n".join(text.replace("\n", " ").replace("\r", "") for text in texts if "\0" not in text)
    path = folder / f"r.{kind}"
    path.write_bytes(data.encode(encoding))
    return Source(f"r.{kind}", 0, path.name, "text", kind, 0, 0, f"r.{kind}", "", "train")


def pipeline(**more: object) -> Recipe:
    limits = {"max_characters": 250}
    return recipe({"version": 1, "seed": 7, "input": {"text": {"unit": "line"}}, "limits": limits} | more)


def one_by_one(recipe: Recipe, kind: str, parsed: Document, source: Source, place: str, copies: list[int]) -> list[tuple]:
    """(copy, record, failure, new text, fragment) of one row, made as files are."""
    found = []
    units = tuple(Unit(source, copy, source.stem) for copy in copies)
    for made in results(recipe, Task(Readable(source, place), units)):
        if isinstance(made, Made):
            content = made.data.decode().removeprefix("\ufeff")
            fragment = parsed.patched(source.row, content, made.unit.copy) + ("" if kind == "txt" else parsed.newline)
            try:
                written = codec.encode(fragment, parsed.encoding._replace(bom=False))
            except SampleError as error:
                failed = Failed.unit(made.unit, error.failure())
                found.append((failed.copy, failed.record, failed.failure, b"", b""))
                continue
            notes = {**made.record.get("notes", {}), **parsed.notes(source.row)}
            record = made.record | ({"notes": notes} if notes else {})
            found.append((made.unit.copy, record, None, made.data, written))
        else:
            found.append((made.copy, made.record, made.failure, b"", b""))
    return found


def compare(recipe: Recipe, folder: Path, kind: str, source: Source) -> tuple[int, int]:
    """Compare both ways for every row; returns how many copies were made and how many failed."""
    place, settings, limits = str(folder / f"r.{kind}"), recipe.pipeline.input, Limits()
    data = Path(place).read_bytes()
    parsed = whole_document(data, kind, settings, limits)
    outline = block_layout(kind).outline(data, kind, settings, limits)
    done = failed = 0
    for block in outline.blocks:
        made = list(row_results(recipe, source, place, outline, block, lambda number, row: [0, 1, 3]))
        for position, row in enumerate(rows_of(kind, place, outline, block)):
            expected = one_by_one(recipe, kind, parsed, row_source(source, row), place, [0, 1, 3])
            mine = [one for one in made if one.position == position]
            assert [(one.copy, json.loads(one.record), one.failure, one.fragment) for one in mine] == [
                (copy, json.loads(json.dumps(record)), failure, fragment) for copy, record, failure, _, fragment in expected
            ]
            assert {one.row_hash for one in mine} == {row.hash}
            for one, (_, _, failure, content, _) in zip(mine, expected, strict=True):
                assert failure or (one.size, one.sha256) == (len(content), sha256(content).digest())
                assert one.copies == (3 if one.copy == EVERY_COPY else 1)
                done, failed = done + (one.failure is None), failed + (one.failure is not None)
    return done, failed


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", TEXT_OPS, ids=[name for name in EXAMPLE_IDS if name.startswith("text.")])
def test_both_ways_give_the_same(tmp_path, case, kind):
    op, options = op_of(case)
    source = document(tmp_path, kind, [*TEXTS, *HARD])
    done, failed = compare(pipeline(text=[{op.name(): options}]), tmp_path, kind, source)
    assert done > 20
    assert failed >= (3 if kind != "txt" else 1)


def test_steps_that_build_on_each_other(tmp_path):
    steps = [
        {"random_swap": {"rate": 0.5, "p": 0.7}}, {"random_delete": {"rate": 0.3, "barrier": True}},
        {"repeat": {"times": 2, "steps": [{"keyboard_typo": {"rate": 0.2}}]}}, {"synonym": {"rate": 1.0, "p": 0.5}},
    ]  # fmt: skip
    for kind in KINDS:
        done, _ = compare(pipeline(text=steps), tmp_path, kind, document(tmp_path, kind, [*TEXTS, *HARD]))
        assert done > 20


def test_a_character_that_the_encoding_lacks_fails_its_copy_alone(tmp_path):
    table = tmp_path / "typos.txt"
    table.write_text("good\tλ\n", encoding="utf-8")
    chosen = pipeline(
        text=[{"synonym": {"rate": 1.0, "p": 0.5, "lexicon": str(table)}}], input={"text": {"unit": "line", "encoding": "cp1252"}}
    )
    for kind in KINDS:
        source = document(tmp_path, kind, [f"a good café number {number}" for number in range(9)], "cp1252")
        done, failed = compare(chosen, tmp_path, kind, source)
        assert done > 5
        assert failed > 5 or kind == "jsonl"


def test_an_original_comes_first_and_is_the_row_as_it_is(tmp_path):
    chosen = pipeline(text=[{"random_delete": {"rate": 1.0}}])
    source = document(tmp_path, "csv", ["one two three", ""])
    place, data = str(tmp_path / "r.csv"), (tmp_path / "r.csv").read_bytes()
    outline = block_layout("csv").outline(data, "csv", chosen.pipeline.input, Limits())
    made = list(row_results(chosen, source, place, outline, outline.blocks[0], lambda number, row: [ORIGINAL, 0]))
    assert [(one.position, one.copy, one.failure and one.failure.code) for one in made] == [
        (0, ORIGINAL, None), (0, 0, None), (1, ORIGINAL, None), (1, EVERY_COPY, "text.empty"),
    ]  # fmt: skip
    assert [one.fragment for one in made if one.copy == ORIGINAL] == data.splitlines(keepends=True)[1:]
    record = json.loads(made[0].record)
    assert (record["status"], record["row"], record["output"]) == ("original", 0, "r.csv")
    assert record["sha256"] == record["source_sha256"] == sha256(b"one two three").hexdigest() == made[0].sha256.hex()


def test_a_block_that_cannot_be_read_is_a_failure_of_the_place(tmp_path):
    chosen = pipeline(text=[{"random_delete": {}}])
    source = document(tmp_path, "csv", ["one two three"])
    path = tmp_path / "r.csv"
    outline = block_layout("csv").outline(path.read_bytes(), "csv", chosen.pipeline.input, Limits())

    def code() -> str:
        with pytest.raises(SampleError) as error:
            list(row_results(chosen, source, str(path), outline, outline.blocks[0], lambda number, row: [0]))
        assert error.value.failure().of_place
        return error.value.code

    path.write_bytes(b"id,text,label\n")
    assert code() == "io.changed"
    path.unlink()
    assert code() == "io.gone"
    path.mkdir()
    assert code() == "io.read"


def test_rows_that_nobody_wants_are_not_made(tmp_path):
    chosen = pipeline(text=[{"random_delete": {}}])
    source = document(tmp_path, "csv", ["one two three", "four five six", "seven eight nine"])
    data = (tmp_path / "r.csv").read_bytes()
    outline = block_layout("csv").outline(data, "csv", chosen.pipeline.input, Limits())
    wanted = {0: [2], 2: [0, 1]}
    made = row_results(chosen, source, str(tmp_path / "r.csv"), outline, outline.blocks[0], lambda at, row: wanted.get(at, []))
    assert [(one.position, one.copy) for one in made] == [(0, 2), (2, 0), (2, 1)]
