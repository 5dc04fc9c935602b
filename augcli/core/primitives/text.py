"""The text primitive: only one, closed under composition. Text that no piece touches stays byte-identical."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from augcli.core.values.facts import TextFacts

from .primitive import Primitive


class Slice(NamedTuple):
    """The characters start…stop of the input text."""

    start: int
    stop: int


class Literal(NamedTuple):
    """New characters."""

    text: str


Piece = Slice | Literal


class Pieces(Primitive):
    """The new text, as slices of the old one and new characters, in order.

    Deletion leaves a gap between slices, insertion is a Literal, a swap is slices out of order. Touching slices
    merge, so that equal edits have equal pieces.
    """

    pieces: tuple[Piece, ...]

    @classmethod
    def of(cls, pieces: list[Piece]) -> Pieces:
        merged: list[Piece] = []
        last: Piece | None = None
        for piece in pieces:
            if isinstance(piece, Slice):
                start, stop = piece
                if start == stop:
                    continue
                if isinstance(last, Slice) and last[1] == start:
                    piece = merged[-1] = Slice(last[0], stop)
                else:
                    merged.append(piece)
            elif not piece.text:
                continue
            elif isinstance(last, Literal):
                piece = merged[-1] = Literal(last.text + piece.text)
            else:
                merged.append(piece)
            last = piece
        return cls(tuple(merged))

    @property
    def length(self) -> int:
        return sum(piece_length(piece) for piece in self.pieces)

    def then(self, later: Any, facts: TextFacts) -> Pieces | None:
        if not isinstance(later, Pieces):
            return None
        composed: list[Piece] = []
        for piece in later.pieces:
            if isinstance(piece, Literal):
                composed.append(piece)
            else:
                composed.extend(self._cut(piece.start, piece.stop))
        return Pieces.of(composed)

    def _cut(self, start: int, stop: int) -> Iterator[Piece]:
        """The pieces that make up characters start…stop of what comes out."""
        position = 0
        for piece in self.pieces:
            length = piece_length(piece)
            low, high = max(start - position, 0), min(stop - position, length)
            if low < high:
                if isinstance(piece, Literal):
                    yield Literal(piece.text[low:high])
                else:
                    yield Slice(piece.start + low, piece.start + high)
            position += length

    def facts_after(self, facts: TextFacts) -> TextFacts:
        return TextFacts(self.length)

    def apply(self, text: str) -> str:
        """The new text."""
        return "".join([piece.text if isinstance(piece, Literal) else text[piece.start : piece.stop] for piece in self.pieces])

    def edits(self, length: int) -> list[tuple[int, int, str]] | None:
        """The change as (start, stop, new text) over a text of `length` characters, or None when slices change order."""
        edits: list[tuple[int, int, str]] = []
        position, new = 0, ""
        for piece in [*self.pieces, Slice(length, length)]:
            if isinstance(piece, Literal):
                new += piece.text
                continue
            if piece.start < position:
                return None
            if new or piece.start > position:
                edits.append((position, piece.start, new))
            position, new = piece.stop, ""
        return edits


def piece_length(piece: Piece) -> int:
    return len(piece.text) if isinstance(piece, Literal) else piece.stop - piece.start
