from augcli.core.idioms.policies import TRIVIAL, WIDE, WIDE_DOC, Look, in_turn, step_of
from augcli.plugin import ColourMatrix, Draw, Interpolation, Levels, Op, Primitives, Span, State, Warp, as_colour, option, span


class TrivialAugment(Op):
    """Apply one step, drawn from fourteen, at a random magnitude (TrivialAugment, wide space).

    The steps match torchvision: shears up to 0.99, shifts up to 32 pixels, rotations up to 135 degrees, factors 1 ± 0.99,
    posterize down to 2 bits, solarize from 255 down to 0, autocontrast, equalize, identity. Image size and class labels
    are kept; boxes and points move with the image. There are no strengths to tune. Do not use when the label depends on
    colour or position.
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

    which: Span = span(0, 13, within=(0, 13), whole=True, unit="", doc=f"the step: {WIDE_DOC}")
    magnitude: Span = span(0, 30, within=(0, 30), whole=True, unit="", doc="strength of the step, from 0 to 30")
    sign: Span = span(0, 1, within=(0, 1), whole=True, unit="", doc="1 selects the negative direction, if a step has two")
    interpolation: Interpolation = option("nearest", doc="interpolation for shears and rotations")
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour of areas uncovered by shears, shifts and rotations")

    def lower(self, draw: Draw, state: State) -> Primitives:
        look = Look(self.interpolation, as_colour(self.fill))
        return in_turn([step_of(TRIVIAL, WIDE[draw.which], draw.magnitude, bool(draw.sign), state.image, look)])
