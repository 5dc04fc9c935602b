"""Compares text operations with nlpaug on one core: sentences per second, and the speed-up.

    python tests/benchmarks/text.py [FILE WITH A SENTENCE A LINE]

"op" is ours alone (a draw to a new text), "unit" the engine's whole way (keys, draw, lower, new text). nlpaug's SynonymAug
gets the same table in place of NLTK's WordNet (with NLTK's and its tagger it is several times slower still), and its typos
the same share of letters. What words our oracles remember is warmed up first, as it is after a few thousand texts.
"""

from __future__ import annotations

import csv
import itertools
import re
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from augcli import ops
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import draw_steps, lower
from augcli.core.values.facts import TextFacts
from augcli.engine.resources.opened import resources_of

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


def ours(name: str, options: str = "{}") -> tuple[Callable[[str], str], Callable[[str], str]]:
    compiled = CompiledPipeline(parse_pipeline(f"text: [{{{name}: {options}}}]").steps["text"])
    opener = resources_of(compiled).get
    (step,) = compiled.steps.values()
    numbers = itertools.count()

    def op(text: str) -> str:
        state = State(TextFacts(len(text)), text, None, opener)
        draw = step.make_draw(*[getattr(step.op, span).at(0.5) for span in step.op.spans], next(numbers) * 0x9E3779B97F4A7)
        return "".join([primitive.apply(text) for primitive in step.op.lower(draw, state)]) or text

    def unit(text: str) -> str:
        state = State(TextFacts(len(text)), text, None, opener)
        lower(draw_steps(compiled, unit_key(7, f"texts/{next(numbers)}.txt", 0)), state)
        return state.text

    return op, unit


def theirs() -> dict[str, Callable[[str], Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import nlpaug.augmenter.char as nac
        import nlpaug.augmenter.word as naw

    from augcli.kernels.words import lexicon

    class Model:
        def predict(self, word: str, pos: str | None = None) -> list[str]:
            return [one for reading in lexicon.packaged().get(word, ()) for one in reading.synonyms]

        def pos_tag(self, tokens: list[str]) -> list[tuple[str, str]]:
            return [(token, "NN") for token in tokens]

    class Synonyms(naw.SynonymAug):  # type: ignore[misc]
        @classmethod
        def get_model(cls, *arguments: Any, **named: Any) -> Any:
            return Model()

    few = {"aug_word_p": 1.0, "aug_char_p": 0.02, "aug_char_min": 0}
    return {
        "random_delete": naw.RandomWordAug(action="delete", aug_p=0.1).augment,
        "random_swap": naw.RandomWordAug(action="swap", aug_p=0.1).augment,
        "keyboard_typo": nac.KeyboardAug(**few).augment,
        "ocr_typo": nac.OcrAug(**few).augment,
        "spelling": naw.SpellingAug(aug_p=0.1).augment,
        "synonym": Synonyms(aug_p=0.1).augment,
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
    print(f"{'operation':16} {'op/s':>8} {'unit/s':>8} {'nlpaug/s':>9} {'op':>7} {'unit':>7}")
    for name in ("random_delete", "random_swap", "keyboard_typo", "ocr_typo", "spelling", "synonym", "random_insert"):
        peer = peers.get(name)
        works = [*ours(name), *([peer] if peer else [])]
        if name == "spelling":
            rate(ours(name, "{rate: 1.0}")[0], texts)
        best = [0.0] * len(works)
        for number in range(ROUNDS + 1):
            for place, work in enumerate(works):
                best[place] = max(best[place], rate(work, texts) if number else rate(work, texts) * 0)  # the first warms up
        ratios = [f"{one / best[2]:.1f}×" if peer else "-" for one in best[:2]]
        print(f"{name:16} {best[0]:8.0f} {best[1]:8.0f} {best[2] if peer else float('nan'):9.0f} {ratios[0]:>7} {ratios[1]:>7}")


if __name__ == "__main__":
    main()
