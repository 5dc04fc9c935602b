from augcli.core.idioms.placement import symmetry
from augcli.plugin import Draw, Op, Primitives, State


class Transpose(Op):
    """Mirror the image in its diagonal from the top left: rows become columns.

    Exact: no value changes, only places do. Width and height change places. Boxes, points and masks move along.
    For images without an upright: seen from above, through a microscope.
    """

    id = "image.transpose"

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [symmetry(state.image, True, False, False)]
