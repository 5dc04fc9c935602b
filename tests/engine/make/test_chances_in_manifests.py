"""A run over 10,000 samples: its manifest follows the chances, weights and ranges of the pipeline.

The significance of each test is 0.001: chi-square up to 10.83 (one degree of freedom), the distance of
Kolmogorov and Smirnov up to 1.949 / sqrt(n). Draws are hashes, so the test always gives the same.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from scipy import stats

from augcli.api import load_pipeline, run
from augcli.engine.state.options import RunOptions

COUNT = 10_000
PIPELINE = """seed: 9
text:
  - random_swap: {p: 0.3, rate: [0.1, 0.4]}
  - keyboard_typo: {p: 0}
  - random_delete: {p: 1, rate: {choice: [0.1, 0.2, 0.2]}}
  - one_of:
      id: which
      p: 0.6
      steps:
        - random_swap: {id: often, weight: 3, rate: {normal: {mean: 0.2, std: 0.1, low: 0.1, high: 0.4}}}
        - random_swap: {id: seldom}
"""


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """For every sample: step id to its draws."""
    folder = tmp_path_factory.mktemp("chances")
    rows = [json.dumps({"id": number, "text": f"one two three four {number}"}) for number in range(COUNT)]
    (folder / "rows.jsonl").write_text("\n".join(rows) + "\n")
    (folder / "pipeline.yaml").write_text(PIPELINE)
    run(load_pipeline(str(folder / "pipeline.yaml")), [str(folder / "rows.jsonl")], str(folder / "out"), RunOptions(workers=1))
    lines = (folder / "out/manifest.jsonl").read_text().splitlines()
    assert len(lines) == COUNT
    return [{step["step"]: step["draw"] for step in json.loads(line)["steps"]} for line in lines]


def far_from(seen: int, p: float) -> float:
    """Chi-square of a count among COUNT."""
    return (seen - COUNT * p) ** 2 / (COUNT * p * (1 - p))


def test_steps_fire_as_often_as_p_says(records: list[dict[str, Any]]) -> None:
    counts = Counter(step for record in records for step in record)
    assert counts["keyboard_typo"] == 0 and counts["random_delete"] == COUNT
    for step, p in {"random_swap": 0.3, "often": 0.6 * 0.75, "seldom": 0.6 * 0.25}.items():
        assert far_from(counts[step], p) < 10.83, (step, counts[step])
    assert not any("often" in record and "seldom" in record for record in records)
    both = sum("random_swap" in record and ("often" in record or "seldom" in record) for record in records)
    assert far_from(both, 0.3 * 0.6) < 10.83  # neither step knows of the other


CONTINUOUS: dict[str, Callable[[float], float]] = {
    "random_swap": stats.uniform(0.1, 0.3).cdf,
    "often": stats.truncnorm(-1, 2, 0.2, 0.1).cdf,
}


@pytest.mark.parametrize("step", CONTINUOUS)
def test_ranges_are_drawn_evenly_or_as_is_written(step: str, records: list[dict[str, Any]]) -> None:
    values = [record[step]["rate"] for record in records if step in record]
    assert 0.1 <= min(values) < 0.101 and 0.39 < max(values) <= 0.4
    assert stats.kstest(values, CONTINUOUS[step]).statistic < 1.949 / math.sqrt(len(values))


def test_choices_are_as_frequent_as_they_are_written(records: list[dict[str, Any]]) -> None:
    counts = Counter(record["random_delete"]["rate"] for record in records)
    assert set(counts) == {0.1, 0.2}
    assert far_from(counts[0.1], 1 / 3) < 10.83
