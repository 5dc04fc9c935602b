"""Tables for detect(): which suffixes and which first bytes belong to which kind, and which kinds are read."""

from __future__ import annotations

# Kinds that are read, with their suffixes.
READ = {
    "image": {
        "jpeg": "jpg jpeg jpe jfif",
        "png": "png apng",
        "webp": "webp",
        "bmp": "bmp dib",
        "tiff": "tif tiff",
        "gif": "gif",
        "avif": "avif",
        "heic": "heic heif hif",
    },
    "audio": {"wav": "wav wave", "flac": "flac", "ogg": "ogg oga", "opus": "opus ogg", "mp3": "mp3", "aiff": "aif aiff aifc"},
    "text": {"txt": "txt text", "md": "md markdown"},
    "table": {"csv": "csv", "tsv": "tsv tab", "jsonl": "jsonl ndjson"},
}

# Images and sounds that are not read: a user who has them wants to be told, file by file.
NOT_READ = {
    "image": {
        "jp2": "jp2 j2k jpf jpx", "jxl": "jxl", "psd": "psd", "exr": "exr",
        "dicom": "dcm dicom", "pnm": "pnm pgm ppm pbm pam", "raw": "nef cr2 cr3 dng arw orf rw2 raf pef srw",
    },
    "audio": {
        "m4a": "m4a m4b", "aac": "aac", "wma": "wma", "amr": "amr", "caf": "caf", "au": "au snd", "w64": "w64",
        "sphere": "sph nist", "oggflac": "ogg oga", "speex": "spx ogg", "mp2": "mp2 mpga", "mka": "mka weba",
    },
}  # fmt: skip

VIDEO = frozenset({"mp4", "mov", "avi", "mkv", "ogv", "mpeg", "ts", "flv"})

MODALITY = {kind: modality for table in (READ, NOT_READ) for modality, kinds in table.items() for kind in kinds}
IS_READ = frozenset(kind for kinds in READ.values() for kind in kinds)

SUFFIXES: dict[str, frozenset[str]] = {}  # kind → its suffixes
BY_SUFFIX: dict[str, str] = {}  # suffix → the first kind that has it; kinds that are read come first
for _table in (READ, NOT_READ):
    for _kinds in _table.values():
        for _kind, _names in _kinds.items():
            SUFFIXES[_kind] = frozenset(_names.split())
            for _name in _names.split():
                BY_SUFFIX.setdefault(_name, _kind)

_OTHER_TEXTS = """
    json geojson xml html htm svg xhtml yaml yml toml ini cfg conf log py ipynb js ts css c h cpp hpp cc rs go java kt sh bat
    ps1 rb php pl lua r m jl scala swift sql tex bib rst srt vtt textgrid names data cff lock diff patch
"""
OTHER_TEXTS = frozenset(_OTHER_TEXTS.split())  # by their suffix: texts, but not ones to write variants of

# (bytes, where, kind): certain from a fixed place.
SIGNATURES = (
    (b"\xff\xd8\xff", 0, "jpeg"), (b"\x89PNG\r\n\x1a\n", 0, "png"), (b"GIF87a", 0, "gif"), (b"GIF89a", 0, "gif"),
    (b"fLaC", 0, "flac"), (b"8BPS", 0, "psd"), (b"v/1\x01", 0, "exr"), (b"DICM", 128, "dicom"),
    (b"\0\0\0\x0cjP  ", 0, "jp2"), (b"\xff\x4f\xff\x51", 0, "jp2"), (b"\0\0\0\x0cJXL ", 0, "jxl"), (b"\xff\x0a", 0, "jxl"),
    (b"#!AMR", 0, "amr"), (b"caff\0\1", 0, "caf"), (b".snd\0", 0, "au"), (b"NIST_1A\n", 0, "sphere"),
    (b"riff\x2e\x91\xcf\x11", 0, "w64"), (b"\xff\xf1", 0, "aac"), (b"\xff\xf9", 0, "aac"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", 0, "wma"), (b"MThd\0\0\0\6", 0, "midi"),
    (b"FLV\x01", 0, "flv"), (b"\0\0\1\xba", 0, "mpeg"), (b"\0\0\1\xb3", 0, "mpeg"),
    (b"%PDF-", 0, "pdf"), (b"PK\x03\x04", 0, "zip"), (b"PK\x05\x06", 0, "zip"), (b"\x1f\x8b", 0, "gzip"), (b"1AY&SY", 4, "bzip2"),
    (b"\xfd7zXZ\0", 0, "xz"), (b"\x28\xb5\x2f\xfd", 0, "zstd"), (b"7z\xbc\xaf\x27\x1c", 0, "7z"), (b"Rar!\x1a\x07", 0, "rar"),
    (b"ustar", 257, "tar"), (b"\x93NUMPY", 0, "npy"), (b"\x89HDF\r\n\x1a\n", 0, "hdf5"), (b"PAR1\x15", 0, "parquet"),
    (b"ARROW1\0", 0, "arrow"), (b"SQLite format 3\0", 0, "sqlite"), (b"\x7fELF", 0, "elf"), (b"\0\0\1\0", 0, "ico"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "ole"),
)  # fmt: skip

RIFF_FORMS = {b"WAVE": "wav", b"WEBP": "webp", b"AVI ": "avi"}
FTYP_BRANDS = {
    b"heic": "heic", b"heix": "heic", b"heim": "heic", b"heis": "heic", b"hevc": "heic", b"mif1": "heic", b"msf1": "heic",
    b"avif": "avif", b"avis": "avif", b"crx ": "raw", b"M4A ": "m4a", b"M4B ": "m4a", b"qt  ": "mov",
}  # fmt: skip
OGG_PACKETS = (
    (b"\x01vorbis", "ogg"), (b"OpusHead", "opus"), (b"\x7fFLAC", "oggflac"), (b"Speex   ", "speex"),
    (b"\x80theora", "ogv"), (b"fishead\0", "ogv"),
)  # fmt: skip
BMP_HEADERS = frozenset(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))
TIFF_STARTS = frozenset({b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"})
MARKUP = (b"<?xml", b"<!doctype", b"<html", b"<svg")
WIDE_MARKS = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
CONTROLS = bytes({*range(32), 127} - {*b"\t\n\v\f\r\b\x1a\x1b"})  # not in a text; ^Z, escapes and backspaces do occur
