"""The parts of a pipeline that are not steps: what outputs look like, and what inputs may be."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag

Originals = Literal["none", "link", "copy"]


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ImageOutput(Settings):
    """How images are written. "source" keeps the source's format."""

    format: Literal["source", "jpeg", "png", "webp", "bmp", "tiff", "avif"] = "source"
    quality: Annotated[
        Annotated[int, Field(ge=1, le=100), Tag("[number]")] | Annotated[Literal["source"], Tag("[source]")],
        Discriminator(lambda value: "[source]" if value == "source" else "[number]"),
        Field(description="of JPEG, WebP and AVIF; source: as good as the source was, if it is a JPEG, else 95"),
    ] = 95
    subsampling: Annotated[
        Literal["source", "420", "422", "444"],
        Field(description="of JPEG and AVIF; source: as it was, if the source is one, else 420"),
    ] = "source"
    progressive: Annotated[
        Literal["source", True, False], Field(description="JPEG in passes: a few per cent smaller, much slower to write")
    ] = "source"
    metadata: Annotated[Literal["keep", "drop"], Field(description="colour profile, EXIF, texts")] = "keep"


class AudioOutput(Settings):
    """How sound is written. "source" keeps the source's container, subtype and rate."""

    format: Literal["source", "wav", "flac"] = "source"


class Output(Settings):
    """What is written, and what of the originals goes along."""

    image: ImageOutput = ImageOutput()
    audio: AudioOutput = AudioOutput()
    originals: Originals = "none"


class Limits(Settings):
    """What an input may be at most; beyond it the sample fails with a record."""

    max_pixels: Annotated[int, Field(ge=1, description="of an image, or of one frame or page")] = 100_000_000
    max_frames: Annotated[int, Field(ge=1, description="with input.image.frames: all")] = 1000
    max_total_pixels: Annotated[int, Field(ge=1, description="of all frames together, with input.image.frames: all")] = (
        200_000_000
    )
    max_seconds: Annotated[float, Field(gt=0)] = 3600.0
    max_characters: Annotated[int, Field(ge=1)] = 10_000_000
    max_file_bytes: Annotated[int, Field(ge=1)] = 2_000_000_000
    max_work_seconds: Annotated[
        float, Field(gt=0, le=1_000_000, description="of work on one output; on the CPU backend, where forks are safe")
    ] = 600.0


class Table(Settings):
    """Which columns of tables (.csv, .tsv), or keys of .jsonl, mean what. Others are found by their usual names."""

    text: str | None = None
    label: str | None = None
    id: str | None = None


def _text_encoding(name: str) -> str:
    if name != "auto":
        try:
            "".encode(name)
        except LookupError:
            raise ValueError(f"there is no encoding of texts called {name!r}") from None
    return name


class Text(Settings):
    """What of a text file (.txt, .md) is one sample, and how texts and tables are encoded."""

    unit: Literal["document", "line", "paragraph"] = "document"
    encoding: Annotated[
        str,
        AfterValidator(_text_encoding),
        Field(description="auto: UTF-8, or what a byte order mark says; else one of Python's names, as cp949 or latin-1"),
    ] = "auto"


class Image(Settings):
    """What of an image file is one sample."""

    frames: Annotated[
        Literal["first", "all"],
        Field(description="of animations and of TIFFs with pages; all: each with the same draws and noise, in one file"),
    ] = "first"


class Input(Settings):
    """How the input folder is to be read."""

    layout: Literal["auto", "plain", "class_folders"] = "auto"
    splits: Annotated[tuple[str, ...] | Literal["all"], Field(description="splits to augment, where a tree has splits")] = (
        "train",
    )
    table: Table = Table()
    text: Text = Text()
    image: Image = Image()
