"""What ops need besides the sample: they ask by name, and the engine opens each resource once and hands it out.

An op says what it needs in `resources()`, and when it is lowered takes it from `state.words(request)`,
`state.letters(request)`, `state.tones(request)` or `state.images(request)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, Protocol


class Words(NamedTuple):
    """A request for words that may replace others. `source` is "en", "nltk" or the path of the user's table."""

    kind: Literal["synonyms", "spelling"]
    source: str = "en"


class Letters(NamedTuple):
    """A request for letters that may replace others; `source` is a keyboard layout, or a script for OCR."""

    kind: Literal["keyboard", "ocr"]
    source: str = "en"


class Tones(NamedTuple):
    """A request for histograms of reference images; `source` is the path of an image or of a folder of images."""

    kind: Literal["tones"]
    source: str


class Images(NamedTuple):
    """A request for images to lay over others; `source` is the path of an image or of a folder of images."""

    kind: Literal["images"]
    source: str


class Writing(NamedTuple):
    """A request for texts as images. `source` is the path of a font, or "" for the one that comes with Pillow.

    `texts` holds all texts that may be asked for, or `file` is the path of a file with one text per line.
    """

    kind: Literal["writing"]
    source: str
    texts: tuple[str, ...] = ()
    file: str = ""


Request = Words | Letters | Tones | Images | Writing
Opener = Callable[[Any], Any]


class Shown(NamedTuple):
    """An image that is not a sample: number `which` of those that a resource holds or makes."""

    request: Images | Writing
    which: tuple[str | float, ...]


class WordOracle(Protocol):
    """Says what may replace a word. Pure, thread-safe, and the same in every process."""

    def knows(self, word: str) -> bool:
        """Whether there may be candidates for this lower-case word; asked for every word, so it must be fast."""

    def candidates(self, word: str, before: str = "", after: str = "") -> Sequence[str]:
        """What may replace this lower-case word between these two ("" at a sentence's end), in a fixed order."""


class LetterOracle(Protocol):
    """Says what may replace a letter or two. Pure, thread-safe, and the same in every process."""

    def candidates(self, letters: str) -> Sequence[str]:
        """What may replace these letters, in a fixed order."""

    def accepts(self, word: str) -> bool:
        """Whether a changed word may be written: no typo may produce an obscenity."""


class ToneOracle(Protocol):
    """Knows reference images. Pure, thread-safe, and the same in every process."""

    def count(self) -> int:
        """How many there are; at least one."""

    def shares(self, number: int) -> tuple[int, ...]:
        """The share of an image's pixels at or below each level, in 2⁻²⁰: 256 each for red, green, blue and luma."""


class ImageOracle(Protocol):
    """Knows images that may be laid over others. Pure, thread-safe, and the same in every process."""

    def count(self) -> int:
        """How many images or texts there are; at least one."""

    def scales(self, *which: Any) -> tuple[int, ...]:
        """The reductions at which it can be asked for, given as one more number at the end; 1 is the first."""

    def size(self, *which: Any) -> tuple[int, int]:
        """Width and height of one in pixels: of images by its number, of texts by the text (or its number), its height
        in pixels and its colour's three levels."""
