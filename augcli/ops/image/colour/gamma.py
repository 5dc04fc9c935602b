from augcli.plugin import Curve, Draw, LogUniform, Op, Primitives, Span, State, span, table_of


class Gamma(Op):
    """Raise every value to a power; black and white stay where they are.

    Above 1 mid-tones get darker, below 1 brighter; half and double are equally likely by default. Size and range are
    kept. Alpha and labels are left alone.
    """

    id = "image.gamma"
    examples = ({}, {"gamma": 2.2}, {"gamma": 0.45})

    gamma: Span = span(draw=LogUniform(0.8, 1.25), within=(0.1, 10), doc="the power; 1 leaves the image as it is")

    def lower(self, draw: Draw, state: State) -> Primitives:
        power = draw.gamma
        return [Curve.alike(table_of(lambda share: share**power, state.image.bits))]
