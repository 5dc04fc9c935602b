"""All frames of an animation, all pages of a document: found, decoded, and written as one file again."""

from __future__ import annotations

from itertools import islice

from augcli.core.pipeline.settings import ImageOutput, Limits
from augcli.core.values.facts import ImageFacts
from augcli.core.values.outcome import SampleError
from augcli.formats.bytes.encoded import Encoded
from augcli.formats.image import animation, codec
from augcli.formats.image.format import ImageFormat
from augcli.formats.image.header import MODES, ImageHeader, Pixels, corrupt
from augcli.formats.image.metadata import exif
from augcli.formats.image.metadata.carried import carried
from augcli.formats.image.table import BY_NAME


def all_of(data: bytes, header: ImageHeader, limits: Limits) -> ImageHeader:
    """The header, with `pages` where this file may have several frames and they can be told apart.

    Left out are reduced copies and masks among the pages of a TIFF, the image of an APNG that its animation does not show,
    sequences of AVIF, and APNGs of 16 bits: of these the first image is used, and noted. Raises SampleError
    `image.too_many_frames`, `image.too_large` (all frames together), or what probe() raises, for each page.
    """
    own = BY_NAME[header.format]
    if own.split_pages is not None:
        pages: list[ImageHeader] = []
        pixels = 0
        for page in own.split_pages(data, limits.max_frames):
            pages.append(codec.probe(page, limits))
            pixels += pages[-1].facts.width * pages[-1].facts.height
            _check(len(pages), pixels, limits)
        return header._replace(pages=tuple(pages))
    told = len(header.durations_ms) == header.frames or header.frames == 1
    if own.untold_frames and not told:
        raise corrupt(own.untold_frames)
    if own.later_frames is None or not told or header.facts.bits > 8:
        return header
    _check(header.frames, header.frames * header.facts.width * header.facts.height, limits)
    return header._replace(pages=(header,))


def _check(count: int, pixels: int, limits: Limits) -> None:
    if count > limits.max_frames:
        raise SampleError("image.too_many_frames", f"has {count:,} frames; limits.max_frames is {limits.max_frames:,}")
    if pixels > limits.max_total_pixels:
        raise SampleError(
            "image.too_large", f"its frames have {pixels:,} pixels; limits.max_total_pixels is {limits.max_total_pixels:,}"
        )


def count(header: ImageHeader) -> int:
    """How many frames come out."""
    if len(header.pages) == 1 and BY_NAME[header.format].split_pages is None:
        return header.frames  # of an animation, whose one header stands for all
    return max(1, len(header.pages))


def others(data: bytes, header: ImageHeader) -> list[tuple[ImageFacts, Pixels]]:
    """The frames after the first, each as the whole canvas shows it, with its facts; none unless there are `pages`.

    Raises SampleError `image.truncated` or `image.corrupt`, stage "decode".
    """
    own = BY_NAME[header.format]
    if own.split_pages is not None and len(header.pages) > 1:
        pages = islice(own.split_pages(data, len(header.pages)), 1, None)
        return [(said.facts, codec.decode(page, said)) for page, said in zip(pages, header.pages[1:], strict=True)]
    if not header.pages or header.frames == 1 or own.later_frames is None:
        return []
    frames = [exif.upright(pixels, header.orientation) for pixels in own.later_frames(data, header)]
    return [(header.facts._replace(channels=pixels.shape[2]), pixels) for pixels in frames]


def encode(images: list[Pixels], header: ImageHeader, output: ImageOutput) -> Encoded:
    """Write one image or several; several make an animation with the source's durations, or pages of a TIFF.

    Raises SampleError `encode.frames` for a format that does not hold them, and what codec.encode() raises.
    """
    target = codec.target_format(header.format, output, bool(header.pages))
    if len(images) == 1 and target.is_written:
        return codec.encode(images[0], header, output)
    paged = BY_NAME[header.format].split_pages is not None
    if target.join_pages is not None:
        return _as_pages(images, header, output, target, paged)
    if paged:
        raise SampleError("encode.frames", f"{target.title} cannot store the pages of a TIFF; {_REMEDY}", "encode")
    if target.animate is None:
        raise SampleError("encode.frames", f"{target.title} cannot store animations; {_REMEDY}", "encode")
    return animate(images, header, output, target)


_REMEDY = "write output.image.format: source, or input.image.frames: first"


def _as_pages(images: list[Pixels], header: ImageHeader, output: ImageOutput, target: ImageFormat, paged: bool) -> Encoded:
    assert target.join_pages is not None
    pages = header.pages if paged else header.pages * len(images)
    made = [codec.encode(pixels, page, output) for pixels, page in zip(images, pages, strict=True)]
    notes = {key: value for one in reversed(made) for key, value in one.notes.items() if key != "frames"}
    if "float" in notes:  # each page has a range of its own
        notes["float"] = "; ".join(one.notes.get("float", "page of whole numbers") for one in made)
    if not paged:
        notes["durations"] = "not kept"
    return Encoded(target.join_pages([one.data for one in made]), made[0].suffix, notes)


def animate(images: list[Pixels], header: ImageHeader, output: ImageOutput, target: ImageFormat) -> Encoded:
    """Frames of one size in one file, with the source's durations and number of plays.

    Notes: "palette" and "alpha" where a palette changed any pixel, and those of codec.encode().
    """
    assert target.animate is not None
    height, width = images[0].shape[:2]
    codec.check_side(target, width, height)
    images = animation.of_equal_channels(images, grey=not target.is_written or "L" in target.modes)
    mode = MODES[images[0].shape[2]] if target.is_written else "P"
    kept, notes = carried(header.metadata, target.keeps, output.metadata == "keep", (width, height), mode, header.mode)
    notes |= {key: value for key, value in codec.conversions(header, mode, target, output).items() if key != "frames"}
    data, more = target.animate(images, header, output, kept)
    return Encoded(data, target.suffixes[0], notes | more)
