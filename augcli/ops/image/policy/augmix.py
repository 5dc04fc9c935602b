import math
from typing import Any

from augcli.core.draws import chance
from augcli.core.idioms.policies import AUGMIX, CORRUPTING, MIXED, Look, step_of
from augcli.plugin import (
    SO_FAR,
    Beta,
    Blend,
    Draw,
    Interpolation,
    Layer,
    Levels,
    Op,
    Primitive,
    Primitives,
    Span,
    State,
    Warp,
    as_colour,
    option,
    span,
)

_MOST_STEPS = 8
_CERTAIN = 1e-12


class Augmix(Op):
    """Blend the image with several weakly augmented versions of itself (AugMix).

    Each of `width` chains applies one to three steps (`depth`), drawn with replacement, at a low strength. The chains are
    averaged with random weights, and the average is blended with the original image: (1 − share)·original +
    share·average. The steps and their strengths match torchvision. Image size and class labels are kept. Do not use for
    detection (shifted and rotated versions of the objects are blended) or after steps that mix in other images.
    """

    id = "image.augmix"
    keys = ("chains",)
    may_become = (Warp,)  # it moves parts of what is mixed
    examples = (
        {},
        {"width": 5, "depth": 4, "severity": 10, "all_steps": True, "share": 1, "interpolation": "bilinear"},
        {"width": 1, "depth": 1},
    )
    references = ("Hendrycks et al., AugMix, arXiv:1912.02781", "torchvision, v2.AugMix")

    width: int = option(3, ge=1, le=8, unit="", doc="number of chains")
    depth: Span = span(
        1,
        3,
        within=(1, _MOST_STEPS),
        whole=True,
        per="width",
        unit="",
        useful=(1, 3),
        doc="steps in a chain, one number per chain",
    )
    severity: int = option(
        3, ge=1, le=10, unit="", useful=(1, 10), doc="upper limit of the strength drawn for each step; 10 is the strongest"
    )
    share: Span = span(draw=Beta(1, 1), within=(0, 1), unit="", doc="weight of the averaged chains in the result")
    weights: Span = span(
        0,
        1,
        within=(0, 1),
        per="width",
        unit="",
        doc="one number u per chain; the weights −ln(1 − u), normalized, follow a flat Dirichlet distribution",
    )
    all_steps: bool = option(
        False, doc=f"also use {', '.join(CORRUPTING)}; the paper excludes them because they resemble its test corruptions"
    )
    interpolation: Interpolation = option("nearest", doc="interpolation for shears and rotations")
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour of areas uncovered by shears, shifts and rotations")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        counted = [-math.log(max(1 - u, _CERTAIN)) + _CERTAIN for u in draw.weights]
        layers: list[Layer] = []
        laid = 1 - draw.share  # how much of the result lies beneath
        chains = [(self._chain(draw, number, state), draw.share * part / sum(counted)) for number, part in enumerate(counted)]
        for program, share in sorted(chains, key=lambda chain: bool(chain[0])):  # first those that leave the image as it is
            laid += share
            if program and share:
                layers.append(Layer(SO_FAR, program, min(1.0, share / laid), (0, 0, width, height)))
        return [Blend(tuple(layers))] if layers else []

    def _chain(self, draw: Any, number: int, state: State) -> tuple[Primitive, ...]:
        names = MIXED + CORRUPTING if self.all_steps else MIXED
        look = Look(self.interpolation, as_colour(self.fill))
        steps = []
        for place in range(draw.depth[number]):
            which, level, sign = (chance.uniform(draw.chains, 3 * (number * _MOST_STEPS + place) + count) for count in range(3))
            name = names[int(which * len(names))]
            steps.append(step_of(AUGMIX, name, int(level * self.severity), sign < 0.5, state.image, look))
        return tuple([step for step in steps if step is not None])
