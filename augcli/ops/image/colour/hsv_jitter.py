from augcli.plugin import Draw, HueSaturationValue, Op, Primitives, Span, State, span


class HsvJitter(Op):
    """Turn the hue and multiply saturation and value in the HSV model.

    The defaults are those of YOLO training (hsv_h 0.015, hsv_s 0.7, hsv_v 0.4). `color_jitter` does much the same by
    one linear map, keeps luma better and fuses with other steps; this one keeps colours inside the range instead of
    clamping them. Size is kept. Alpha and labels are left alone; grey stays grey. Not where colour is the label.
    """

    id = "image.hsv_jitter"
    examples = ({}, {"hue_deg": 150, "saturation": 3, "value": 1.5}, {"saturation": 0})
    references = ("Smith, Color gamut transform pairs, SIGGRAPH 1978",)

    hue_deg: Span = span(-5.4, 5.4, within=(-180, 180), unit="deg", doc="turn of the colour circle: 120 makes red green")
    saturation: Span = span(0.3, 1.7, within=(0, 10), doc="factor; 0 is grey, 1 leaves the image as it is")
    value: Span = span(0.6, 1.4, within=(0, 10), doc="factor on the largest of red, green and blue; 0 is black")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [HueSaturationValue(draw.hue_deg, draw.saturation, draw.value)]
