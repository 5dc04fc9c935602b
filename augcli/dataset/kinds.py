"""All kinds of files by name and suffix, as the formats tell them; and what is neither a sample nor meant as one."""

from __future__ import annotations

from augcli.formats.audio.table import FORMATS as AUDIO
from augcli.formats.format import FileFormat, Recogniser, Signatures
from augcli.formats.image.table import FORMATS as IMAGE
from augcli.formats.text.table import FORMATS as TEXT

TEXTS = frozenset(TEXT)
FORMATS: tuple[FileFormat, ...] = tuple(sorted((*IMAGE, *AUDIO, *TEXT), key=lambda one: not one.is_read))
BY_NAME = {one.name: one for one in FORMATS}
BY_SUFFIX: dict[str, FileFormat] = {}  # without its dot → the first format that has it; those that are read come first
for _one in FORMATS:
    for _suffix in _one.suffixes + _one.read_suffixes:
        BY_SUFFIX.setdefault(_suffix[1:], _one)
BY_BYTES = Recogniser(FORMATS)
DISGUISES = {one.disguised_as: one for one in FORMATS if one.disguised_as}

VIDEO = frozenset({"mp4", "mov", "avi", "mkv", "ogv", "mpeg", "ts", "flv"})

_OTHER_TEXTS = """
    json geojson xml html htm svg xhtml yaml yml toml ini cfg conf log py ipynb js ts css c h cpp hpp cc rs go java kt sh bat
    ps1 rb php pl lua r m jl scala swift sql tex bib rst srt vtt textgrid names data cff lock diff patch
"""
OTHER_TEXTS = frozenset(_OTHER_TEXTS.split())  # by their suffix: texts, but not ones to write variants of

# (where, bytes, kind) of files that no pipeline is for.
SIGNATURES = Signatures((
    (0, b"FLV\x01", "flv"), (0, b"\0\0\1\xba", "mpeg"), (0, b"\0\0\1\xb3", "mpeg"), (0, b"MThd\0\0\0\6", "midi"),
    (0, b"%PDF-", "pdf"), (0, b"PK\x03\x04", "zip"), (0, b"PK\x05\x06", "zip"), (0, b"\x1f\x8b", "gzip"), (4, b"1AY&SY", "bzip2"),
    (0, b"\xfd7zXZ\0", "xz"), (0, b"\x28\xb5\x2f\xfd", "zstd"), (0, b"7z\xbc\xaf\x27\x1c", "7z"), (0, b"Rar!\x1a\x07", "rar"),
    (257, b"ustar", "tar"), (0, b"\x93NUMPY", "npy"), (0, b"\x89HDF\r\n\x1a\n", "hdf5"), (0, b"PAR1\x15", "parquet"),
    (0, b"ARROW1\0", "arrow"), (0, b"SQLite format 3\0", "sqlite"), (0, b"\x7fELF", "elf"), (0, b"\0\0\1\0", "ico"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    # What is left of a family once no format has claimed the file:
    (4, b"ftypqt  ", "mov"), (4, b"ftyp", "mp4"), (0, b"\x1a\x45\xdf\xa3", "mkv"),
))  # fmt: skip
THEORA = (b"\x80theora", b"fishead\0")
MARKUP = (b"<?xml", b"<!doctype", b"<html", b"<svg")
WIDE_MARKS = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
CONTROLS = bytes({*range(32), 127} - {*b"\t\n\v\f\r\b\x1a\x1b"})  # not in a text; ^Z, escapes and backspaces do occur
