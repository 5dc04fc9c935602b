"""States whose frames are intact but say what augcli never writes: no command believes them, and none breaks down."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy
import pytest
from PIL import Image

from augcli.core.plan import Fingerprint
from augcli.core.values.outcome import Mismatch, OutputError
from augcli.engine.after.explain import explain
from augcli.engine.after.replay import recorded, replay
from augcli.engine.after.verify import verify
from augcli.engine.finish.merge import merge
from augcli.engine.plan.chunk import ENTRY
from augcli.engine.store import frames as framing
from augcli.engine.store.frames import Body, pack, scan
from augcli.engine.store.state_file import StateFile
from augcli.engine.store.units import DONE, FAILED, UNIT, FrameBuilder, UnitEntry

PIPELINE = """
seed: 7
copies: 2
image:
  - flip: {p: 0.5}
text:
  - random_delete: {rate: 0.2}
"""
Edit = Callable[[Body], Body]
NOT_WHAT_IS_EXPECTED = [b"[]", b"{", b"{}", b"null", b"7", b"[" * 100_000, b'{"totals": {}}', b'[["x"], {}, "y"]', b"\xff", b""]


@pytest.fixture
def data(tmp_path) -> Path:
    folder = tmp_path / "data"
    for name in ("cat", "dog"):
        (folder / name).mkdir(parents=True)
        for number in range(2):
            Image.new("RGB", (8, 8), (number * 90, 40, 60)).save(folder / name / f"{number}.png")
    (folder / "rows.csv").write_text("text,label\nthe quick brown fox runs,a\nover the lazy dog it goes,b\n")
    return folder


@pytest.fixture
def output(make, data, tmp_path) -> Path:
    assert make(PIPELINE, data, tmp_path / "out").complete
    return tmp_path / "out"


def bodies(output: Path) -> list[Body]:
    state = StateFile.for_reading(str(output))
    assert state is not None
    found = [state.body(frame) for frame in state.frames]
    state.close()
    return found


def write(output: Path, frames: list[Body]) -> None:
    data = b""
    for number, body in enumerate(frames):
        data += pack(body, number, len(data))[0]
    (output / ".augcli").write_bytes(data)


def edit(output: Path, kind: str, change: Edit) -> None:
    before = bodies(output)
    assert any(body.kind == kind for body in before)
    write(output, [change(body) if body.kind == kind else body for body in before])


def before_the_seal(output: Path, *more: Body) -> None:
    *others, seal = bodies(output)
    write(output, [*others, *more, seal])


def same_files(contents, output: Path, expected: dict) -> bool:
    return {name: data for name, data in contents(output).items() if name != "run.json"} == expected


@pytest.fixture
def expected(output, contents) -> dict:
    return {name: data for name, data in contents(output).items() if name != "run.json"}


@pytest.mark.parametrize("private", NOT_WHAT_IS_EXPECTED, ids=lambda data: repr(data[:12]))
@pytest.mark.parametrize("kind", ["S", "P", "I", "D"])
def test_json_that_is_not_what_is_expected_counts_as_not_there(make, data, output, contents, expected, kind, private):
    edit(output, kind, lambda body: body._replace(private=private))
    verify(str(output))
    assert make(PIPELINE, data, output).complete
    assert same_files(contents, output, expected) and not verify(str(output)).differences


def _columns(body: Body, dtype: numpy.dtype, field: str, value: int) -> Body:
    table = numpy.frombuffer(body.columns, dtype).copy()
    table[field] = value
    return body._replace(columns=table.tobytes())


UNITS: dict[str, Edit] = {
    "half a row": lambda body: body._replace(columns=body.columns[:-3]),
    "no records": lambda body: body._replace(records=b""),
    "no private parts": lambda body: body._replace(private=b""),
    "records of 4 GB": lambda body: _columns(body, UNIT, "record", 2**32 - 1),
    "private parts of 4 GB": lambda body: _columns(body, UNIT, "private", 2**32 - 1),
    "no such status": lambda body: _columns(body, UNIT, "status", 9),
}


@pytest.mark.parametrize("name", UNITS)
def test_units_in_frames_whose_parts_do_not_fit_are_made_again(make, data, output, contents, expected, name):
    edit(output, "W", UNITS[name])
    edit(output, "S", lambda body: body._replace(private=b""))
    verify(str(output))
    assert make(PIPELINE, data, output).complete
    assert same_files(contents, output, expected)


CHUNKS: dict[str, Edit] = {
    "half a row": lambda body: body._replace(columns=body.columns[:-3]),
    "no lines": lambda body: body._replace(records=b"\n"),
    "lines of 4 GB": lambda body: _columns(body, ENTRY, "line", 2**32 - 1),
    "4 billion samples": lambda body: _columns(body, ENTRY, "samples", 2**32 - 1),
    "no such group": lambda body: _columns(body, ENTRY, "group", 99),
    "no groups": lambda body: _head(body, 7, []),
    "no such modality": lambda body: _head(body, 7, [["smell", "", True, False, False]] * 2),
    "a billion parts": lambda body: _head(body, 5, 10**9),
    "counts that are none": lambda body: _head(body, 9, {"found": 7}),
    "numbers for names": lambda body: _head(body, 1, 7),
}


def _head(body: Body, place: int, value: object) -> Body:
    head = json.loads(body.private)
    head[place] = value
    return body._replace(private=json.dumps(head).encode())


@pytest.mark.parametrize("name", CHUNKS)
def test_folders_whose_plan_does_not_fit_are_read_again(make, data, output, contents, expected, name):
    edit(output, "P", CHUNKS[name])
    assert make(PIPELINE, data, output).complete
    assert same_files(contents, output, expected)


def _line(place: int, value: object) -> Edit:
    def change(body: Body) -> Body:
        table = numpy.frombuffer(body.columns, ENTRY).copy()
        lines = [json.loads(line) for line in body.records.splitlines() if line]
        for line in lines:
            line[place] = value
        encoded = [json.dumps(line).encode() for line in lines]
        table["line"], table["name"] = [len(line) for line in encoded], table["name"] + 1
        return body._replace(columns=table.tobytes(), records=b"\n%b\n" % b"\n".join(encoded))

    return change


@pytest.mark.parametrize(
    ("place", "value"),
    [(4, "../victim"), (4, "/victim"), (4, "a/../../victim"), (4, "\ud800"), (4, "a\0b"), (4, 7), (0, 7), (1, 99), (1, "x"),
     (1, -1), (2, "../../etc/passwd"), (2, None), (2, "a\0"), (3, 7), (5, "/../../x"), (6, [1]), (6, "internal")],
    ids=repr,
)  # fmt: skip
def test_a_plan_that_leads_elsewhere_is_refused(make, data, output, tmp_path, place, value):
    (tmp_path / "victim").write_text("precious")
    before = sorted(path.name for path in tmp_path.iterdir())
    write(
        output, [_line(place, value)(body) if body.kind == "P" and b".png" in body.records else body for body in bodies(output)]
    )
    with pytest.raises(OutputError, match="is not as augcli writes it"):
        make(PIPELINE, data, output)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "document",
    [["../victim", "00" * 32, 5, 1, "x"], ["zz", "zz", 5, 1, "x"], [5, "aa", 5, 1, "x"], [["x"], "", 5, 1, "x"],
     ["\ud800", "00" * 32, 5, 1, "x"], ["a\0b", "00" * 32, 1, 1, "x"], ["x" * 10_000, "00" * 32, 1, 1, "x"]],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
def test_documents_that_cannot_be_are_neither_opened_nor_removed(make, data, output, tmp_path, document):
    (tmp_path / "victim").write_text("precious")
    before_the_seal(output, Body("D", b"", b"", json.dumps(document).encode()))
    verify(str(output))
    assert make(PIPELINE, data, output, prune=True).complete
    assert (tmp_path / "victim").read_text() == "precious"


@pytest.mark.parametrize(
    "record", [b"[]", b"1", b"{", b"", b'{"copy": "(", "output": "zz"}', b'{"copy": 1, "error": 5}', b'{"error": {}}']
)
@pytest.mark.parametrize("status", [DONE, FAILED])
def test_records_that_are_none_do_not_stop_pruning(make, data, output, record, status):
    builder = FrameBuilder()
    builder.add(UnitEntry(12345, Fingerprint(1, 2, 3, 4), status, 5, bytes(32), record, b"zz"))
    before_the_seal(output, *builder.take())
    assert make(PIPELINE, data, output, prune=True).complete


def test_failures_without_an_error_are_counted_all_the_same(make, data, output):
    def fail(body: Body) -> Body:
        return _columns(body, UNIT, "status", FAILED)

    edit(output, "W", fail)
    edit(output, "S", lambda body: body._replace(private=b""))
    make(PIPELINE, data, output)


@pytest.mark.parametrize("stored", [b"not deflated", zlib.compress(bytes(10)), zlib.compress(bytes(1 << 26))])
def test_deflated_frames_are_as_long_as_they_say_and_not_longer_than_memory(stored):
    body, frame = Body("W", b"x", b"", b""), framing._HEAD
    good, _ = pack(body, 0)
    for columns in (5, (1 << 32) - 1):
        head = frame.pack(framing.MAGIC, b"W", 1, 1, len(stored), columns, 0, 0, zlib.crc32(stored))
        forged = good + head + zlib.crc32(head).to_bytes(4, "little") + stored
        assert [isinstance(found, framing.StateFrame) for found in scan(forged)] == [True, False]


@pytest.mark.parametrize("kind", ["S", "I", "W", "P"])
def test_merge_tells_a_forged_shard_as_a_mismatch(make, data, tmp_path, kind):
    shards = []
    for number in range(2):
        shards.append(tmp_path / f"shard{number}")
        make(PIPELINE, data, shards[-1], shard=(number, 2))
    edit(shards[0], kind, lambda body: body._replace(private=b"[]"))
    with pytest.raises(Mismatch):
        merge([str(shard) for shard in shards], str(tmp_path / "merged"))
    assert not (tmp_path / "merged").exists()


@pytest.mark.parametrize(
    "change", [{"output": 5}, {"output": ["x"]}, {"sha256": None}, {"id": 3}, {"output": "\ud800"}], ids=repr
)
def test_a_manifest_with_other_types_is_told(output, change):
    path = output / "manifest.jsonl"
    first, *rest = path.read_text().splitlines()
    path.write_text("\n".join([json.dumps(json.loads(first) | change), *rest]) + "\n")
    assert "manifest.jsonl" in {difference.path for difference in verify(str(output)).differences}
    try:
        list(replay(str(output)))
    except OutputError as error:
        assert "not a record" in str(error)


@pytest.mark.parametrize("change", [{"modality": [5]}, {"steps": 5}, {"steps": [1]}, {"partners": 5}], ids=repr)
def test_a_record_with_other_types_is_not_explained(output, change):
    path = output / "manifest.jsonl"
    first, *rest = path.read_text().splitlines()
    record = json.loads(first) | change
    path.write_text("\n".join([json.dumps(record), *rest]) + "\n")
    found = recorded(str(output))
    with pytest.raises(OutputError, match="is not as augcli writes it"):
        explain(found, str(output), record)
