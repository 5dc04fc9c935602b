"""When two names are the same but for how they are written, and when one is a slip of the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_AMERICAN = (("colour", "color"), ("grey", "gray"), ("isation", "ization"), ("ise", "ize"), ("centre", "center"))
_BEFORE = ("random", "add", "apply")
_BEHIND = ("augmentation", "augment", "aug", "transform", "step", "op", "v2", "layer", "image", "limit", "range")
_MOST_LETTERS = 60  # of a name that is shown or compared


def cut(word: str) -> str:
    """The name, or its beginning: comparing takes time with the square of its length."""
    return word if len(word) <= _MOST_LETTERS else f"{word[: _MOST_LETTERS - 3]}..."


def squeezed(word: str) -> str:
    """A name without case, separators and British spelling: GaussianBlur, gaussian-blur and gaussian_blur are one."""
    plain = re.sub(r"[\W_]+", "", word.lower())
    for british, american in _AMERICAN:
        plain = plain.replace(british, american)
    return plain


def variants(word: str) -> Iterator[str]:
    """The squeezed name, then without what names often have around them: Random, Aug, a plural s."""
    seen = [squeezed(word)]
    yield seen[0]
    for name in seen:  # grows while it is walked
        shorter = [name.removeprefix(before) for before in _BEFORE] + [name.removesuffix(behind) for behind in _BEHIND]
        shorter += [f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")]
        for other in shorter:
            if len(other) > 2 and other not in seen:
                seen.append(other)
                yield other


def slip_of(word: str, known: Iterable[str]) -> str | None:
    """The nearest of these names, if only a letter in four was mistyped; None when none is that near."""
    typed = squeezed(word)
    if len(typed) < 3:
        return None
    most = max(1, len(typed) // 4)
    if len(typed) == 3:  # fog is not a slip of dog
        known = [name for name in known if name[:1] == typed[:1]]
    near = [(distance, len(name), name) for name in sorted(known) if (distance := _distance(typed, squeezed(name), most)) <= most]
    return min(near)[2] if near else None


def _distance(a: str, b: str, most: int) -> int:
    """Letters that were dropped, added, replaced or swapped with their neighbour, between these two; most + 1 is enough."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(b, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                best = min(best, older[j - 2] + 1)
            row.append(best)
    return row[-1]
