"""`--set`: values from the command line, put into what the pipeline file says before it is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .located import Located, read_scalar
from .outcome import ConfigError, Problem
from .suggest import did_you_mean

_MODALITIES = ("image", "audio", "text")


def override(located: Located, overrides: Mapping[str, str]) -> list[Problem]:
    """Put `--set` values in, by step id first (`turn.p`), else by path (`output.image.quality`)."""
    problems: list[Problem] = []
    for target, text in overrides.items():
        try:
            value = read_scalar(text)
        except ConfigError as error:
            problems.append(Problem(0, 0, f"--set {target}", error.problems[0].message))
            continue
        first, dot, rest = target.partition(".")
        bodies = list(_bodies_of(located.value, first)) if dot else []
        if len(bodies) > 1:
            problems.append(Problem(0, 0, f"--set {target}", f"several steps have the id '{first}'; give them ids of their own"))
        elif bodies:
            bodies[0][rest] = value
        elif first in ("seed", "copies", "output", "limits", "input") and isinstance(located.value, dict):
            node = located.value
            *path, last = target.split(".")
            for part in path:
                if node.get(part) is None:
                    node[part] = {}
                node = node[part]
                if not isinstance(node, dict):
                    problems.append(Problem(0, 0, f"--set {target}", f"'{part}' holds no further values"))
                    break
            else:
                node[last] = value
        else:
            problems.append(
                Problem(
                    0,
                    0,
                    f"--set {target}",
                    f"there is no step with the id '{first}'{did_you_mean(first, _ids_in(located.value))}",
                )
            )
    return problems


def _steps_in(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """(id, body) of every step below; bare names become mappings, so that options can be put in."""
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
                    yield str(body.get("id", name)), body
                    yield from _steps_in(body.get("steps"))


def _bodies_of(data: Any, step_id: str) -> Iterator[dict[str, Any]]:
    for modality in _MODALITIES:
        if isinstance(data, dict):
            yield from (body for found, body in _steps_in(data.get(modality)) if found == step_id)


def _ids_in(data: Any) -> list[str]:
    return [found for modality in _MODALITIES if isinstance(data, dict) for found, _ in _steps_in(data.get(modality))]
