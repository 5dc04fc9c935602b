"""A chunk of a plan: up to some thousand neighbouring entries of one folder, as columns and one line of JSON each.

An entry is a file that is a sample, or a block of neighbouring rows of a document. Chunks are frames of the state file, so a
later run takes over those of every folder whose listing is the same, without opening a file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy

from augcli.core.plan import Source
from augcli.core.values.outcome import OutputError
from augcli.dataset.layouts.blocks.outline import Block, Outline
from augcli.dataset.opened import is_inside
from augcli.dataset.write import json_line
from augcli.engine.modality.table import MODALITIES
from augcli.engine.store.frames import Body
from augcli.engine.store.units import Columns

CHUNK = "P"
MOST_ENTRIES, MOST_SAMPLES = 4096, 1 << 16  # of a chunk
DIGEST_BYTES = 16
FOREIGN_PLAN = (
    "the plan in the state (the hidden file .augcli of the output folder) is not as augcli writes it; choose a new output folder"
)

ENTRY = numpy.dtype(
    [
        ("id", "<u8"),  # word of the source's id, or of the document's
        ("size", "<i8"),
        ("mtime_ns", "<i8"),
        ("name", "<u8"),  # word of what outputs are named by
        ("first_sample", "<u8"),  # of a block: how many samples of the document come before it
        ("samples", "<u4"),  # of a block; 0 for a file
        ("shared", "<u8"),  # of a block: a word of all that every row of the document depends on
        ("group", "<u4"),
        ("line", "<u4"),
    ]
)


class SampleGroup(NamedTuple):
    """What decides how many copies are made of an entry, besides its own label."""

    modality: str
    split: str
    in_folder: bool  # whether its class may be the name of its folder
    troubled: bool  # whether it is known that it cannot be read
    rows: bool  # whether they are rows of a document


class ChunkHead(NamedTuple):
    """What is known of a chunk's folder. `counts` are those of the whole folder and stand in its first chunk only."""

    root: int
    folder: str  # below the root, with its "/" at the end
    listing: str  # digest of the names, sizes and times of its files
    reading: str  # digest of whatever decides how it is read
    part: int  # the number of this chunk in its folder
    parts: int
    again: bool  # something could not be read: the next run looks again
    groups: tuple[SampleGroup, ...]
    documents: tuple[Any, ...]  # of the blocks: source and what its rows share
    counts: Mapping[str, Any]


class PlannedDocument(NamedTuple):
    """A file with many samples, as the plan holds it."""

    source: Source
    outline: Outline  # without its blocks and names, which stand in the entries


class ChunkBuilder:
    """Collects the entries of one folder and makes chunks of them."""

    def __init__(self) -> None:
        self._groups: dict[SampleGroup, int] = {}
        self._documents: list[Any] = []
        self._rows: list[tuple[Any, ...]] = []
        self._lines: list[bytes] = []
        self._done: list[tuple[Any, ...]] = []
        self._samples = 0
        self.again = False

    def add_file(self, source: Source, identity: int, name: int, group: SampleGroup) -> None:
        line = [source.id, source.root, source.path, source.kind, source.stem, source.suffix, source.trouble]
        self._add((identity, source.size, source.mtime_ns, name, 0, 0, 0), group, line)

    def add_document(self, source: Source, identity: int, name: int, group: SampleGroup, outline: Outline) -> None:
        """All blocks of a document. Its description is written again into each chunk that it reaches into."""
        described = None
        before = 0
        for block in outline.blocks:
            if described is None or not self._rows:
                own = [source.id, source.root, source.path, source.kind, source.stem, source.size, source.mtime_ns]
                described = len(self._documents)
                self._documents.append([own, [outline.shared, outline.digest]])
            names = (
                {str(row): outline.names[row] for row in range(block.first, block.last) if row in outline.names}
                if outline.names
                else {}
            )
            columns = (identity, source.size, source.mtime_ns, name, before, block.samples, outline.digest)
            self._add(columns, group, [described, *block, names])
            before += block.samples

    def _add(self, columns: tuple[int, ...], group: SampleGroup, line: list[Any]) -> None:
        data = json_line(line).encode("ascii")
        number = self._groups.setdefault(group, len(self._groups))
        self._rows.append((*columns, number, len(data)))
        self._lines.append(data)
        self._samples += max(1, columns[5])
        if len(self._rows) == MOST_ENTRIES or self._samples >= MOST_SAMPLES:
            self._end()

    def _end(self) -> None:
        self._done.append(
            (numpy.array(self._rows, ENTRY).tobytes(), b"\n%b\n" % b"\n".join(self._lines), tuple(self._groups), self._documents)
        )
        self._groups, self._documents, self._rows, self._lines, self._samples = {}, [], [], [], 0

    def bodies(self, root: int, folder: str, listing: str, reading: str, counts: Mapping[str, Any]) -> list[Body]:
        """All chunks of the folder; one without entries where it has none, so that its counts are kept."""
        if self._rows or not self._done:
            self._end()
        bodies = []
        for part, (columns, lines, groups, documents) in enumerate(self._done):
            head = ChunkHead(
                root,
                folder,
                listing,
                reading,
                part,
                len(self._done),
                self.again,
                groups,
                tuple(documents),
                counts if not part else {},
            )
            bodies.append(Body(CHUNK, columns, lines, json_line(head).encode("ascii")))
        return bodies


class PlanChunk:
    """A chunk, read back."""

    def __init__(self, body: Body) -> None:
        self.body = body
        head = read_head(body)
        if head is None:
            raise OutputError(FOREIGN_PLAN)
        self.head = head
        self.columns: Columns = numpy.frombuffer(body.columns, ENTRY)
        self._starts = (numpy.cumsum(self.columns["line"].astype(numpy.int64) + 1) - self.columns["line"]).tolist()
        self._documents: dict[int, PlannedDocument] = {}

    def __len__(self) -> int:
        return len(self.columns)

    def group(self, entry: int) -> SampleGroup:
        return self.head.groups[int(self.columns["group"][entry])]

    def file(self, entry: int) -> Source:
        """The source of an entry that is a file; its class is not known here."""
        source_id, root, path, kind, stem, suffix, trouble = self._line(entry, _is_file)
        row = self.columns[entry]
        group = self.head.groups[row["group"]]
        return Source(
            source_id, root, path, group.modality, kind, int(row["size"]), int(row["mtime_ns"]), stem, suffix,
            group.split, trouble=tuple(trouble) if trouble else None,
        )  # fmt: skip

    def document(self, entry: int) -> PlannedDocument:
        """The document that a block belongs to; its outline has this block only."""
        number, *block, names = self._line(entry, self._is_block)
        if number not in self._documents:
            own, outline = self.head.documents[number]
            source_id, root, path, kind, stem, size, mtime_ns = own
            group = self.group(entry)
            source = Source(source_id, root, path, group.modality, kind, size, mtime_ns, stem, "", group.split)
            self._documents[number] = PlannedDocument(source, Outline((), {}, *outline))
        document = self._documents[number]
        outline = document.outline._replace(blocks=(Block(*block),), names={int(row): name for row, name in names.items()})
        return document._replace(outline=outline)

    def _is_block(self, line: list[Any]) -> bool:
        number, *block, names = line
        described = self.head.documents[number]
        (source_id, root, path, kind, stem, size, mtime_ns), (shared, digest) = described
        return (
            _is_file([source_id, root, path, kind, stem, "", None])
            and isinstance(shared, dict)
            and isinstance(names, dict)
            and len(block) == len(Block._fields)
            and all(type(value) is int and value >= 0 for value in [number, *block, size, digest, *map(int, names)])
            and type(mtime_ns) is int
        )

    def _line(self, entry: int, fits: Callable[[list[Any]], bool]) -> list[Any]:
        start = self._starts[entry]
        try:
            line: list[Any] = json.loads(self.body.records[start : start + int(self.columns["line"][entry])])
            if fits(line):
                return line
        except (LookupError, TypeError, ValueError, RecursionError):
            pass
        raise OutputError(FOREIGN_PLAN)


def _is_file(line: list[Any]) -> bool:
    """Whether a line describes a source below its input, with outputs below the output: a state may come from somebody else."""
    source_id, root, path, kind, stem, suffix, trouble = line
    return (
        all(type(value) is str for value in (source_id, path, kind, stem, suffix, *(trouble or ())))
        and type(root) is int
        and root >= 0
        and (not path or is_inside(path))
        and is_inside(stem + suffix)
        and "/" not in suffix
        and (trouble is None or len(trouble) == 2)
    )


def read_head(body: Body) -> ChunkHead | None:
    """What is known of a chunk; None where that is not as augcli writes it, or the parts of the frame do not fit each other."""
    try:
        head = ChunkHead(*json.loads(body.private))
        head = head._replace(groups=tuple([SampleGroup(*group) for group in head.groups]))
        columns = numpy.frombuffer(body.columns, ENTRY)
    except (TypeError, ValueError, RecursionError):
        return None
    strings = [head.folder, head.listing, head.reading, *(text for group in head.groups for text in group[:2])]
    numbers = [head.root, head.part, head.parts]
    sound = (
        all(type(text) is str for text in strings)
        and all(type(number) is int and number >= 0 for number in numbers)
        and all(group.modality in MODALITIES for group in head.groups)
        and isinstance(head.documents, list)
        and isinstance(head.counts, dict)
        and not (columns["group"] >= len(head.groups)).any()
        and int(columns["samples"].sum(dtype=numpy.uint64)) <= 2 * MOST_SAMPLES
        and (not len(columns) or 1 + int(columns["line"].sum(dtype=numpy.int64)) + len(columns) == len(body.records))
    )
    return head if sound else None


def digest_of(body: Body) -> bytes:
    """What stands for the content of a chunk."""
    digest = blake2b(digest_size=DIGEST_BYTES)
    for part in body[1:]:
        digest.update(part)
    return digest.digest()


def of_inputs(source: Source, inputs: int) -> Source:
    """The source, if it is of one of so many inputs; raises OutputError."""
    if source.root >= inputs:
        raise OutputError(FOREIGN_PLAN)
    return source


def are_texts(*values: Any) -> bool:
    """Whether each of these values of JSON is a list of texts."""
    return all(isinstance(value, list) and all(type(text) is str for text in value) for value in values)
