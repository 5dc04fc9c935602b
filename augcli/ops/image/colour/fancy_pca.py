from augcli.plugin import IDENTITY, ColourMatrix, Draw, Normal, Op, Primitives, Span, State, span

# Of red, green and blue over all pixels of ImageNet's training images, as shares of full scale, largest first.
_EIGENVALUES = (0.2175, 0.0188, 0.0045)
_EIGENVECTORS = ((-0.5675, -0.5808, -0.5836), (0.7192, -0.0045, -0.6948), (0.4009, -0.8140, 0.4203))


class FancyPca(Op):
    """Shift all colours along the principal axes of natural images (AlexNet's "PCA lighting").

    The axes and their weights are those of ImageNet for every dataset, so the shift depends only on the draw, not on the
    image. Image size is kept; values outside the range are clamped. Alpha and labels are left unchanged; greyscale images
    become brighter or darker. Do not use when the label depends on exact colour.
    """

    id = "image.fancy_pca"
    examples = ({}, {"first": -1, "second": 3, "third": 3})
    references = ("Krizhevsky et al., ImageNet classification with deep CNNs, NeurIPS 2012, §4.1",)

    first: Span = span(
        draw=Normal(0, 0.1, -0.4, 0.4),
        within=(-5, 5),
        unit="",
        useful=(-1, 1),
        doc="shift along the first axis: above 0 darker, below 0 brighter",
    )
    second: Span = span(
        draw=Normal(0, 0.1, -0.4, 0.4),
        within=(-5, 5),
        unit="",
        useful=(-1, 1),
        doc="shift along the second axis: above 0 redder, below 0 bluer",
    )
    third: Span = span(
        draw=Normal(0, 0.1, -0.4, 0.4),
        within=(-5, 5),
        unit="",
        useful=(-1, 1),
        doc="shift along the third axis: above 0 more purple, below 0 greener",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        weights = [part * value for part, value in zip(draw, _EIGENVALUES, strict=True)]
        red, green, blue = (sum(w * axis[at] for w, axis in zip(weights, _EIGENVECTORS, strict=True)) for at in range(3))
        return [ColourMatrix.linear(IDENTITY, (red, green, blue))]
