"""What an image format says about itself, beside its names: what it holds, and how it is read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from augcli.formats.format import FileFormat
from augcli.formats.image.header import ImageHeader, Pixels
from augcli.formats.image.metadata.carried import PIXELS_ONLY, Keeps, Metadata

if TYPE_CHECKING:
    from augcli.core.pipeline.settings import ImageOutput, Limits

Notes = dict[str, str]


@dataclass(frozen=True, kw_only=True, eq=False)
class ImageFormat(FileFormat):
    """A format without `probe` and `decode` is not read; one without `encode` is not written, or only as an animation."""

    modality: str = "image"
    modes: frozenset[str] = frozenset()  # the modes it is written in: "L" "RGBA" "RGB;16" "RGB;float32" ...
    max_side: int | None = None  # pixels, of what is written
    keeps: Keeps = PIXELS_ONLY  # what it holds beside pixels
    choosable: bool = False  # whether output.image.format may name it; if not, it is written for its own sources only
    written_as: str = ""  # the format that a source of this one becomes, where that is another
    needs: str = ""  # how to install what reads it, where that is optional
    sample: bytes = b""  # a tiny file, where this format is read but not written: `doctor` tries it
    sample_colour: tuple[int, ...] = ()
    tolerance_levels: float = 0.0  # how far a smooth image may be off on average after a round trip; `doctor` holds it

    probe: Callable[[bytes, Limits], ImageHeader] | None = None  # (whole file, limits)
    decode: Callable[[bytes, ImageHeader, int], Pixels] | None = None  # (whole file, header, scale): the first frame
    decodes_upright: bool = False  # decode() applies the orientation itself
    encode: Callable[[Pixels, str, ImageHeader, ImageOutput, Metadata], bytes] | None = None  # (pixels, mode, source, ...)

    # An animation: later frames as the whole canvas shows them; and one file from frames of one size.
    later_frames: Callable[[bytes, ImageHeader], list[Pixels]] | None = None
    animate: Callable[[list[Pixels], ImageHeader, ImageOutput, Metadata], tuple[bytes, Notes]] | None = None
    untold_frames: str = ""  # why a file fails whose frames cannot be told apart; "": its first frame is used
    # Pages: each as a file of its own (at most one more than the number given), and files of one page joined.
    split_pages: Callable[[bytes, int], Iterator[bytes]] | None = None
    join_pages: Callable[[list[bytes]], bytes] | None = None

    @property
    def is_read(self) -> bool:
        return self.probe is not None

    @property
    def is_written(self) -> bool:
        return self.encode is not None

    @property
    def holds_alpha(self) -> bool:
        return "RGBA" in self.modes

    @property
    def holds_16_bits(self) -> bool:
        return "RGB;16" in self.modes

    @property
    def holds_floats(self) -> bool:
        return "RGB;float32" in self.modes
