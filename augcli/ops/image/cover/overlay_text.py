from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from augcli.core.idioms.overlay import MARGIN_DOC, POSITION_DOC, X_DOC, Y_DOC, Place, Position, lay
from augcli.core.ops.needs import Needs
from augcli.plugin import (
    SHOWN,
    Blend,
    Draw,
    ImageOracle,
    Levels,
    Op,
    Primitives,
    Request,
    Shown,
    Span,
    State,
    Writing,
    choose,
    option,
    span,
    uniform,
)

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_LARGEST_PX = 4000
_FIRST_COLOUR = 1 << 20  # parts the numbers that make the colour from those that choose letters

_Text = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")]
_NOTE = {"type": "string", "minLength": 1}
# One text, or a list of them.
Texts = Annotated[
    tuple[_Text, ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    WithJsonSchema({"anyOf": [_NOTE, {"type": "array", "items": _NOTE}]}),
    Needs("a text, or a list of texts"),
]


class OverlayText(Op):
    """Write text over the image: a caption, date, watermark, or random letters and digits.

    Pillow draws the text in its built-in font (Latin letters) or in a font that you provide; a character that the font
    lacks is reported before the run. Text wider than the image is reduced to fit. Image size and class labels are kept.
    At an opacity of 0.5 or more, what lies within the rectangle around the text counts as hidden for boxes and points. Do
    not use when the label depends on text in the image.
    """

    id = "image.overlay_text"
    keys = ("key",)
    examples = (
        {},
        {"text": ["2024-06-01 12:30", "SAMPLE"], "position": "bottom_right", "angle_deg": 0, "colour": [255, 160, 0]},
        {"text": "SAMPLE", "size": 0.3, "opacity": 0.3, "position": "center", "angle_deg": 30, "colour": 255},
    )
    references = ("Papakipos and Bitton, AugLy, arXiv:2201.06494",)

    text: Texts = option((), doc="a string, or a list of strings from which one is drawn")
    file: str = option("", path=True, doc="path of a file with one text per line")
    characters: Span = span(
        3,
        8,
        within=(1, 40),
        whole=True,
        unit="",
        useful=(1, 20),
        doc="number of random letters and digits; used when neither text nor file is given",
    )
    which: Span = span(0, 1, within=(0, 1), unit="", doc="which text of the list or file: 0 first, 1 last")
    font: str = option("", path=True, doc="path of a TrueType or OpenType font; default: Pillow's built-in font")
    size: Span = span(0.06, 0.15, within=(0.005, 1), unit="of the height", useful=(0.03, 0.3), scale="log", doc="font size")
    colour: Levels | Literal["random"] = option(
        "random", unit="of 255 levels", doc="[red, green, blue] from 0 to 255, one number for grey, or random"
    )
    opacity: Span = span(0.6, 1, within=(0, 1), unit="", useful=(0.3, 1), doc="0 is invisible, 1 hides what is beneath")
    x: Span = span(0, 1, within=(0, 1), unit="", doc=X_DOC)
    y: Span = span(0, 1, within=(0, 1), unit="", doc=Y_DOC)
    position: Position = option("random", doc=POSITION_DOC)
    margin: float = option(0.03, ge=0, le=0.5, unit="", doc=MARGIN_DOC)
    angle_deg: Span = span(-5, 5, within=(-180, 180), unit="deg", useful=(-45, 45), doc="rotation, anticlockwise")

    @model_validator(mode="after")
    def _one_kind_of_text(self) -> Self:
        if self.text and self.file:
            raise ValueError("text and file exclude each other: give one of them")
        return self

    def resources(self) -> Sequence[Request]:
        return [self._writing()]

    def lower(self, draw: Draw, state: State) -> Primitives:
        writing = state.images(self._writing())
        text: str | int = min(int(draw.which * writing.count()), writing.count() - 1)
        if not writing.count():
            text = "".join([choose(draw.key, number, _LETTERS) for number in range(draw.characters)])
        if self.colour == "random":
            colour = tuple([int(256 * uniform(draw.key, _FIRST_COLOUR + number)) for number in range(3)])
        else:
            colour = self.colour
        size_px = _fitting(writing, text, max(1, min(_LARGEST_PX, round(draw.size * state.image.height))), state.image.width)
        size = writing.size(text, size_px)
        place = Place(draw.x, draw.y, 0, self.position, self.margin)
        laid = lay(size, size, state.image, place, draw.angle_deg)
        if laid is None or not draw.opacity:
            return []
        return [Blend((laid.layer(SHOWN, draw.opacity, Shown(self._writing(), (text, size_px, *colour))),))]

    def _writing(self) -> Writing:
        return Writing("writing", self.font, self.text, self.file)


def _fitting(writing: ImageOracle, text: str | int, size_px: int, width: int) -> int:
    """The size of the font, or the largest below it at which the text is no wider than this."""
    while size_px > 1 and (wide := writing.size(text, size_px)[0]) > width:
        size_px = max(1, min(size_px - 1, size_px * width // wide))
    return size_px
