"""What a file is, by its first bytes; the name decides only where the bytes cannot (kinds of text, nothing recognised)."""

from __future__ import annotations

from typing import NamedTuple

from augcli.dataset import kinds
from augcli.formats.audio import mpeg

HEAD_BYTES = 4096  # what detect() wants to see of a file


class Detection(NamedTuple):
    """`code` says why a file is left out, None when it is a sample.

    `modality` is set for left-out files too, where they were clearly meant as samples (an empty .jpg, a JPEG XL, an M4A):
    reading them then fails, with a record. It is None for what no pipeline is for: an archive, a script, a video.
    """

    modality: str | None  # "image" "audio" "text" "table"
    kind: str  # "jpeg" "wav" "txt" "csv" ...; for what is left out, what it is: "pdf" "zip" "mp4" "json" "unknown" ...
    code: str | None  # "file.empty" "detect.unsupported" "detect.other" "detect.text_suffix" "detect.unknown"
    extension_agrees: bool  # whether the name's suffix is one of this kind's; a name without a suffix claims nothing


def detect(head: bytes, name: str, size: int) -> Detection:
    """Say what a file is. `head`: its first 4,096 bytes (all, if it is shorter); `name`: its name or path; `size` in bytes."""
    stem, dot, suffix = name.rpartition("/")[2].rpartition(".")
    suffix = suffix.lower() if stem and dot else ""
    named = kinds.BY_SUFFIX.get(suffix, "")
    if size == 0:
        return Detection(kinds.MODALITY.get(named), named or "unknown", "file.empty", True)
    kind = _binary(head, suffix)
    if kind:
        known = kinds.SUFFIXES.get(kind)
        return Detection(kinds.MODALITY.get(kind), kind, _left_out(kind), not suffix or known is None or suffix in known)
    if _is_text(head, size):
        return _text(head, suffix, named)
    if named:  # a sample by its name, but no known bytes: decoding says what is wrong with it
        return Detection(kinds.MODALITY[named], named, _left_out(named), True)
    return Detection(None, "unknown", "detect.unknown", True)


def _left_out(kind: str) -> str | None:
    if kind in kinds.IS_READ:
        return None
    return "detect.unsupported" if kind in kinds.MODALITY or kind in kinds.VIDEO else "detect.other"


def _binary(head: bytes, suffix: str) -> str:
    """The kind, when the bytes carry a signature; else ""."""
    for signature, at, kind in kinds.SIGNATURES:
        if head.startswith(signature, at):
            return kind
    start = head[:4]
    if start in (b"RIFF", b"RIFX", b"RF64"):
        return kinds.RIFF_FORMS.get(head[8:12], "riff")
    if start == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if start in kinds.TIFF_STARTS:
        # Most raw formats of cameras are TIFFs, and their first page is a thumbnail.
        return "raw" if head[8:10] == b"CR" or suffix in kinds.SUFFIXES["raw"] else "tiff"
    if head[:2] == b"BM" and head[14:18] in kinds.BMP_HEADERS:
        return "bmp"
    if head[4:8] == b"ftyp":
        return _mp4(head)
    if start == b"\x1a\x45\xdf\xa3":
        return "mka" if b"A_" in head and b"V_" not in head else "mkv"
    if start == b"OggS":
        packet = head[27 + head[26] :] if len(head) > 26 else b""
        return next((kind for magic, kind in kinds.OGG_PACKETS if packet.startswith(magic)), "ogg")
    if head[:1] == b"P" and _is_pnm(head) and suffix not in kinds.SUFFIXES["txt"]:
        return "pnm"
    if head[:1] == head[188:189] == head[376:377] == b"G" and _has_controls(head[:188]):
        return "ts"
    return _mpeg(head)


def _is_pnm(head: bytes) -> bool:
    """A signature of two characters needs a second look: white space, then a number or a comment, must follow."""
    body = head[2:].lstrip()
    return b"1" <= head[1:2] <= b"7" and head[2:3].isspace() and (body[:1].isdigit() or body.startswith((b"#", b"WIDTH")))


def _mp4(head: bytes) -> str:
    """MP4's family, by brand; then by its kinds of tracks, where the index comes first."""
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(int.from_bytes(head[:4], "big"), len(head)) - 3, 4))]
    kind = kinds.FTYP_BRANDS.get(brands[0])
    if kind == "heic" and b"avif" in brands:  # "mif1" says no more than "an image"
        return "avif"
    return kind or ("m4a" if b"hdlr" in head and b"soun" in head and b"vide" not in head else "mp4")


def _mpeg(head: bytes) -> str:
    """MP3 and its kin: behind ID3 tags, or by two frame headers that fit together."""
    at = mpeg.after_tags(head)
    if at and at + 4 > len(head):
        return "mp3"  # the tag, with a cover image, is longer than the head
    if head.startswith(b"fLaC", at):
        return "flac"
    if at and head.startswith((b"\xff\xf1", b"\xff\xf9"), at):
        return "aac"
    if not at and (head[:1] not in (b"\xff", b"\0") or head[:2] == b"\xff\xfe"):  # FF FE is UTF-16's mark
        return ""
    found = mpeg.frame(head, mpeg.synchronise(head, at))
    return "mp3" if at or (found and found.layer == 3) else "mp2" if found else ""


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


def _text(head: bytes, suffix: str, named: str) -> Detection:
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(kinds.MARKUP):
        kind = "svg" if b"<svg" in start else "html" if b"html" in start[:64] else "xml"
        return Detection(None, kind, "detect.other", True)
    modality = kinds.MODALITY.get(named)
    if modality:  # a .jpg that is a text may be an error page, or a pointer of Git LFS: decoding fails, with a record
        return Detection(modality, named, _left_out(named), modality in ("text", "table"))
    if suffix:
        return Detection(None, suffix, "detect.other" if suffix in kinds.OTHER_TEXTS else "detect.text_suffix", True)
    if start.startswith((b"#!", b"{", b"[")):
        return Detection(None, "script" if start.startswith(b"#!") else "json", "detect.other", True)
    return Detection(None, "text", "detect.text_suffix", True)
