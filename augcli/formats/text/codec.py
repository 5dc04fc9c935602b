"""Text files: decode and encode so that what no edit touches stays the same, byte for byte."""

from __future__ import annotations

import codecs
from functools import cache
from typing import NamedTuple

from augcli.core.pipeline.settings import Limits
from augcli.core.values.facts import TextFacts
from augcli.core.values.outcome import SampleError

# The longer marks first: UTF-32's little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


_MOST_BYTES = 4  # of a character; a mark and shift sequences are not worth counting


class TextHeader(NamedTuple):
    """How a text is stored in its file."""

    encoding: str  # Python's name, without the mark: "utf-8" "utf-16-le" ...
    bom: bool  # whether the file begins with a byte order mark; it is not part of the text
    newline: str  # "\n" "\r\n" "\r", "mixed", or "" when there is none; only to inform: newlines stay in the text
    facts: TextFacts


def decode(data: bytes, limits: Limits, encoding: str = "auto") -> tuple[str, TextHeader]:
    """The text, newlines untouched, without its byte order mark.

    "auto" is UTF-8, or what a byte order mark says. Any other name is one of Python's codecs; what it cannot give back
    byte for byte is refused.
    Raises SampleError, stage "decode": `file.empty`, `text.encoding` (with the byte's offset), `text.binary` (holds
    NUL), `text.empty` (the file contains only white space), `text.too_long`.
    """
    if not data:
        raise SampleError("file.empty", "the file is empty")
    check_size(len(data), limits)
    mark, name = _encoding(data, encoding)
    if name == "utf-8" and (at := data.find(0)) >= 0:
        raise SampleError("text.binary", f"byte {at:,} is NUL: not text, or UTF-16 without a byte order mark")
    try:
        text = data[len(mark) :].decode(name)
        # The Unicode codecs give back what they took; others may not.
        back = data if encoding == "auto" else mark + text.encode(name, "replace")
    except UnicodeDecodeError as error:
        at = len(mark) + error.start
        raise SampleError(
            "text.encoding",
            f"byte {at:,} ({data[at : at + 1].hex()}) is not {name}: {error.reason}; "
            "name the texts' encoding in the pipeline (input: {text: {encoding: NAME}})",
        ) from None
    except (LookupError, UnicodeError) as error:  # codecs that are no encodings of text, like base64
        raise SampleError("text.encoding", f"{name}: {error}") from None
    if "\0" in text:
        raise SampleError("text.binary", f"character {text.index(chr(0)):,} is NUL: not text")
    if not text or text.isspace():
        raise SampleError("text.empty", "the file contains only white space")
    if len(text) > limits.max_characters:
        raise SampleError("text.too_long", f"{len(text):,} characters; limits.max_characters is {limits.max_characters:,}")
    header = TextHeader(name, bool(mark), _newline(text), TextFacts(len(text)))
    if back != data:
        raise SampleError("text.encoding", f"the text cannot be written back byte for byte in {name}")
    return text, header


def check_size(size: int, limits: Limits) -> None:
    """Fail with `text.too_long` where so many bytes are too many characters in any encoding; asked before a file is read."""
    if size > _MOST_BYTES * limits.max_characters:
        raise SampleError(
            "text.too_long",
            f"{size:,} bytes are at least {size // _MOST_BYTES:,} characters; limits.max_characters is {limits.max_characters:,}",
        )


def probe(data: bytes, limits: Limits, encoding: str = "auto") -> TextHeader:
    """decode() without the text: a text has no header, so this costs the same."""
    return decode(data, limits, encoding)[1]


def encode(text: str, header: TextHeader) -> bytes:
    """The file's bytes; encode(*decode(data)) is data. Raises SampleError `encode.encoding`, stage "encode"."""
    mark = next(mark for mark, name in _MARKS if name == header.encoding) if header.bom else b""
    try:
        return mark + text.encode(header.encoding)
    except UnicodeEncodeError as error:
        missing = text[error.start]
        message = f"{header.encoding} cannot store {missing!r} (U+{ord(missing):04X}), which augmentation introduced"
        raise SampleError("encode.encoding", message, "encode") from None


@cache
def is_bytewise(encoding: str) -> bool:
    """Whether a byte below 128 is always the ASCII character of that number, so that marks are found without decoding."""
    ascii_bytes = bytes(range(128)) + b"\x1b$B0|~{0|+MEI-"  # what ISO 2022, HZ and UTF-7 switch alphabets by
    if ascii_bytes.decode(encoding, "replace") != ascii_bytes.decode("ascii"):
        return False
    # Encodings like Shift JIS use such bytes as the second half of a character, the bar among them.
    pairs = (bytes((first, mark)).decode(encoding, "replace") for first in range(128, 256) for mark in b"|\\09AZaz~")
    return all(len(pair) == 2 and pair[1].isascii() for pair in pairs)


def _encoding(data: bytes, encoding: str) -> tuple[bytes, str]:
    """The byte order mark, b"" when there is none, and the codec for what follows it."""
    try:
        wanted = "" if encoding == "auto" else codecs.lookup(encoding).name.removesuffix("-sig")
    except LookupError:
        raise SampleError("text.encoding", f"unknown encoding {encoding!r}") from None
    for mark, name in _MARKS:
        if data.startswith(mark) and name.startswith(wanted):
            return mark, name
    # Without a mark, Python's "utf-16" and "utf-32" would read by the machine's byte order, and write a mark.
    return b"", {"": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(wanted, wanted)


def _newline(text: str) -> str:
    pairs, lines, returns = text.count("\r\n"), text.count("\n"), text.count("\r")
    kinds = [kind for kind, count in (("\r\n", pairs), ("\n", lines - pairs), ("\r", returns - pairs)) if count]
    return kinds[0] if len(kinds) == 1 else "mixed" if kinds else ""
