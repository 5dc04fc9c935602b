"""One step out of fourteen, of any strength."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.idioms.policies import TRIVIAL, WIDE, WIDE_DOC, Look, in_turn, step_of
from augcli.core.ops.op import Op, State
from augcli.core.ops.options import Levels, as_colour
from augcli.core.primitives import Barrier, Primitive
from augcli.core.primitives.image import ColourMatrix, Interpolation, Warp


class TrivialAugment(Op):
    """Do one step out of fourteen, at a magnitude drawn afresh: TrivialAugment with the wide space.

    The space is torchvision's: shears up to 0.99, shifts up to 32 pixels, turns up to 135 degrees, factors 1 ± 0.99,
    posterize down to 2 bits, solarize from 255 down to 0, autocontrast, equalize, identity. Size is kept; class labels are
    left alone, boxes and points move along. It has nothing to tune; not where colour or position is the label.
    """

    id: ClassVar[str] = "image.trivial_augment"
    may_become: ClassVar[tuple[type[Primitive], ...]] = (Warp, ColourMatrix)
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"magnitude": 30, "interpolation": "bilinear", "fill": 128},
    )
    references: ClassVar[tuple[str, ...]] = (
        "Müller and Hutter, TrivialAugment, arXiv:2103.10158",
        "torchvision, v2.TrivialAugmentWide",
    )

    which: Span = span(0, 13, within=(0, 13), whole=True, doc=f"the step: {WIDE_DOC}")
    magnitude: Span = span(0, 30, within=(0, 30), whole=True, doc="how strong it is, of 31 levels")
    sign: Span = span(0, 1, within=(0, 1), whole=True, doc="1 goes to the negative side, where a step has two")
    interpolation: Interpolation = Field("nearest", description="how shears and turns resample")
    fill: Levels = Field((0, 0, 0), description="colour of what shears, shifts and turns leave free")

    def lower(self, draw: Any, state: State) -> Sequence[Primitive | Barrier]:
        look = Look(self.interpolation, as_colour(self.fill))
        return in_turn([step_of(TRIVIAL, WIDE[draw.which], draw.magnitude, bool(draw.sign), state.image, look)])
