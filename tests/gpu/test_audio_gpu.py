"""Audio on a real CUDA device: the same samples as on the CPU, because every decision is made in whole numbers."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
import torch
from generate_audio import rows

from augcli.kernels.torch.audio.execute import execute

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")]


@pytest.mark.parametrize("seed", range(4))
def test_a_batch_comes_out_as_on_the_cpu(seed: int) -> None:
    batch = rows(Random(seed), 32, 60_000)
    for here, there in zip(execute(batch), execute(batch, "cuda"), strict=True):
        assert np.array_equal(here, there)


def test_rows_do_not_see_each_other() -> None:
    batch = rows(Random(9), 16)
    together = execute(batch, "cuda")
    for row, result in zip(batch, together, strict=True):
        assert np.array_equal(execute([row], "cuda")[0], result)
