"""Lines and paragraphs of texts in blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy

from augcli.core.pipeline.settings import Input, Limits
from augcli.dataset.layouts.blocks.cell_grid import Places, line_places
from augcli.dataset.layouts.blocks.outline import (
    Block,
    BlockLayout,
    BlockRow,
    Outline,
    changed,
    decoded,
    digest_of,
    head,
    in_blocks,
    of_pieces,
    row_hash,
    written_in,
)
from augcli.dataset.layouts.passages import LAST_BREAK, parted_passages
from augcli.formats.text import codec as text_format

_NEWLINE = re.compile(r"\r\n|\n|\r")


class PassageRow(BlockRow):
    """A passage, and the line ends and blank lines that follow it."""

    __slots__ = ("_outline", "gap")

    def __init__(self, number: int, content: str, gap: str, outline: Outline) -> None:
        self.number, self.content, self._outline = number, content, outline
        # Something else may follow the last passage in the output, which ends the way the original does.
        self.gap = gap if number < outline.shared["passages"] - 1 else outline.shared["usual_gap"]
        self.name, self.label, self.trouble = f"{number:03d}", None, None
        self.hash = row_hash(f"{content}\0{self.gap}".encode(), self.name, number, outline.digest)

    def fragment(self, content: str, copy: int) -> bytes:
        return text_format.encode(content + self.gap, written_in(self._outline.shared))

    def original(self) -> bytes:
        return self.fragment(self.content, 0)


class PassageBlocks(BlockLayout):
    """Each line, or each paragraph, is a sample."""

    def outline(self, data: bytes, kind: str, settings: Input, limits: Limits, with_labels: bool = False) -> Outline:
        text, lying = text_format.decode(data, limits, settings.text.encoding)
        by_line = settings.text.unit == "line"
        ending = _NEWLINE.search(text)
        newline = ending.group() if ending else "\n"
        bytewise = text_format.is_bytewise(lying.encoding)
        if bytewise:
            starts, stops = passage_places(data, len(text_format.encode("", lying)), by_line, lying.encoding)
            count = len(starts)

            def between(start: int, stop: int) -> str:
                return data[start:stop].decode(lying.encoding)

            before = between(len(text_format.encode("", lying)), int(starts[0]))
            first, last = between(int(stops[0]), int(starts[1]) if count > 1 else len(data)), between(int(stops[-1]), len(data))
        else:
            before, passages, gaps = parted_passages(text, by_line)
            count, first, last = len(passages), gaps[0], gaps[-1]
        if count == 1:
            first = newline if by_line else newline * 2  # copies of a single paragraph are separated by a blank line
        rows_depend_on = {"encoding": lying.encoding, "newline": newline, "by_line": by_line}  # each row has its own gap
        shared = {**rows_depend_on, "bom": lying.bom, "head": before, "end": last, "usual_gap": first, "passages": count}
        if bytewise:
            begins = starts.tolist()
            blocks = in_blocks(range(count), begins, [*begins[1:], len(data)])
        else:
            blocks = of_pieces(data, [before, *map("".join, zip(passages, gaps, strict=True))], range(count), shared)
        return Outline(blocks, {}, shared, digest_of(rows_depend_on), {None: count} if with_labels else None)

    def read_block(self, data: bytes, block: Block, outline: Outline) -> list[BlockRow]:
        shared = outline.shared
        _, passages, gaps = parted_passages(decoded(data, block, shared), shared["by_line"])
        if len(passages) != block.samples:
            raise changed()
        pairs = enumerate(zip(passages, gaps, strict=True), block.first)
        return [PassageRow(number, passage, gap, outline) for number, (passage, gap) in pairs]

    def assemble(self, outline: Outline, fragments: Iterable[bytes]) -> Iterator[bytes]:
        """The last fragment ends the way the original file does."""
        yield head(outline)
        before = None
        for fragment in fragments:
            if before is not None:
                yield before
            before = fragment
        if before is not None:
            shared = outline.shared
            last = LAST_BREAK.sub("", before.decode(shared["encoding"])) + shared["end"]
            yield text_format.encode(last, written_in(shared))


def passage_places(data: bytes, start: int, by_line: bool, encoding: str) -> tuple[Places, Places]:
    """Where the passages of a text start and stop, in an encoding that is read byte by byte."""
    body = numpy.frombuffer(data, numpy.uint8)[start:]
    starts, stops = line_places(body)
    # A byte above the space is no white space. What else is in a line without any has to be decoded.
    filled = numpy.logical_or.reduceat((body > 32) & (body < 128), starts)
    for number in numpy.flatnonzero(~filled & (stops > starts)).tolist():
        line = data[start + int(starts[number]) : start + int(stops[number])]
        filled[number] = bool(line.decode(encoding).strip())
    firsts, lasts = filled, filled
    if not by_line:
        firsts, lasts = filled.copy(), filled.copy()
        firsts[1:] &= ~filled[:-1]
        lasts[:-1] &= ~filled[1:]
    return starts[firsts] + start, stops[lasts] + start
