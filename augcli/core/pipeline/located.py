"""Reads YAML 1.2 text into plain values, with the line and column of each."""

from __future__ import annotations

from typing import Any, NamedTuple

from augcli.core.values.outcome import ConfigError, Problem

from .spelling import cut

Address = tuple[str | int, ...]
MOST_CHARACTERS = 1_000_000  # of a pipeline file: one with 10,000 steps has fewer
MOST_LEVELS = 100  # an alias within itself has more
_MOST_NODES = 100_000  # an alias bomb expands to more; no pipeline does
TOO_DEEP = f"is nested more than {MOST_LEVELS} levels deep; use fewer levels"


def address_text(address: Address) -> str:
    """As users know it: image[0].rotate.angle_deg."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{cut(part)}" for part in address).removeprefix(".")


class Located(NamedTuple):
    """Plain dicts, lists and scalars, and the position of each. Lines and columns count from 1."""

    value: Any
    places: dict[Address, tuple[int, int]]
    doubles: tuple[Problem, ...] = ()  # duplicate keys; the first value counts

    def place(self, address: Address) -> tuple[int, int]:
        """The position of this, or of the nearest enclosing thing that has one."""
        while address and address not in self.places:
            address = address[:-1]
        return self.places.get(address, (0, 0))


def read_yaml(text: str) -> Located:
    """Parse; raises ConfigError for broken YAML, and for more or deeper YAML than a pipeline needs. Doubled keys are noted."""
    if len(text) > MOST_CHARACTERS:
        raise ConfigError([Problem(0, 0, "", f"has {len(text):,} characters; at most {MOST_CHARACTERS:,} are read")])
    from ruamel.yaml import YAML
    from ruamel.yaml.composer import Composer
    from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    doubles: list[Problem] = []

    class Constructor(RoundTripConstructor):  # type: ignore[misc, unused-ignore]
        def check_mapping_key(self, node: Any, key_node: Any, mapping: Any, key: Any, value: Any) -> bool:
            if key not in mapping:
                return True
            mark = key_node.start_mark
            doubles.append(Problem(mark.line + 1, mark.column + 1, "", f'duplicate key "{key}"; keep one'))
            return False

    class Bounded(Composer):  # type: ignore[misc, unused-ignore]
        """Stops while the text is being read, for reading on takes time with the square of the depth."""

        nodes = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            self.nodes += 1
            if self.nodes > _MOST_NODES or self.depth >= MOST_LEVELS:
                mark = self.parser.peek_event().start_mark
                told = TOO_DEEP if self.depth >= MOST_LEVELS else f"has more than {_MOST_NODES:,} values; use fewer"
                raise ConfigError([Problem(mark.line + 1, mark.column + 1, "", told)])
            return super().compose_node(parent, index)

    yaml = YAML(typ="rt")
    yaml.Constructor, yaml.Composer = Constructor, Bounded
    yaml.allow_duplicate_keys = False
    try:
        tree = yaml.load(text)
    except DuplicateKeyError as error:  # of merge keys and sets
        mark = error.problem_mark
        what = str(error.problem).split(" with value")[0].replace("found duplicate key", "duplicate key")
        raise ConfigError([Problem(mark.line + 1, mark.column + 1, "", f"{what}; keep one")]) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise ConfigError([Problem(line, column, "", f"not valid YAML: {_explained(error)}")]) from None
    except YAMLError as error:
        raise ConfigError([Problem(0, 0, "", f"not valid YAML: {str(error).splitlines()[0]}")]) from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ConfigError([Problem(0, 0, "", f"not valid YAML: a value does not match its tag ({error})")]) from None
    except RecursionError:
        raise ConfigError([Problem(0, 0, "", TOO_DEEP)]) from None
    places: dict[Address, tuple[int, int]] = {(): (1, 1)}
    return Located(_plain(tree, (), places), places, tuple(doubles))


def _explained(error: Any) -> str:
    """What the YAML parser found, and what to write where beginners meet it most often."""
    found, start = str(error.problem or error.context), error.context_mark
    if r"'\t'" in found:
        return "a tab; indent with spaces"
    if found == "mapping values are not allowed here":
        return f"{found}; write one key per line, and ':' after a name with options below it, as in '- rotate:'"
    if found.startswith("expected ',' or") and start:
        return f"{found}; the bracket in line {start.line + 1}, column {start.column + 1} is not closed"
    return found


def read_scalar(text: str) -> Any:
    """One YAML value, as in `--set id.field=VALUE`; `a..b` stands for [a, b]."""
    low, dots, high = text.partition("..")
    if dots and low and high:
        try:
            return [_number(low), _number(high)]
        except ValueError:
            pass
    located = read_yaml(text)
    if located.doubles:
        raise ConfigError(list(located.doubles))
    return located.value


def _number(text: str) -> float | str:
    if text.endswith("%"):
        return f"{_number(text[:-1])}%"
    return int(text) if text.lstrip("-+").isdigit() else float(text)


def _plain(node: Any, address: Address, places: dict[Address, tuple[int, int]]) -> Any:
    if len(places) > _MOST_NODES:
        raise ConfigError([Problem(*places[()], "", f"expands to more than {_MOST_NODES:,} values; use fewer aliases")])
    if len(address) > MOST_LEVELS:
        told = f"{TOO_DEEP}, or an alias is inside itself"
        raise ConfigError([Problem(*places.get(address[:1], (0, 0)), str(address[0]), told)])
    if address == () and hasattr(node, "lc") and node.lc.line is not None:
        places[()] = (node.lc.line + 1, node.lc.col + 1)
    if isinstance(node, dict):
        plain: dict[str, Any] = {}
        for key, item in node.items():
            name = key if isinstance(key, str) else str(key)
            mark = node.lc.data.get(key) if hasattr(node, "lc") and node.lc.data else None
            if mark:
                places[(*address, name)] = (mark[0] + 1, mark[1] + 1)
            plain[name] = _plain(item, (*address, name), places)
        return plain
    if isinstance(node, list):
        items = []
        for number, item in enumerate(node):
            mark = node.lc.data.get(number) if hasattr(node, "lc") and node.lc.data else None
            if mark:
                places[(*address, number)] = (mark[0] + 1, mark[1] + 1)
            items.append(_plain(item, (*address, number), places))
        return items
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, int):
        return int(node)
    if isinstance(node, float):
        return float(node)
    return str(node)
