"""What planning a document finds: blocks of neighbouring rows, and what is needed to read any of them on its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from augcli.core.pipeline.settings import Input, Limits
from augcli.core.values.facts import TextFacts
from augcli.core.values.outcome import SampleError
from augcli.dataset.write import json_line
from augcli.formats.text import codec as text_format

MOST_SAMPLES = 512  # of a block
_NO_FACTS = TextFacts(0)


class Block(NamedTuple):
    """Neighbouring rows of a document that are planned and worked together."""

    start: int  # where they lie in the file, in bytes
    stop: int
    first: int  # the number of the first row, as records count rows
    last: int  # and of the one after the last
    samples: int  # how many of them are samples: blank and short rows are none


class Outline(NamedTuple):
    """All that is known of a document without its rows."""

    blocks: tuple[Block, ...]
    names: Mapping[int, str]  # of rows whose name does not stand in the row itself
    shared: Mapping[str, Any]  # what every block needs to be read, as values of JSON
    digest: int  # 64 bits that change with whatever all rows depend on
    labels: Mapping[str | None, int] | None = None  # samples by class, if they were asked for

    def to_json(self) -> list[Any]:
        labels = None if self.labels is None else list(self.labels.items())
        return [list(self.blocks), list(self.names.items()), dict(self.shared), self.digest, labels]

    @classmethod
    def from_json(cls, values: Sequence[Any]) -> Outline:
        blocks, names, shared, digest, labels = values
        found = tuple([Block(*block) for block in blocks])
        return cls(found, dict(names), shared, digest, None if labels is None else dict(labels))

    @property
    def samples(self) -> int:
        return sum(block.samples for block in self.blocks)


class BlockRow(ABC):
    """A row that is a sample. `trouble` is a failure already known; `hash` is 64 bits that change with the row."""

    __slots__ = ("content", "hash", "label", "name", "number", "trouble")

    number: int
    name: str  # unique in the document
    content: str
    label: str | None
    trouble: tuple[str, str] | None
    hash: int

    @abstractmethod
    def fragment(self, content: str, copy: int) -> bytes:
        """The row with its text replaced and, if it has an id, the copy's mark added to it, as it stands in a document.

        Raises SampleError if the document's encoding lacks one of the characters.
        """

    @abstractmethod
    def original(self) -> bytes:
        """The row as it is."""

    def notes(self) -> dict[str, str]:
        """What the records of this row's copies should say about it."""
        return {}


class BlockLayout(ABC):
    """A layout whose samples are parts of one document, and whose output is again one."""

    @abstractmethod
    def outline(self, data: bytes, kind: str, settings: Input, limits: Limits, with_labels: bool = False) -> Outline:
        """Find the rows of a document; raises SampleError if the data is not one."""

    @abstractmethod
    def read_block(self, data: bytes, block: Block, outline: Outline) -> list[BlockRow]:
        """The samples among these rows; `data` is the block's part of the file. Raises SampleError if they have changed."""

    def assemble(self, outline: Outline, fragments: Iterable[bytes]) -> Iterator[bytes]:
        """The document: its head, and the fragments, which are in plan order."""
        yield head(outline)
        yield from fragments


def written_in(shared: Mapping[str, Any]) -> text_format.TextHeader:
    """How the rows of a document are encoded."""
    return text_format.TextHeader(shared["encoding"], False, shared["newline"], _NO_FACTS)


def head(outline: Outline) -> bytes:
    """What comes before the first row."""
    shared = outline.shared
    return text_format.encode(shared["head"], written_in(shared)._replace(bom=shared["bom"]))


def digest_of(shared: Mapping[str, Any]) -> int:
    return int.from_bytes(blake2b(json_line(shared).encode("ascii"), digest_size=8).digest(), "little")


def row_hash(raw: bytes, name: str, number: int, digest: int) -> int:
    """64 bits that change if the row, its name, its place or what it shares with the other rows changes."""
    content = b"%b\0%b\0%d\0%d" % (raw, name.encode("utf-8", "surrogatepass"), number, digest)
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "little")


def in_blocks(numbers: Sequence[int], starts: Sequence[int], stops: Sequence[int]) -> tuple[Block, ...]:
    """Blocks of the samples that have these row numbers, and that lie here in the file."""
    blocks = []
    for first in range(0, len(numbers), MOST_SAMPLES):
        last = min(first + MOST_SAMPLES, len(numbers)) - 1
        blocks.append(Block(starts[first], stops[last], numbers[first], numbers[last] + 1, last - first + 1))
    return tuple(blocks)


def of_pieces(data: bytes, pieces: Sequence[str], numbers: Sequence[int], shared: Mapping[str, Any]) -> tuple[Block, ...]:
    """Blocks of a document in any encoding: `pieces` are its head and its rows, with their line ends.

    If its parts cannot be decoded on their own, as in encodings that switch between alphabets, it is a single block.
    """
    encoding = written_in(shared)
    encoded = [head(Outline((), {}, {**shared, "head": pieces[0]}, 0))]
    encoded += [text_format.encode(piece, encoding) for piece in pieces[1:]]
    ends = [0]
    for part in encoded:
        ends.append(ends[-1] + len(part))
    if b"".join(encoded) != data or not _stand_alone(encoded[1:], pieces[1:], shared["encoding"]):
        return (Block(0, len(data), 0, numbers[-1] + 1, len(numbers)),) if numbers else ()
    return in_blocks(numbers, [ends[number + 1] for number in numbers], [ends[number + 2] for number in numbers])


def _stand_alone(encoded: Sequence[bytes], pieces: Sequence[str], encoding: str) -> bool:
    try:
        return all(part.decode(encoding) == piece for part, piece in zip(encoded, pieces, strict=True))
    except UnicodeError:
        return False


def decoded(data: bytes, block: Block, shared: Mapping[str, Any]) -> str:
    """The text of a block's rows; raises SampleError if it is no longer that."""
    try:
        text = data.decode(shared["encoding"])
    except UnicodeError:
        raise changed() from None
    return text if block.start else text.removeprefix("\ufeff" * shared["bom"])


def changed() -> SampleError:
    return SampleError("io.changed", "the file has changed since it was planned", "read")
