from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, State


class Grayscale(Op):
    """Convert the image to greyscale: all three channels receive the luma (BT.601).

    Image size and number of channels are kept. Alpha and labels are left unchanged. Do not use when the label depends on
    colour.
    """

    id = "image.grayscale"

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [colour.saturation(0.0)]
