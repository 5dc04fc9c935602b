"""What a file is, by its first bytes; the name decides only where the bytes cannot (texts, and what nothing recognises)."""

from __future__ import annotations

from typing import NamedTuple

from augcli.dataset import kinds
from augcli.formats.audio.kinds import ogg
from augcli.formats.bytes.riff import form_of
from augcli.formats.format import FileFormat

HEAD_BYTES = 4096  # what detect() wants to see of a file


class Detection(NamedTuple):
    """`code` says why a file is left out; it is None for a sample.

    `modality` is also set for left-out files that were clearly meant as samples (an empty .jpg, a JPEG XL, an M4A):
    reading them then fails, with a record. It is None for what no pipeline handles: an archive, a script, a video.
    """

    modality: str | None  # "image" "audio" "text" "table"
    kind: str  # "jpeg" "wav" "txt" "csv" ...; for what is left out, what it is: "pdf" "zip" "mp4" "json" "unknown" ...
    code: str | None  # "file.empty" "detect.unsupported" "detect.other" "detect.text_suffix" "detect.unknown"
    extension_agrees: bool  # whether the name's suffix is one of this kind's; a name without a suffix claims nothing


def detect(head: bytes, name: str, size: int) -> Detection:
    """Say what a file is. `head`: its first 4,096 bytes (all, if it is shorter); `name`: its name or path; `size` in bytes."""
    stem, dot, suffix = name.rpartition("/")[2].rpartition(".")
    suffix = suffix.lower() if stem and dot else ""
    named = kinds.BY_SUFFIX.get(suffix)
    if size == 0:
        return Detection(named.modality if named else None, named.name if named else "unknown", "file.empty", True)
    found = _by_bytes(head, suffix)
    if isinstance(found, FileFormat):
        return Detection(found.modality, found.name, _left_out(found), not suffix or found.known_by(suffix))
    if found:
        return Detection(None, found, "detect.unsupported" if found in kinds.VIDEO else "detect.other", True)
    if _is_text(head, size):
        return _text(head, suffix, named)
    if named:  # a sample by its name, but with unknown bytes: decoding says what is wrong with it
        return Detection(named.modality, named.name, _left_out(named), True)
    return Detection(None, "unknown", "detect.unknown", True)


def _left_out(found: FileFormat) -> str | None:
    return None if found.is_read else "detect.unsupported"


def _by_bytes(head: bytes, suffix: str) -> FileFormat | str:
    """The format, when the bytes carry a signature; the name of something else that they prove; else ""."""
    found = kinds.BY_BYTES.early(head)
    if found and not (found.starts_like_text and kinds.BY_SUFFIX.get(suffix) in kinds.TEXTS):
        disguise = kinds.DISGUISES.get(found.name)
        return disguise if disguise and f".{suffix}" in disguise.suffixes else found
    if other := kinds.SIGNATURES.find(head):
        return other
    if form_of(head):
        return "avi" if form_of(head) == b"AVI " else "riff"
    if ogg.first_packet(head).startswith(kinds.THEORA):
        return "ogv"
    if head[:1] == head[188:189] == head[376:377] == b"G" and _has_controls(head[:188]):
        return "ts"
    return kinds.BY_BYTES.late(head) or ""


def _has_controls(window: bytes) -> bool:
    return len(window.translate(None, kinds.CONTROLS)) < len(window)


def _is_text(head: bytes, size: int) -> bool:
    for mark, encoding in kinds.WIDE_MARKS:
        if head.startswith(mark):
            return "\0" not in head[: len(head) & ~3].decode(encoding, "replace")
    if _has_controls(head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The window may end within a character; anything else is not UTF-8.
        return size > len(head) and error.reason == "unexpected end of data"
    return True


def _text(head: bytes, suffix: str, named: FileFormat | None) -> Detection:
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(kinds.MARKUP):
        kind = "svg" if b"<svg" in start else "html" if b"html" in start[:64] else "xml"
        return Detection(None, kind, "detect.other", True)
    if named:  # a .jpg that contains text may be an error page or a Git LFS pointer: decoding fails, with a record
        return Detection(named.modality, named.name, _left_out(named), named in kinds.TEXTS)
    if suffix:
        return Detection(None, suffix, "detect.other" if suffix in kinds.OTHER_TEXTS else "detect.text_suffix", True)
    if start.startswith((b"#!", b"{", b"[")):
        return Detection(None, "script" if start.startswith(b"#!") else "json", "detect.other", True)
    return Detection(None, "text", "detect.text_suffix", True)
