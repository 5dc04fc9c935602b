from collections.abc import Sequence

from augcli.plugin import PER_MILLION, Adapt, Draw, Op, Primitives, Request, Span, State, Tones, option, span


class HistogramMatch(Op):
    """Match the image's histograms to those of a reference image, separately for each channel.

    References are images that you provide, for example from the cameras at the place where the model will be used
    ("domain adaptation"). Image size is kept; fully transparent pixels are not counted. Alpha and labels are left
    unchanged; greyscale images are matched to the reference's luma. Do not use when the label depends on colour.
    """

    id = "image.histogram_match"
    examples = (
        {"reference": "sample_data/data/images"},
        {"reference": "sample_data/data/images", "which": 0.5, "strength": 1},
    )
    references = ("Gonzalez and Woods, Digital image processing, histogram specification",)

    reference: str = option(min_length=1, path=True, doc="path of an image or of a folder of images")
    which: Span = span(0, 1, within=(0, 1), unit="", doc="which image of the folder, in alphabetical order: 0 first, 1 last")
    strength: Span = span(0.5, 1, within=(0, 1), unit="", doc="0 leaves the image unchanged, 1 matches it completely")

    def resources(self) -> Sequence[Request]:
        return [self._tones()]

    def lower(self, draw: Draw, state: State) -> Primitives:
        tones = state.tones(self._tones())
        number = min(int(draw.which * tones.count()), tones.count() - 1)
        return [Adapt("match", 0, tones.shares(number), round(draw.strength * PER_MILLION))]

    def _tones(self) -> Tones:
        return Tones("tones", self.reference)
