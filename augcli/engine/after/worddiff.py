"""The differences between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_WORDS = 4000  # longest stretch compared word by word, which takes quadratic time


class Part(NamedTuple):
    """kind "same", "gone" (in the old text only) or "new" (in the new text only)."""

    kind: str
    text: str


def word_diff(old: str, new: str) -> list[Part]:
    """The parts in order: those that are not "new" make up the old text, those that are not "gone" the new one."""
    parts: list[Part] = []
    for kind, before, after in _matched(_LINES.findall(old), _LINES.findall(new)):
        if kind == "equal":
            parts.append(Part("same", before))
            continue
        old_words, new_words = _WORDS.findall(before), _WORDS.findall(after)
        if len(old_words) + len(new_words) > _MOST_WORDS:
            parts += [Part("gone", before), Part("new", after)]
            continue
        for inner, gone, added in _matched(old_words, new_words):
            parts += [Part("same", gone)] if inner == "equal" else [Part("gone", gone), Part("new", added)]
    return _merged(parts)


def _matched(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield kind, "".join(old[a:b]), "".join(new[c:d])


def _merged(parts: list[Part]) -> list[Part]:
    """Join neighbours of one kind; spaces between two changes belong to both, so that phrases stay together."""
    joined: list[Part] = []
    gone = new = ""
    for number, (kind, text) in enumerate(parts):
        following = next((other.kind for other in parts[number + 1 :] if other.text), "same")
        if kind == "gone":
            gone += text
        elif kind == "new":
            new += text
        elif text.isspace() and "\n" not in text and gone and new and following != "same":
            gone, new = gone + text, new + text
        elif text:
            joined += [part for part in (Part("gone", gone), Part("new", new)) if part.text]
            gone = new = ""
            joined.append(Part("same", joined.pop().text + text) if joined and joined[-1].kind == "same" else Part("same", text))
    return joined + [part for part in (Part("gone", gone), Part("new", new)) if part.text]


def shortened(parts: list[Part], around: int = 60) -> list[Part]:
    """Shorten long unchanged stretches, with " … " in the middle for what is left out."""
    short: list[Part] = []
    for number, (kind, text) in enumerate(parts):
        first, last = number == 0, number == len(parts) - 1
        if kind == "same" and len(text) > 3 * around:
            head = "" if first else text[:around]
            tail = "" if last else text[-around:]
            text = f"{head} … {tail}"
        short.append(Part(kind, text))
    return short
