"""What gain and polarity_inversion promise: decibels, polarity, and that nothing but values changes."""

from __future__ import annotations

import json

import pytest

from augcli import ops
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.primitives.audio import Gain
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import draw_steps, lower
from augcli.core.values.facts import AudioFacts

ops.load()
FACTS = AudioFacts(100, 16_000, 2)


def factor(steps: list, number: int = 0) -> float:
    compiled = CompiledPipeline(parse_pipeline(json.dumps({"audio": steps})).steps["audio"])
    result = lower(draw_steps(compiled, unit_key(0, f"{number}.wav", 0)), State(FACTS))
    (gain,) = result.program
    assert isinstance(gain, Gain)
    assert result.facts == FACTS
    return gain.factor


@pytest.mark.parametrize(("gain_db", "expected"), [(0, 1.0), (20, 10.0), (-20, 0.1), (-6.02059991, 0.5), (6.02059991, 2.0)])
def test_gain_is_in_decibels_of_amplitude(gain_db: float, expected: float) -> None:
    assert factor([{"gain": {"gain_db": gain_db}}]) == pytest.approx(expected, rel=1e-8)


def test_gain_draws_evenly_in_decibels() -> None:
    factors = [factor(["gain"], number) for number in range(300)]
    assert 10 ** (-6 / 20) <= min(factors) < 0.52
    assert 1.94 < max(factors) <= 10 ** (6 / 20)
    assert 130 < sum(one > 1 for one in factors) < 170  # as often louder as quieter


def test_polarity_inversion_changes_the_sign_and_nothing_else() -> None:
    assert factor(["polarity_inversion"]) == -1.0
    assert factor(["polarity_inversion", {"polarity_inversion": {"id": "again"}}]) == 1.0
