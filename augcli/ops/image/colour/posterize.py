from augcli.plugin import Curve, Draw, Op, Primitives, Span, State, span, top_bits


class Posterize(Op):
    """Keep only the highest bits of every value.

    Gradients turn into steps; the image becomes slightly darker, since the lower bits become 0. Image size is kept. Alpha
    and labels are left unchanged. Do not use when the label depends on fine shades.
    """

    id = "image.posterize"
    examples = ({}, {"bits": 1})
    references = ("Cubuk et al., AutoAugment, arXiv:1805.09501",)

    bits: Span = span(
        3,
        5,
        within=(1, 8),
        whole=True,
        unit="bits",
        useful=(2, 8),
        doc="number of highest bits kept; 8 keeps all of an 8-bit image",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Curve.alike(top_bits(draw.bits, state.image.bits))]
