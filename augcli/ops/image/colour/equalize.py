from augcli.plugin import Adapt, Draw, Op, Primitives, State


class Equalize(Op):
    """Spread the values so that all are about equally frequent, each colour for itself.

    To the level what Pillow and torchvision do. Size is kept; pixels that alpha hides wholly do not count. Alpha and
    labels are left alone. It depends on nothing but the image: all copies of an image get the same.
    """

    id = "image.equalize"
    references = ("Pillow, ImageOps.equalize", "Cubuk et al., AutoAugment, arXiv:1805.09501")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Adapt("equalize")]
