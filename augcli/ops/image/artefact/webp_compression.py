from augcli.plugin import Draw, Op, Primitives, Recode, Span, State, span


class WebpCompression(Op):
    """Encode the image as WebP and decode it again, which leaves compression artefacts.

    The artefacts are smeared blocks and colours at half resolution. Image size, alpha and labels are kept. The step runs
    on the CPU even when the rest runs on a GPU; it is fastest as the first or last step. 16-bit images are reduced to
    8-bit precision, the most the codec supports. Output files are encoded once more after this step (see `output`). Do
    not use when the label depends on fine texture.
    """

    id = "image.webp_compression"
    examples = ({}, {"quality": 1})

    quality: Span = span(
        30,
        90,
        within=(1, 100),
        whole=True,
        unit="",
        useful=(10, 95),
        doc="encoder quality; below 30, blocks are clearly visible",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Recode("webp", draw.quality)]
