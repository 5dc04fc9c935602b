from augcli.plugin import Curve, Draw, Op, Primitives, Span, State, span


class SolarizeAdd(Op):
    """Add to all values below a threshold, each colour for itself.

    Size is kept; what gets brighter than white is white. Alpha and labels are left alone. Not where colour is the label:
    it makes colours that no camera gives, which is what automatic policies want it for.
    """

    id = "image.solarize_add"
    examples = ({}, {"add": 1, "threshold": 0.8})
    references = ("Zoph et al., Learning data augmentation for object detection, arXiv:1906.11172",)

    add: Span = span(0, 0.43, within=(0, 1), unit="of full scale", doc="what is added; 0.43 is 110 of 255 levels")
    threshold: Span = span(0.5, within=(0, 1), unit="of full scale", doc="values below this are lifted")

    def lower(self, draw: Draw, state: State) -> Primitives:
        full = (1 << state.image.bits) - 1
        added, threshold = round(full * draw.add), full * draw.threshold - 1e-6
        return [Curve.alike(tuple([min(full, level + added) if level < threshold else level for level in range(full + 1)]))]
