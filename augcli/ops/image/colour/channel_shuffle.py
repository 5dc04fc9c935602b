from itertools import permutations

from augcli.plugin import ColourMatrix, Draw, Op, Primitives, Span, State, span

_ORDERS = tuple(permutations(range(3)))


class ChannelShuffle(Op):
    """Reorder the red, green and blue channels.

    Image size and value range are kept. Alpha and labels are left unchanged, and so are greyscale images. Do not use when
    the label depends on colour. `order: 5` is BGR, as in images whose channels were read in the wrong order.
    """

    id = "image.channel_shuffle"
    examples = ({}, {"order": 5})

    order: Span = span(
        1,
        5,
        within=(0, 5),
        whole=True,
        unit="",
        doc="0 RGB (unchanged), 1 RBG, 2 GRB, 3 GBR, 4 BRG, 5 BGR",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        if state.image.channels == 1:
            return []
        return [ColourMatrix.linear(tuple([float(source == at) for source in _ORDERS[draw.order] for at in range(3)]))]
