from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, State


class Invert(Op):
    """Invert every value, as in a photographic negative.

    Image size and value range are kept. Alpha and labels are left unchanged. Use for drawings, documents and microscope
    images. Do not use for photographs of objects whose colour matters.
    """

    id = "image.invert"

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [colour.INVERTED]
