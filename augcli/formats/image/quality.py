"""Quality and chroma subsampling: what the pipeline asks for, or what the source was written with."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from augcli.core.pipeline.settings import ImageOutput
    from augcli.formats.image.header import ImageHeader

# How encoders name them: (horizontal, vertical) factors of luma, then those of the two chroma planes.
FACTORS = {"420": 0x221111, "422": 0x211111, "444": 0x111111, "440": 0x121111, "411": 0x411111}
# The luminance table of annex K of the JPEG standard, in zigzag order: quality 50.
_LUMA = bytes((
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57,
    51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120,
    92, 101, 103, 99,
))  # fmt: skip


def table(quality: int) -> bytes:
    """The luminance table that libjpeg uses for a quality, 1 to 100."""
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    return bytes(min(max((value * percent + 50) // 100, 1), 255) for value in _LUMA)


@lru_cache(maxsize=256)
def estimate(luma: bytes) -> int:
    """The quality whose table is nearest: exact for what libjpeg wrote, a fair guess for the tables of cameras and editors."""
    return min(range(100, 0, -1), key=lambda quality: sum(abs(a - b) for a, b in zip(luma, table(quality), strict=True)))


def chosen_quality(header: ImageHeader, output: ImageOutput) -> int:
    if output.quality != "source":
        return output.quality
    return estimate(header.luma_table) if header.luma_table else 95


def chosen_subsampling(header: ImageHeader, output: ImageOutput) -> str:
    """The source's, by default. A source that never halved its colours (CMYK), or did so in an unusual way, keeps all of them."""
    if output.subsampling != "source":
        return output.subsampling
    return header.subsampling if header.subsampling in FACTORS else "444" if header.format == "jpeg" else "420"
