"""Finds the words of a text, and those to leave alone; replaces and removes them.

Every operation leaves alone: URLs, e-mail addresses, file names and the like (a.b), anything with a digit (12km,
$249.99), @names and #tags, tags and entities of HTML and XML, {placeholders}, `code`; and, unless told otherwise,
negations: without its "not", a text says the opposite, and its label is wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

from augcli.core.primitives.text import Literal, Piece, Pieces, Slice
from augcli.core.values.resources import WordOracle

_SUSPECT = re.compile(
    r"[\d@#<&{`$%\[.:](?:(?<![.:])|(?=[^\W\d_]|/))"
)  # begins with one set of characters, which is fast to search
# What is protected, and without which characters there is none of it. Where several fit, the first one counts.
_PROTECTED = (
    ("`", r"```.*?(?:```|\Z)"),  # a block of code
    ("`", r"`[^`\n]+`"),
    ("<", r"<!--.*?(?:-->|\Z)|</?[A-Za-z!?][^<>]*>"),  # HTML, XML
    ("&", r"&(?:[A-Za-z]\w{1,31}|#\w{1,8});"),
    # placeholders
    ("{", r"\{\{[^{}]{0,200}\}\}|\{%[^%]{0,200}%\}|\{[^{}\n]*\}"),
    ("%", r"%\(\w+\)[a-z]|%[sdifrx](?!\w)"),
    ("$", r"\$\{\w+\}|\$[A-Za-z_]\w*"),
    ("[", r"\[[A-Z_]+\]"),
    ("@#", r"(?<![^\s\"'“‘(\[<>])[@#][\w-]+(?:[.@][\w-]+)*"),
    (":", r"(?<!\S)[^\s<>]*?(?:://|www\.)[^\s<>]*"),
    ("0", r"(?<![^\s\"'“‘(\[<>{}|,;=])[^\s\d<>]{0,64}+\d[^\s<>]*"),  # anything with a digit
    (".@", r"[^\W\d][\w+-]*(?:[.@][\w+-]*[^\W\d][\w+-]*)++(?:[/?=&#:][^\s<>]*)?"),  # a.b, a@b.c, a.b/c
)
_SIGNS = re.compile(r"[\d@#<&{`$%\[]|\.(?=[\w+-])")
_RUN = re.compile(r"[^\s\0]+")
_LETTERED = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_OPENING = "\"'“‘«‹([{¿¡*_-–—…「『（《"
_CLOSING = "\"'”’»›)]},.;:!?…*_-–—。、，！？：；」』）》"
_ENGLISH = """
not no never none nobody nothing nowhere neither nor without hardly barely scarcely rarely seldom cannot unless except
dont doesnt didnt isnt wasnt arent werent wouldnt couldnt shouldnt havent hasnt hadnt cant wont aint
"""
_NEGATIONS = frozenset(_ENGLISH.split())
_KOREAN_NEGATION = re.compile(r"안|안[돼되된될됩해하한할합].*|못.*|.*지못.*|아[니닌닐닙].*|.*[않없].*", re.DOTALL)
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_ENDS_SENTENCE = re.compile(r"[^\w\s]*(?:[.!?…。！？][^\w\s]*(?:\s|\Z)|[ \t]*(?:[\r\n]|\Z))")


_BONDS = "-‐‑–'’_·}`$%#@&/\\"
_NAME_GOES_ON = re.compile(r" [A-ZÀ-ÞΑ-Ω\u0400-\u042f]\w")
_ABBREVIATION = re.compile(r"(?:^|\W)(?:[A-Z]|Mrs?|Ms|Dr|St|Prof|Gen|Col|Capt|Rev|Sr|Jr|vs)\.$")
_GAPS = " \t\xa0\u3000"
Span = tuple[int, int]  # characters start…stop


def masked(text: str) -> str:
    """The text with NUL in place of everything that is left alone; positions are kept."""
    if not _SUSPECT.search(text):
        return text
    signs = {"0" if sign.isdigit() else sign for sign in _SIGNS.findall(text)}
    if "://" in text or "www." in text:
        signs.add(":")
    return _protected("".join(sorted(signs))).sub(_blank, text) if signs else text


@cache
def _protected(signs: str) -> re.Pattern[str]:
    """What is protected in a text with these signs ("0" for any digit): most alternatives need not be tried at every word."""
    return re.compile("|".join(pattern for any_of, pattern in _PROTECTED if set(any_of) & set(signs)), re.DOTALL)


def _blank(match: re.Match[str]) -> str:
    return "\0" * (match.end() - match.start())


def runs(mask: str) -> list[Span]:
    """The runs of characters between white space, in any script, including punctuation."""
    return [match.span() for match in _RUN.finditer(mask)]


def core(mask: str, run: Span) -> Span | None:
    """A run without the punctuation around it; None if it holds no word (a dash, an operator)."""
    start, stop = run
    if mask[start].isalnum() and mask[stop - 1].isalnum():
        return run
    while stop > start and mask[stop - 1] in _CLOSING:
        stop -= 1
    while start < stop and mask[start] in _OPENING and not joined(mask, start + 1):
        start += 1
    if start == stop or joined(mask, start) or not any(map(_says_something, mask[start:stop])):
        return None
    return start, stop


def lettered(mask: str) -> list[Span]:
    """Words made of letters and inner apostrophes; hyphenated words by their parts; none with combining marks."""
    spans = [match.span() for match in _LETTERED.finditer(mask)]
    if mask.isascii():
        return spans
    return [(start, stop) for start, stop in spans if not joined(mask, stop) and not (start and _clings(mask[start - 1]))]


def joined(text: str, at: int) -> bool:
    """Whether the character at this position belongs to the one before it: accents, emoji sequences."""
    return at < len(text) and _clings(text[at])


def _clings(character: str) -> bool:
    if character < "\u0300":
        return False
    return character in "\u200c\u200d" or "\U0001f3fb" <= character <= "\U0001f3ff" or unicodedata.category(character)[0] == "M"


def _says_something(character: str) -> bool:
    return character.isalnum() or (character > "\u2000" and unicodedata.category(character) in ("So", "Sk"))


def is_negation(word: str) -> bool:
    """Whether a word negates: in English by the word itself or n't, in Korean by 안, 못, 않, 없, 아니."""
    word = word.lower()
    if word in _NEGATIONS or word.endswith(("n't", "n’t")):
        return True
    return not word.isascii() and _KOREAN_NEGATION.fullmatch(word) is not None


def negation_near(mask: str, words: Sequence[Span], first: int, last: int) -> bool:
    """Whether one of these runs is a negation, or is negated by one beside them.

    A negation negates the word after it ("not bad"; 못 한), in Korean also the one before (가지 않): without that word, or
    with another in its place, it would negate something else.
    """
    if mask.isascii():  # so no letter has accents that are characters of their own, and core() has nothing more to say
        for start, end in words[first - 1 if first else 0 : last + 1]:
            word = mask[start:end].rstrip(_CLOSING).lstrip(_OPENING).lower()
            if word in _NEGATIONS or word.endswith("n't"):
                return True
        return False
    stop = min(last + 2, len(words))
    for number in range(first - 1 if first else 0, stop):
        found = core(mask, words[number])
        if found is not None:
            text = mask[found[0] : found[1]]
            if is_negation(text) and (number <= last or not text.isascii()):
                return True
    return False


def ends_korean_sentence(text: str, word: Span) -> bool:
    """Whether this is the last word of a Korean sentence: its predicate, without which the others say nothing."""
    return not text.isascii() and _HANGUL.search(text, *word) is not None and _ENDS_SENTENCE.match(text, word[1]) is not None


def between(text: str, spans: Sequence[Span], number: int) -> tuple[str, str]:
    """The words before and after one, in lower case; "" if anything but a space stands between."""
    start, stop = spans[number]
    before = after = ""
    if number and text[spans[number - 1][1] : start].isspace():
        before = text[spans[number - 1][0] : spans[number - 1][1]].lower()
    if number + 1 < len(spans) and text[stop : spans[number + 1][0]].isspace():
        after = text[spans[number + 1][0] : spans[number + 1][1]].lower()
    return before, after


def is_common_word(text: str, span: Span) -> bool:
    """Whether a word stands by itself and does not look like a name, an abbreviation or a negation."""
    start, stop = span
    if (start and text[start - 1] in _BONDS) or (stop < len(text) and text[stop] in _BONDS):
        return False
    word = text[start:stop]
    if not word.islower() and word != word.capitalize() and not (word.isupper() and len(word) > 3):
        return False
    if word[0].isupper() and not word.isupper() and (_NAME_GOES_ON.match(text, stop) or not begins_sentence(text, start)):
        return False
    return not is_negation(word)


def with_candidates(text: str, spans: Sequence[Span], oracle: WordOracle) -> Iterator[tuple[Span, Sequence[str]]]:
    """The words for which the oracle knows candidates in their context, each with its candidates."""
    lower, knows = text.lower(), oracle.knows
    if len(lower) != len(text):  # some capital letters have no single lower-case letter
        lower = "".join([one if len(one.lower()) > 1 else one.lower() for one in text])
    for number, span in enumerate(spans):
        word = lower[span[0] : span[1]]
        if knows(word) and is_common_word(text, span) and (candidates := oracle.candidates(word, *between(text, spans, number))):
            yield span, candidates


def begins_sentence(text: str, start: int) -> bool:
    """Whether only quotation marks, brackets and white space lie between here and the previous sentence or line."""
    while start and text[start - 1] in "\"'“‘([{ \t\xa0«*_-–—\0":
        start -= 1
    if start == 0 or text[start - 1] in "!?:\r\n…。":
        return True
    return text[start - 1] == "." and not _ABBREVIATION.search(text[max(start - 6, 0) : start])


def in_case_of(word: str, model: str) -> str:
    """Write this word in capitals, or with an initial capital, if the other one is."""
    if len(model) > 1 and model.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if model[:1].isupper() else word


def edited(text: str, edits: Sequence[tuple[int, int, str]]) -> list[Pieces]:
    """The primitive that puts new characters in place of characters start…stop, in order; none without edits."""
    pieces: list[Piece] = []
    position = 0
    for start, stop, new in edits:
        pieces += [Slice(position, start), Literal(new)]
        position = stop
    return [Pieces.of([*pieces, Slice(position, len(text))])] if edits else []


def without(text: str, doomed: Sequence[Span]) -> list[Span]:
    """The (start, stop) slices that remain when words are removed, each together with the white space before it.

    The first word of a text or line takes the white space after it instead, so that no line begins with a gap, and so does
    a word after an opening bracket or quotation mark; a word with punctuation on both sides takes none. Line breaks stay.
    """
    kept: list[Span] = []
    position = 0
    for start, stop in doomed:
        before = start
        while before > position and text[before - 1] in _GAPS:
            before -= 1
        opens_line = before == start or before == 0 or text[before - 1] in "\r\n"
        if opens_line:
            before = start
            while stop < len(text) and text[stop] in _GAPS:
                stop += 1
        kept.append((position, before))
        position = stop
    kept.append((position, len(text)))
    return [(start, stop) for start, stop in kept if start < stop]
