"""A description of what to write for an option, attached to its type if the type's parts alone would not tell."""

from __future__ import annotations

from typing import NamedTuple


class Needs(NamedTuple):
    text: str
