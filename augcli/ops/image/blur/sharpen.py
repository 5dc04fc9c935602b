from augcli.core.idioms import taps
from augcli.plugin import Draw, Filter2D, Op, Primitives, Span, State, span


class Sharpen(Op):
    """Blend with a slightly smoothed image, or away from it: Pillow's and torchvision's sharpness.

    Range is kept by clamping; pixels of the image's edge stay as they are. Size is kept; alpha and labels are left
    alone. For a width of your choice: `unsharp_mask`.
    """

    id = "image.sharpen"
    examples = ({}, {"factor": 0}, {"factor": 5})
    references = ("Pillow, ImageEnhance.Sharpness and ImageFilter.SMOOTH",)

    factor: Span = span(1.2, 2.0, within=(0, 20), doc="0 is smoothed, 1 leaves the image as it is, 2 is sharper")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Filter2D(taps.sharpness(draw.factor), "keep", colours_only=True)]
