"""A text that is too long by its size alone is refused without being read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from augcli.core.pipeline.settings import Limits
from augcli.core.values.outcome import SampleError
from augcli.formats.text import codec


def test_four_bytes_are_a_character_at_least() -> None:
    codec.check_size(40, Limits(max_characters=10))
    with pytest.raises(SampleError, match="41 bytes are at least 10 characters") as caught:
        codec.check_size(41, Limits(max_characters=10))
    assert caught.value.code == "text.too_long"
    assert codec.decode("𐍈".encode() * 10, Limits(max_characters=10))[0] == "𐍈" * 10


@pytest.mark.parametrize(
    ("name", "more"), [("a.txt", ""), ("a.csv", ""), ("a.jsonl", ""), ("a.txt", "input: {text: {unit: line}}")]
)
def test_a_terabyte_costs_its_record_and_no_time(name: str, more: str, tmp_path: Path, make) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with (folder / name).open("wb") as file:
        file.write(b'{"text": "words"}\n' if name.endswith("jsonl") else b"text\nwords words\n")
        file.truncate(1 << 40)  # a hole: whoever reads it does not come back
    (folder / "b.txt").write_text("some words to swap")
    make(f"text: [random_swap]\nlimits: {{max_file_bytes: {1 << 41}}}\n{more}", folder, tmp_path / "out")
    lines = (tmp_path / "out/manifest.jsonl").read_text(encoding="utf-8").splitlines()
    codes = {record["source"]: record.get("error", {}).get("code") for record in map(json.loads, lines)}
    assert codes[name] == "text.too_long"
    assert None in codes.values()
