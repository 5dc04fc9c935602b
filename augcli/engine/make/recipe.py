"""A recipe: everything that making outputs needs besides the samples. No folder, no plan, no journal."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from augcli import ops
from augcli.core.pipeline.located import Located
from augcli.core.pipeline.model import Pipeline, build
from augcli.core.program.compile import CompiledPipeline
from augcli.engine.state.device import Device

from .gate import Gate, shared_gate

_MOST_CACHED = 32


@dataclass(frozen=True, eq=False)
class Recipe:
    """A pipeline, its programs by modality, the device that runs them, and the bound of what workers hold at once."""

    pipeline: Pipeline
    compiled: Mapping[str, CompiledPipeline]
    device: Device
    gate: Gate = dataclasses.field(default_factory=shared_gate)  # made here, before workers are forked

    def seeded(self, seed: int) -> Recipe:
        """The same recipe with another seed; programs do not depend on it."""
        return dataclasses.replace(self, pipeline=dataclasses.replace(self.pipeline, seed=seed))


_LOCK = threading.Lock()
_RECIPES: OrderedDict[bytes, Recipe] = OrderedDict()


def recipe(values: Mapping[str, Any], backend: str = "cpu", device: str = "cpu") -> Recipe:
    """The recipe for a pipeline given as values; the latest ones are kept. Raises ConfigError with every problem."""
    text = json.dumps(values, sort_keys=True)
    key = blake2b(f"{backend} {device} {text}".encode(), digest_size=16).digest()
    with _LOCK:
        if key in _RECIPES:
            _RECIPES.move_to_end(key)
            return _RECIPES[key]
    ops.load_named(text)
    pipeline = build(Located(dict(values), {}))
    compiled = {name: CompiledPipeline(steps) for name, steps in pipeline.steps.items()}
    made = Recipe(pipeline, compiled, Device(backend, device))
    with _LOCK:
        _RECIPES[key] = made
        while len(_RECIPES) > _MOST_CACHED:
            _RECIPES.popitem(last=False)
    return made
