"""The JSON object on stdout when a command with `--json` ends early."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import Any

from augcli.core.values.outcome import ConfigError, OutputError


def object_of(message: str, exit_code: int, error: Exception | None = None) -> dict[str, Any]:
    """`error` is one line for people; `problems` lists every mistake in a pipeline with its position."""
    problems = error.problems if isinstance(error, ConfigError) else []
    return {"ok": False, "exit_code": exit_code, "error": message, "problems": [problem._asdict() for problem in problems]}


def tell(message: str, exit_code: int, error: Exception | None = None) -> None:
    """Print the object if the command line asks for JSON."""
    arguments = sys.argv[1:]
    if "--json" in arguments[: arguments.index("--") if "--" in arguments else None]:
        with suppress(OutputError):  # the exit code says that the command has failed
            print(json.dumps(object_of(message, exit_code, error), ensure_ascii=True), flush=True)
