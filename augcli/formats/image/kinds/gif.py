"""GIF, still or animated. It is written only where all frames are wanted: 256 colours would not hold an augmented image."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from augcli.formats.image import pillow
from augcli.formats.image.format import ImageFormat, Notes
from augcli.formats.image.header import ImageHeader, Pixels, check_size, header, truncated
from augcli.formats.image.metadata.carried import Metadata

if TYPE_CHECKING:
    from augcli.core.pipeline.settings import ImageOutput, Limits

_LOOP = b"!\xff\x0bNETSCAPE2.0\x03\x01"
_ONE_PIXEL = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"


def probe(data: bytes, limits: Limits) -> ImageHeader:
    """GIF. The first frame must be complete; later ones are only counted, up to one more than the limit."""
    if len(data) < 13:
        raise truncated("the header is incomplete")
    width, height = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    palette = bool(data[10] & 0x80)
    at = 13 + (3 << (data[10] & 7) + 1 if palette else 0)
    frames, transparent, plays, duration, whole = 0, False, 1, 0, True
    durations: list[float] = []
    while at < len(data):
        if data[at] == 0x21 and data[at + 1 : at + 2] == b"\xf9" and at + 5 < len(data):
            duration = 10 * int.from_bytes(data[at + 4 : at + 6], "little")
            transparent = bool(data[at + 3] & 1) if frames == 0 else transparent
        elif data.startswith(_LOOP, at):
            again = int.from_bytes(data[at + 16 : at + 18], "little")
            plays = again + 1 if again else 0
        if data[at] == 0x21:
            at = _blocks(data, at + 2)
        elif data[at] == 0x2C and at + 10 <= len(data):
            left, top, wide, high = (int.from_bytes(data[at + k : at + k + 2], "little") for k in (1, 3, 5, 7))
            local = data[at + 9]
            if frames == 0:  # a first frame larger than the canvas makes the canvas larger
                width, height = max(width, left + wide), max(height, top + high)
                check_size(width, height, limits)
                palette = palette or bool(local & 0x80)
            whole = whole and left + wide <= width and top + high <= height
            at = _blocks(data, at + 11 + (3 << (local & 7) + 1 if local & 0x80 else 0))
            frames += at > 0
            durations.append(duration)
            duration = 0
        else:
            break
        if at == 0 or frames > limits.max_frames:
            break
    if frames == 0:
        raise truncated("its first frame is incomplete")
    found = header("gif", (width, height), "P" if palette else "L", transparent=transparent, frames=frames)
    if frames > 1:  # a later frame that is larger than the canvas cannot be told
        found = found._replace(durations_ms=tuple(durations[:frames]) if whole else (), plays=plays)
    return found


def _blocks(data: bytes, at: int) -> int:
    """The byte after a run of sub-blocks; 0 when the run is cut off."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1 if at < len(data) else 0


def _animate(images: list[Pixels], header: ImageHeader, output: ImageOutput, kept: Metadata) -> tuple[bytes, Notes]:
    """Each frame has a palette of its own: its very colours where they are at most 256 (one of them clear), else the 256 of a
    median cut, without dithering. Alpha becomes clear or opaque at one half, and what is clear loses its colour."""
    height, width = images[0].shape[:2]
    clear = images[0].shape[2] == 4 and any(pixels[:, :, 3].min() < 255 for pixels in images)
    made = [_still(pixels, clear) for pixels in images]
    notes = {key: value for _, more in made for key, value in more.items()}
    return _joined([data for data, _ in made], (width, height), list(header.durations_ms) or [0.0], header.plays), notes


def _still(pixels: Pixels, clear: bool) -> tuple[bytes, Notes]:
    """A GIF of one frame; `clear`: colour 255 stands for what is clear. Notes say whether colours or alpha had to be changed.

    A median cut keeps colours where the palette holds them all. It takes 70 ms for 500×375 pixels; an octree takes 1 ms, and
    leaves bands in skies.
    """
    import numpy as np
    from PIL import Image

    from augcli.formats.image import encoders

    notes: Notes = {}
    colours = pixels[:, :, :3]
    if clear:
        holes = pixels[:, :, 3] < 128
        if ((pixels[:, :, 3] > 0) & (pixels[:, :, 3] < 255)).any():
            notes["alpha"] = "clear or opaque, by one half"
        hidden = np.uint8(0) if holes.all() else colours[~holes][:1]  # a colour that is there takes no place in the palette
        colours = np.where(holes[:, :, None], hidden, colours)
    image = Image.fromarray(colours[:, :, 0] if pixels.shape[2] == 1 else colours)
    most = 255 if clear else 256
    if image.mode == "RGB":
        if image.getcolors(most) is None:
            notes["palette"] = f"the nearest of {most} colours a frame"
        image = image.quantize(most, method=Image.Quantize.MEDIANCUT)
    more = {}
    if clear:
        palette = image.getpalette() or []
        numbers = np.where(holes, np.uint8(255), np.asarray(image))
        image, more = Image.fromarray(numbers), {"transparency": 255}
        image.putpalette(bytes(palette).ljust(768, b"\0"))
    return encoders.saved(image, "GIF", optimize=False, interlace=False, **more), notes


def _joined(stills: list[bytes], size: tuple[int, int], durations: list[float], plays: int) -> bytes:
    """Each still is a GIF of one frame with a palette before it; that becomes the frame's own."""
    from augcli.formats.image.animation import whole_units

    width, height = (side.to_bytes(2, "little") for side in size)
    parts = [b"GIF89a", width, height, b"\x70\0\0"]
    if plays != 1:
        parts.append(_LOOP + max(0, plays - 1).to_bytes(2, "little") + b"\0")
    found = [_parts(still) for still in stills]
    # Where anything is clear, every frame is wiped out after it was shown: it must not shine through the next.
    disposal = 2 << 2 if any(clear >= 0 for clear, *_ in found) else 1 << 2
    for (clear, flags, palette, image), duration in zip(found, whole_units(durations, 10), strict=True):
        delay = min(duration, 65_535).to_bytes(2, "little")
        parts += [b"!\xf9\x04", bytes((disposal | (clear >= 0),)), delay, bytes((max(clear, 0), 0))]
        parts += [image[:9], bytes((0x80 | flags,)), palette, image[10:]]
    return b"".join((*parts, b";"))


def _parts(still: bytes) -> tuple[int, int, bytes, bytes]:
    """The clear colour's number or -1, the palette's size as a GIF says it, the palette, the image with its descriptor."""
    flags, clear = still[10] & 7, -1
    start = at = 13 + (6 << flags)
    while still[at] == 0x21:
        clear = still[at + 6] if still[at + 1] == 0xF9 and still[at + 3] & 1 else clear
        at += 2
        while still[at]:
            at += 1 + still[at]
        at += 1
    return clear, flags, still[13:start], still[at:-1]


GIF = ImageFormat(
    name="gif",
    title="GIF",
    suffixes=(".gif",),
    signatures=((0, b"GIF87a"), (0, b"GIF89a")),
    modes=frozenset({"P"}),
    max_side=65_535,
    written_as="png",
    sample=_ONE_PIXEL,
    sample_colour=(0, 0, 0),
    probe=probe,
    decode=partial(pillow.decode, name="Gif"),
    later_frames=partial(pillow.later_frames, name="Gif"),
    animate=_animate,
    untold_frames="a later frame is larger than the canvas",
)
