from augcli.plugin import PER_MILLION, Adapt, Draw, Op, Primitives, Span, State, span


class Autocontrast(Op):
    """Stretch each colour so that its darkest value becomes 0 and its brightest 255.

    To the level what Pillow and torchvision do. With a `cutoff`, so many of the darkest and of the brightest pixels are
    disregarded, and become wholly black and white. Size is kept; pixels that alpha hides wholly do not count. Alpha and
    labels are left alone. Without a cutoff it changes little in images that hold some black and some white already.
    """

    id = "image.autocontrast"
    examples = ({}, {"cutoff": 0.2})
    references = ("Pillow, ImageOps.autocontrast", "Cubuk et al., AutoAugment, arXiv:1805.09501")

    cutoff: Span = span(0, within=(0, 0.49), unit="of all pixels", doc="how many are disregarded at either end")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Adapt("stretch", round(draw.cutoff * PER_MILLION))]
