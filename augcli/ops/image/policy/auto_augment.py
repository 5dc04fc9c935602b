from typing import Literal

from augcli.core.idioms.found_policies import POLICIES
from augcli.core.idioms.policies import AUTO, Look, in_turn, step_of
from augcli.plugin import ColourMatrix, Draw, Interpolation, Levels, Op, Primitives, Span, State, Warp, as_colour, option, span


class AutoAugment(Op):
    """Do one of the 25 pairs of steps that AutoAugment found for a dataset, each step with the chance found for it.

    Policies and strengths are torchvision's. Each step is rounded, clamped and cut by itself. Size is kept; class labels
    are left alone, boxes and points move along. Take the policy of the dataset that is most like yours; not where colour
    or position is the label.
    """

    id = "image.auto_augment"
    may_become = (Warp, ColourMatrix)
    examples = (
        {},
        {"policy": "cifar10", "interpolation": "bilinear", "fill": 128},
        {"policy": "svhn", "pair": [14, 22], "first_chance": 0, "second_chance": 0},
    )
    references = ("Cubuk et al., AutoAugment, arXiv:1805.09501", "torchvision, v2.AutoAugment")

    policy: Literal["imagenet", "cifar10", "svhn"] = option("imagenet", doc="the dataset for which it was found")
    pair: Span = span(0, 24, within=(0, 24), whole=True, doc="which of the policy's pairs of steps, in the order of the paper")
    first_chance: Span = span(0, 1, within=(0, 1), doc="the first step is done where this is below its chance")
    second_chance: Span = span(0, 1, within=(0, 1), doc="the second step is done where this is below its chance")
    first_sign: Span = span(0, 1, within=(0, 1), whole=True, doc="1 goes to the negative side, where the first step has two")
    second_sign: Span = span(0, 1, within=(0, 1), whole=True, doc="1 goes to the negative side, where the second step has two")
    interpolation: Interpolation = option("nearest", doc="how shears and turns resample")
    fill: Levels = option((0, 0, 0), doc="colour of what shears, shifts and turns leave free")

    def lower(self, draw: Draw, state: State) -> Primitives:
        look = Look(self.interpolation, as_colour(self.fill))
        drawn = (draw.first_chance, draw.first_sign), (draw.second_chance, draw.second_sign)
        return in_turn(
            step_of(AUTO, name, level, bool(sign), state.image, look)
            for (name, chance, level), (below, sign) in zip(POLICIES[self.policy][draw.pair], drawn, strict=True)
            if below < chance
        )
