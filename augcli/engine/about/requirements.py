"""What ops need besides the sample (tables of words and letters), and whether it is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from augcli.core.ops.op import Op
from augcli.core.values.resources import Letters, Request, Words
from augcli.engine.resources.opened import trouble_with

from .machine import HealthCheck

# What comes with augcli or its packages; of NLTK's WordNet a user may have one.
_KNOWN: tuple[Request, ...] = (
    Words("synonyms", "en"),
    Words("synonyms", "nltk"),
    Words("spelling", "en"),
    Letters("keyboard", "en"),
    Letters("ocr", "en"),
)


class Need(NamedTuple):
    """`trouble` says why it cannot be had, and the remedy; "" when it can."""

    name: str
    trouble: str


def needs_of(op: Op) -> Iterator[Need]:
    """What this op asks for."""
    for request in op.resources():
        yield Need(_name(request), trouble_with(request))


def lexicons() -> Iterator[HealthCheck]:
    """The tables of words and letters that there are."""
    for request in _KNOWN:
        trouble = trouble_with(request)
        yield HealthCheck("word lists", _name(request), "note" if trouble else "ok", trouble or "there")


def _name(request: Request) -> str:
    return f"{request.kind} ({request.source or 'the default one'})"
