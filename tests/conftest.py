"""Fixtures that many tests share: sample data, runs in this process and in one of their own, what an output holds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from augcli.engine.run import run as run_engine
from augcli.engine.state.events import Listener
from augcli.engine.state.options import RunOptions
from augcli.engine.state.summary import Summary
from augcli.load import load_pipeline

# The same examples every time, and no limit of time for one: a busy machine must not fail a test.
settings.register_profile("augcli", deadline=None, derandomize=True)
settings.load_profile("augcli")

SAMPLES = Path(__file__).parent.parent / "sample_data" / "data"


@pytest.fixture(scope="session")
def samples() -> Path:
    """Images in two class folders, sounds in two, texts and a table; never to be written to."""
    return SAMPLES


@pytest.fixture
def pipeline_file(tmp_path: Path) -> Callable[..., str]:
    """pipeline_file(yaml text): the path of a file with it."""

    def write(text: str, name: str = "pipeline.yaml") -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def make(pipeline_file: Callable[..., str]) -> Callable[..., Summary]:
    """make(yaml text, input or inputs, output, workers=2 …): a run in this process."""

    def run(
        text: str,
        inputs: Any,
        output: Any,
        *,
        overrides: dict[str, str] | None = None,
        listen: Listener | None = None,
        **options: Any,
    ) -> Summary:
        pipeline = load_pipeline(pipeline_file(text), overrides)
        roots = [str(path) for path in (inputs if isinstance(inputs, (list, tuple)) else [inputs])]
        return run_engine(pipeline, roots, str(output), RunOptions(**{"device": "cpu", "workers": 2, **options}), listen)

    return run


@pytest.fixture(scope="session")
def augcli() -> Callable[..., subprocess.CompletedProcess[str]]:
    """augcli("run", …): the command line in a process of its own, its output captured."""

    def call(*arguments: Any, env: dict[str, str] | None = None, **more: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "augcli", *map(os.fspath, arguments)],
            capture_output=True, encoding="utf-8", errors="surrogateescape", timeout=120,
            env={**os.environ, **(env or {})}, **more,
        )  # fmt: skip

    return call


@pytest.fixture(scope="session")
def contents() -> Callable[..., dict[str, str]]:
    """contents(output): every file that users see, with its hash, but run.json, which tells of times and machines."""

    def read(root: Any) -> dict[str, str]:
        found = {}
        for folder, _, names in os.walk(root):
            for name in names:
                path = os.path.join(folder, name)
                relative = os.path.relpath(path, root)
                if relative not in ("run.json", ".augcli"):
                    data = os.fsencode(os.readlink(path)) if os.path.islink(path) else Path(path).read_bytes()
                    found[relative] = sha256(data).hexdigest()
        return found

    return read
