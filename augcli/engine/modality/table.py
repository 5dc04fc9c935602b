"""The three modalities, one value each: how a sample is opened, changed on the CPU, and written.

Nothing else in augcli asks which modality a sample has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from augcli.core.pipeline.settings import Input, Limits, Output
from augcli.core.primitives import Primitive
from augcli.core.values.facts import Facts
from augcli.formats.bytes.encoded import Encoded

Program = tuple[Primitive, ...]
Rows = Sequence[tuple[Any, Program, Sequence[Any]]]  # (sample, program, partners)


@dataclass(frozen=True)
class Opened:
    """A sample whose header has been read. `decode(scale)` gives its content, made smaller by the scale.

    `others()` gives the frames that come after it, each with its facts, where a sample has several and all are wanted.
    """

    facts: Facts
    header: Any
    decode: Callable[[int], Any]
    scales: tuple[int, ...] = (1,)
    others: Callable[[], Sequence[tuple[Facts, Any]]] = tuple


@dataclass(frozen=True)
class Modality:
    """`kernel_version` is bumped when a kernel changes what it writes; `batched` says that the torch backend takes it."""

    name: str
    open: Callable[[bytes, Limits, Input], Opened]
    encode: Callable[[list[Any], Any, Output], Encoded]  # (the frames, mostly one, header, output)
    output_suffix: Callable[[str, str, Output, Input], str]  # (kind, own suffix, output, input)
    output_options: Callable[[Output, Input], Any]
    apply: Callable[[Rows], list[Any]]
    execute: Callable[[Rows, str], list[Any]]  # on the torch backend, on the device of this name
    as_partner: Callable[[Any, Any, bool], Any]  # (partner, sample, by alpha) -> partner as the sample's Blend takes it
    load: Callable[[], object]  # imports what opening and changing take, so that forked workers share it
    batched: bool
    kernel_version: int = 1


def _open_image(data: bytes, limits: Limits, reading: Input) -> Opened:
    from augcli.formats.image import codec as image
    from augcli.formats.image import frames

    header = image.probe(data, limits)
    if reading.image.frames == "all":
        header = frames.all_of(data, header, limits)
    return Opened(
        header.facts,
        header,
        lambda scale: image.decode(data, header, scale),
        image.scales(header),
        lambda: frames.others(data, header),
    )


def _encode_image(images: list[Any], header: Any, output: Output) -> Encoded:
    from augcli.formats.image import frames

    return frames.encode(images, header, output.image)


def _image_suffix(kind: str, own: str, output: Output, reading: Input) -> str:
    from augcli.formats.image import codec as image

    return image.output_suffix(kind, output.image, own, reading.image.frames == "all")


def _image_options(output: Output, reading: Input) -> Any:
    return output.image.model_dump() | ({"frames": "all"} if reading.image.frames == "all" else {})


def _apply_image(rows: Rows) -> list[Any]:
    from augcli.kernels.cpu.image import apply as cpu_image

    results = []
    for pixels, program, partners in rows:
        for primitive in program:
            pixels = cpu_image.apply(pixels, primitive, partners)
        results.append(pixels)
    return results


def _load_image() -> None:
    import augcli.formats.image.codec
    import augcli.kernels.cpu.image.apply  # noqa: F401


def _execute_image(rows: Rows, device: str) -> list[Any]:
    from augcli.kernels.torch.image import execute as torch_image

    images: list[Any] = []
    places: dict[int, int] = {}

    def place(pixels: Any) -> int:
        """Copies of one source share its image, which then goes up once."""
        if id(pixels) not in places:
            places[id(pixels)] = len(images)
            images.append(pixels)
        return places[id(pixels)]

    batch = [
        torch_image.Row(place(pixels), program, tuple(0 if partner is None else place(partner) for partner in partners))
        for pixels, program, partners in rows
    ]
    return torch_image.execute_halving(images, batch, device)


def _image_as_partner(partner: Any, pixels: Any, by_alpha: bool) -> Any:
    from augcli.kernels.shared import partners

    return partners.as_partner(partner, pixels, by_alpha)


def _open_audio(data: bytes, limits: Limits, reading: Input) -> Opened:
    from augcli.formats.audio import codec as audio

    header = audio.probe(data, limits)
    return Opened(header.facts, header, lambda scale: audio.decode(data, header))


def _encode_audio(samples: list[Any], header: Any, output: Output) -> Encoded:
    from augcli.formats.audio import codec as audio

    return audio.encode(samples[0], header, output.audio)


def _audio_suffix(kind: str, own: str, output: Output, reading: Input) -> str:
    from augcli.formats.audio import codec as audio

    return audio.output_suffix(kind, output.audio, own)


def _execute_audio(rows: Rows, device: str) -> list[Any]:
    from augcli.kernels.torch.audio import execute as torch_audio

    return torch_audio.execute_halving([(samples, program) for samples, program, _ in rows], device)  # type: ignore[misc]


def _load_audio() -> None:
    import augcli.formats.audio.codec
    import augcli.kernels.torch.audio.execute  # noqa: F401


def _apply_audio(rows: Rows) -> list[Any]:
    return _execute_audio(rows, "cpu")


def _open_text(data: bytes, limits: Limits, reading: Input) -> Opened:
    from augcli.formats.text import codec as text

    content, header = text.decode(data, limits, reading.text.encoding)
    return Opened(header.facts, header, lambda scale: content)


def _encode_text(contents: list[str], header: Any, output: Output) -> Encoded:
    from augcli.formats.text import codec as text

    return Encoded(text.encode(contents[0], header), "", {})


def _apply_text(rows: Rows) -> list[Any]:
    results = []
    for content, program, _ in rows:
        for primitive in program:
            content = primitive.apply(content)  # type: ignore[attr-defined]
        results.append(content)
    return results


def _same(partner: Any, sample: Any, by_alpha: bool) -> Any:
    return partner


MODALITIES = {
    modality.name: modality
    for modality in (
        Modality(
            "image",
            _open_image,
            _encode_image,
            _image_suffix,
            _image_options,
            _apply_image,
            _execute_image,
            _image_as_partner,
            _load_image,
            True,
            kernel_version=2,
        ),
        Modality(
            "audio",
            _open_audio,
            _encode_audio,
            _audio_suffix,
            lambda output, reading: output.audio.model_dump(),
            _apply_audio,
            _execute_audio,
            _same,
            _load_audio,
            True,
        ),
        Modality(
            "text",
            _open_text,
            _encode_text,
            lambda kind, own, output, reading: own,
            lambda output, reading: None if reading.text.encoding == "auto" else reading.text.encoding,
            _apply_text,
            lambda rows, device: _apply_text(rows),
            _same,
            lambda: None,
            False,
        ),
    )
}
