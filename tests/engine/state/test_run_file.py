"""run.json: every change to it is noticed, whatever the change."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from augcli.core.values.outcome import Mismatch, UserError
from augcli.engine.state.run_file import RunFile, decoded, read_run

_STABLE: dict[str, Any] = {
    "backend": "cpu", "class_folders": ["a", "b"], "complete": True, "documents": {}, "inputs": ["in"],
    "key_scheme": "augcli-key-1",
    "limit": None, "manifest_sha256": "00" * 32, "pipeline": "name: caf\u00e9\n", "plan_sha256": "11" * 32, "shard": [1, 1],
    "steps": {"turn": {"op": "image.rotate", "version": 1, "constants": {"border": "reflect"}}}, "sums_sha256": "22" * 32,
    "totals": {"planned": 12, "outputs": 12, "share": 0.5}, "versions": {"augcli": "1"},
}  # fmt: skip
_RUN = RunFile(_STABLE, {"argv": ["augcli", "run"], "finished_at": "2026-01-01T00:00:00Z"})


def _value(data: bytes) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(data)
    return value


def _written(value: object, **layout: Any) -> bytes:
    return (json.dumps(value, **({"sort_keys": True, "indent": 2} | layout)) + "\n").encode()


_EDITS: dict[str, Callable[[bytes], bytes]] = {
    "blank at the end": lambda data: data + b" ",
    "line end added": lambda data: data + b"\n",
    "line end removed": lambda data: data[:-1],
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "compact": lambda data: _written(_value(data), indent=None, separators=(",", ":")),
    "keys in another order": lambda data: _written(dict(reversed(_value(data).items())), sort_keys=False),
    "key doubled": lambda data: data.replace(b'"complete": true,', b'"complete": false, "complete": true,'),
    "key added": lambda data: _written(_value(data) | {"x": 1}),
    "key removed from stable": lambda data: data.replace(b'    "limit": null,\n', b""),
    "number changed": lambda data: data.replace(b'"outputs": 12', b'"outputs": 13'),
    "number written otherwise": lambda data: data.replace(b'"share": 0.5', b'"share": 0.50'),
    "number made a float": lambda data: data.replace(b'"outputs": 12', b'"outputs": 12.0'),
    "NaN": lambda data: data.replace(b'"share": 0.5', b'"share": NaN'),
    "escape written as UTF-8": lambda data: data.replace(b"\\u00e9", b"\xc3\xa9"),
    "escape in capitals": lambda data: data.replace(b"\\u00e9", b"\\u00E9"),
    "complete changed": lambda data: data.replace(b'"complete": true', b'"complete": false'),
    "time changed": lambda data: data.replace(b"2026-01", b"2027-01"),
    "seal removed": lambda data: _written({key: value for key, value in _value(data).items() if key != "seal"}),
    "seal of another run": lambda data: _written(_value(data) | {"seal": "00" * 32}),
    "later version": lambda data: _written(_value(data) | {"v": 3}),
    "cut": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "a list": lambda data: b"[]\n",
    "deep": lambda data: b"[" * 100_000,
}


def test_what_was_written_is_read_back() -> None:
    assert decoded(_RUN.encoded(), "run.json") == _RUN


@pytest.mark.parametrize("edit", _EDITS)
def test_edits_are_noticed(edit: str) -> None:
    data = _RUN.encoded()
    changed = _EDITS[edit](data)
    assert changed != data
    with pytest.raises(Mismatch):
        decoded(changed, "run.json")


def test_every_flipped_bit_is_noticed() -> None:
    data = _RUN.encoded()
    for bit in random.Random(1).sample(range(8 * len(data)), 600):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Mismatch):
            decoded(bytes(changed), "run.json")


def test_an_output_of_an_earlier_version_is_told_from_a_damaged_one() -> None:
    with pytest.raises(UserError) as raised:
        decoded(b'{"v": 1, "complete": true}', "out/run.json")
    assert not isinstance(raised.value, Mismatch)


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_only_a_regular_file_is_read(tmp_path: Path, kind: str) -> None:
    root, elsewhere = tmp_path / "out", tmp_path / "elsewhere.json"
    root.mkdir()
    elsewhere.write_bytes(_RUN.encoded())
    path = root / "run.json"
    if kind == "link":
        path.symlink_to(elsewhere)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    with pytest.raises(Mismatch):
        read_run(str(root))
