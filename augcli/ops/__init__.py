"""The catalogue: one op a file. Third-party ops come in through the entry point group `augcli.ops`, by the same door."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points

from augcli.core.op import REGISTRY, Op


@cache
def load() -> dict[str, type[Op]]:
    """Import every op there is, once; they file themselves in the registry, which is given back."""
    for package in ("image", "audio", "text"):
        folder = importlib.import_module(f"{__name__}.{package}")
        for module in pkgutil.iter_modules(folder.__path__):
            importlib.import_module(f"{folder.__name__}.{module.name}")
    for entry_point in entry_points(group="augcli.ops"):
        entry_point.load()
    return REGISTRY
