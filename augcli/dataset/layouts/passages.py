"""Parts a text into lines or paragraphs, and what lies between them."""

from __future__ import annotations

import re

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
LAST_BREAK = re.compile(r"(?:\r\n|\n|\r)\s*\Z")


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
