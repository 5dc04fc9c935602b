"""Images: all frames if they are wanted, decoded at a fraction of their size if that is cheap."""

from __future__ import annotations

from typing import Any

from augcli.core.pipeline.settings import Input, Limits, Output
from augcli.core.values.facts import Facts
from augcli.formats.bytes.encoded import Encoded

from .modality import Modality, Opened, Rows


def _open(data: bytes, limits: Limits, reading: Input) -> Opened:
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
        frames.count(header),
    )


def _check_output(facts: Facts, header: Any, output: Output) -> None:
    from augcli.formats.image import codec as image

    target = image.target_format(header.format, output.image, bool(header.pages))
    image.check_side(target, facts.width, facts.height)  # type: ignore[union-attr]


def _encode(images: list[Any], header: Any, output: Output) -> Encoded:
    from augcli.formats.image import frames

    return frames.encode(images, header, output.image)


def _output_suffix(kind: str, own: str, output: Output, reading: Input) -> str:
    from augcli.formats.image import codec as image

    return image.output_suffix(kind, output.image, own, reading.image.frames == "all")


def _output_options(output: Output, reading: Input) -> Any:
    return output.image.model_dump() | ({"frames": "all"} if reading.image.frames == "all" else {})


def _apply(rows: Rows) -> list[Any]:
    from augcli.kernels.cpu.image import apply as cpu_image

    results = []
    for pixels, program, partners in rows:
        for primitive in program:
            pixels = cpu_image.apply(pixels, primitive, partners)
        results.append(pixels)
    return results


def _execute(rows: Rows, device: str) -> list[Any]:
    from augcli.kernels.torch.batch.rows import BatchRow
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
        BatchRow(place(pixels), program, tuple(0 if partner is None else place(partner) for partner in partners))
        for pixels, program, partners in rows
    ]
    return torch_image.execute_halving(images, batch, device)


def _as_partner(partner: Any, pixels: Any, by_alpha: bool) -> Any:
    from augcli.kernels.shared import partners

    return partners.as_partner(partner, pixels, by_alpha)


def _load() -> None:
    import augcli.formats.image.codec
    import augcli.kernels.cpu.image.apply  # noqa: F401


IMAGE = Modality(
    name="image",
    open=_open,
    check_output=_check_output,
    encode=_encode,
    output_suffix=_output_suffix,
    output_options=_output_options,
    apply=_apply,
    execute=_execute,
    as_partner=_as_partner,
    load=_load,
    batched=True,
    kernel_version=2,
)
