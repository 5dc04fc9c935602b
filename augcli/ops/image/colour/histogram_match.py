"""The shades of other images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.tone import PER_MILLION, Adapt
from augcli.core.values.resources import Request, Tones


class HistogramMatch(Op):
    """Give the image the histograms of a reference image, each colour for itself.

    References are images of your own, say from the cameras of the place where a model is to work ("domain adaptation").
    Size is kept; pixels that alpha hides wholly do not count. Alpha and labels are left alone; grey images get the luma
    of the reference. Not where colour is the label.
    """

    id: ClassVar[str] = "image.histogram_match"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"reference": "sample_data/data/images"},
        {"reference": "sample_data/data/images", "which": 0.5, "strength": 1},
    )
    references: ClassVar[tuple[str, ...]] = ("Gonzalez and Woods, Digital image processing, histogram specification",)

    reference: Annotated[str, Field(min_length=1, description="path of an image, or of a folder of images")]
    which: Span = span(0, 1, within=(0, 1), doc="which image of the folder, in the order of names: 0 the first, 1 the last")
    strength: Span = span(0.5, 1, within=(0, 1), doc="0 leaves the image as it is, 1 matches it wholly")

    def resources(self) -> Sequence[Request]:
        return [self._tones()]

    def lower(self, draw: Any, state: State) -> Sequence[Adapt]:
        tones = state.tones(self._tones())
        number = min(int(draw.which * tones.count()), tones.count() - 1)
        return [Adapt("match", 0, tones.shares(number), round(draw.strength * PER_MILLION))]

    def _tones(self) -> Tones:
        return Tones("tones", self.reference)
