from augcli.core.idioms.policies import RAND, WIDE, WIDE_DOC, Look, in_turn, step_of
from augcli.plugin import ColourMatrix, Draw, Interpolation, Levels, Op, Primitives, Span, State, Warp, as_colour, option, span


class RandAugment(Op):
    """Apply `count` steps, drawn with replacement from fourteen, all at one magnitude (RandAugment).

    The steps match torchvision: shears up to 0.3, shifts up to 0.45 of the side, rotations up to 30 degrees, factors 1 ±
    0.9, posterize down to 4 bits, solarize from 255 down to 0, autocontrast, equalize, identity. Values are rounded and
    clamped, and the image is cropped to its canvas, after each step. Image size and class labels are kept; boxes and
    points move with the image. Do not use when the label depends on colour or position.
    """

    id = "image.rand_augment"
    may_become = (Warp, ColourMatrix)
    examples = (
        {},
        {"count": 4, "magnitude": 30, "interpolation": "bilinear", "fill": 128},
    )
    references = ("Cubuk et al., RandAugment, arXiv:1909.13719", "torchvision, v2.RandAugment")

    count: int = option(2, ge=1, le=16, unit="", doc="number of steps, one after the other (N)")
    magnitude: Span = span(9, within=(0, 30), whole=True, unit="", useful=(1, 20), doc="strength of all steps (M), from 0 to 30")
    which: Span = span(0, 13, within=(0, 13), whole=True, per="count", unit="", doc=f"the steps: {WIDE_DOC}")
    sign: Span = span(
        0,
        1,
        within=(0, 1),
        whole=True,
        per="count",
        unit="",
        doc="1 selects the negative direction, if a step has two",
    )
    interpolation: Interpolation = option("nearest", doc="interpolation for shears and rotations")
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour of areas uncovered by shears, shifts and rotations")

    def lower(self, draw: Draw, state: State) -> Primitives:
        look = Look(self.interpolation, as_colour(self.fill))
        return in_turn(
            step_of(RAND, WIDE[number], draw.magnitude, bool(sign), state.image, look)
            for number, sign in zip(draw.which, draw.sign, strict=True)
        )
