"""The memory that a row counts for when windows are filled: everything that its program makes, layers and masks included."""

from __future__ import annotations

from typing import Any

import numpy as np

from augcli.core.primitives.audio import Gain
from augcli.core.primitives.image import Blend, ColourMatrix, Warp
from augcli.core.primitives.layers import SO_FAR, Layer
from augcli.core.primitives.paint import Discs, Paint
from augcli.core.values.facts import AudioFacts, ImageFacts
from augcli.core.values.matrix import IDENTITY, scaling
from augcli.engine.make.samples import Row
from augcli.engine.make.windows import bytes_of
from augcli.engine.modality.modality import Opened

PIXELS = np.zeros((40, 30, 3), np.uint8)
PARTNER = np.zeros((10, 20, 3), np.uint8)
WHOLE = (0, 0, 30, 40)
DOUBLE = Warp(scaling(2, 2), (60, 80))
COLOUR = ColourMatrix.linear(IDENTITY, (0.1, 0.1, 0.1))


def counted(*program: Any, partners: tuple[Any, ...] = ()) -> int:
    """Bytes beyond those of the sample and its partners."""
    lowered: Any = None
    unit: Any = None
    row = Row(unit, lowered, PIXELS, program, partners, Opened(ImageFacts(30, 40), None, lambda scale: PIXELS), "", {})
    return bytes_of(row) - PIXELS.nbytes - sum(partner.nbytes for partner in partners)


def test_a_result_for_each_primitive() -> None:
    assert counted() == 0
    assert counted(COLOUR, DOUBLE) == 3 * (30 * 40 + 60 * 80)


def test_masks() -> None:
    paint = Paint(Discs(((5, 5, 3),)), (0, 0, 0), 0.5)
    assert counted(DOUBLE, paint) == 3 * 60 * 80 + 60 * 80 + 3 * 60 * 80


def test_layers_of_partners() -> None:
    cover = Warp(scaling(1.5, 4), (30, 40))
    said = Blend((Layer(0, (COLOUR, cover), 0.5, WHOLE), Layer(0, (), 0.5, WHOLE)))
    assert counted(said, partners=(PARTNER,)) == PARTNER.nbytes + 3 * 30 * 40 + 3 * 30 * 40


def test_layers_of_the_image_so_far() -> None:
    said = Blend((Layer(SO_FAR, (COLOUR, COLOUR), 0.5, (0, 0, 60, 80)),))
    assert counted(DOUBLE, said) == 3 * 60 * 80 * (1 + 1 + 2 + 1)


def test_sounds() -> None:
    samples = np.zeros((2, 100), np.float32)
    lowered: Any = None
    unit: Any = None
    row = Row(unit, lowered, samples, (Gain(2.0),), (), Opened(AudioFacts(100, 8000, 2), None, lambda scale: samples), "", {})
    assert bytes_of(row) == 2 * samples.nbytes
