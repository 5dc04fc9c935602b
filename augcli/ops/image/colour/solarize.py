from augcli.plugin import Curve, Draw, Op, Primitives, Span, State, inverted_from, span


class Solarize(Op):
    """Invert all values from a threshold on, each colour for itself.

    Size and range are kept. Alpha and labels are left alone. Not where colour is the label: it makes colours that no
    camera gives, which is what policies such as RandAugment want it for.
    """

    id = "image.solarize"
    examples = ({}, {"threshold": 0}, {"threshold": [0.3, 0.9]})
    references = ("Cubuk et al., AutoAugment, arXiv:1805.09501",)

    threshold: Span = span(0.5, within=(0, 1), unit="of full scale", doc="values from here on are inverted; 0 inverts all")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Curve.alike(inverted_from(draw.threshold, state.image.bits))]
