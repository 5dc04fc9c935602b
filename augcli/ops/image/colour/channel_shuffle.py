from itertools import permutations

from augcli.plugin import ColourMatrix, Draw, Op, Primitives, Span, State, span

_ORDERS = tuple(permutations(range(3)))


class ChannelShuffle(Op):
    """Put red, green and blue in another order.

    Image size and value range are kept. Alpha and labels are left unchanged, and so are greyscale images. Do not use when
    the label depends on colour. `order: 5` is BGR, as produced by programs that confuse the two orders.
    """

    id = "image.channel_shuffle"
    examples = ({}, {"order": 5})

    order: Span = span(
        1,
        5,
        within=(0, 5),
        whole=True,
        unit="",
        doc="0 unchanged, 1 red-blue-green, 2 GRB, 3 GBR, 4 BRG, 5 blue-green-red",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        if state.image.channels == 1:
            return []
        return [ColourMatrix.linear(tuple([float(source == at) for source in _ORDERS[draw.order] for at in range(3)]))]
