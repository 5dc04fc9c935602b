"""Calls the command line in this process, fast enough for a hundred wrong command lines."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from augcli.cli.app import main


class Ended(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """command("run", …): exit code, standard output and standard error. What escapes `main` escapes here, too."""

    def call(*arguments: Any) -> Ended:
        before = signal.getsignal(signal.SIGPIPE)
        monkeypatch.setattr(sys, "argv", ["augcli", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as leaving:
            assert leaving.code is None or isinstance(leaving.code, int)
            code = leaving.code or 0
        finally:
            signal.signal(signal.SIGPIPE, before)
        return Ended(code, *capsys.readouterr())

    return call
