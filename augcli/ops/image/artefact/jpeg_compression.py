from typing import Literal

from augcli.plugin import Draw, Op, Primitives, Recode, Span, State, levels, option, span


class JpegCompression(Op):
    """Encode the image as JPEG and decode it again, which leaves compression artefacts.

    The artefacts are 8 × 8 blocks, ringing at edges and smeared colours. Image size, alpha and labels are kept. The step
    runs on the CPU even when the rest runs on a GPU; it is fastest as the first or last step. 16-bit images are reduced
    to 8-bit precision, the most the codec supports. Output files are encoded once more after this step (see `output`). Do
    not use when the label depends on fine texture.
    """

    id = "image.jpeg_compression"
    examples = ({}, {"quality": 5}, {"quality": 20, "subsampling": "444"}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C: 25 to 7), arXiv:1903.12261",)
    severities = levels(quality=(25, 18, 15, 10, 7))

    quality: Span = span(
        30,
        90,
        within=(1, 100),
        whole=True,
        unit="",
        useful=(10, 95),
        doc="encoder quality; below 30, blocks are clearly visible",
    )
    subsampling: Literal["420", "422", "444"] = option(
        "420",
        doc="chroma subsampling: 444 keeps colour at full resolution, 422 at half the width, 420 at half the width and height",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Recode("jpeg", draw.quality, self.subsampling)]
