from augcli.plugin import PER_MILLION, Adapt, Draw, Op, Primitives, Span, State, span


class Autocontrast(Op):
    """Stretch each channel so that its darkest value becomes 0 and its brightest 255.

    Matches Pillow and torchvision exactly. With a `cutoff`, that share of the pixels at each end is ignored when the
    range is measured, and clipped to 0 or 255. Image size is kept; fully transparent pixels are not counted. Alpha and
    labels are left unchanged. Without a cutoff, images that already contain black and white hardly change.
    """

    id = "image.autocontrast"
    examples = ({}, {"cutoff": 0.2})
    references = ("Pillow, ImageOps.autocontrast", "Cubuk et al., AutoAugment, arXiv:1805.09501")

    cutoff: Span = span(
        0, within=(0, 0.49), unit="of all pixels", useful=(0, 0.1), doc="share of pixels ignored at each end of the histogram"
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Adapt("stretch", round(draw.cutoff * PER_MILLION))]
