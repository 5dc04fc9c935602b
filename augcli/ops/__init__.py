"""The catalogue: one op a file. Third-party ops come in through the entry point group `augcli.ops`, by the same door."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from augcli.core.op import REGISTRY, Op
from augcli.core.outcome import UserError

_MODALITIES = ("image", "audio", "text")


@cache
def load() -> dict[str, type[Op]]:
    """Import every op there is, once; they file themselves in the registry, which is given back.

    Raises UserError when an installed package offers ops that cannot be imported.
    """
    for modality in _MODALITIES:
        for name in _names(modality):
            importlib.import_module(f"{__name__}.{modality}.{name}")
    for entry_point in entry_points(group="augcli.ops"):
        _load_foreign(entry_point)
    return REGISTRY


def load_named(text: str) -> dict[str, type[Op]]:
    """Import the ops whose names stand in a text, and third-party ones: a run needs few, and every import costs."""
    words = set(re.findall(r"\w+", text))
    for modality in _MODALITIES:
        for name in words.intersection(_names(modality)):
            importlib.import_module(f"{__name__}.{modality}.{name}")
    for entry_point in entry_points(group="augcli.ops"):
        _load_foreign(entry_point)
    return REGISTRY


@cache
def _names(modality: str) -> tuple[str, ...]:
    folder = importlib.import_module(f"{__name__}.{modality}")
    return tuple(module.name for module in pkgutil.iter_modules(folder.__path__))


def _load_foreign(entry_point: EntryPoint) -> None:
    try:
        entry_point.load()
    except Exception as error:  # whatever a foreign package does wrong, the user must learn which one it is
        package = entry_point.dist.name if entry_point.dist else "an installed package"
        raise UserError(
            f"the ops of {package} ({entry_point.value}) cannot be loaded: {type(error).__name__}: {error}; mend or uninstall it"
        ) from None
