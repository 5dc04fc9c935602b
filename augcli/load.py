"""Pipelines from files. Imports no engine: `augcli check` must answer in well under a second."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping

from augcli import ops
from augcli.core.pipeline.located import MOST_CHARACTERS
from augcli.core.pipeline.model import Pipeline, parse_partly
from augcli.core.program.oversized import oversized
from augcli.core.program.unfit import misplaced
from augcli.core.values.outcome import ConfigError, UserError


def load_pipeline(path: str, overrides: Mapping[str, str] | None = None) -> Pipeline:
    """Read and check a pipeline file; raises ConfigError with every problem in it."""
    text = _text_of(path)
    ops.load_named(text)
    pipeline, problems = parse_partly(text, overrides)
    if problems and pipeline is not None:
        ops.load()  # what a misspelt name may have meant is found among all ops only
        pipeline, problems = parse_partly(text, overrides)
    if pipeline is not None:
        problems = [*problems, *misplaced(pipeline), *oversized(pipeline)]
    if problems or pipeline is None:
        raise ConfigError(problems, path)
    return pipeline


def _text_of(path: str) -> str:
    """The text of a file, or of a pipe that has a writer; neither waits for a first one, nor reads without end."""
    most = 4 * MOST_CHARACTERS  # bytes of that many characters, at most
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            kind = os.fstat(file.fileno()).st_mode
            if not (stat.S_ISREG(kind) or stat.S_ISFIFO(kind)):
                raise UserError(f"the pipeline {path} is not a file")
            os.set_blocking(file.fileno(), True)
            data = file.read(most + 1)
        if len(data) > most:
            raise UserError(f"the pipeline {path} is larger than {most:,} bytes; is it really a pipeline?")
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UserError(f"cannot read the pipeline {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UserError(f"the pipeline {path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
