from augcli.plugin import Draw, LocalContrast, Op, Primitives, Span, State, option, span


class Clahe(Op):
    """Equalize the luma of each neighbourhood separately, with a limit (CLAHE).

    Brings out detail in shadow or haze; colours keep their chroma. OpenCV's method, applied to luma (BT.601). Image size
    is kept; values outside the range are clamped. Alpha and labels are left unchanged. High limits also bring out noise.
    """

    id = "image.clahe"
    examples = ({}, {"clip": 40, "tiles": 3})
    references = ("Zuiderveld, Contrast limited adaptive histogram equalization, Graphics Gems IV",)

    clip: Span = span(
        1,
        4,
        within=(1, 256),
        unit="",
        useful=(1, 8),
        scale="log",
        doc="how many times the mean a bin of a neighbourhood's histogram may hold",
    )
    tiles: int = option(8, ge=1, le=64, unit="", doc="number of neighbourhoods along each side")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [LocalContrast(draw.clip, self.tiles, self.tiles)]
