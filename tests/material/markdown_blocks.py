"""The fenced code blocks of a Markdown page, and how a page is followed from top to bottom, as a reader would.

The words after the language say what becomes of a block:

    ```yaml FILE, ```python FILE …    the block is the file of this name
    ```yaml, ```yaml audio            a pipeline, or a part of one that is completed (list of steps: for this modality)
    ```yaml mistake                   a pipeline that `check` refuses
    ```python                         run, in one namespace with the page's other blocks
    ```sh                             run by bash, with `augcli` and `python` on the path
    ```sh not-run: WHY                left alone
    ```sh NAME                        run by a test of its own
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^```(\w+)[ ]?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    language: str
    words: str  # what stands after the language
    text: str

    @property
    def file(self) -> str:
        return self.words if "." in self.words and " " not in self.words else ""


def blocks_in(markdown: str) -> Iterator[Block]:
    for match in _FENCE.finditer(markdown):
        yield Block(*match.groups())


def whole_pipeline(block: Block) -> str:
    """The block as a pipeline that can be run: lists of steps and parts without steps are completed."""
    value = YAML(typ="safe").load(block.text)
    if isinstance(value, list):
        modality = block.words or "image"
        return f"{modality}:\n" + block.text
    if not {"image", "audio", "text"} & set(value):
        return block.text + "\nimage: [flip]\n"
    return block.text


def copy_few_samples(folder: Path) -> None:
    """Some of the sample data: two images in each of two classes, two audio files, a text and a table."""
    images = ["animal/cat.jpg", "animal/dog.jpg", "thing/scissors.png", "thing/rocket.jpg"]
    sounds = ["music/bell.wav", "speech/young_man.wav"]
    for name in (
        *(f"images/{name}" for name in images),
        *(f"sounds/{name}" for name in sounds),
        "texts/alice_en.txt",
        "reviews.csv",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "sample_data" / "data" / name, folder / name)


def prepare_folder(folder: Path) -> dict[str, str]:
    """Sample data in a folder, and an environment in which `augcli` and `python` are the ones under test."""
    copy_few_samples(folder / "sample_data" / "data")
    shutil.copy(ROOT / "sample_data" / "pipeline.yaml", folder / "sample_data")
    programs = folder / ".programs"
    programs.mkdir()
    for name, words in (("augcli", f"{sys.executable} -m augcli"), ("python", sys.executable), ("python3", sys.executable)):
        (programs / name).write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        (programs / name).chmod(0o755)
    return {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": f"{ROOT}:{folder}", "TERM": "dumb"}


def follow(blocks: list[Block], folder: Path) -> None:
    """Write and run the blocks in their order; what fails raises AssertionError with what it printed."""
    environment = prepare_folder(folder)
    python_so_far = ""
    for block in blocks:
        if block.file:
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(block.text, encoding="utf-8")
        elif block.words:
            continue
        elif block.language == "python":
            python_so_far += block.text
            _run([sys.executable, "-c", block.text if "\nimport" in "\n" + block.text else python_so_far], folder, environment)
        elif block.language == "sh":
            _run(["bash", "-euo", "pipefail", "-c", block.text], folder, environment)


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300, check=False
    )
    assert done.returncode == 0, f"{command[-1]}\n{done.stdout}\n{done.stderr}"
