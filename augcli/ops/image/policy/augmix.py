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
    """Mix the image with several chains of weak steps done to it: AugMix.

    Each of `width` chains does one to three steps, drawn with replacement, at a low level. The chains are mixed by random
    weights, and the image keeps 1 − share of the result. Steps and strengths are torchvision's. Size is kept; class
    labels are left alone. Not for detection: shifted and turned copies shine through each other. Not after steps that mix
    in other images.
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

    width: int = option(3, ge=1, le=8, doc="how many chains")
    depth: Span = span(1, 3, within=(1, _MOST_STEPS), whole=True, per="width", doc="steps in a chain, one number for each chain")
    severity: int = option(3, ge=1, le=10, doc="levels are drawn below this one; 10 is the strongest")
    share: Span = span(draw=Beta(1, 1), within=(0, 1), doc="share of the mixed chains in the result")
    weights: Span = span(
        0, 1, within=(0, 1), per="width", doc="one number u for each chain, which counts by −ln(1 − u) (a flat Dirichlet)"
    )
    all_steps: bool = option(False, doc=f"also {', '.join(CORRUPTING)}, which the paper leaves out since it tests with the like")
    interpolation: Interpolation = option("nearest", doc="how shears and turns resample")
    fill: Levels = option((0, 0, 0), doc="colour of what shears, shifts and turns leave free")

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
