"""Hue, saturation and value, as YOLO trains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.tone import HueSaturationValue


class HsvJitter(Op):
    """Turn the hue and multiply saturation and value in the HSV model.

    The defaults are those of YOLO training (hsv_h 0.015, hsv_s 0.7, hsv_v 0.4). `color_jitter` does much the same by
    one linear map, keeps luma better and fuses with other steps; this one keeps colours inside the range instead of
    clamping them. Size is kept. Alpha and labels are left alone; grey stays grey. Not where colour is the label.
    """

    id: ClassVar[str] = "image.hsv_jitter"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"hue_deg": 150, "saturation": 3, "value": 1.5}, {"saturation": 0})
    references: ClassVar[tuple[str, ...]] = ("Smith, Color gamut transform pairs, SIGGRAPH 1978",)

    hue_deg: Span = span(-5.4, 5.4, within=(-180, 180), unit="deg", doc="turn of the colour circle: 120 makes red green")
    saturation: Span = span(0.3, 1.7, within=(0, 10), doc="factor; 0 is grey, 1 leaves the image as it is")
    value: Span = span(0.6, 1.4, within=(0, 10), doc="factor on the largest of red, green and blue; 0 is black")

    def lower(self, draw: Any, state: State) -> Sequence[HueSaturationValue]:
        return [HueSaturationValue(draw.hue_deg, draw.saturation, draw.value)]
