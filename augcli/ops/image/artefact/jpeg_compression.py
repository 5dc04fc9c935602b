"""Artefacts of JPEG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.draws.severity import Levels, levels
from augcli.core.ops.op import Op, State
from augcli.core.primitives.recode import Recode


class JpegCompression(Op):
    """Encode the image as JPEG and decode it again, which leaves its artefacts.

    They are blocks of 8 pixels, ringing at edges and smeared colours.
    Size is kept; alpha and labels are left alone. It is done on the host, also where the rest is done on a GPU:
    cheapest as the first or the last step. Images of 16 bits come back with the levels of 8, as many as codecs hold.
    The files that augcli writes are encoded again after it (see `output`).
    Not where fine texture is what is to be learned.
    """

    id: ClassVar[str] = "image.jpeg_compression"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"quality": 5}, {"quality": 20, "subsampling": "444"}, {"severity": 3})
    references: ClassVar[tuple[str, ...]] = (
        "Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C: 25 to 7), arXiv:1903.12261",
    )
    severities: ClassVar[Levels] = levels(quality=(25, 18, 15, 10, 7))

    quality: Span = span(30, 90, within=(1, 100), whole=True, doc="of the encoder; below 30 the blocks are plain to see")
    subsampling: Literal["420", "422", "444"] = Field("420", description="444 keeps colours at full size, 420 at half")

    def lower(self, draw: Any, state: State) -> Sequence[Recode]:
        return [Recode("jpeg", draw.quality, self.subsampling)]
