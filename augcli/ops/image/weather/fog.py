from augcli.plugin import Cloud, Draw, Levels, Op, Paint, Primitives, Span, State, as_colour, levels, option, span


class Fog(Op):
    """Add patchy, light-coloured fog.

    The fog does not depend on distance, since a single image carries no depth. Image size, alpha and labels are kept;
    keep `density` below 0.7, so that objects remain recognizable. Severities have the same proportion of fog as
    ImageNet-C, but augcli's own pattern of patches.
    """

    id = "image.fog"
    keys = ("key",)
    examples = ({}, {"density": 0.9, "patchiness": 1, "patch": 0.15}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",)
    severities = levels(density=(0.6, 0.67, 0.71, 0.71, 0.75), patchiness=0.3, patch=(0.5, 0.5, 0.35, 0.25, 0.2))

    density: Span = span(0.3, 0.6, within=(0, 1), unit="", useful=(0.1, 0.7), doc="opacity of the fog where it is densest")
    patchiness: Span = span(0.3, 0.7, within=(0, 1), unit="", doc="how uneven the fog is: 0 is uniform, 1 has gaps")
    patch: Span = span(
        0.2, 0.5, within=(0.02, 1), unit="of the longer side", useful=(0.1, 0.6), scale="log", doc="size of the patches"
    )
    colour: Levels = option((222, 226, 230), unit="of 255 levels", doc="[red, green, blue] from 0 to 255, or one number for grey")

    def lower(self, draw: Draw, state: State) -> Primitives:
        cell = max(1, round(draw.patch * max(state.image[:2])))
        return [Paint(Cloud(cell, draw.patchiness, draw.key), as_colour(self.colour), draw.density)]
