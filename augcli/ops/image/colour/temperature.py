from augcli.core.idioms import colour
from augcli.plugin import Draw, LogUniform, Op, Primitives, Span, State, span


class Temperature(Op):
    """Change the colour temperature of the light ("Planckian jitter", white balance).

    The colours are those of a black body: 3000 K is a light bulb (orange), 6500 K daylight (no change), 12000 K blue sky.
    Red, green and blue are each multiplied by a factor; the luma of white is kept and values outside the range are
    clamped. Image size is kept; alpha and labels are left unchanged, and so are greyscale images. Do not use when the
    label depends on exact colour.
    """

    id = "image.temperature"
    examples = ({}, {"kelvin": 2500}, {"kelvin": 15000})
    references = (
        "Zini et al., Planckian jitter, arXiv:2202.07993",
        "Kim et al., US patent 7024034 (cubic splines for the Planckian locus)",
    )

    kelvin: Span = span(
        draw=LogUniform(4500, 9500),
        within=(1700, 25000),
        unit="K",
        useful=(2500, 15000),
        scale="log",
        doc="temperature of the light; 6500 changes nothing",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [colour.temperature(draw.kelvin)] if state.image.channels > 1 else []
