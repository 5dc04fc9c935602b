"""Images through steps on the CPU, with one partner for those that mix one in."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from augcli import ops
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import Lowered, draw_steps, lower
from augcli.core.values.facts import ImageFacts
from augcli.kernels.cpu.image.apply import apply

ops.load()
PARTNER = np.full((30, 90, 3), 200, np.uint8)


def lowered(steps: list[Any], facts: ImageFacts, number: int = 0) -> Lowered:
    compiled = CompiledPipeline(parse_pipeline(json.dumps({"image": steps})).steps["image"])
    state = State(facts, "", lambda index: ImageFacts(PARTNER.shape[1], PARTNER.shape[0]))
    return lower(draw_steps(compiled, unit_key(0, f"{number}.png", 0)), state)


def done(step: Any, pixels: np.ndarray, number: int = 0) -> np.ndarray:
    height, width, channels = pixels.shape
    steps = step if isinstance(step, list) else [step]
    for primitive in lowered(steps, ImageFacts(width, height, channels), number).program:
        pixels = apply(pixels, primitive, [PARTNER[:, :, :channels]])
    return pixels


def image(width: int = 37, height: int = 23, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(width * height).integers(0, 256, (height, width, channels), np.uint8)


def smooth(width: int = 64, height: int = 48) -> np.ndarray:
    """An image whose values change slowly, so that positions can be read from values."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 3, y * 4, (x + y) * 2], axis=2).clip(0, 255).astype(np.uint8)
