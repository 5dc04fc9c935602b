"""Checks whether everything that augcli needs is available: on this machine, and for one pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from augcli.core.pipeline.model import Pipeline
from augcli.core.pipeline.steps import Step

from .codecs import Codec, check_codecs
from .machine import HealthCheck, look_at_machine, look_at_packages, look_at_torch
from .requirements import lexicons, needs_of

# The modules that samples of a modality pass through, by the names that Python imports.
_MODULES = {
    "image": ("numpy", "cv2", "simplejpeg", "PIL", "stringzilla"),
    "audio": ("numpy", "soundfile", "torch", "torchaudio"),
    "text": ("numpy",),
}


def examine(pipeline: Pipeline | None = None, ask_torch: bool = True) -> Iterator[HealthCheck]:
    """Yield all findings one by one. What the pipeline needs is in the section "pipeline"."""
    yield from look_at_machine()
    yield from look_at_packages()
    if ask_torch:
        yield from look_at_torch()
    codecs = list(check_codecs())
    for codec in codecs:
        state = "ok" if not codec.trouble else "note" if codec.optional else "missing"
        yield HealthCheck("formats", codec.name, state, codec.trouble or "works")
    yield from lexicons()
    if pipeline is not None:
        yield from _for_pipeline(pipeline, codecs)


def _for_pipeline(pipeline: Pipeline, codecs: list[Codec]) -> Iterator[HealthCheck]:
    for modality, steps in pipeline.steps.items():
        missing = [name for name in _MODULES[modality] if find_spec(name) is None]
        if missing and steps:
            yield HealthCheck("pipeline", modality, "missing", f"needs {', '.join(missing)}: not installed")
        for top in steps:
            for step in top.walk():
                if step.op is not None:
                    yield from _for_step(modality, step)
    wanted = {"image": pipeline.output.image.format, "audio": pipeline.output.audio.format}
    for codec in codecs:
        if codec.trouble and wanted.get(codec.modality) == codec.name:
            yield HealthCheck("pipeline", f"output.{codec.modality}", "missing", f"{codec.name} does not work: {codec.trouble}")


def _for_step(modality: str, step: Step) -> Iterator[HealthCheck]:
    op = step.op
    assert op is not None
    name = f"{modality}.{step.id}"
    told = [{"facts": "", "targets": "reads the labels", "content": "reads the content"}[op.needs]]
    if op.partner_count():
        plural = "s" if op.partner_count() > 1 else ""
        told.append(f"mixes in {op.partner_count()} other sample{plural} ({getattr(op, 'partner', 'any')})")
    for need in needs_of(op):
        if need.trouble:
            yield HealthCheck("pipeline", name, "missing", f"needs {need.name}: {need.trouble}")
        else:
            told.append(f"uses {need.name}")
    yield HealthCheck("pipeline", name, "ok", "; ".join(part for part in told if part) or "needs nothing else")
