"""What a header says about a sample before its content is decoded. Primitives say how facts change (`facts_after`)."""

from __future__ import annotations

from typing import NamedTuple

MODALITIES = ("image", "audio", "text")


class ImageFacts(NamedTuple):
    """Size in pixels as displayed (after EXIF orientation), channels (1 grey, 3 RGB, 4 RGBA), bits per channel."""

    width: int
    height: int
    channels: int = 3
    bits: int = 8


class AudioFacts(NamedTuple):
    """Frames (samples per channel), rate in Hz, channels."""

    frames: int
    rate: int
    channels: int = 1


class TextFacts(NamedTuple):
    """Length in characters (code points)."""

    characters: int


Facts = ImageFacts | AudioFacts | TextFacts
