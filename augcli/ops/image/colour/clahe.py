from augcli.plugin import Draw, LocalContrast, Op, Primitives, Span, State, option, span


class Clahe(Op):
    """Equalise the luma of each neighbourhood for itself, with a limit (CLAHE).

    Brings out what lies in shadow or haze; colours keep their chroma. OpenCV's method, on luma (BT.601). Size is kept;
    what leaves the range is clamped. Alpha and labels are left alone. High limits bring out noise, too.
    """

    id = "image.clahe"
    examples = ({}, {"clip": 40, "tiles": 3})
    references = ("Zuiderveld, Contrast limited adaptive histogram equalization, Graphics Gems IV",)

    clip: Span = span(1, 4, within=(1, 256), doc="how many times its mean a bin of a neighbourhood's histogram may hold")
    tiles: int = option(8, ge=1, le=64, doc="so many neighbourhoods along either side")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [LocalContrast(draw.clip, self.tiles, self.tiles)]
