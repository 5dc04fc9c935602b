"""Compares the rows of a table, from planning to the fragments of its copies, with a bare nlpaug loop over the same texts.

    python tests/benchmarks/rows.py [ROWS]

Both delete words of a tenth, in turns, on one core; CPU time, the medians of some rounds. nlpaug's loop reads the table
with `csv`, augments each text and writes it back. Ours plans the document, reads its blocks, makes fragments and records,
and assembles the document. Neither writes a file. The ratio counts, and not the microseconds.
"""

from __future__ import annotations

import csv
import io
import random
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from augcli.core.pipeline.settings import Limits
from augcli.core.plan import Source
from augcli.dataset.layouts.blocks.registry import block_layout
from augcli.engine.make.recipe import recipe
from augcli.engine.make.rows import row_results

ROUNDS = 5
DATA = Path(__file__).parents[2] / "sample_data" / "data"


def table(count: int) -> bytes:
    """A table with an id, a text of some 20 words and a label in each row."""
    with open(DATA / "reviews.csv", encoding="utf-8", newline="") as file:
        sentences = [row["text"] for row in csv.DictReader(file) if row["text"].isascii()]
    chance = random.Random(7)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(["id", "text", "label"])
    for number in range(count):
        writer.writerow([f"{number:06d}", " ".join(chance.choices(sentences, k=2))[:140], "pos" if number % 2 else "neg"])
    return written.getvalue().encode()


def ours(data: bytes, folder: Path) -> Callable[[], int]:
    path = folder / "r.csv"
    path.write_bytes(data)
    chosen = recipe({"version": 1, "seed": 7, "text": [{"random_delete": {"rate": 0.1}}]})
    layout, settings = block_layout("csv"), chosen.pipeline.input
    source = Source("r.csv", 0, "r.csv", "text", "csv", len(data), 0, "r.csv", "")

    def run() -> int:
        outline = layout.outline(path.read_bytes(), "csv", settings, Limits())
        records: list[bytes] = []

        def fragments() -> Iterator[bytes]:
            for block in outline.blocks:
                for one in row_results(chosen, source, str(path), outline, block, lambda at, row: (0,)):
                    records.append(one.record)
                    yield one.fragment

        return len(b"".join(layout.assemble(outline, fragments()))) + len(b"\n".join(records))

    return run


def theirs(data: bytes) -> Callable[[], int]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import nlpaug.augmenter.word as naw

    augmenter = naw.RandomWordAug(action="delete", aug_p=0.1)

    def run() -> int:
        written = io.StringIO()
        writer = csv.writer(written)
        reader = csv.reader(io.StringIO(data.decode(), newline=""))
        writer.writerow(next(reader))
        for own_id, text, label in reader:
            writer.writerow([own_id, augmenter.augment(text)[0], label])
        return len(written.getvalue())

    return run


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    data = table(count)
    with tempfile.TemporaryDirectory() as folder:
        runs = {"augcli": ours(data, Path(folder)), "nlpaug": theirs(data)}
        times: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(ROUNDS):
            for name, run in runs.items():
                begin = time.process_time()
                run()
                times[name].append((time.process_time() - begin) / count * 1e6)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print("  ".join(f"{name} {median:.1f} µs a row" for name, median in medians.items()))
    print(f"augcli is {medians['nlpaug'] / medians['augcli']:.2f} times as fast as the loop")


if __name__ == "__main__":
    main()
