from augcli.plugin import Draw, LocalContrast, Op, Primitives, Span, State, option, span


class Clahe(Op):
    """Equalize the luma tile by tile, with a limit on the contrast (CLAHE).

    Brings out detail in shadows and haze. Uses OpenCV's method on the luma (BT.601); chroma is left unchanged. Image size
    is kept; values outside the range are clamped. Alpha and labels are left unchanged. High limits also amplify noise.
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
        doc="contrast limit: the largest histogram bin of a tile, as a multiple of the mean bin; 1 is the weakest",
    )
    tiles: int = option(8, ge=1, le=64, unit="", doc="number of tiles along each side")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [LocalContrast(draw.clip, self.tiles, self.tiles)]
