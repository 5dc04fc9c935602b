from augcli.plugin import Curve, Draw, Op, Primitives, Span, State, span, top_bits


class Posterize(Op):
    """Keep only the upper bits of every value.

    Shades between are lost and smooth areas fall into steps; the image gets a little darker, since the lower bits
    become 0. Size is kept. Alpha and labels are left alone. Not where fine shades decide the label.
    """

    id = "image.posterize"
    examples = ({}, {"bits": 1})
    references = ("Cubuk et al., AutoAugment, arXiv:1805.09501",)

    bits: Span = span(3, 5, within=(1, 8), whole=True, unit="bits", doc="so many of the highest bits are kept; 8 keeps all of 8")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Curve.alike(top_bits(draw.bits, state.image.bits))]
