from augcli.plugin import Curve, Draw, Op, Primitives, Span, State, span


class SolarizeAdd(Op):
    """Add a constant to all values below a threshold, separately for each channel.

    Image size is kept; anything brighter than white becomes white. Alpha and labels are left unchanged. Do not use when
    the label depends on colour: the resulting colours are unnatural, which is intended in automatic policies.
    """

    id = "image.solarize_add"
    examples = ({}, {"add": 1, "threshold": 0.8})
    references = ("Zoph et al., Learning data augmentation for object detection, arXiv:1906.11172",)

    add: Span = span(
        0, 0.43, within=(0, 1), unit="of full scale", useful=(0, 0.43), doc="constant to add; 0.43 is 110 of 255 levels"
    )
    threshold: Span = span(0.5, within=(0, 1), unit="of full scale", doc="values below this are raised")

    def lower(self, draw: Draw, state: State) -> Primitives:
        full = (1 << state.image.bits) - 1
        added, threshold = round(full * draw.add), full * draw.threshold - 1e-6
        return [Curve.alike(tuple([min(full, level + added) if level < threshold else level for level in range(full + 1)]))]
