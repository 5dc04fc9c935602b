"""A higher severity differs more from the photograph, at the image size of ImageNet-C."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
import skimage.data
from through_steps import psnr, run

from augcli import ops

PHOTO = np.ascontiguousarray(cv2.resize(skimage.data.astronaut(), (224, 224), interpolation=cv2.INTER_AREA))
# Severities of saturation 1 and 2 take colour away, the others add it; of elastic 1 and 2 are wide bends, the others ripples.
PARTS = {"saturation": [(1, 2), (3, 4, 5)], "elastic": [(1, 2), (3, 4, 5)]}


@pytest.mark.parametrize("name", sorted(op.name() for op in ops.load().values() if op.severities))
def test_each_is_farther_than_the_one_before(name: str) -> None:
    for part in PARTS.get(name, [(1, 2, 3, 4, 5)]):
        apart = [psnr(run(PHOTO, {name: {"severity": number}}), PHOTO) for number in part]
        assert all(more <= less + 0.05 for less, more in pairwise(apart)), apart
        assert apart[-1] < min(apart[0] - 1, 24)
