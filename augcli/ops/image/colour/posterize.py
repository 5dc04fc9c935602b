from augcli.plugin import Curve, Draw, Op, Primitives, Span, State, span, top_bits


class Posterize(Op):
    """Keep only the most significant bits of every value.

    Smooth gradients turn into steps; the image becomes slightly darker, since the lower bits become 0. Image size is
    kept. Alpha and labels are left unchanged. Do not use when the label depends on fine shades.
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
        doc="number of bits kept; 8 leaves an 8-bit image unchanged",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Curve.alike(top_bits(draw.bits, state.image.bits))]
