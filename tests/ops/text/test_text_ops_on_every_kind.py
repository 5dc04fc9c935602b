"""Every text operation on every kind of text: protected words and white space stay, spans move along, no text is emptied."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from augcli.core.primitives.text import Literal, Pieces, Slice, piece_length

OPS = ("keyboard_typo", "ocr_typo", "random_delete", "random_insert", "random_swap", "spelling", "synonym")
EMOJI = "I adore it 😍 really 👩‍👩‍👧 ☕️ and 1️⃣ time in 🇰🇷 👍🏽 yes! #️⃣ caf\u0065\u0301 was lovely"
TEXTS = {
    "english": "The film was excellent, and the actors were superb. My friend found the story boring, though; I don't know why.",
    "korean": "우리 동네 도서관은 강가의 작은 언덕 위에 있습니다. 눈은 아니 오고, 빌릴 수 없습니다. 안 가지 못 한다.",
    "code": "def f(x):\n    return x[0] + {'a': 1}['a']  # see https://ex.com/a?b=1\n`inline code` and ${HOME} and %(name)s\n",
    "emoji": EMOJI,
    "one word": "Excellent!",
    "one letter": "a",
    "spaces": " \t\n ",
    "empty": "",
    "url": "https://example.com/some/path?query=words&more=words#part",
    "html": '<p class="big film">Excellent <b>film</b> &amp; lovely actors<br/>again</p>\n<!-- a story -->',
    "crlf": "First line of the story.\r\n\r\nSecond  line, with\tgaps \r\nand a   film.\r\n",
    "placeholders": "Dear {name}, your {{ order }} of %d films ships to @alice #films on 3.14.2025 for $249.99.",
    "upper": "THE FILM WAS EXCELLENT AND THE STORY WAS BORING",
    "rtl and nbsp": "שלום עולם, הסרט היה\u00a0מצוין. film\u00a0excellent",
    "long": " ".join(["The film was excellent and the lovely actors were superb."] * 1000),
}
HELD = [
    r"https?://\S+", r"\S+@\S+\.\w+", r"<[^>]*>", r"&amp;", r"\{[^}]*\}", r"%\(name\)s", r"%d", r"\$\{HOME\}", r"@alice",
    r"#films",
    r"\$?\d[\d.]*", r"`[^`]*`", r"1️⃣",
]  # fmt: skip
STRONG: dict[str, dict[str, Any]] = {"default": {}, "strong": {"rate": 0.6}, "all": {"rate": 1.0}}


def clusters(text: str) -> list[str]:
    """Characters as people see them, near enough for these texts."""
    found: list[str] = []
    for one in text:
        joins = unicodedata.category(one)[0] == "M" or one in "\u200d\ufe0f" or "\U0001f3fb" <= one <= "\U0001f3ff"
        after = found and (
            found[-1].endswith("\u200d") or (re.fullmatch("[\U0001f1e6-\U0001f1ff]", found[-1]) and one >= "\U0001f1e6")
        )
        if found and (joins or (after and not one.isspace())):
            found[-1] += one
        else:
            found.append(one)
    return found


@pytest.mark.parametrize("strength", STRONG)
@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("op", OPS)
def test_what_must_stay_stays(change: Callable[..., Any], op: str, kind: str, strength: str) -> None:
    text = TEXTS[kind]
    for copy in range(1 if kind == "long" else 8):
        new, pieces, lowered = change(text, op, copy, **STRONG[strength])
        assert bool(lowered.idle) == (new == text), "a step without effect is known as one"
        assert (pieces is None or pieces.apply(text) == text) == (new == text)
        assert bool(new.strip()) == bool(text.strip()), "never emptied"
        assert re.findall(r"[\r\n]+", new) == re.findall(r"[\r\n]+", text), "line breaks stay"
        for pattern in HELD:
            if op != "ocr_typo" or "\\d" not in pattern:  # a scanner may read letters as digits
                assert re.findall(pattern, new) == re.findall(pattern, text), pattern
        if op not in ("random_delete", "random_insert"):
            assert re.findall(r"\s+", new) == re.findall(r"\s+", text), "white space stays"
        seen = set(clusters(text))
        assert {one for one in clusters(new) if len(one) > 1} <= seen, "no cluster is split or made"


@pytest.mark.parametrize("kind", ["url", "empty", "spaces", "one letter", "korean"])
@pytest.mark.parametrize("op", ["keyboard_typo", "ocr_typo", "random_insert", "spelling", "synonym"])
def test_nothing_to_act_on_is_told(change: Callable[..., Any], op: str, kind: str) -> None:
    changed = change(TEXTS[kind], op, rate=1.0)
    assert changed.text == TEXTS[kind]
    assert changed.lowered.idle == {0}


@pytest.mark.parametrize("op", OPS)
def test_something_happens_where_it_can(change: Callable[..., Any], op: str) -> None:
    changed = [change(TEXTS["english"], op, copy).text != TEXTS["english"] for copy in range(20)]
    assert all(changed) or (op == "random_delete" and sum(changed) >= 10)


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("op", OPS)
def test_pieces_of_a_record_make_the_text_again(change: Callable[..., Any], op: str, kind: str) -> None:
    text = TEXTS[kind]
    new, pieces, _ = change(text, op, 3, rate=0.5)
    if pieces is not None:
        written = json.loads(json.dumps([list(one) if isinstance(one, Slice) else one.text for one in pieces.pieces]))
        read = Pieces(tuple(Slice(*one) if isinstance(one, list) else Literal(one) for one in written))
        assert read.apply(text) == new


@pytest.mark.parametrize("kind", [kind for kind in TEXTS if kind != "long"])
@pytest.mark.parametrize("op", OPS)
def test_dot_law(change: Callable[..., Any], op: str, kind: str) -> None:
    """Every character that is still there is where the pieces say, once; what a Literal takes the place of is gone."""
    text = TEXTS[kind]
    for copy in range(5):
        new, pieces, _ = change(text, op, copy, rate=0.4)
        if pieces is None:
            continue
        place, seen = 0, []
        for piece in pieces.pieces:
            if isinstance(piece, Slice):
                assert new[place : place + piece_length(piece)] == text[piece.start : piece.stop]
                seen += range(piece.start, piece.stop)
            place += piece_length(piece)
        assert place == len(new)
        assert len(seen) == len(set(seen)), "no character twice"
        if op != "random_swap":
            assert pieces.edits(len(text)) is not None, "nothing changes order"


@pytest.mark.parametrize("op", OPS)
def test_rate_zero_does_nothing(change: Callable[..., Any], op: str) -> None:
    options = {"rate": 0.0} if op == "random_delete" else {"rate": 0.0, "at_least": 0}
    assert change(TEXTS["english"], op, **options).text == TEXTS["english"]


@pytest.mark.parametrize("op", [op for op in OPS if op != "random_delete"])
def test_at_least(change: Callable[..., Any], op: str) -> None:
    for copy in range(10):
        pieces = change(TEXTS["english"], op, copy, rate=0.0, at_least=2).pieces
        assert pieces is not None and len([one for one in pieces.pieces if isinstance(one, Slice)]) >= 3


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_the_rate_of_deletion(change: Callable[..., Any], share: float) -> None:
    left = len(change(TEXTS["long"], "random_delete", rate=share).text.split())
    assert abs(left / 10_000 - (1 - share)) < 0.02


@pytest.mark.parametrize(("op", "share"), [("synonym", 0.3), ("synonym", 0.7), ("spelling", 0.1), ("keyboard_typo", 0.05)])
def test_the_rate_of_the_others(change: Callable[..., Any], op: str, share: float) -> None:
    text = TEXTS["long"]
    edits, eligible = (len(change(text, op, rate=rate).pieces.edits(len(text))) for rate in (share, 1.0))
    if op == "keyboard_typo":  # letters side by side are one edit
        eligible = sum(len(word) for word in re.findall(r"[A-Za-z]{3,}", text))
    assert abs(edits / eligible - share) < 0.03
