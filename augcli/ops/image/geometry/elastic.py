from augcli.core.idioms import lattice
from augcli.plugin import BORDER_DOC, Border, Displace, Draw, Levels, Op, Primitives, Span, State, as_colour, levels, option, span

_MOST_CELLS = 64  # along an axis
_FINEST_PX = 2.0


class Elastic(Op):
    """Warp the image with a smooth random displacement field, as if it were rubber.

    Control points `spacing` apart are moved by up to `amplitude`, and a cubic B-spline interpolates between them; most
    pixels move by a quarter to half of the amplitude. The amplitude is reduced where the image would fold. Image size and
    value range are kept. Boxes become the bounding box of their content; points and masks move with the image. Do not use
    when the model should learn exact shapes. Severities 3 to 5 move pixels as far as those of ImageNet-C, but in wider
    waves, since the original ripples fold the image. Severities 1 and 2, which mostly skew the whole image in ImageNet-C,
    are wide bends here.
    """

    id = "image.elastic"
    keys = ("key",)
    examples = (
        {},
        {"amplitude": 0.2, "spacing": 0.5},
        {"amplitude": 0.02, "spacing": 0.06, "border": "constant"},
        {"severity": 3},
    )
    references = (
        "Simard et al., Best practices for convolutional neural networks, ICDAR 2003",
        "Rueckert et al., Diffeomorphic registration using B-splines, MICCAI 2006",
        "Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",
    )
    also = ("elastic_transform",)
    severities = levels(amplitude=(0.07, 0.2, 0.0125, 0.0175, 0.03), spacing=(0.3, 1, 0.055, 0.077, 0.13))

    amplitude: Span = span(
        0.01, 0.04, within=(0, 0.5), unit="of the shorter side", useful=(0, 0.1), doc="maximum displacement of a control point"
    )
    spacing: Span = span(
        0.15,
        0.25,
        within=(0.02, 1),
        unit="of the shorter side",
        useful=(0.05, 0.5),
        scale="log",
        doc="distance between control points: small values give ripples, large values waves",
    )
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        facts = state.image
        shorter = min(facts.width, facts.height)
        spacing = max(_FINEST_PX, draw.spacing * shorter)
        columns, rows = (min(_MOST_CELLS, max(1, round(length / spacing))) for length in facts[:2])
        x, y = lattice.drawn(draw.key, columns, rows, draw.amplitude * shorter)
        return [Displace.of(facts, (columns, rows), x, y)._replace(border=self.border, fill=as_colour(self.fill))]
