import math
from typing import Literal

from augcli.plugin import Add, Draw, Op, Primitives, Span, State, option, span

LOWEST_HZ = 20  # about where coloured noise ends: what cannot be heard should not use up the ratio


class Noise(Op):
    """Add white, pink or brown noise at a given signal-to-noise ratio.

    The ratio is measured over the whole audio file and all its channels. Length, sample rate, labels and times are kept.
    Each channel receives independent noise at the same level. The noise depends only on the draw's key and the sample's
    position, so it is the same on every device. Silent audio stays silent. Peaks beyond full scale are clipped when an
    integer format is written.
    """

    id = "audio.noise"
    keys = ("key",)
    examples = ({}, {"snr_db": 3, "color": "pink"}, {"color": "brown"})

    snr_db: Span = span(
        10,
        30,
        within=(-60, 120),
        unit="dB",
        useful=(0, 40),
        doc="signal-to-noise ratio; at 0, the noise has the same power as the audio",
    )
    color: Literal["white", "pink", "brown"] = option(
        "white", doc="white: equal power at all frequencies; pink: 3 dB less per octave; brown: 6 dB less per octave"
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        octaves = 0 if self.color == "white" else min(max(round(math.log2(state.audio.rate / (2 * LOWEST_HZ))), 1), 10)
        return [Add(self.color, draw.snr_db, draw.key, octaves)]
