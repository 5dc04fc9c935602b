"""What a modality is: how its samples are opened, augmented on either backend, and encoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from augcli.core.pipeline.settings import Input, Limits, Output
from augcli.core.primitives import Primitive
from augcli.core.values.facts import Facts
from augcli.formats.bytes.encoded import Encoded

Program = tuple[Primitive, ...]
Rows = Sequence[tuple[Any, Program, Sequence[Any]]]  # (sample, program, partners)


@dataclass(frozen=True)
class Opened:
    """A sample whose header has been read. `decode(scale)` gives its content, reduced by the scale.

    `others()` gives the later frames, each with its facts, where a sample has several and all are wanted.
    """

    facts: Facts
    header: Any
    decode: Callable[[int], Any]
    scales: tuple[int, ...] = (1,)
    others: Callable[[], Sequence[tuple[Facts, Any]]] = tuple
    frames: int = 1  # that come out


@dataclass(frozen=True)
class Modality:
    """`kernel_version` is bumped when a kernel changes its output; `batched` says that the torch backend takes this modality."""

    name: str
    open: Callable[[bytes, Limits, Input], Opened]
    check_output: Callable[[Facts, Any, Output], None]  # (facts of what comes out, header, output) raises SampleError
    encode: Callable[[list[Any], Any, Output], Encoded]  # (the frames, mostly one, header, output)
    output_suffix: Callable[[str, str, Output, Input], str]  # (kind, own suffix, output, input)
    output_options: Callable[[Output, Input], Any]
    apply: Callable[[Rows], list[Any]]
    execute: Callable[[Rows, str], list[Any]]  # on the torch backend, on the device of this name
    as_partner: Callable[[Any, Any, bool], Any]  # (partner, sample, by alpha) -> partner as the sample's Blend takes it
    load: Callable[[], object]  # imports what opening and augmenting need, so that forked workers share it
    batched: bool
    kernel_version: int = 1
    check_bytes: Callable[[int, Limits], None] = lambda size, limits: None  # raises SampleError for a file not worth reading


def holds_any_size(facts: Facts, header: Any, output: Output) -> None:
    """A format that holds outputs of any size."""


def partner_as_it_is(partner: Any, sample: Any, by_alpha: bool) -> Any:
    return partner
