from augcli.plugin import Curve, Draw, LogUniform, Op, Primitives, Span, State, span, table_of


class Gamma(Op):
    """Raise every value to a power; black and white stay unchanged.

    An exponent above 1 darkens the mid-tones, one below 1 brightens them; by default, both are equally likely. Image size
    and value range are kept. Alpha and labels are left unchanged.
    """

    id = "image.gamma"
    examples = ({}, {"gamma": 2.2}, {"gamma": 0.45})

    gamma: Span = span(
        draw=LogUniform(0.8, 1.25),
        within=(0.1, 10),
        unit="",
        useful=(0.5, 2),
        scale="log",
        doc="the exponent; 1 leaves the image unchanged",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        power = draw.gamma
        return [Curve.alike(table_of(lambda share: share**power, state.image.bits))]
