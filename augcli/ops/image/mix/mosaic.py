from typing import Literal

from augcli.core.idioms.placement import cover
from augcli.plugin import (
    BARRIER,
    Blend,
    Draw,
    Layer,
    Op,
    Primitives,
    Region,
    Span,
    State,
    Warp,
    multiply,
    option,
    span,
    translation,
)


class Mosaic(Op):
    """Combine this image and three others of the dataset in a 2 × 2 grid on its canvas.

    The quarters meet at a random point; each image is scaled to cover its quarter and centred. Image size is kept. The
    class becomes a soft label weighted by area. Boxes move with their image and are clipped. Do not use when the label
    depends on the size of objects. Put resizing and cropping before this step.
    """

    id = "image.mosaic"
    partners = 3
    keeps_label = False
    examples = ({}, {"x": 0.5, "y": 0.5, "place": 0}, {"x": [0, 1], "y": [0, 1]})
    references = ("Bochkovskiy et al., YOLOv4, arXiv:2004.10934",)

    x: Span = span(0.3, 0.7, within=(0, 1), unit="", useful=(0.2, 0.8), doc="where the quarters meet: 0 left, 1 right")
    y: Span = span(0.3, 0.7, within=(0, 1), unit="", useful=(0.2, 0.8), doc="where the quarters meet: 0 top, 1 bottom")
    place: Span = span(
        0,
        3,
        within=(0, 3),
        whole=True,
        unit="",
        doc="this image's quarter: 0 top left, 1 top right, 2 bottom left, 3 bottom right",
    )
    partner: Literal["any", "same_class", "other_class"] = option("any", doc="classes from which the partners are chosen")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        if width < 2 or height < 2:
            return []  # no room for four
        x = min(max(round(draw.x * width), 1), width - 1)
        y = min(max(round(draw.y * height), 1), height - 1)
        quarters: list[Region] = [(0, 0, x, y), (x, 0, width, y), (0, y, x, height), (x, y, width, height)]
        own = quarters.pop(draw.place)
        first = state.first_partner
        inside = cover(state.image, _size(own))
        laid = Warp(translation(own[0], own[1]), (width, height), "constant")  # the rest will be covered
        layers = [
            Layer(number, (_moved(cover(state.partner_image(number), _size(region)), region, (width, height)),), 1.0, region)
            for number, region in enumerate(quarters, first)
        ]
        return [inside, BARRIER, laid, Blend(tuple(layers))]


def _size(region: Region) -> tuple[int, int]:
    return region[2] - region[0], region[3] - region[1]


def _moved(warp: Warp, region: Region, canvas: tuple[int, int]) -> Warp:
    """The same in its region of the canvas; it is not seen beyond."""
    return warp._replace(matrix=multiply(translation(region[0], region[1]), warp.matrix), size=canvas)
