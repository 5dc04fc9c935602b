from augcli.core.idioms.placement import symmetry
from augcli.plugin import Draw, Op, Primitives, State


class Transpose(Op):
    """Mirror the image about its main diagonal (from the top left): rows become columns.

    Exact: pixels are moved, not resampled. Width and height are swapped. Boxes, points and masks move with the image. Use
    for images without a natural orientation, such as aerial or microscope images.
    """

    id = "image.transpose"

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [symmetry(state.image, True, False, False)]
