from augcli.plugin import Curve, Draw, Op, Primitives, Span, State, inverted_from, span


class Solarize(Op):
    """Invert all values at or above a threshold, separately for each channel.

    Image size and value range are kept. Alpha and labels are left unchanged. Do not use when the label depends on colour:
    the resulting colours are unnatural, which is intended in policies such as RandAugment.
    """

    id = "image.solarize"
    examples = ({}, {"threshold": 0}, {"threshold": [0.3, 0.9]})
    references = ("Cubuk et al., AutoAugment, arXiv:1805.09501",)

    threshold: Span = span(
        0.5, within=(0, 1), unit="of full scale", useful=(0.3, 1), doc="values at or above this are inverted; 0 inverts all"
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Curve.alike(inverted_from(draw.threshold, state.image.bits))]
