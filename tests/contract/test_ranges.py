"""Every drawn field of every operation: draws stay in the default range, reach both ends, and have the right distribution."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import stats

from augcli import ops
from augcli.core.draws.distributions import Constant, Share, WholeUniform, share_of
from augcli.core.draws.keys import unit_key
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.program.compile import CompiledPipeline

REGISTRY = ops.load()
COUNT = 2_000
UNITS = [unit_key(6, f"{number}.x", 0) for number in range(COUNT)]
# There are some 200 fields; each may differ from its shape by what 1 in 100,000 would by chance: chi-square of ten equal
# parts up to 39.3, of k whole numbers likewise.
SIGNIFICANCE = 1e-5


@pytest.mark.parametrize("op_id", [op_id for op_id in sorted(REGISTRY) if REGISTRY[op_id].spans])
def test_draws_fill_the_default_ranges(op_id: str) -> None:
    op = REGISTRY[op_id]
    pipeline = CompiledPipeline(parse_pipeline(json.dumps({op.modality(): [{op.name(): op.examples[0]}]})).steps[op.modality()])
    (step,) = pipeline.steps.values()
    draws = [step.draw(unit) for unit in UNITS]
    for name, info in op.spans.items():
        distribution = getattr(step.op, name)
        values = np.array([np.atleast_1d(getattr(draw, name))[0] for draw in draws])
        low, high = distribution.bounds()
        if isinstance(distribution, Share):  # of the shorter side: the field's limits are in pixels
            values, distribution = np.array([share_of(value) for value in values]), distribution.of
            assert 0 <= low <= values.min() <= values.max() <= high <= 1, name
        else:
            assert info.low <= low <= values.min() <= values.max() <= high <= info.high, name
        if isinstance(distribution, Constant):
            continue
        # A draw below the quantile of 1 %, and one above that of 99 %: of 2,000 draws all miss one once in 10⁸ fields.
        assert values.min() <= distribution.at(0.01) and values.max() >= distribution.at(0.99), name
        if isinstance(distribution, WholeUniform):
            seen = np.bincount(values.astype(int) - distribution.low, minlength=distribution.high - distribution.low + 1)
        else:
            seen = np.bincount(np.searchsorted([distribution.at(tenth / 10) for tenth in range(1, 10)], values), minlength=10)
        expected = COUNT / len(seen)
        assert ((seen - expected) ** 2 / expected).sum() < stats.chi2.isf(SIGNIFICANCE, len(seen) - 1), name
