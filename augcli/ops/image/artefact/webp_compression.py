from augcli.plugin import Draw, Op, Primitives, Recode, Span, State, span


class WebpCompression(Op):
    """Encode the image as WebP and decode it again, which leaves its artefacts.

    They are smeared blocks, and colours at half size.
    Size is kept; alpha and labels are left alone. It is done on the host, also where the rest is done on a GPU:
    cheapest as the first or the last step. Images of 16 bits come back with the levels of 8, as many as codecs hold.
    The files that augcli writes are encoded again after it (see `output`).
    Not where fine texture is what is to be learned.
    """

    id = "image.webp_compression"
    examples = ({}, {"quality": 1})

    quality: Span = span(30, 90, within=(1, 100), whole=True, doc="of the encoder; below 30 the blocks are plain to see")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Recode("webp", draw.quality)]
