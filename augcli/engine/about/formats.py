"""The formats as users read of them: a table of what each holds, and hints where one cannot hold what is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from augcli.core.pipeline.model import Pipeline
from augcli.formats.audio.table import FORMATS as AUDIO
from augcli.formats.image.format import ImageFormat
from augcli.formats.image.table import BY_NAME as IMAGES
from augcli.formats.image.table import FORMATS as IMAGE
from augcli.formats.text.table import FORMATS as TEXT


def formats_reference() -> str:
    """Tables in Markdown of the formats that are read, and a list of those that are only recognised."""
    images = [_image_row(one) for one in IMAGE if one.is_read]
    audio = [
        (one.title, _suffixes(one.suffixes + one.read_suffixes), "as itself", "yes" if one.is_lossless else "no")
        for one in AUDIO
        if one.is_read
    ]
    texts = [(one.title, _suffixes(one.suffixes), "one sample per row" if one.modality == "table" else "text") for one in TEXT]
    unread = ", ".join(one.title for one in (*IMAGE, *AUDIO) if not one.is_read)
    heads = ("image format", "suffixes", "written as", "alpha", "16 bits", "floats", "frames", "EXIF", "ICC", "longest side (px)")
    return "\n\n".join(
        (
            _table(heads, images),
            _table(("audio format", "suffixes", "written as", "lossless"), audio),
            _table(("text format", "suffixes", "samples"), texts),
            f"Recognised, but not read (a run reports each file): {unread}.",
        )
    )


def _image_row(one: ImageFormat) -> tuple[str, ...]:
    written = "as itself" if one.is_written else IMAGES[one.written_as].title
    frames = "pages" if one.join_pages else "animation" if one.animate else "first only"
    if one.animate and not one.is_written:
        written += f"; with `frames: all` {one.title}"
    holds = ("yes" if held else "no" for held in (one.holds_alpha, one.holds_16_bits, one.holds_floats))
    kept = ("kept" if keeps else "no" for keeps in (one.keeps.exif, one.keeps.icc))
    side = f"{one.max_side:,}" if one.max_side else "no limit"
    return (one.title, _suffixes(one.suffixes + one.read_suffixes), written, *holds, frames, *kept, side)


def _suffixes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def unwritable_frames(pipeline: Pipeline) -> list[str]:
    """A hint where all frames are wanted, in a format that cannot hold those of some images."""
    if pipeline.input.image.frames == "first" or pipeline.output.image.format == "source":
        return []
    target = IMAGES[pipeline.output.image.format]
    if target.join_pages:
        return []
    paged = [f"{one.title}s of several pages" for one in IMAGE if one.split_pages]
    missing = " and ".join(paged if target.animate else ["animations", *paged])
    return [f"with frames: all, {missing} will fail (encode.frames): {target.name} does not hold them; drop output.image.format"]
