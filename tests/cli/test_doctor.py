"""`augcli doctor`: what is available is reported, and what a pipeline lacks makes it exit with 1."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from augcli import ops
from augcli.core.ops.op import Op
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.values.resources import Words
from augcli.engine.about import codecs, doctor, machine
from augcli.engine.about.codecs import check_codecs
from augcli.engine.about.doctor import examine
from augcli.engine.about.machine import look_at_machine, look_at_packages, look_at_torch
from augcli.engine.about.requirements import lexicons, needs_of
from augcli.formats.audio.table import FORMATS as AUDIO
from augcli.formats.image.table import FORMATS as IMAGE

ops.load()
FORMATS = {one.name for one in (*IMAGE, *AUDIO) if one.is_read}
DEEP = {"png (16 bits)", "tiff (16 bits)", "tiff (floats)"}


def test_every_format_works_here() -> None:
    found = list(check_codecs())
    assert {codec.name for codec in found if codec.modality in ("image", "audio")} >= FORMATS | DEEP
    assert {"jpeg", "webp", "gif", "heic", "wav", "opus"} < FORMATS
    assert [codec for codec in found if codec.trouble] == []


def test_a_codec_that_does_not_work_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from augcli.formats.audio import codec as audio
    from augcli.formats.image import codec as image

    def broken(*arguments: Any) -> Any:
        raise OSError("encoder webp not available")

    encode = image.encode
    monkeypatch.setattr(
        image, "encode", lambda pixels, header, output: (broken if header.format == "webp" else encode)(pixels, header, output)
    )
    monkeypatch.setattr(audio, "decode", lambda data, header: audio.np.zeros((1, 4800), "float32"))
    trouble = {codec.name: codec.trouble for codec in check_codecs()}
    assert trouble["webp"] == "OSError: encoder webp not available" and trouble["png"] == ""
    assert trouble["wav"] == "does not come back as it went in" and "level 0.00" in trouble["ogg"]


def test_the_machine_is_described() -> None:
    found = {item.name: item for item in look_at_machine()}
    assert found["python"].detail.startswith(f"{sys.version_info.major}.{sys.version_info.minor}.")
    assert {"platform", "cores", "memory", "vector instructions", "disk"} <= set(found)
    assert "GB free of" in found["disk"].detail


def test_missing_packages_are_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    requires = [
        "typer>=0.12",
        "nothing-like-it>=2 ; python_version > '3'",
        'no-such-extra; extra == "ray"',
        'other; extra == "test"',
    ]
    monkeypatch.setattr(machine.importlib.metadata, "requires", lambda name: requires)
    found = {item.name: item for item in look_at_packages()}
    assert found["typer"].state == "ok"
    assert found["nothing-like-it"].state == "missing" and "pip install 'nothing-like-it>=2'" in found["nothing-like-it"].detail
    assert found["no-such-extra"].state == "note" and "augcli[ray]" in found["no-such-extra"].detail
    assert "other" not in found


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("import time; time.sleep(60)", "does not answer within"),
        ("raise ImportError('libcuda.so.1: no such file')", "ImportError: libcuda.so.1: no such file"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended with exit code -11"),
    ],
    ids=["hangs", "raises", "crashes"],
)
def test_a_broken_torch_is_told(script: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_ASK_TORCH", script)
    (found,) = look_at_torch(seconds=2)
    assert found.state == "missing" and expected in found.detail


def test_devices_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"version": "2.11.0", "built_for": "13.0", "devices": [["cuda:0", "H100", 80e9, 79e9, "9.0"]]}
    monkeypatch.setattr(machine, "_ASK_TORCH", f"print({json.dumps(json.dumps(told))})")
    torch, cuda = look_at_torch()
    assert "CUDA 13.0" in torch.detail and cuda.name == "cuda:0" and "79.0 GB free of 80.0 GB" in cuda.detail


def lacking(text: str) -> list[str]:
    return [
        item.name
        for item in examine(parse_pipeline(text), ask_torch=False)
        if item.section == "pipeline" and item.state == "missing"
    ]


def test_what_a_pipeline_needs_is_told() -> None:
    found = {
        item.name: item.detail for item in examine(parse_pipeline("image: [flip, mixup]\ntext: [random_swap]"), ask_torch=False)
    }
    assert found["image.flip"] == "needs nothing else" and "mixes in 1 other sample (any)" in found["image.mixup"]
    assert "reads the content" in found["text.random_swap"]


def test_what_a_pipeline_lacks_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    both = "image: [flip]\naudio: [gain]\noutput: {image: {format: webp}}"
    assert lacking(both) == []
    monkeypatch.setattr(doctor, "find_spec", lambda name: None if name == "soundfile" else object())
    assert lacking(both) == ["audio"] and lacking("image: [flip]") == []
    monkeypatch.setattr(doctor, "check_codecs", lambda: [codecs.Codec("image", "webp", "left out of this wheel")])
    assert lacking(both) == ["audio", "output.image"] and lacking("image: [flip]") == []


def test_word_lists_are_told_and_one_that_is_missing_is_named(tmp_path: Path) -> None:
    class NeedsTable(Op):
        """Needs a table that is not there."""

        def resources(self) -> list[Words]:
            return [Words("synonyms", str(tmp_path / "none.tsv")), Words("synonyms", "en")]

    there, also_there = needs_of(NeedsTable())
    assert "cannot be read" in there.trouble and also_there == ("synonyms (en)", "")
    found = {item.name: item.state for item in lexicons()}
    assert found["synonyms (en)"] == found["keyboard (en)"] == "ok" and found["synonyms (nltk)"] in ("ok", "note")


def test_the_command(augcli: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("image: [flip]\n", encoding="utf-8")
    done = augcli("doctor", path, "--no-torch")
    assert done.returncode == 0 and "everything that" in done.stdout and "image.flip" in done.stdout
    told = json.loads(augcli("doctor", "--no-torch", "--json").stdout)
    assert told["ok"] and {item["name"] for item in told["found"]} >= {"python", "numpy", *FORMATS, *DEEP}
    path.write_text("image: [flap]\n", encoding="utf-8")
    assert augcli("doctor", path).returncode == 3
