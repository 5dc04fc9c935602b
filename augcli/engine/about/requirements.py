"""What operations need besides the sample (tables of words and letters), and whether it is available."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from augcli.core.ops.op import Op
from augcli.core.values.resources import Letters, Request, Words
from augcli.engine.resources.opened import trouble_with

from .machine import HealthCheck

# What comes with augcli or its dependencies; NLTK's WordNet is up to the user.
_KNOWN: tuple[Request, ...] = (
    Words("synonyms", "en"),
    Words("synonyms", "nltk"),
    Words("spelling", "en"),
    Letters("keyboard", "en"),
    Letters("ocr", "en"),
)


class Need(NamedTuple):
    """`trouble` says why it is not available, and the remedy; "" if it is."""

    name: str
    trouble: str


def needs_of(op: Op) -> Iterator[Need]:
    """The resources that an operation asks for."""
    for request in op.resources():
        yield Need(_name(request), trouble_with(request))


def lexicons() -> Iterator[HealthCheck]:
    """The known tables of words and letters, and which of them are available."""
    for request in _KNOWN:
        trouble = trouble_with(request)
        yield HealthCheck("word lists", _name(request), "note" if trouble else "ok", trouble or "available")


def _name(request: Request) -> str:
    return f"{request.kind} ({request.source or 'default'})"
