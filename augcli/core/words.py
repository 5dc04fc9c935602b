"""Where the words of a text are, and which are left alone. Positions only: nothing here changes a text.

Left alone by every op: URLs, e-mail addresses, file names and the like (a.b), numbers and what they stand in (12km,
$249.99), @names and #tags, tags and entities of HTML and XML, {placeholders}, `code`. And, unless asked otherwise,
negations: a text without its "not" says the opposite, and its label is wrong.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_SUSPECT = re.compile(r"[\d@#<&{`$%\[]|://|[^\W\d]\.[^\W\d]")
_PROTECTED = re.compile(
    r"```.*?(?:```|\Z)"  # a block of code
    r"|`[^`\n]+`"
    r"|<!--.*?(?:-->|\Z)|</?[A-Za-z!?][^<>]*>"  # HTML, XML
    r"|&(?:[A-Za-z]\w{1,31}|#\w{1,8});"
    r"|\{\{.*?\}\}|\{[^{}\n]*\}|%\(\w+\)[a-z]|%[sdifrx](?!\w)|\$\{\w+\}|\$[A-Za-z_]\w*|\[[A-Z_]+\]"  # placeholders
    r"|(?<![^\s\"'“‘(\[<>])[@#][\w-]+(?:[.@][\w-]+)*"
    r"|(?<!\S)[^\s<>]*?(?:://|www\.)[^\s<>]*"
    r"|(?<![^\s\"'“‘(\[<>{}|,;=])[^\s\d<>]*+\d[^\s<>]*"  # whatever a digit stands in
    r"|[^\W\d][\w+-]*(?:[.@][\w+-]*[^\W\d][\w+-]*)++(?:[/?=&#:][^\s<>]*)?",  # a.b, a@b.c, a.b/c
    re.DOTALL,
)
_RUN = re.compile(r"[^\s\0]+")
_LETTERED = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_OPENING = "\"'“‘«‹([{¿¡*_-–—…「『（《"
_CLOSING = "\"'”’»›)]},.;:!?…*_-–—。、，！？：；」』）》"
_NEGATION = re.compile(
    r"(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|without|hardly|barely|scarcely|rarely|seldom|cannot|unless|except"
    r"|\w*n['’]t|dont|doesnt|didnt|isnt|wasnt|arent|werent|wouldnt|couldnt|shouldnt|havent|hasnt|hadnt|cant|wont|aint"
    r"|안|안[돼되된될됩해하한할합].*|못.*|.*지\s?못.*|아[니닌닐닙].*|.*[않없].*)",
    re.IGNORECASE,
)
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_ENDS_SENTENCE = re.compile(r"[^\w\s]*(?:[.!?…。！？][^\w\s]*(?:\s|\Z)|[ \t]*(?:[\r\n]|\Z))")


class Word(NamedTuple):
    """Characters start…stop; `held` says that the word stays as it is."""

    start: int
    stop: int


def masked(text: str) -> str:
    """The text with NUL in the place of everything that is left alone; positions stay."""
    return _PROTECTED.sub(_blank, text) if _SUSPECT.search(text) else text


def _blank(match: re.Match[str]) -> str:
    return "\0" * (match.end() - match.start())


def word_spans(mask: str) -> list[Word]:
    """What stands between white space, in any script, without the punctuation around it; none that is left alone."""
    words = []
    for match in _RUN.finditer(mask):
        start, stop = match.span()
        if not (mask[start].isalnum() and mask[stop - 1].isalnum()):
            while stop > start and mask[stop - 1] in _CLOSING:
                stop -= 1
            while start < stop and mask[start] in _OPENING and not joined(mask, start + 1):
                start += 1
            if start == stop or joined(mask, start):
                continue
        words.append(Word(start, stop))
    return words


def lettered_spans(mask: str) -> list[Word]:
    """Words of letters alone, with apostrophes inside; the parts of hyphenated words, and none with a combining mark."""
    return [
        Word(start, stop)
        for start, stop in [match.span() for match in _LETTERED.finditer(mask)]
        if not joined(mask, stop) and not (start and _clings(mask[start - 1]))
    ]


def joined(text: str, at: int) -> bool:
    """Whether the character there belongs to the one before it: accents, emoji sequences."""
    return at < len(text) and _clings(text[at])


def _clings(character: str) -> bool:
    if character < "\u0300":
        return False
    return character in "\u200c\u200d" or "\U0001f3fb" <= character <= "\U0001f3ff" or unicodedata.category(character)[0] == "M"


def is_negation(word: str) -> bool:
    """English by word, with n't; Korean by 안, 못, 않, 없, 아니."""
    return _NEGATION.fullmatch(word) is not None


def ends_korean_sentence(text: str, word: Word) -> bool:
    """Whether this is the last word of a Korean sentence: its predicate, without which the others say nothing."""
    return _HANGUL.search(text, word.start, word.stop) is not None and _ENDS_SENTENCE.match(text, word.stop) is not None


def begins_sentence(text: str, start: int) -> bool:
    """Whether nothing but quotation marks, brackets and white space is between here and the last sentence or line."""
    while start and text[start - 1] in "\"'“‘([{ \t\xa0«*_-–—\0":
        start -= 1
    return start == 0 or text[start - 1] in ".!?:\r\n…。"


def in_case_of(word: str, model: str) -> str:
    """This word in capitals, or with a capital, as the other one is."""
    if len(model) > 1 and model.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if model[:1].isupper() else word
