"""What to write for an option, said beside its type where the parts of the type alone would not tell."""

from __future__ import annotations

from typing import NamedTuple


class Needs(NamedTuple):
    text: str
