from typing import Literal

from augcli.core.idioms.found_policies import POLICIES
from augcli.core.idioms.policies import AUTO, Look, in_turn, step_of
from augcli.plugin import ColourMatrix, Draw, Interpolation, Levels, Op, Primitives, Span, State, Warp, as_colour, option, span


class AutoAugment(Op):
    """Apply one of the 25 pairs of steps in a policy found by AutoAugment, each step with its learned probability.

    Policies and strengths match torchvision. Values are rounded and clamped, and the image is cropped to its canvas,
    after each step. Image size and class labels are kept; boxes and points move with the image. Choose the policy of the
    dataset that most resembles yours. Do not use when the label depends on colour or position.
    """

    id = "image.auto_augment"
    may_become = (Warp, ColourMatrix)
    examples = (
        {},
        {"policy": "cifar10", "interpolation": "bilinear", "fill": 128},
        {"policy": "svhn", "pair": [14, 22], "first_chance": 0, "second_chance": 0},
    )
    references = ("Cubuk et al., AutoAugment, arXiv:1805.09501", "torchvision, v2.AutoAugment")

    policy: Literal["imagenet", "cifar10", "svhn"] = option("imagenet", doc="dataset for which the policy was found")
    pair: Span = span(
        0, 24, within=(0, 24), whole=True, unit="", doc="which of the policy's pairs of steps, in the order of the paper"
    )
    first_chance: Span = span(0, 1, within=(0, 1), unit="", doc="the first step is applied if this is below its probability")
    second_chance: Span = span(0, 1, within=(0, 1), unit="", doc="the second step is applied if this is below its probability")
    first_sign: Span = span(
        0, 1, within=(0, 1), whole=True, unit="", doc="1 selects the negative direction of the first step, if it has two"
    )
    second_sign: Span = span(
        0, 1, within=(0, 1), whole=True, unit="", doc="1 selects the negative direction of the second step, if it has two"
    )
    interpolation: Interpolation = option("nearest", doc="interpolation for shears and rotations")
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour of areas uncovered by shears, shifts and rotations")

    def lower(self, draw: Draw, state: State) -> Primitives:
        look = Look(self.interpolation, as_colour(self.fill))
        drawn = (draw.first_chance, draw.first_sign), (draw.second_chance, draw.second_sign)
        return in_turn(
            step_of(AUTO, name, level, bool(sign), state.image, look)
            for (name, chance, level), (below, sign) in zip(POLICIES[self.policy][draw.pair], drawn, strict=True)
            if below < chance
        )
