from augcli.plugin import ColourMatrix, Draw, Level, Op, Primitives, Span, State, option, span


class ChannelDrop(Op):
    """Set one colour channel, or all but one, to a constant.

    Image size and value range are kept. Alpha and labels are left unchanged, and so are greyscale images. Do not use when
    the label depends on colour.
    """

    id = "image.channel_drop"
    examples = ({}, {"channel": 1, "only": True, "fill": 128})

    channel: Span = span(0, 2, within=(0, 2), whole=True, unit="", doc="which channel: 0 red, 1 green, 2 blue")
    only: bool = option(False, doc="keep this channel and drop the other two")
    fill: Level = option(0, unit="of 255 levels", useful=(0, 255), doc="value of a dropped channel, from 0 to 255")

    def lower(self, draw: Draw, state: State) -> Primitives:
        if state.image.channels == 1:
            return []
        red, green, blue = (float((at == draw.channel) == self.only) for at in range(3))
        level = self.fill / 255
        shift = (level * (1 - red), level * (1 - green), level * (1 - blue))
        return [ColourMatrix.linear((red, 0.0, 0.0, 0.0, green, 0.0, 0.0, 0.0, blue), shift)]
