"""Texts as images: letters drawn by Pillow, which includes FreeType and one font.

Letters are placed one after another by the font's metrics, without the joining and reordering that some scripts need, so
right-to-left scripts are refused. The same version of Pillow draws the same pixels.
"""

from __future__ import annotations

import io
import os
import threading
import unicodedata
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from augcli.core.values.outcome import UserError
from augcli.core.values.resources import Writing

from .named_files import bytes_of

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_UNASSIGNED = "\U0010ffff"  # no font has a glyph for it
_PROBE_PX = 32
_DRAWING = threading.Lock()  # a font is one FreeType object, which threads must not share


class WrittenTexts:
    """Draws the texts of a request, or any other text, in the request's font."""

    def __init__(self, font: bytes, texts: tuple[str, ...]) -> None:
        self._font, self._texts = font, texts

    def count(self) -> int:
        """How many texts the request has; 0 if it has only a font."""
        return len(self._texts)

    def size(self, text: str | int, size_px: int, *colour: int) -> tuple[int, int]:
        """Width and height of the drawn text; `text` is the text itself, or its number in the request."""
        mask = _drawn(self._font, self.name(text), size_px)
        return mask.shape[1], mask.shape[0]

    def pixels(self, text: str | int, size_px: int, *colour: int) -> Any:
        """RGBA pixels, all in one colour."""
        import numpy

        mask = _drawn(self._font, self.name(text), size_px)
        result = numpy.empty((*mask.shape, 4), numpy.uint8)
        result[:, :, :3], result[:, :, 3] = colour, mask
        return result

    def scales(self, text: str | int, *looks: int) -> tuple[int, ...]:
        return (1,)

    def name(self, text: str | int, *looks: int) -> str:
        """The text itself."""
        return self._texts[text] if isinstance(text, int) else text


def find_writing(request: Writing) -> tuple[str, WrittenTexts]:
    """A digest that identifies the request's drawings, and its texts; raises UserError if they cannot be drawn."""
    import PIL
    from PIL import features

    font = bytes_of("font", request.source) if request.source else b""
    texts = request.texts
    if request.file:
        texts = _lines(request.file)
    _check_font(request.source, font)
    for text in texts:
        _check_text(request.source, font, text)
    parts = [PIL.__version__, features.version("freetype2") or "", sha256(font).hexdigest(), *texts]
    return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest(), WrittenTexts(font, texts)


def _lines(path: str) -> tuple[str, ...]:
    try:
        text = bytes_of("text file", path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"the text file {path!r} is not UTF-8 (byte {error.start})") from None
    lines = tuple(line.strip() for line in text.splitlines() if line.strip())
    if not lines:
        raise UserError(f"the text file {path!r} is empty; write one text per line")
    return lines


def _check_font(path: str, font: bytes) -> None:
    try:
        _font_of(font, _PROBE_PX)
    except (OSError, ValueError):
        raise UserError(
            f"{path!r} is not a font that FreeType can read; use a TrueType or OpenType file (.ttf, .otf, .ttc)"
        ) from None


def _check_text(path: str, font: bytes, text: str) -> None:
    name = f"the font {os.path.basename(path)!r}" if path else "the font that comes with Pillow (English letters only)"
    for letter in dict.fromkeys(text):
        shown = f"{letter!r} (U+{ord(letter):04X}) in {text!r}"
        if unicodedata.bidirectional(letter) in ("R", "AL"):
            raise UserError(
                f"{shown} is written from right to left, which is not supported; overlay an image of the text instead"
            )
        if not letter.isspace() and not _has_glyph(font, letter):
            raise UserError(f"{name} has no glyph for {shown}; name a font that has one (font: PATH)")


@lru_cache(maxsize=4096)
def _has_glyph(font: bytes, letter: str) -> bool:
    """Whether the font draws something for this letter other than its placeholder for missing glyphs."""
    drawn, missing = (_font_of(font, _PROBE_PX).getmask(each) for each in (letter, _UNASSIGNED))
    return drawn.getbbox() is not None and (drawn.size, bytes(drawn)) != (missing.size, bytes(missing))


@lru_cache(maxsize=64)
def _font_of(font: bytes, size_px: int) -> FreeTypeFont:
    from PIL import ImageFont

    if not font:
        found = ImageFont.load_default(size_px)
        assert isinstance(found, ImageFont.FreeTypeFont), "Pillow was built without FreeType"
        return found
    return ImageFont.truetype(io.BytesIO(font), size_px, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=64)
def _drawn(font: bytes, text: str, size_px: int) -> Any:
    """The coverage of each pixel by the letters, in 255ths: uint8 (height, width)."""
    import numpy
    from PIL import Image, ImageDraw

    with _DRAWING:
        letters = _font_of(font, size_px)
        pen = ImageDraw.Draw(Image.new("L", (1, 1)))
        left, top, right, bottom = (round(edge) for edge in pen.textbbox((0, 0), text, font=letters))
        canvas = Image.new("L", (max(1, right - left), max(1, bottom - top)))
        ImageDraw.Draw(canvas).text((-left, -top), text, fill=255, font=letters)
        return numpy.asarray(canvas)
