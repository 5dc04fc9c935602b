from augcli.core.idioms.policies import RAND, WIDE, WIDE_DOC, Look, in_turn, step_of
from augcli.plugin import ColourMatrix, Draw, Interpolation, Levels, Op, Primitives, Span, State, Warp, as_colour, option, span


class RandAugment(Op):
    """Do `count` steps, drawn with replacement out of fourteen, at one magnitude: RandAugment.

    The space is torchvision's: shears up to 0.3, shifts up to 0.45 of the side, turns up to 30 degrees, factors 1 ± 0.9,
    posterize down to 4 bits, solarize from 255 down to 0, autocontrast, equalize, identity. Each step is rounded, clamped
    and cut by itself. Size is kept; class labels are left alone, boxes and points move along. Not where colour or
    position is the label.
    """

    id = "image.rand_augment"
    may_become = (Warp, ColourMatrix)
    examples = (
        {},
        {"count": 4, "magnitude": 30, "interpolation": "bilinear", "fill": 128},
    )
    references = ("Cubuk et al., RandAugment, arXiv:1909.13719", "torchvision, v2.RandAugment")

    count: int = option(2, ge=1, le=16, doc="how many steps, one after the other (N)")
    magnitude: Span = span(9, within=(0, 30), whole=True, doc="how strong all of them are (M), of 31 levels")
    which: Span = span(0, 13, within=(0, 13), whole=True, per="count", doc=f"the steps: {WIDE_DOC}")
    sign: Span = span(0, 1, within=(0, 1), whole=True, per="count", doc="1 goes to the negative side, where a step has two")
    interpolation: Interpolation = option("nearest", doc="how shears and turns resample")
    fill: Levels = option((0, 0, 0), doc="colour of what shears, shifts and turns leave free")

    def lower(self, draw: Draw, state: State) -> Primitives:
        look = Look(self.interpolation, as_colour(self.fill))
        return in_turn(
            step_of(RAND, WIDE[number], draw.magnitude, bool(sign), state.image, look)
            for number, sign in zip(draw.which, draw.sign, strict=True)
        )
