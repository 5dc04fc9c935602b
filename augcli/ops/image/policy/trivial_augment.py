from augcli.core.idioms.policies import TRIVIAL, WIDE, WIDE_DOC, Look, in_turn, step_of
from augcli.plugin import ColourMatrix, Draw, Interpolation, Levels, Op, Primitives, Span, State, Warp, as_colour, option, span


class TrivialAugment(Op):
    """Do one step out of fourteen, at a magnitude drawn afresh: TrivialAugment with the wide space.

    The space is torchvision's: shears up to 0.99, shifts up to 32 pixels, turns up to 135 degrees, factors 1 ± 0.99,
    posterize down to 2 bits, solarize from 255 down to 0, autocontrast, equalize, identity. Size is kept; class labels are
    left alone, boxes and points move along. It has nothing to tune; not where colour or position is the label.
    """

    id = "image.trivial_augment"
    may_become = (Warp, ColourMatrix)
    examples = (
        {},
        {"magnitude": 30, "interpolation": "bilinear", "fill": 128},
    )
    references = (
        "Müller and Hutter, TrivialAugment, arXiv:2103.10158",
        "torchvision, v2.TrivialAugmentWide",
    )

    which: Span = span(0, 13, within=(0, 13), whole=True, doc=f"the step: {WIDE_DOC}")
    magnitude: Span = span(0, 30, within=(0, 30), whole=True, doc="how strong it is, of 31 levels")
    sign: Span = span(0, 1, within=(0, 1), whole=True, doc="1 goes to the negative side, where a step has two")
    interpolation: Interpolation = option("nearest", doc="how shears and turns resample")
    fill: Levels = option((0, 0, 0), doc="colour of what shears, shifts and turns leave free")

    def lower(self, draw: Draw, state: State) -> Primitives:
        look = Look(self.interpolation, as_colour(self.fill))
        return in_turn([step_of(TRIVIAL, WIDE[draw.which], draw.magnitude, bool(draw.sign), state.image, look)])
