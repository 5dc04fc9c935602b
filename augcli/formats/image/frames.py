"""All frames of an animation (GIF, WebP, APNG), all pages of a TIFF: found, decoded, and written as one file again."""

from __future__ import annotations

from augcli.core.pipeline.settings import ImageOutput, Limits
from augcli.core.values.facts import ImageFacts
from augcli.core.values.outcome import SampleError
from augcli.formats.bytes.encoded import Encoded
from augcli.formats.image import animation, codec, pillow, raster, tiff_pages
from augcli.formats.image.header import ImageHeader, Pixels, corrupt
from augcli.formats.image.metadata import exif

_ANIMATED = ("gif", "webp", "png")


def all_of(data: bytes, header: ImageHeader, limits: Limits) -> ImageHeader:
    """The header, with `pages` where this file may have several frames and they can be told apart.

    Left out are reduced copies and masks among the pages of a TIFF, the image of an APNG that its animation does not show,
    sequences of AVIF, and APNGs of 16 bits: of these the first image is used, and noted. Raises SampleError
    `image.too_many_frames`, `image.too_large` (all frames together), or what probe() raises, for each page.
    """
    if header.format == "tiff":
        pages = tuple(codec.probe(page, limits) for page in tiff_pages.split(data, limits.max_frames))
        _check(len(pages), sum(page.facts.width * page.facts.height for page in pages), limits)
        return header._replace(pages=pages)
    told = len(header.durations_ms) == header.frames or header.frames == 1
    if header.format == "gif" and not told:
        raise corrupt("a later frame is larger than the canvas")
    if header.format not in _ANIMATED or not told or header.facts.bits > 8:
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


def others(data: bytes, header: ImageHeader) -> list[tuple[ImageFacts, Pixels]]:
    """The frames after the first, each as the whole canvas shows it, with its facts; none unless `pages` are there.

    Raises SampleError `image.truncated` or `image.corrupt`, stage "decode".
    """
    if len(header.pages) > 1:
        pages = list(tiff_pages.split(data, len(header.pages)))[1:]
        return [(said.facts, codec.decode(page, said)) for page, said in zip(pages, header.pages[1:], strict=True)]
    if not header.pages or header.frames == 1 or header.format == "tiff":
        return []
    if header.format == "png":
        raster.check_png(data, (b"fdAT",))
    frames = [exif.upright(pixels, header.orientation) for pixels in pillow.later_frames(data, header)]
    return [(header.facts._replace(channels=pixels.shape[2]), pixels) for pixels in frames]


def encode(images: list[Pixels], header: ImageHeader, output: ImageOutput) -> Encoded:
    """Write one image or several; several make an animation with the source's durations, or pages of a TIFF.

    Raises SampleError `encode.frames` for a format that does not hold them, and what image.encode() raises.
    """
    target = codec.target_format(header.format, output, bool(header.pages))
    if len(images) == 1 and target != "gif":
        return codec.encode(images[0], header, output)
    if target == "tiff":
        pages = header.pages if header.format == "tiff" else header.pages * len(images)
        made = [codec.encode(pixels, page, output) for pixels, page in zip(images, pages, strict=True)]
        notes = {key: value for one in reversed(made) for key, value in one.notes.items() if key != "frames"}
        if "float" in notes:  # each page has a range of its own
            notes["float"] = "; ".join(one.notes.get("float", "page of whole numbers") for one in made)
        if header.format != "tiff":
            notes["durations"] = "not kept"
        return Encoded(tiff_pages.joined([one.data for one in made]), made[0].suffix, notes)
    if header.format == "tiff":
        raise SampleError("encode.frames", f"pages of a TIFF are not written as {target}; {_REMEDY}", "encode")
    if target not in _ANIMATED:
        raise SampleError("encode.frames", f"animations are not written as {target}; {_REMEDY}", "encode")
    return animation.encode(images, header, output, target)


_REMEDY = "leave output.image.format at source, or choose input.image.frames: first"
