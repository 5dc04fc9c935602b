from augcli.core.idioms import taps
from augcli.plugin import Draw, Filter2D, Op, Primitives, Span, State, span


class Sharpen(Op):
    """Sharpen or smooth the image, with the sharpness factor of Pillow and torchvision.

    Values outside the range are clamped; pixels at the edges of the image stay unchanged. Image size, alpha and labels
    are kept. To choose the width of the edges to sharpen, use `unsharp_mask`.
    """

    id = "image.sharpen"
    examples = ({}, {"factor": 0}, {"factor": 5})
    references = ("Pillow, ImageEnhance.Sharpness and ImageFilter.SMOOTH",)

    factor: Span = span(
        1.2, 2.0, within=(0, 20), unit="", useful=(0, 4), doc="below 1 smooths, 1 leaves the image unchanged, above 1 sharpens"
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Filter2D(taps.sharpness(draw.factor), "keep", colours_only=True)]
