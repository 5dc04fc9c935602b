"""Audio. The torch kernels serve the CPU backend as well; there are no others."""

from __future__ import annotations

from typing import Any

from augcli.core.pipeline.settings import Input, Limits, Output
from augcli.core.values.facts import Facts
from augcli.formats.bytes.encoded import Encoded

from .modality import Modality, Opened, Rows, partner_as_it_is


def _open(data: bytes, limits: Limits, reading: Input) -> Opened:
    from augcli.formats.audio import codec as audio

    header = audio.probe(data, limits)
    return Opened(header.facts, header, lambda scale: audio.decode(data, header))


def _check_output(facts: Facts, header: Any, output: Output) -> None:
    from augcli.formats.audio import codec as audio

    audio.check_length(facts, header, output.audio)  # type: ignore[arg-type]


def _encode(samples: list[Any], header: Any, output: Output) -> Encoded:
    from augcli.formats.audio import codec as audio

    return audio.encode(samples[0], header, output.audio)


def _output_suffix(kind: str, own: str, output: Output, reading: Input) -> str:
    from augcli.formats.audio import codec as audio

    return audio.output_suffix(kind, output.audio, own)


def _execute(rows: Rows, device: str) -> list[Any]:
    from augcli.kernels.torch.audio import execute as torch_audio

    return torch_audio.execute_halving([(samples, program) for samples, program, _ in rows], device)  # type: ignore[misc]


def _load() -> None:
    import augcli.formats.audio.codec
    import augcli.kernels.torch.audio.execute  # noqa: F401


def _apply(rows: Rows) -> list[Any]:
    return _execute(rows, "cpu")


AUDIO = Modality(
    name="audio",
    open=_open,
    check_output=_check_output,
    encode=_encode,
    output_suffix=_output_suffix,
    output_options=lambda output, reading: output.audio.model_dump(),
    apply=_apply,
    execute=_execute,
    as_partner=partner_as_it_is,
    load=_load,
    batched=True,
)
