"""The catalogue: one op a file. Third-party ops come in through the entry point group `augcli.ops`, by the same door."""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from augcli.core.ops.op import REGISTRY, Op
from augcli.core.values.facts import MODALITIES
from augcli.core.values.outcome import UserError


@cache
def load() -> dict[str, type[Op]]:
    """Import every op there is, once; they file themselves in the registry, which is given back.

    Raises UserError when an installed package offers ops that cannot be imported.
    """
    return _load()


def load_named(text: str) -> dict[str, type[Op]]:
    """Import the ops whose names stand in a text, and third-party ones: a run needs few, and every import costs."""
    return _load(re.findall(r"\w+", text))


def _load(names: Iterable[str] | None = None) -> dict[str, type[Op]]:
    for modality in MODALITIES:
        modules = _modules(modality)
        for name in modules if names is None else modules.keys() & names:
            importlib.import_module(modules[name])
    for entry_point in entry_points(group="augcli.ops"):
        _load_foreign(entry_point)
    return REGISTRY


@cache
def _modules(modality: str) -> dict[str, str]:
    """The module of each op of a modality by its name, found without importing any."""
    modules: dict[str, str] = {}
    rooms = [(os.path.join(os.path.dirname(__file__), modality), f"{__name__}.{modality}")]
    while rooms:
        folder, package = rooms.pop()
        for module in pkgutil.iter_modules([folder]):
            if module.ispkg:
                rooms.append((os.path.join(folder, module.name), f"{package}.{module.name}"))
            else:
                modules[module.name] = f"{package}.{module.name}"
    return dict(sorted(modules.items()))


def _load_foreign(entry_point: EntryPoint) -> None:
    try:
        entry_point.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a foreign package does wrong, sys.exit included: the user must learn which one
        package = entry_point.dist.name if entry_point.dist else "an installed package"
        raise UserError(
            f"cannot load the operations of {package} ({entry_point.value}): {type(error).__name__}: {error}; "
            "fix or uninstall that package"
        ) from None
