"""The three modalities. Nothing else in augcli asks which modality a sample has."""

from __future__ import annotations

from .audio import AUDIO
from .image import IMAGE
from .text import TEXT

MODALITIES = {modality.name: modality for modality in (IMAGE, AUDIO, TEXT)}
