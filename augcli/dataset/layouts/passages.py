"""Layout `passages`: every line or paragraph of a .txt or .md file is one text sample, if the pipeline asks for that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from augcli.core.pipeline.settings import Input, Limits
from augcli.dataset.layouts.rows import Document, RowLayout, Sample
from augcli.formats.text import codec as text_format

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
LAST_BREAK = re.compile(r"(?:\r\n|\n|\r)\s*\Z")


@dataclass(frozen=True)
class PassageText(Document):
    """A parsed text file: what precedes the first passage, the passages, and what follows each of them."""

    head: str
    passages: tuple[str, ...]
    gaps: tuple[str, ...]  # line ends and blank lines; the last one is the end of the file
    encoding: text_format.TextHeader
    newline: str

    def samples(self) -> Iterator[Sample]:
        return (Sample(row, f"{row:03d}", passage) for row, passage in enumerate(self.passages))

    def content(self, row: int) -> str:
        return self.passages[row]

    def patched(self, row: int, content: str, copy: int) -> str:
        """Append the separator that followed the passage; for the last passage, the one that followed the first."""
        return content + (self.gaps[row] if row < len(self.gaps) - 1 else self._usual_gap())

    def unchanged(self, row: int) -> str:
        return self.patched(row, self.passages[row], 0)

    def _usual_gap(self) -> str:
        return self.gaps[0] if len(self.gaps) > 1 else self.newline

    def joined(self, fragments: Iterable[str]) -> Iterator[str]:
        """Yield the fragments; the last one ends the way the original file does."""
        before = None
        for fragment in fragments:
            if before is not None:
                yield before
            before = fragment
        if before is not None:
            yield LAST_BREAK.sub("", before) + self.gaps[-1]


class Passages(RowLayout):
    """Each line or paragraph is one sample; the output is the text of the copies, in plan order."""

    name = "passages"

    def takes(self, modality: str | None, kind: str, settings: Input) -> bool:
        return modality == "text" and settings.text.unit != "document"

    def take_apart(self, data: bytes, kind: str, settings: Input, limits: Limits) -> PassageText:
        text, encoding = text_format.decode(data, limits, settings.text.encoding)
        ending = re.search(r"\r\n|\n|\r", text)
        newline = ending.group() if ending else "\n"
        by_line = settings.text.unit == "line"
        head, passages, gaps = parted_passages(text, by_line)
        if not by_line and len(passages) == 1:
            newline *= 2  # copies of a single paragraph are separated by a blank line
        return PassageText(head, tuple(passages), tuple(gaps), encoding, newline)


def parted_passages(text: str, by_line: bool) -> tuple[str, list[str], list[str]]:
    """What precedes the first passage, the passages, and what follows each of them."""
    passages: list[str] = []
    gaps = [""]
    open_passage = False
    for line, end in (match.groups() for match in _LINE.finditer(text)):
        if not line.strip():
            gaps[-1] += line + end
            open_passage = False
        elif open_passage and not by_line:
            passages[-1] += gaps[-1] + line
            gaps[-1] = end
        else:
            passages.append(line)
            gaps.append(end)
            open_passage = True
    head, *after = gaps
    return head, passages, after
