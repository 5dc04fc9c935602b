"""Times what one output costs before a pixel is touched: µs per unit for drawing, lowering, fusing and recording.

    python tests/benchmarks/unit_cost.py [--rounds 7] [--units 2000]

Six steps: flip, rotate, crop, color_jitter, gaussian_blur, cutout. Medians of rounds; each round does every phase on units
of its own. DESIGN.md §4 allows 100 µs for all phases together; names, hashes and fingerprints of units come on top and
are shown apart.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from augcli import ops
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.plan import Source, Unit, source_fingerprint, unit_hash
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import draw_steps, lower
from augcli.core.values.facts import ImageFacts
from augcli.dataset.write import json_line
from augcli.engine.make.records import row_record
from augcli.engine.make.samples import Row
from augcli.engine.modality.modality import Opened

GOAL_US = 100.0
PIPELINE = """
image:
  - flip: {p: 0.5}
  - rotate
  - crop: {size: 224}
  - color_jitter
  - gaussian_blur: {p: 0.2}
  - cutout: {p: 0.5}
"""
FACTS = ImageFacts(500, 375)
OPENED = Opened(FACTS, None, lambda scale: None)
SHA256 = "0" * 64


def timed(work: Callable[[Any], Any], items: Sequence[Any]) -> tuple[float, list[Any]]:
    """(µs per item, what came out)."""
    start = time.perf_counter()
    results = [work(item) for item in items]
    return (time.perf_counter() - start) / len(items) * 1e6, results


def hashes(unit: Unit) -> tuple[int, int]:
    return unit_hash(unit.source.id, unit.copy), source_fingerprint(unit.source, ())


def one_round(compiled: CompiledPipeline, units: list[Unit]) -> dict[str, float]:
    """µs per unit, by phase."""
    times: dict[str, float] = {}
    times["key"], keys = timed(lambda unit: unit_key(7, unit.source.id, unit.copy), units)
    times["fire + draw"], drawn = timed(lambda key: draw_steps(compiled, key), keys)
    times["lower + fuse"], lowered = timed(lambda steps: lower(steps, State(FACTS)), drawn)
    rows = [Row(unit, one, None, one.program, (), OPENED, SHA256, {}) for unit, one in zip(units, lowered, strict=True)]
    times["record + JSON"], _ = timed(
        lambda row: json_line(row_record(row, row.unit.output, {}) | {"bytes": 1, "sha256": SHA256}), rows
    )
    times["hash + fingerprint"], _ = timed(hashes, units)
    return times


def units_of(number: int, count: int) -> list[Unit]:
    units = []
    for index in range(count):
        name = f"train/class_{index % 10}/{number}_{index:06d}"
        source = Source(f"{name}.jpg", 0, f"{name}.jpg", "image", "jpeg", 54_321, 10**18 + index, name, ".jpg", "train", "cat")
        units.append(Unit(source, index % 3, f"{name}__aug{index % 3}.jpg"))
    return units


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--units", type=int, default=2000)
    arguments = parser.parse_args()
    ops.load()
    compiled = CompiledPipeline(parse_pipeline(PIPELINE).steps["image"])
    one_round(compiled, units_of(-1, 200))  # caches warm up
    rounds = [one_round(compiled, units_of(number, arguments.units)) for number in range(arguments.rounds)]
    medians = {phase: statistics.median(one[phase] for one in rounds) for phase in rounds[0]}
    for phase, time_us in medians.items():
        print(f"{phase:20}{time_us:8.1f} µs")
    print(f"{'together':20}{sum(medians.values()):8.1f} µs   (goal {GOAL_US:.0f})")


if __name__ == "__main__":
    main()
