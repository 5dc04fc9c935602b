from collections.abc import Sequence

from augcli.plugin import PER_MILLION, Adapt, Draw, Op, Primitives, Request, Span, State, Tones, option, span


class HistogramMatch(Op):
    """Give the image the histograms of a reference image, each colour for itself.

    References are images of your own, say from the cameras of the place where a model is to work ("domain adaptation").
    Size is kept; pixels that alpha hides wholly do not count. Alpha and labels are left alone; grey images get the luma
    of the reference. Not where colour is the label.
    """

    id = "image.histogram_match"
    examples = (
        {"reference": "sample_data/data/images"},
        {"reference": "sample_data/data/images", "which": 0.5, "strength": 1},
    )
    references = ("Gonzalez and Woods, Digital image processing, histogram specification",)

    reference: str = option(min_length=1, doc="path of an image, or of a folder of images")
    which: Span = span(0, 1, within=(0, 1), doc="which image of the folder, in the order of names: 0 the first, 1 the last")
    strength: Span = span(0.5, 1, within=(0, 1), doc="0 leaves the image as it is, 1 matches it wholly")

    def resources(self) -> Sequence[Request]:
        return [self._tones()]

    def lower(self, draw: Draw, state: State) -> Primitives:
        tones = state.tones(self._tones())
        number = min(int(draw.which * tones.count()), tones.count() - 1)
        return [Adapt("match", 0, tones.shares(number), round(draw.strength * PER_MILLION))]

    def _tones(self) -> Tones:
        return Tones("tones", self.reference)
