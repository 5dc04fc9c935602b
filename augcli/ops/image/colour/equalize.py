from augcli.plugin import Adapt, Draw, Op, Primitives, State


class Equalize(Op):
    """Equalize the histogram of each channel, so that all values are about equally frequent.

    Matches Pillow and torchvision exactly. Image size is kept; fully transparent pixels are not counted. Alpha and labels
    are left unchanged. The result depends only on the image, so all copies of an image receive the same change.
    """

    id = "image.equalize"
    references = ("Pillow, ImageOps.equalize", "Cubuk et al., AutoAugment, arXiv:1805.09501")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Adapt("equalize")]
