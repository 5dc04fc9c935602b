"""Brightness, contrast, saturation and hue at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.idioms import colour
from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import ColourMatrix

_ORDERS = tuple(permutations(range(4)))


class ColorJitter(Op):
    """Change brightness, contrast, saturation and hue, in a random order.

    All four become one linear map and are clamped once. Size is kept. Alpha and labels are left alone.
    Not where colour is the label; set `hue_deg: 0` there.
    """

    id: ClassVar[str] = "image.color_jitter"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"brightness": 1.4, "contrast": 0.6, "saturation": 1.4, "hue_deg": 30, "order": 0},
    )

    brightness: Span = span(0.8, 1.2, within=(0, 10), doc="factor; 1 leaves the image as it is")
    contrast: Span = span(0.8, 1.2, within=(0, 10), doc="factor; 1 leaves the image as it is")
    saturation: Span = span(0.8, 1.2, within=(0, 10), doc="factor; 1 leaves the image as it is")
    hue_deg: Span = span(-18, 18, within=(-180, 180), unit="deg", doc="turn of the colour circle")
    order: Span = span(0, 23, within=(0, 23), whole=True, doc="which of the 24 orders; 0 is as listed here")

    def lower(self, draw: Any, state: State) -> Sequence[ColourMatrix]:
        maps = (
            colour.brightness(draw.brightness),
            colour.contrast(draw.contrast),
            colour.saturation(draw.saturation),
            colour.hue(draw.hue_deg),
        )
        return [maps[number] for number in _ORDERS[draw.order]]
