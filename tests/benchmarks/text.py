"""Text operations side by side with nlpaug, on one core: sentences a second, and how many times faster.

    python tests/benchmarks/text.py [FILE WITH A SENTENCE A LINE]

A sentence of ours is a whole unit: draw, lower, new text. nlpaug's SynonymAug gets the same table in place of NLTK's WordNet
(with NLTK's and its tagger it is several times slower still), and its typos the same share of letters.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from augcli import ops
from augcli.core.compile import CompiledPipeline
from augcli.core.facts import TextFacts
from augcli.core.keys import unit_key
from augcli.core.lower import draw_steps, lower
from augcli.core.op import State
from augcli.core.pipeline import parse_pipeline
from augcli.engine.resources import resources_of

DATA = Path(__file__).parents[2] / "sample_data" / "data"
ROUNDS = 7


def sentences() -> list[str]:
    if len(sys.argv) > 1:
        return Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    texts = [path.read_text(encoding="utf-8") for path in sorted((DATA / "texts").glob("*_en.txt"))]
    found = [part.strip() for text in texts for part in re.split(r"(?<=[.!?;,])\s+", text) if len(part) > 40]
    with open(DATA / "reviews.csv", encoding="utf-8", newline="") as file:
        found += [row["text"] for row in csv.DictReader(file) if row["text"].isascii()]
    return found


def ours(name: str, options: dict[str, Any]) -> Callable[[str], str]:
    steps = parse_pipeline(f"text: [{{{name}: {json.dumps(options)}}}]").steps["text"]
    compiled = CompiledPipeline(steps)
    opener = resources_of(compiled).get

    def work(text: str) -> str:
        state = State(TextFacts(len(text)), text, None, opener)
        lower(draw_steps(compiled, unit_key(7, text, 0)), state)
        return state.text

    return work


def theirs() -> dict[str, Callable[[str], Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import nlpaug.augmenter.char as nac
        import nlpaug.augmenter.word as naw

    from augcli.kernels import lexicon
    from augcli.kernels.nlpaug_words import _synonym_augmenter

    class Model:
        def predict(self, word: str, pos: str | None = None) -> list[str]:
            return [one for reading in lexicon.packaged().get(word, ()) for one in reading.synonyms]

        def pos_tag(self, tokens: list[str]) -> list[tuple[str, str]]:
            return [(token, "NN") for token in tokens]

    synonyms = _synonym_augmenter(Model())
    few = {"aug_word_p": 1.0, "aug_char_p": 0.02, "aug_char_min": 0}
    return {
        "random_delete": naw.RandomWordAug(action="delete", aug_p=0.1).augment,
        "random_swap": naw.RandomWordAug(action="swap", aug_p=0.1).augment,
        "keyboard_typo": nac.KeyboardAug(**few).augment,
        "ocr_typo": nac.OcrAug(**few).augment,
        "spelling": naw.SpellingAug(aug_p=0.1).augment,
        "synonym": synonyms.augment,
    }


def rate(work: Callable[[str], Any], texts: list[str]) -> float:
    started = time.perf_counter()
    for text in texts:
        work(text)
    return len(texts) / (time.perf_counter() - started)


def main() -> None:
    ops.load()
    texts = sentences()
    peers = theirs()
    print(f"{len(texts)} sentences of {sum(map(len, texts)) / len(texts):.0f} characters; best of {ROUNDS} rounds, taken in turn")
    print(f"{'operation':16} {'augcli/s':>10} {'nlpaug/s':>10} {'ratio':>7}")
    for name in ("random_delete", "random_swap", "keyboard_typo", "ocr_typo", "spelling", "synonym", "random_insert"):
        mine, peer = ours(name, {}), peers.get(name)
        rate(mine, texts)  # tables opened, words remembered
        best = [0.0, 0.0]
        for _ in range(ROUNDS):
            best[0] = max(best[0], rate(mine, texts))
            best[1] = max(best[1], rate(peer, texts) if peer else 0.0)
        ratio = f"{best[0] / best[1]:.1f}×" if peer else "-"
        print(f"{name:16} {best[0]:10.0f} {best[1] or float('nan'):10.0f} {ratio:>7}")


if __name__ == "__main__":
    main()
