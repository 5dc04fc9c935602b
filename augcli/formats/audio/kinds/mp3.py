"""MP3, whose frames `mpeg` knows. Hardly any file has a signature."""

from __future__ import annotations

from augcli.formats.audio import mpeg
from augcli.formats.audio.format import AudioFormat


def _recognise(head: bytes) -> bool:
    """A tag, or two headers of layer III that fit together."""
    if mpeg.after_tags(head):
        return True
    found = mpeg.first_frame(head)
    return found is not None and found.layer == 3


MP3 = AudioFormat(
    name="mp3",
    title="MP3",
    suffixes=(".mp3",),
    recognise=_recognise,
    asked_last=True,
    might_be=lambda data: mpeg.synchronise(data, 0, 4096) >= 0,
    container="MP3",
    usual_subtype="MPEG_LAYER_III",
    check=mpeg.check,
)
