"""Pipelines from files. Imports no engine: `augcli check` must answer in well under a second."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from augcli import ops
from augcli.core.pipeline.model import Pipeline, parse_partly
from augcli.core.program.unfit import misplaced
from augcli.core.values.outcome import ConfigError, UserError


def load_pipeline(path: str, overrides: Mapping[str, str] | None = None) -> Pipeline:
    """Read and check a pipeline file; raises ConfigError with every problem in it."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(f"cannot read the pipeline {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UserError(f"the pipeline {path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    ops.load_named(text)
    pipeline, problems = parse_partly(text, overrides)
    if problems:
        ops.load()  # what a misspelt name may have meant is found among all ops only
        pipeline, problems = parse_partly(text, overrides)
    if pipeline is not None:
        problems = [*problems, *misplaced(pipeline)]
    if problems or pipeline is None:
        raise ConfigError(problems, path)
    return pipeline
