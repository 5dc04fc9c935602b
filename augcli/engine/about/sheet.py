"""A contact sheet: one photograph through every image operation, as drawn by default and at the ends of its ranges.

Operations see the photograph at its full size, so that a length in pixels looks as it does in a run. Each output is
reduced to its tile before the next one is made: the sheet needs memory for one photograph, not for hundreds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from augcli.core.draws.distributions import Constant, Distribution, Share, percentage
from augcli.core.draws.fields import in_pixels
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import Op, State
from augcli.core.pipeline.flow import flow
from augcli.core.pipeline.settings import Input, Limits
from augcli.core.pipeline.steps import Step
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import draw_steps, lower
from augcli.core.values.facts import ImageFacts
from augcli.core.values.outcome import OutputError, SampleError, UserError
from augcli.engine.make.layers import laid_by_alpha, with_shown
from augcli.engine.modality.table import MODALITIES
from augcli.engine.resources.opened import Resources, trouble_with

from .catalogue import find, operations, unknown

_MARGIN_PX, _LINE_PX, _FONT_PX = 4, 12, 10
_JPEG_QUALITY = 80


class Case(NamedTuple):
    """One tile of the sheet: an operation, its options, the copy to draw for; `shown` names the options to print."""

    op: type[Op]
    options: Mapping[str, Any]
    copy: int = 0
    shown: tuple[str, ...] = ()


class Example(NamedTuple):
    """What an operation made of the photograph, at full size."""

    name: str
    said: str  # its options, or what was drawn
    pixels: Any


class Tile(NamedTuple):
    """The same as it appears on the sheet: shrunk to fit and, beside it, its centre at 100 %."""

    name: str
    said: str
    images: tuple[Image.Image, ...]


def image_operations(names: Sequence[str]) -> list[type[Op]]:
    """These image operations, or all if no names are given; raises UserError for any other name."""
    images = [op for op in operations() if op.id.startswith("image.")]
    known = {name: op for op in images for name in (op.id, op.name(), *op.also)}
    for name in names:
        if name not in known:
            raise UserError(f"'{name}' is not an image operation") if find(name) else unknown(name)
    return [known[name] for name in names] or images


def brief(ops: Sequence[type[Op]]) -> list[Case]:
    """One example per operation."""
    return [Case(op, op.examples[0]) for op in ops]


def thorough(ops: Sequence[type[Op]]) -> list[Case]:
    """For each operation: two draws of its defaults, both ends of every default range, and its other examples."""
    cases: list[Case] = []
    for op in ops:
        first = op.examples[0]
        plain = op.model_validate(first)
        ranges = {name: value for name in op.spans if not isinstance(value := getattr(plain, name), Constant)}
        cases += [Case(op, first, copy) for copy in range(2 if ranges or op.keys else 1)]
        # One end of a range, with all others at their middle; a u of 0.5 gives a whole number where one is needed.
        middle = {name: value.at(0.5) for name, value in ranges.items()}
        cases += [
            Case(op, {**first, **middle, name: end}, shown=(name,)) for name, value in ranges.items() for end in _ends(value)
        ]
        cases += [Case(op, example, shown=tuple(example)) for example in op.examples[1:]]
    return cases


def _ends(distribution: Distribution) -> list[Any]:
    return [percentage(end) if isinstance(distribution, Share) else end for end in distribution.bounds()]


def load_photo(path: str) -> Any:
    """An image file at its full size; (height, width, channels). Raises UserError."""
    try:
        return MODALITIES["image"].open(Path(path).read_bytes(), Limits(), Input()).decode(1)
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
    except SampleError as error:
        raise UserError(f"{path}: {error.message}") from None


def examples(cases: Sequence[Case], photos: Sequence[Any], seed: int = 0) -> Iterator[Example]:
    """The first photograph through every case. The others (or its mirror image) are the partners that are mixed in.

    Cases whose resources are missing (a folder of references, say) are left out.
    """
    partners = list(photos[1:]) or [np.ascontiguousarray(photos[0][:, ::-1])]
    for case in cases:
        if not any(trouble_with(request) for request in case.op.model_validate(case.options).resources()):
            yield _through(case, photos[0], partners, seed)


def _through(case: Case, pixels: Any, others: Sequence[Any], seed: int) -> Example:
    op = case.op.model_validate(case.options)
    compiled = CompiledPipeline((Step(op.id, op.name(), (), op=op),))
    as_partner, resources = MODALITIES["image"].as_partner, Resources(frozenset())
    given = [others[number % len(others)] for number in range(op.partner_count())]
    state = State(_facts(pixels), "", lambda number: _facts(given[number]), resources.get, case.copy)
    lowered = lower(draw_steps(compiled, unit_key(seed, "sheet", case.copy)), state)
    cut_out = laid_by_alpha(lowered.program)
    partners = [
        as_partner(_cut_out(one), pixels, True) if number in cut_out else as_partner(one, pixels, False)
        for number, one in enumerate(given)
    ]
    program, shown = with_shown(
        lowered.program,
        len(partners),
        lambda one, by_alpha: as_partner(resources.get(one.request).pixels(*one.which), pixels, by_alpha),
    )
    changed = MODALITIES["image"].apply([(pixels, program, [*partners, *shown])])[0]
    ((_, draw),) = lowered.drawn  # type: ignore[misc]
    drawn = {name: getattr(draw, name) for name in op.spans if not isinstance(getattr(op, name), Constant)}
    told = {name: case.options[name] for name in case.shown} or {**case.options, **drawn}
    return Example(
        op.name(), ", ".join(f"{name} {_short(_lengths(case.op, name, value, pixels))}" for name, value in told.items()), changed
    )


def _cut_out(pixels: Any) -> Any:
    """RGBA: unchanged if it has alpha, otherwise the part inside an ellipse."""
    height, width, channels = pixels.shape
    if channels == 4:
        return pixels
    mask = Image.new("L", (width, height))
    ImageDraw.Draw(mask).ellipse((0, 0, width - 1, height - 1), fill=255)
    return np.dstack([pixels if channels == 3 else np.repeat(pixels, 3, 2), np.asarray(mask)])


def _facts(pixels: Any) -> ImageFacts:
    return ImageFacts(pixels.shape[1], pixels.shape[0], pixels.shape[2], 8 * pixels.itemsize)


def _lengths(op: type[Op], name: str, value: Any, pixels: Any) -> Any:
    """A percentage as pixels of this photograph; any other value unchanged."""
    if name in op.spans and isinstance(value, str) and value.endswith("%"):
        return in_pixels(value, min(pixels.shape[:2]), op.spans[name])
    return value


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_short, value))}]"
    return flow(value)


def size_of_tiles(photo: Any, width_px: int) -> tuple[int, int]:
    """Width and height of a tile for a photograph: at most this wide, never wider than the photograph."""
    height, width = photo.shape[:2]
    fitting = min(width_px, width)
    return fitting, max(1, round(height * fitting / width))


def reduced(made: Iterable[Example], size: tuple[int, int], at_100_percent: bool) -> list[Tile]:
    """A tile for each example, as soon as it is made; `at_100_percent` adds the centre of the output, not shrunk."""
    # By map, as the variable of a loop would keep an output alive while the next one is made.
    return list(map(partial(_reduced, size=size, at_100_percent=at_100_percent), made))


def _reduced(example: Example, size: tuple[int, int], at_100_percent: bool) -> Tile:
    whole = _framed(example.pixels, size)
    return Tile(example.name, example.said, (whole, _framed(_centre(example.pixels, size), size)) if at_100_percent else (whole,))


def _centre(pixels: Any, size: tuple[int, int]) -> Any:
    top, left = (max(0, (there - here) // 2) for there, here in zip(pixels.shape, (size[1], size[0]), strict=False))
    return pixels[top : top + size[1], left : left + size[0]]


def lay_out(made: Sequence[Tile], columns: int, size: tuple[int, int], titled: bool) -> Image.Image:
    """The tiles in rows, each with its name, and with `titled` what was drawn; then each operation starts a new row."""
    rows: list[list[Tile]] = []
    for tile in made:
        if not rows or len(rows[-1]) == columns or (titled and rows[-1][0].name != tile.name):
            rows.append([])
        rows[-1].append(tile)
    lines = 2 if titled else 1
    width = size[0] * max((len(tile.images) for tile in made), default=1)
    step_x, step_y = width + _MARGIN_PX, size[1] + lines * _LINE_PX + _MARGIN_PX
    sheet = Image.new("RGB", (columns * step_x + _MARGIN_PX, len(rows) * step_y + _MARGIN_PX), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(_FONT_PX)
    for number, row in enumerate(rows):
        for column, tile in enumerate(row):
            x, y = _MARGIN_PX + column * step_x, _MARGIN_PX + number * step_y
            for line, text in enumerate((tile.name, tile.said)[:lines]):
                pen.text((x, y + line * _LINE_PX), _cut(text, font, width), fill="black", font=font)
            for place, image in enumerate(tile.images):
                sheet.paste(image, (x + place * size[0], y + lines * _LINE_PX))
    return sheet


def _cut(text: str, font: Any, width: int) -> str:
    while font.getlength(text) > width:
        text = text[:-2] + "…"
    return text


def _framed(pixels: Any, size: tuple[int, int]) -> Image.Image:
    """The image on grey, shrunk if it does not fit; transparent pixels show the grey. Of 16 bits, the upper 8 are shown."""
    pixels = (pixels >> 8 * (pixels.itemsize - 1)).astype(np.uint8)
    image = Image.fromarray(pixels if pixels.shape[2] > 1 else pixels[:, :, 0]).convert("RGBA")
    image.thumbnail(size, Image.Resampling.BOX)
    frame = Image.new("RGB", size, (208, 208, 208))
    frame.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2), image)
    return frame


def write(sheet: Image.Image, made: Sequence[Tile], path: Path) -> None:
    """Write the sheet in the format that the suffix names; a JPEG's comment lists the tiles, one per line."""
    comment = {"comment": contents(made)} if path.suffix.lower() in (".jpg", ".jpeg") else {}
    try:
        sheet.save(path, quality=_JPEG_QUALITY, **comment)
    except ValueError:
        raise UserError(f"{path} needs a suffix that names an image format: .jpg, .png or .webp") from None
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from None


def contents(made: Sequence[Example | Tile]) -> str:
    """The names of the operations with what was drawn, one line per tile."""
    return "\n".join(f"{tile.name}: {tile.said}".rstrip(": ") for tile in made)
