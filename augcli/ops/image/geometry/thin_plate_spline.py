"""Bent like a thin metal plate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field

from augcli.core.draws.chance import uniforms
from augcli.core.draws.fields import Span, span
from augcli.core.idioms import lattice
from augcli.core.ops.op import Op, State
from augcli.core.ops.options import BORDER_DOC, Border, Levels, as_colour
from augcli.core.primitives.displace import Displace


class ThinPlateSpline(Op):
    """Move points of an even grid at random, and let the image follow as a thin plate would: with the least bending.

    The points lie on the image from edge to edge; between them the field is that of a thin-plate spline, to within
    about a twentieth of the amplitude. Scaled down where it would fold. Size and range are kept. Boxes become the hull
    of what they hold, points and masks move along. Not where exact shapes are what is to be learned.
    """

    id: ClassVar[str] = "image.thin_plate_spline"
    keys: ClassVar[tuple[str, ...]] = ("key",)
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"points": 3, "amplitude": 0.2, "border": "constant"}, {"points": 6})
    references: ClassVar[tuple[str, ...]] = ("Bookstein, Principal warps, IEEE PAMI 11 (1989)",)

    points: Annotated[int, Field(ge=2, le=6, description="points along each side of the grid")] = 4
    amplitude: Span = span(0.02, 0.08, within=(0, 0.5), unit="of the shorter side", doc="how far the points move at most")
    border: Border = Field("reflect", description=BORDER_DOC)
    fill: Levels = Field((0, 0, 0), description="colour for border: constant")

    def lower(self, draw: Any, state: State) -> Sequence[Displace]:
        facts = state.image
        amplitude, count = draw.amplitude * min(facts.width, facts.height), self.points**2
        moves = [(2 * u - 1) * amplitude for u in uniforms(draw.key, 2 * count)]
        cells, x, y = lattice.thin_plate(self.points, moves[:count], moves[count:])
        return [Displace.of(facts, (cells, cells), x, y)._replace(border=self.border, fill=as_colour(self.fill))]
