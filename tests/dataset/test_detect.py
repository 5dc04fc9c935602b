from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from PIL import Image

from augcli.dataset.detect import HEAD_BYTES, Detection, detect

TABLE = b"id,text,label\n1,hello,a\n"


def of(data: bytes, name: str) -> Detection:
    return detect(data[:HEAD_BYTES], name, len(data))


def image(form: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (90, 80, 3), dtype=np.uint8)).save(file, form)
    return file.getvalue()


def sound(form: str, subtype: str, rate: int = 16_000, **options: object) -> bytes:
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", rate, 1, subtype, format=form, **options) as target:
        target.write(np.random.default_rng(1).uniform(-0.3, 0.3, 9000))
    return file.getvalue()


@pytest.mark.parametrize(
    ("form", "kind", "suffix"),
    [
        ("JPEG", "jpeg", "jpg"), ("PNG", "png", "png"), ("WEBP", "webp", "webp"),
        ("BMP", "bmp", "bmp"), ("TIFF", "tiff", "tif"), ("GIF", "gif", "gif"),
        ("AVIF", "avif", "avif"),
    ],
)  # fmt: skip
def test_images(form: str, kind: str, suffix: str) -> None:
    data = image(form)
    assert of(data, f"a/b.{suffix}") == Detection("image", kind, None, True)
    assert of(data, f"a/b.{suffix.upper()}") == Detection("image", kind, None, True)
    assert of(data, "a/b") == Detection("image", kind, None, True)
    assert of(data, "a.d/b") == Detection("image", kind, None, True)
    assert of(data, "a/b.wav") == Detection("image", kind, None, False)


def test_a_image_of_no_brand_is_known_by_those_it_is_compatible_with() -> None:
    assert of(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "x.avif") == Detection("image", "avif", None, True)


@pytest.mark.parametrize(
    ("form", "subtype", "kind", "suffix"),
    [
        ("WAV", "PCM_16", "wav", "wav"), ("WAVEX", "FLOAT", "wav", "wav"), ("RF64", "PCM_16", "wav", "wav"),
        ("FLAC", "PCM_16", "flac", "flac"), ("OGG", "VORBIS", "ogg", "ogg"), ("OGG", "OPUS", "opus", "opus"),
        ("OGG", "OPUS", "opus", "ogg"), ("AIFF", "PCM_16", "aiff", "aif"),
        ("MP3", "MPEG_LAYER_III", "mp3", "mp3"),
    ],
)  # fmt: skip
def test_sounds(form: str, subtype: str, kind: str, suffix: str) -> None:
    data = sound(form, subtype)
    assert of(data, f"x.{suffix}") == Detection("audio", kind, None, True)
    assert of(data, "x.jpg") == Detection("audio", kind, None, False)


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
def test_mp3_at_every_rate_bare_and_behind_tags(rate: int) -> None:
    data = sound("MP3", "MPEG_LAYER_III", rate, bitrate_mode="CONSTANT", compression_level=0.0)
    assert of(data, "x").kind == "mp3"
    for length in (10, 500, 60_000):  # a cover image is longer than what detect() sees
        tag = b"ID3\4\0\0" + bytes([0, length >> 14 & 127, length >> 7 & 127, length & 127]) + bytes(length)
        assert of(tag + data, "x").kind == "mp3"
    assert of(b"ID3\4\0\0\0\0\0\x20" + bytes(32) + sound("FLAC", "PCM_16"), "x").kind == "flac"


def test_known_but_not_read() -> None:
    """Meant as samples: they are to fail, with a record."""
    cases = {
        b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42": ("audio", "m4a", "m4a"),
        b"\0\0\0\x10ftypisom" + bytes(8) + b"hdlr" + bytes(8) + b"soun": ("audio", "m4a", "m4a"),
        b"\xff\xf1\x50\x80" + bytes(40): ("audio", "aac", "aac"),
        b"\x1a\x45\xdf\xa3" + b"\x86\x86A_OPUS": ("audio", "mka", "mka"),
        b"OggS" + bytes(22) + b"\x01\x30" + b"\x7fFLAC\x01\0": ("audio", "oggflac", "oga"),
        b"caff\0\1\0\0": ("audio", "caf", "caf"),
        image("TIFF"): ("image", "raw", "nef"),
        image("JPEG2000"): ("image", "jp2", "jp2"),
    }
    for data, (modality, kind, suffix) in cases.items():
        assert of(data, f"x.{suffix}") == Detection(modality, kind, "detect.unsupported", True), kind


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (b"\0\0\0\x10ftypisom" + bytes(8) + b"hdlr" + bytes(8) + b"vide hdlr soun", "mp4", "detect.unsupported"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "mov", "detect.unsupported"),
        (b"RIFF\0\0\0\0AVI LIST", "avi", "detect.unsupported"),
        (b"\x1a\x45\xdf\xa3 V_VP9 A_OPUS", "mkv", "detect.unsupported"),
        ((b"G" + bytes(187)) * 4, "ts", "detect.unsupported"),
        (b"%PDF-1.7\n", "pdf", "detect.other"),
        (b"PK\x03\x04" + bytes(30), "zip", "detect.other"),
        (b"\x93NUMPY\1\0", "npy", "detect.other"),
        (b"PAR1\x15\0", "parquet", "detect.other"),
        (b"SQLite format 3\0", "sqlite", "detect.other"),
        (b"\x1f\x8b\x08\0", "gzip", "detect.other"),
        (b"RIFF\0\0\0\0ACON", "riff", "detect.other"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "svg", "detect.other"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html>\n<p>", "html", "detect.other"),
        (b"#!/bin/sh\necho\n", "script", "detect.other"),
        (b'{"images": []}', "json", "detect.other"),
        (b"just words", "text", "detect.text_suffix"),
        (b"\x07\x13\x99\x01 noise \0", "unknown", "detect.unknown"),
    ],
)
def test_other_things_are_not_samples(data: bytes, kind: str, code: str) -> None:
    assert of(data, "x") == Detection(None, kind, code, True)


@pytest.mark.parametrize("name", ["x.py", "x.yaml", "x.json", "x.xml", "x.toml", "x.c", "x.srt", "annotation.XML"])
def test_other_texts_are_not_samples(name: str) -> None:
    assert of(b"a = 1\n", name) == Detection(None, name.rpartition(".")[2].lower(), "detect.other", True)


def test_a_text_of_no_known_suffix_is_left_out_with_a_reason() -> None:
    assert of(b"some words\n", "notes.weird") == Detection(None, "weird", "detect.text_suffix", True)
    assert of(b"some words\n", "README") == Detection(None, "text", "detect.text_suffix", True)
    assert of(b"some words\n", ".hidden").kind == "text"


@pytest.mark.parametrize(
    ("name", "modality", "kind"),
    [
        ("a.txt", "text", "txt"), ("a.TEXT", "text", "txt"), ("a.md", "text", "md"), ("a.csv", "table", "csv"),
        ("a.tsv", "table", "tsv"), ("a.jsonl", "table", "jsonl"), ("a.ndjson", "table", "jsonl"),
    ],
)  # fmt: skip
def test_texts_by_suffix(name: str, modality: str, kind: str) -> None:
    wide = [content.encode(encoding) for content in ("words", "世界") for encoding in ("utf-16", "utf-32")]
    for data in (TABLE, "Grüße 世界\r\n".encode(), "\ufeffabc".encode(), b'{"a": 1}\n', *wide):
        assert of(data, name) == Detection(modality, kind, None, True), data


def test_a_text_that_begins_like_a_image() -> None:
    assert of(b"P5 is not an image", "a.md").kind == "md"
    assert of(b"P5 5 images", "a.txt").kind == "txt"


def test_texts_that_are_not_utf_8_or_hold_nul_are_for_the_decoder_to_refuse() -> None:
    assert of("안녕하세요 여러분".encode("cp949"), "a.txt") == Detection("text", "txt", None, True)
    assert of(b"abc\0def", "a.txt") == Detection("text", "txt", None, True)
    assert of(image("PNG"), "a.txt") == Detection("image", "png", None, False)
    assert of(b"<html><body>", "a.txt") == Detection(None, "html", "detect.other", True)


@pytest.mark.parametrize("shift", range(4))
def test_the_window_may_end_within_a_character(shift: int) -> None:
    data = b"x" * shift + "🌍".encode() * 2000
    assert of(data, "x").code == "detect.text_suffix"
    assert detect(data[:HEAD_BYTES], "x", HEAD_BYTES).kind == ("text" if shift == 0 else "unknown")  # here the file ends with it
    assert of(b"x" * 4000 + b"\xff\xfe" + b"x" * 4000, "x").kind == "unknown"


def test_empty_files() -> None:
    assert of(b"", "a.jpg") == Detection("image", "jpeg", "file.empty", True)
    assert of(b"", "a.wav") == Detection("audio", "wav", "file.empty", True)
    assert of(b"", "a.csv") == Detection("table", "csv", "file.empty", True)
    assert of(b"", "a.heic") == Detection("image", "heic", "file.empty", True)
    assert of(b"", "__init__.py") == Detection(None, "unknown", "file.empty", True)
    assert of(b"", "a") == Detection(None, "unknown", "file.empty", True)


@pytest.mark.parametrize("head", [b"\0" * 100, b"\xff\xd8", b"\x89PN", b"\x01\x02\x03\x99garbage\0"])
def test_a_broken_start_is_not_skipped_in_silence(head: bytes) -> None:
    assert of(head, "a.jpg") == Detection("image", "jpeg", None, True)
    assert of(head, "a.mp3") == Detection("audio", "mp3", None, True)
    assert of(head, "a.cr2") == Detection("image", "raw", "detect.unsupported", True)


def test_a_text_under_the_name_of_a_image_fails_as_a_image() -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    assert of(pointer, "a.jpg") == Detection("image", "jpeg", None, False)


def test_random_bytes_are_seldom_taken_for_anything() -> None:
    rng = np.random.default_rng(2)
    kinds = [of(rng.integers(0, 256, 4096, dtype=np.uint8).tobytes(), "x").kind for _ in range(3000)]
    assert sum(kind != "unknown" for kind in kinds) <= 3


def test_it_imports_nothing_heavy() -> None:
    script = "import sys, augcli.dataset.detect, augcli.dataset.walk; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"numpy", "cv2", "PIL", "soundfile", "torch", "pathspec", "pydantic"} & set(done.stdout.split())
