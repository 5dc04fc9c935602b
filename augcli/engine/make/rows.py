"""Makes the copies of a document's rows, block by block: what `rounds` does for files, with no more for a row than it needs.

A row's text is neither encoded nor decoded on the way, and there is nothing to execute: lowering ends with the new text.
Fragments, records and failures are those that the way of files would give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.plan import EVERY_COPY, ORIGINAL, Source, Unit, unit_id
from augcli.core.primitives.text import Pieces
from augcli.core.program.lower import Lowered, draw_steps, lower
from augcli.core.values.facts import Facts, TextFacts
from augcli.core.values.outcome import Failure, SampleError
from augcli.dataset.layouts.blocks.outline import Block, BlockRow, Outline
from augcli.dataset.layouts.blocks.reading import row_source, rows_of
from augcli.dataset.write import json_line
from augcli.engine.modality.modality import Opened
from augcli.engine.resources.opened import resources_of
from augcli.formats.text import codec as text_format

from .crashes import attempt, failure_of
from .recipe import Recipe
from .records import base_record, row_record
from .results import Failed
from .samples import Row

Wanted = Callable[[int, BlockRow], Sequence[int]]  # which copies of the row that is the k-th sample of its block
_TEXT = "text"


class RowResult(NamedTuple):
    """One copy of a row, or why there is none. With EVERY_COPY a failure stands for `copies` of them."""

    position: int  # which sample of its block the row is
    copy: int
    row_hash: int
    record: bytes  # a line of JSON, without its end
    failure: Failure | None = None
    copies: int = 1
    size: int = 0  # of the new text, in bytes
    sha256: bytes = b""
    fragment: bytes = b""


def row_results(
    recipe: Recipe, document: Source, place: str, outline: Outline, block: Block, wanted: Wanted
) -> Iterator[RowResult]:
    """The wanted copies of a block's rows. Raises SampleError, whose code is one of the place, if the block cannot be read."""
    rows = rows_of(document.kind, place, outline, block)
    maker = _RowMaker(recipe, document)
    for position, row in enumerate(rows):
        if copies := wanted(position, row):
            yield from maker.results(position, row, copies)


class _OpenRow(NamedTuple):
    content: str
    mark: bytes  # what looks like a byte order mark, and comes back
    sha256: str


class _RowMaker:
    def __init__(self, recipe: Recipe, document: Source) -> None:
        self._recipe, self._document = recipe, document
        self._compiled = recipe.compiled.get(_TEXT)
        self._opener = resources_of(self._compiled).get if self._compiled else None

    def results(self, position: int, row: BlockRow, copies: Iterable[int]) -> Iterator[RowResult]:
        source = row_source(self._document, row)
        left = list(copies)
        broken = row.trouble is not None and row.trouble[0] == "table.json"  # such a line would break the new document
        if ORIGINAL in left and not broken:
            left.remove(ORIGINAL)
            yield self._original(position, row, source)
        if not left:
            return
        opened = attempt("decode", lambda: self._open(row))
        if isinstance(opened, Failure):
            yield self._failed(position, row, source, EVERY_COPY, opened, len(left))
            return
        for number, copy in enumerate(left):
            made = self._result(position, row, source, opened, copy)
            if not isinstance(made, Failure):
                yield made
            elif made.stage == "decode" and not made.code.startswith("partner."):
                yield self._failed(position, row, source, EVERY_COPY, made, len(left) - number)
                return
            else:
                yield self._failed(position, row, source, copy, made)

    def _result(self, position: int, row: BlockRow, source: Source, opened: _OpenRow, copy: int) -> RowResult | Failure:
        stage = "lower"
        try:
            lowered, content = self._lowered(source, opened, copy)
            stage = "execute"
            content = _with_all(lowered, opened, content)
            stage = "encode"
            return self._made(position, row, source, opened, copy, lowered, content)
        except BaseException as error:
            return failure_of(error, stage)

    def _open(self, row: BlockRow) -> _OpenRow:
        """The row's text; raises SampleError if it cannot be augmented."""
        if row.trouble:
            raise SampleError(*row.trouble)
        content, limits = row.content, self._recipe.pipeline.limits
        data = content.encode("utf-8", "surrogateescape")
        mark = b""
        if content[0] == "\ufeff" or "\0" in content or content.isspace() or len(content) > limits.max_characters:
            # Read like a file, whose first character may be a byte order mark, and that may be no text at all.
            content, header = text_format.decode(data, limits, "utf-8")
            mark = text_format.encode("", header)
        return _OpenRow(content, mark, sha256(data).hexdigest())

    def _lowered(self, source: Source, opened: _OpenRow, copy: int) -> tuple[Lowered, str]:
        """The program of a copy, and the text that its pieces make."""
        assert self._compiled is not None  # copies are made of modalities with steps
        content = opened.content
        drawn = draw_steps(self._compiled, unit_key(self._recipe.pipeline.seed, source.id, copy))
        state = State(TextFacts(len(content)), content, _no_partner, self._opener, copy)
        return lower(drawn, state), state.text

    def _made(
        self, position: int, row: BlockRow, source: Source, opened: _OpenRow, copy: int, lowered: Lowered, content: str
    ) -> RowResult:
        data = opened.mark + content.encode()
        fragment = row.fragment(content, copy)
        whole = Row(Unit(source, copy, source.stem), lowered, content, lowered.program, (), _UNOPENED, opened.sha256, {})
        record = row_record(whole, source.stem, row.notes())
        own = sha256(data)
        record["sha256"], record["bytes"] = own.hexdigest(), len(data)
        line = json_line(record).encode("ascii")
        return RowResult(position, copy, row.hash, line, None, 1, len(data), own.digest(), fragment)

    def _original(self, position: int, row: BlockRow, source: Source) -> RowResult:
        data = row.content.encode("utf-8", "surrogatepass")
        own = sha256(data)
        digest = own.hexdigest()
        record = base_record(source, ORIGINAL, unit_id(source.id, ORIGINAL), "original")
        record |= {"output": source.stem, "source_sha256": digest, "sha256": digest, "bytes": len(data), "row": row.number}
        line = json_line(record).encode("ascii")
        return RowResult(position, ORIGINAL, row.hash, line, None, 1, len(data), own.digest(), row.original())

    def _failed(self, position: int, row: BlockRow, source: Source, copy: int, failure: Failure, copies: int = 1) -> RowResult:
        record = Failed(source, copy, failure, units=copies).record
        return RowResult(position, copy, row.hash, json_line(record).encode("ascii"), failure, copies)


def _with_all(lowered: Lowered, opened: _OpenRow, content: str) -> str:
    """The new text. Lowering knows of no primitive but pieces; where there are others, all are applied once more."""
    if all(type(primitive) is Pieces for primitive in lowered.program):
        return content
    content = opened.content
    for primitive in lowered.program:
        content = primitive.apply(content)  # type: ignore[attr-defined]
    return content


def _no_partner(number: int) -> Facts:
    raise SampleError("partner.none", "no other sample matches the step's `partner`, so there is nothing to mix in", "lower")


_UNOPENED = Opened(TextFacts(0), None, lambda scale: None)
