from augcli.plugin import Draw, Op, Primitives, Span, State, Warp, levels, scaling, span


class Pixelate(Op):
    """Replace square blocks of pixels with their mean colour.

    Blocks start at the top left corner; incomplete blocks at the right and bottom edges are completed by repeating the
    last pixels. Nothing moves: labels are left unchanged, and alpha is treated like the colours. Do not use when the
    label depends on details as small as a block. Severities are those of ImageNet-C (1.7 to 4 px) rounded to whole
    pixels; for the exact ones, use `downscale` with `enlarge: nearest` and a scale of 0.6, 0.5, 0.4, 0.3 or 0.25.
    """

    id = "image.pixelate"
    examples = ({}, {"block_px": 12}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C: 2 to 4 px), arXiv:1903.12261",)
    severities = levels(block_px=(2, 2, 3, 3, 4))

    block_px: Span = span(
        "0.9%",
        "2.7%",
        within=(1, 128),
        shares=True,
        whole=True,
        unit="px",
        useful=(1, 16),
        scale="log",
        doc="side of a block; 1 leaves the image unchanged",
    )

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
