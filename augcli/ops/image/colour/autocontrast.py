from augcli.plugin import PER_MILLION, Adapt, Draw, Op, Primitives, Span, State, span


class Autocontrast(Op):
    """Stretch each channel so that its darkest value becomes 0 and its brightest 255.

    Matches Pillow and torchvision exactly. With a `cutoff`, that share of the darkest and brightest pixels is ignored and
    becomes fully black and white. Image size is kept; fully transparent pixels are not counted. Alpha and labels are left
    unchanged. Without a cutoff, it changes little in images that already contain black and white.
    """

    id = "image.autocontrast"
    examples = ({}, {"cutoff": 0.2})
    references = ("Pillow, ImageOps.autocontrast", "Cubuk et al., AutoAugment, arXiv:1805.09501")

    cutoff: Span = span(0, within=(0, 0.49), unit="of all pixels", useful=(0, 0.1), doc="share of pixels ignored at each end")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Adapt("stretch", round(draw.cutoff * PER_MILLION))]
