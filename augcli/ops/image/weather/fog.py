from augcli.core.draws import severity
from augcli.plugin import Cloud, Draw, Levels, Op, Paint, Primitives, Span, State, as_colour, option, span


class Fog(Op):
    """Veil the image with light fog, denser in some places than in others.

    Contrast and colours fade everywhere alike: the image does not say what is far away. Size is kept; alpha and
    labels are left alone, which is right as long as things can still be told: keep density below 0.7.
    Severities have the share of fog that ImageNet-C's have, in our own patches.
    """

    id = "image.fog"
    keys = ("key",)
    examples = ({}, {"density": 0.9, "patchiness": 1, "patch": 0.15}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",)
    severities = severity.levels(density=(0.6, 0.67, 0.71, 0.71, 0.75), patchiness=0.3, patch=(0.5, 0.5, 0.35, 0.25, 0.2))

    density: Span = span(0.3, 0.6, within=(0, 1), doc="share of the fog's colour where it is densest")
    patchiness: Span = span(0.3, 0.7, within=(0, 1), doc="how much thinner it may get: 0 is even, 1 lets gaps open")
    patch: Span = span(0.2, 0.5, within=(0.02, 1), doc="size of its patches, as a share of the longer side")
    colour: Levels = option((222, 226, 230), doc="[red, green, blue] from 0 to 255, or one number for a grey")

    def lower(self, draw: Draw, state: State) -> Primitives:
        cell = max(1, round(draw.patch * max(state.image[:2])))
        return [Paint(Cloud(cell, draw.patchiness, draw.key), as_colour(self.colour), draw.density)]
