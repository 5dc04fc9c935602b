"""Text from outside, such as names of files and classes, as one line that any terminal or file can take."""

from __future__ import annotations


def escaped(text: str, kept: str = "") -> str:
    """The text with control characters and lone surrogates as escapes, except for those in `kept`."""
    return "".join(
        char if char.isprintable() or char in kept else char.encode("unicode_escape", "surrogatepass").decode() for char in text
    )
