"""The parts of a pipeline that are not steps: how outputs are written, what inputs may be, how they are read.

Descriptions of fields are what users see: in the JSON Schema and in `augcli ops show output`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag

Originals = Literal["none", "link", "copy"]


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ImageOutput(Settings):
    """How images are written."""

    format: Annotated[
        Literal["source", "jpeg", "png", "webp", "bmp", "tiff", "avif"],
        Field(description="file format; source: the same as the source's"),
    ] = "source"
    quality: Annotated[
        Annotated[int, Field(ge=1, le=100), Tag("[number]")] | Annotated[Literal["source"], Tag("[source]")],
        Discriminator(lambda value: "[source]" if value == "source" else "[number]"),
        Field(description="quality of JPEG, WebP and AVIF; source: the source's own quality if it is a JPEG, else 95"),
    ] = 95
    subsampling: Annotated[
        Literal["source", "420", "422", "444"],
        Field(description="chroma subsampling of JPEG and AVIF; source: the source's own if it has one, else 420"),
    ] = "source"
    progressive: Annotated[
        Literal["source", True, False], Field(description="progressive JPEG: a few per cent smaller, much slower to write")
    ] = "source"
    metadata: Annotated[Literal["keep", "drop"], Field(description="keep the colour profile, EXIF and text metadata")] = "keep"


class AudioOutput(Settings):
    """How audio files are written."""

    format: Annotated[
        Literal["source", "wav", "flac"],
        Field(description="file format; source: the source's container, subtype and sample rate"),
    ] = "source"


class Output(Settings):
    """How outputs are written, and whether the originals are included."""

    image: ImageOutput = ImageOutput()
    audio: AudioOutput = AudioOutput()
    originals: Annotated[
        Originals, Field(description="whether to include the originals beside the copies: no, as relative links, or as copies")
    ] = "none"


class Limits(Settings):
    """The largest input that is accepted and the largest output that is made; what is larger fails, with a record."""

    max_pixels: Annotated[int, Field(ge=1, description="pixels per image, frame or page")] = 100_000_000
    max_frames: Annotated[int, Field(ge=1, description="frames or pages of one file, with input.image.frames: all")] = 1000
    max_total_pixels: Annotated[int, Field(ge=1, description="pixels of all frames together, with input.image.frames: all")] = (
        200_000_000
    )
    max_output_pixels: Annotated[
        int,
        Field(
            ge=1,
            description="pixels of an output, all its frames together, and of every image that a step makes on the way; "
            "an output no larger than its source is always allowed",
        ),
    ] = 200_000_000
    max_seconds: Annotated[float, Field(gt=0, description="length of an audio file in seconds")] = 3600.0
    max_samples: Annotated[
        int, Field(ge=1, description="samples of all channels together, of an audio file and of an output; each takes 4 bytes")
    ] = 400_000_000
    max_characters: Annotated[int, Field(ge=1, description="characters of a text file, of a table, of an output")] = 10_000_000
    max_file_bytes: Annotated[int, Field(ge=1, description="size of any input file in bytes")] = 2_000_000_000
    max_work_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=1_000_000,
            description="time limit per output in seconds; only with the CPU backend, on systems that can fork",
        ),
    ] = 600.0


class Table(Settings):
    """Which columns of tables (.csv, .tsv) or keys of .jsonl files to use; unset ones are found by their usual names."""

    text: Annotated[str | None, Field(description="column with the text to augment")] = None
    label: Annotated[str | None, Field(description="column with the class label")] = None
    id: Annotated[str | None, Field(description="column with a unique id for each row")] = None


def _text_encoding(name: str) -> str:
    if name != "auto":
        try:
            "".encode(name)
        except LookupError:
            raise ValueError(f"{name!r} is not a text encoding that Python knows; write auto, utf-8, latin-1, cp949, …") from None
    return name


class Text(Settings):
    """What counts as one sample in a text file (.txt, .md), and how texts and tables are encoded."""

    unit: Annotated[
        Literal["document", "line", "paragraph"], Field(description="what one sample is: the whole file, a line or a paragraph")
    ] = "document"
    encoding: Annotated[
        str,
        AfterValidator(_text_encoding),
        Field(description="auto: UTF-8, or what a byte order mark says; otherwise a Python codec name such as cp949 or latin-1"),
    ] = "auto"


class Image(Settings):
    """What counts as one sample in an image file."""

    frames: Annotated[
        Literal["first", "all"],
        Field(description="frames or pages to augment; all: every one, with the same random values and noise, in one file"),
    ] = "first"


class Input(Settings):
    """How the input folder is read."""

    layout: Annotated[
        Literal["auto", "plain", "class_folders"],
        Field(description="how labels are stored: plain (no labels), class_folders (one folder per class), auto (detected)"),
    ] = "auto"
    splits: Annotated[
        tuple[str, ...] | Literal["all"], Field(description="splits to augment, in a dataset with folders such as train and val")
    ] = ("train",)
    table: Table = Table()
    text: Text = Text()
    image: Image = Image()
