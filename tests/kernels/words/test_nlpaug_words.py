"""The quarantine: nlpaug answers the same in every process and every thread, and leaves no trace."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from augcli.kernels.words import lexicon, nlpaug_words
from augcli.kernels.words.lexicon import Reading
from augcli.kernels.words.vulgar import VULGAR

ASK = """
import json, sys
from augcli.kernels.words import lexicon, nlpaug_words as oracles
words = json.loads(sys.argv[1])
spelling, synonyms = oracles.Misspellings(), oracles.Synonyms(lexicon.packaged())
print(json.dumps([
    [list(spelling.candidates(word)) for word in words],
    [list(synonyms.candidates(word, "the", "")) for word in words],
    {key: list(value) for key, value in oracles.keyboard("en").table.items()},
    {key: list(value) for key, value in oracles.lookalikes().table.items()},
]))
"""
WORDS = ["definitely", "received", "ancient", "professional", "believe", "film", "house", "error", "excellent", "zzz", "Straße"]


def test_the_same_in_every_process() -> None:
    answers = {
        subprocess.run(
            [sys.executable, "-c", ASK, json.dumps(WORDS)],
            capture_output=True, text=True, timeout=120, check=True, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "7")
    }  # fmt: skip
    assert len(answers) == 1
    spelling, synonyms, keys, pairs = json.loads(answers.pop())
    assert all(found == sorted(found) for found in spelling)
    assert synonyms[WORDS.index("film")] == ["movie"] and synonyms[WORDS.index("zzz")] == []
    assert "w" in keys["q"] and pairs["rn"] == ["m"]


def test_the_same_in_every_thread() -> None:
    oracle = nlpaug_words.Misspellings()
    words = ["definitely", "received", "ancient", "believe", "separate", "tomorrow"] * 20
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(oracle.candidates, words))
    assert found == found[:6] * 20 and all(found)


def test_shared_generators_are_put_back() -> None:
    random.seed(3)
    np.random.seed(3)
    before = random.getstate(), np.random.get_state()[1].tobytes()
    nlpaug_words.Misspellings().candidates("definitely")
    nlpaug_words.Synonyms({"film": (Reading("n", True, ("movie",)),)}).candidates("film")
    nlpaug_words.keyboard.__wrapped__("en")
    nlpaug_words.lookalikes.__wrapped__()
    assert (random.getstate(), np.random.get_state()[1].tobytes()) == before


def test_it_is_nlpaug_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    import nlpaug.augmenter.word as naw

    asked = []
    original = naw.SynonymAug.substitute
    monkeypatch.setattr(naw.SynonymAug, "substitute", lambda self, data: asked.append(data) or original(self, data))
    oracle = nlpaug_words.Synonyms({"film": (Reading("n", True, ("flick", "movie")),)})
    assert oracle.candidates("film") == oracle.candidates("film") == ["flick", "movie"]
    assert asked == ["film"], "a word is asked once, and remembered"


def test_part_of_speech_and_article() -> None:
    table = {
        "answer": (Reading("n", False, ("reply",)), Reading("v", False, ("respond",))),
        "idea": (Reading("n", True, ("notion",)),),
    }
    oracle = nlpaug_words.Synonyms(table)
    assert oracle.candidates("answer", "the", "") == ["reply"]
    assert oracle.candidates("answer", "they", "") == ["respond"]
    assert oracle.candidates("answer") == []
    assert oracle.candidates("idea", "the") == ["notion"] and oracle.candidates("idea", "an") == []


@pytest.mark.parametrize("layout", nlpaug_words.LAYOUTS)
def test_keyboards(layout: str) -> None:
    table = nlpaug_words.keyboard(layout).table
    assert len(table) >= 20
    for key, near in table.items():
        assert len(key) == 1 and key.isalpha() and key.lower() == key and key not in near
        assert all(len(one) == 1 and one.isalpha() and one.lower() == one for one in near) and list(near) == sorted(near)


def test_layouts_are_those_of_the_op() -> None:
    from typing import get_args

    from augcli.ops.text.keyboard_typo import KeyboardTypo

    assert set(get_args(KeyboardTypo.model_fields["layout"].annotation)) == set(nlpaug_words.LAYOUTS)


def test_misspellings_are_near_and_no_words() -> None:
    oracle = nlpaug_words.Misspellings()
    for word in ("code", "step", "shall", "love", "public", "their", "colour"):
        for one in oracle.candidates(word):
            assert one not in lexicon.packaged() and one not in VULGAR and one not in ("cod", "steep", "lave", "there")
            assert 0 < nlpaug_words.distance(one, word) <= 2


@pytest.mark.parametrize(
    ("one", "other", "steps"), [("", "", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("kitten", "sitting", 3), ("a", "b", 1)]
)
def test_distance(one: str, other: str, steps: int) -> None:
    assert nlpaug_words.distance(one, other) == nlpaug_words.distance(other, one) == steps


def test_nltk_when_it_is_there() -> None:
    pytest.importorskip("nltk")
    try:
        from nltk.corpus import wordnet

        wordnet.synsets("film")
    except LookupError:
        pytest.skip("NLTK has no WordNet here")
    oracle = nlpaug_words.NltkSynonyms()
    assert "movie" in oracle.candidates("film", "the", "")
    assert not VULGAR.intersection(oracle.candidates("love", "i", "it"))
