from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, State


class Invert(Op):
    """Replace every value by what is missing to white.

    Size and range are kept. Alpha and labels are left alone. For drawings, documents and microscopy; photographs of
    things whose colour matters are better left alone.
    """

    id = "image.invert"

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [colour.INVERTED]
