"""What run.json says of the steps, so that records need not: the op of each, its version, and what is not drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from augcli.core.program.compile import CompiledPipeline


def steps_of(compiled: Mapping[str, CompiledPipeline]) -> dict[str, Any]:
    """By step id. The values that are not drawn are the same in all iterations of a step."""
    steps: dict[str, Any] = {}
    for pipeline in compiled.values():
        for (step_id, _), step in pipeline.steps.items():
            if step_id not in steps:
                constants = {
                    name: value
                    for name, (distribution, value) in zip(step.op.spans, step.samplers, strict=True)
                    if distribution is None
                }
                steps[step_id] = {"op": step.op.id, "version": step.op.version, "constants": constants}
    return steps
