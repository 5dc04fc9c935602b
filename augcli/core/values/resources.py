"""What ops need besides the sample: they ask by name, the engine opens each thing once and hands it out.

An op says what it needs in `resources()`, and when it is lowered takes it from `state.words(request)`,
`state.letters(request)`, `state.tones(request)` or `state.images(request)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, Protocol


class Words(NamedTuple):
    """A request for words that may stand for others. `source` is "en", "nltk" or the path of the user's table."""

    kind: Literal["synonyms", "spelling"]
    source: str = "en"


class Letters(NamedTuple):
    """A request for letters that may stand for others; `source` is a keyboard layout, or a writing for OCR."""

    kind: Literal["keyboard", "ocr"]
    source: str = "en"


class Tones(NamedTuple):
    """A request for how frequent each level is in reference images; `source` is the path of one, or of a folder of them."""

    kind: Literal["tones"]
    source: str


class Images(NamedTuple):
    """A request for images to lay over others; `source` is the path of one, or of a folder of them."""

    kind: Literal["images"]
    source: str


class Writing(NamedTuple):
    """A request for texts as images. `source` is the path of a font, or "" for the one that comes with Pillow.

    `texts` holds all that may be asked for, or `file` is the path of a file of them, one a line.
    """

    kind: Literal["writing"]
    source: str
    texts: tuple[str, ...] = ()
    file: str = ""


Request = Words | Letters | Tones | Images | Writing
Opener = Callable[[Any], Any]


class Shown(NamedTuple):
    """An image that is no sample: `which` one of those that a resource holds or makes."""

    request: Images | Writing
    which: tuple[str | float, ...]


class WordOracle(Protocol):
    """Says what may stand for a word. Pure, thread-safe, and the same in every process."""

    def knows(self, word: str) -> bool:
        """Whether there may be candidates for this lower-case word; asked of every word, so it is fast."""

    def candidates(self, word: str, before: str = "", after: str = "") -> Sequence[str]:
        """What may stand for this lower-case word between these two ("" where the sentence ends), in a fixed order."""


class LetterOracle(Protocol):
    """Says what may stand for a letter or two. Pure, thread-safe, and the same in every process."""

    def candidates(self, letters: str) -> Sequence[str]:
        """What may stand for these letters, in a fixed order."""

    def accepts(self, word: str) -> bool:
        """Whether a word, as changed, may be written: no typo makes an obscenity."""


class ToneOracle(Protocol):
    """Knows reference images. Pure, thread-safe, and the same in every process."""

    def count(self) -> int:
        """How many there are; one at least."""

    def shares(self, number: int) -> tuple[int, ...]:
        """Which share of an image's pixels is of each level or below, in 2⁻²⁰: 256 each of red, green, blue and luma."""


class ImageOracle(Protocol):
    """Knows images that may be laid over others. Pure, thread-safe, and the same in every process."""

    def count(self) -> int:
        """How many images, or texts, there are; one at least."""

    def scales(self, *which: Any) -> tuple[int, ...]:
        """By which factors it may be asked for smaller, by one more number at the end; 1 is the first."""

    def size(self, *which: Any) -> tuple[int, int]:
        """Width and height of one in pixels: of images by its number, of texts by the text (or its number), its height
        in pixels and its colour's three levels."""
