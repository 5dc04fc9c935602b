"""The formats as users read of them: a table of what each holds, and hints where one cannot hold what is asked for."""

from __future__ import annotations

from augcli.core.pipeline.model import Pipeline
from augcli.formats.audio.table import FORMATS as AUDIO
from augcli.formats.format import FileFormat
from augcli.formats.image.format import ImageFormat
from augcli.formats.image.table import BY_NAME as IMAGES
from augcli.formats.image.table import FORMATS as IMAGE

from .reference import table


def image_formats() -> str:
    """The formats that are read, and what they hold, as a table in Markdown."""
    heads = ("format", "suffixes", "written as", "bits per channel", "transparency", "frames", "EXIF, ICC", "longest side")
    return table(heads, [_image_row(one) for one in IMAGE if one.is_read])


def audio_formats() -> str:
    rows = [(one.title, _suffixes(one), "yes" if one.is_lossless else "no") for one in AUDIO if one.is_read]
    return table(("format", "suffixes", "lossless"), rows)


def unread_formats() -> str:
    names = ", ".join(one.title for one in (*IMAGE, *AUDIO) if not one.is_read)
    return f"Recognised but not read, so that each file is reported as failed: {names}."


def _image_row(one: ImageFormat) -> tuple[str, ...]:
    written = "itself" if one.is_written else IMAGES[one.written_as].title
    if one.animate and not one.is_written:
        written += f"; with `frames: all` {one.title}"
    bits = ["1"] * ("1" in one.modes) + ["8"] + ["16"] * one.holds_16_bits + ["32 (float)"] * one.holds_floats
    frames = "pages" if one.join_pages else "animation" if one.animate else "first only"
    alpha = "clear or opaque" if "P" in one.modes else "yes" if one.holds_alpha else "read only" if one.sample else "no"
    keeps = one.keeps if one.is_written or one.animate else IMAGES[one.written_as].keeps
    kept = ", ".join(name for name, is_kept in (("EXIF", keeps.exif), ("ICC", keeps.icc)) if is_kept)
    side = f"{one.max_side:,} px" if one.max_side else "no limit"
    return (one.title, _suffixes(one), written, ", ".join(bits), alpha, frames, kept or "no", side)


def _suffixes(one: FileFormat) -> str:
    return ", ".join(f"`{name}`" for name in one.suffixes + one.read_suffixes)


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
