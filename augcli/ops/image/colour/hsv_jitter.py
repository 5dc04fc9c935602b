from augcli.plugin import Draw, HueSaturationValue, Op, Primitives, Span, State, span


class HsvJitter(Op):
    """Rotate the hue and multiply the saturation and value in HSV.

    The defaults are those of YOLO training (hsv_h 0.015, hsv_s 0.7, hsv_v 0.4). `color_jitter` has a similar effect,
    preserves luma better and fuses with other steps; this operation limits saturation and value instead of clamping each
    channel. Image size is kept. Alpha and labels are left unchanged; grey stays grey. Do not use when the label depends
    on colour.
    """

    id = "image.hsv_jitter"
    examples = (
        {},
        {"hue_deg": {"value": 150}, "saturation": {"value": 3}, "value": {"value": 1.5}},
        {"saturation": {"value": 0}},
    )
    references = ("Smith, Color gamut transform pairs, SIGGRAPH 1978",)

    hue_deg: Span = span(
        -5.4,
        5.4,
        within=(-180, 180),
        unit="deg",
        useful=(-30, 30),
        peers_around=0,
        doc="hue rotation: 120 turns red into green",
    )
    saturation: Span = span(
        0.3,
        1.7,
        within=(0, 10),
        unit="",
        useful=(0.3, 1.7),
        peers_around=1,
        doc="factor; 0 is grey, 1 leaves the image unchanged",
    )
    value: Span = span(
        0.6,
        1.4,
        within=(0, 10),
        unit="",
        useful=(0.5, 1.5),
        peers_around=1,
        doc="factor for the largest of red, green and blue; 0 is black",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [HueSaturationValue(draw.hue_deg, draw.saturation, draw.value)]
