from itertools import permutations

from augcli.plugin import ColourMatrix, Draw, Op, Primitives, Span, State, span

_ORDERS = tuple(permutations(range(3)))


class ChannelShuffle(Op):
    """Put red, green and blue in another order.

    Size and range are kept. Alpha and labels are left alone; grey images stay as they are. Not where colour is the
    label. `order: 5` is BGR, as from a program that mixed the two up.
    """

    id = "image.channel_shuffle"
    examples = ({}, {"order": 5})

    order: Span = span(
        1, 5, within=(0, 5), whole=True, doc="0 as they are, 1 red-blue-green, 2 GRB, 3 GBR, 4 BRG, 5 blue-green-red"
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        if state.image.channels == 1:
            return []
        return [ColourMatrix.linear(tuple([float(source == at) for source in _ORDERS[draw.order] for at in range(3)]))]
