"""`--set`: values from the command line, merged into the pipeline file's values before they are checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from augcli.core.values.facts import MODALITIES
from augcli.core.values.outcome import ConfigError, Problem

from .located import Address, Located, read_scalar
from .suggestions import did_you_mean

SETTINGS = ("seed", "copies", "output", "limits", "input")
_SETTABLE = ("seed", "copies", "output.*", "limits.*", "input.*")


def override(located: Located, overrides: Mapping[str, str], flags: dict[Address, str]) -> list[Problem]:
    """Merge `--set` values, by step id if there is one (`turn.p`), otherwise by path (`output.image.quality`).

    A target with dashes is a flag of its own, as `--copies`. `flags` gets the flag of every value that was put in.
    """
    problems: list[Problem] = []
    for target, text in overrides.items():
        flag, target = (target, target.removeprefix("--")) if target.startswith("--") else (f"--set {target}", target)
        try:
            value = read_scalar(text)
        except ConfigError as error:
            problems.append(Problem(0, 0, flag, error.problems[0].message))
            continue
        first, dot, rest = target.partition(".")
        bodies = [(address, body) for found, address, body in _all_steps(located) if found == first] if dot else []
        if len(bodies) > 1:
            problems.append(Problem(0, 0, flag, f"several steps have the id '{first}'; give each its own id"))
        elif bodies:
            address, body = bodies[0]
            body[rest] = value
            flags[(*address, rest)] = flag
        elif first in SETTINGS and isinstance(located.value, dict):
            node = located.value
            *path, last = target.split(".")
            for part in path:
                if node.get(part) is None:
                    node[part] = {}
                node = node[part]
                if not isinstance(node, dict):
                    problems.append(Problem(0, 0, flag, f"'{part}' has no settings inside it"))
                    break
            else:
                node[last] = value
                flags[(*path, last)] = flag
        else:
            hint = did_you_mean(first, [*(found for found, _, _ in _all_steps(located)), *_SETTABLE])
            what = f"there is no step with the id '{first}'" if dot else f"'{first}' cannot be set"
            problems.append(Problem(0, 0, flag, f"{what}{hint}"))
    return problems


def flag_of(address: Address, flags: Mapping[Address, str], located: Located) -> tuple[str, str] | None:
    """The flag that set the value at this address, and the path below it; None if the value comes from the file."""
    for length in range(len(address), 0, -1):
        if flag := flags.get(address[:length]):
            return flag, ".".join(map(str, address[length:]))
    # A key on the way to the value, as `imge` in `--set output.imge.quality=3`, stands in no line either.
    if address and address not in located.places:
        for given, flag in flags.items():
            if given[: len(address)] == address:
                return flag, ""
    return None


def _steps_in(node: Any, address: Address, located: Located) -> Iterator[tuple[str, Address, dict[str, Any]]]:
    """(id, address, body) of every step below; bare names become mappings, so that options can be put in."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            if isinstance(item, str):
                node[number] = item = {item: {}}
            if isinstance(item, dict) and len(item) == 1:
                ((name, body),) = item.items()
                if isinstance(body, list):
                    item[name] = body = {"steps": body}
                elif body is None:
                    item[name] = body = {}
                if isinstance(body, dict):
                    inside = (*address, number, name)
                    yield str(body.get("id", name)), inside, body
                    below = (*inside, "steps")
                    yield from _steps_in(body.get("steps"), below if below in located.places else inside, located)


def _all_steps(located: Located) -> Iterator[tuple[str, Address, dict[str, Any]]]:
    for modality in MODALITIES:
        if isinstance(located.value, dict):
            yield from _steps_in(located.value.get(modality), (modality,), located)
