from typing import Literal

from augcli.plugin import Draw, Op, Primitives, Recode, Span, State, levels, option, span


class JpegCompression(Op):
    """Encode the image as JPEG and decode it again, which leaves its artefacts.

    They are blocks of 8 pixels, ringing at edges and smeared colours.
    Size is kept; alpha and labels are left alone. It is done on the host, also where the rest is done on a GPU:
    cheapest as the first or the last step. Images of 16 bits come back with the levels of 8, as many as codecs hold.
    The files that augcli writes are encoded again after it (see `output`).
    Not where fine texture is what is to be learned.
    """

    id = "image.jpeg_compression"
    examples = ({}, {"quality": 5}, {"quality": 20, "subsampling": "444"}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C: 25 to 7), arXiv:1903.12261",)
    severities = levels(quality=(25, 18, 15, 10, 7))

    quality: Span = span(30, 90, within=(1, 100), whole=True, doc="of the encoder; below 30 the blocks are plain to see")
    subsampling: Literal["420", "422", "444"] = option("420", doc="444 keeps colours at full size, 420 at half")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Recode("jpeg", draw.quality, self.subsampling)]
