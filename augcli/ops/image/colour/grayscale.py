from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, State


class Grayscale(Op):
    """Replace each pixel by its luma (BT.601), in all three channels.

    Size and number of channels are kept. Alpha and labels are left alone. Not where colour is the label.
    """

    id = "image.grayscale"

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [colour.saturation(0.0)]
