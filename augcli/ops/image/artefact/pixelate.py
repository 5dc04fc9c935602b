from augcli.plugin import Draw, Op, Primitives, Span, State, Warp, levels, scaling, span


class Pixelate(Op):
    """Replace square blocks of pixels by their mean colour.

    Blocks are counted from the top left corner; those at the right and bottom may be cut off, and count their last
    pixels again for what is missing. Nothing moves: labels are left alone, alpha goes along. Not where what is to be
    learned is about as small as a block. Severities are those of ImageNet-C (1.7 to 4 px) rounded to whole pixels;
    `downscale` with `enlarge: nearest` has them exactly, as scales of 0.6, 0.5, 0.4, 0.3 and 0.25.
    """

    id = "image.pixelate"
    examples = ({}, {"block_px": 12}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C: 2 to 4 px), arXiv:1903.12261",)
    severities = levels(block_px=(2, 2, 3, 3, 4))

    block_px: Span = span(2, 6, within=(1, 128), whole=True, unit="px", doc="edge of a block; 1 leaves the image as it is")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        edge = draw.block_px
        if edge == 1:
            return []
        small = -(-width // edge), -(-height // edge)
        # Hard, so that the way back does not fuse with it and undo it.
        return [
            Warp(scaling(1 / edge, 1 / edge), small, "edge", interpolation="bilinear", hard=True),
            Warp(scaling(edge, edge), (width, height), interpolation="nearest"),
        ]
