"""Lines of JSON: where the members of an object stand in its line, and which of them are text, label and id."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from augcli.core.pipeline.settings import Table
from augcli.core.values.outcome import SampleError
from augcli.dataset.layouts.table import ID_NAMES, LABEL_NAMES, TEXT_NAMES

_SPACE = re.compile(r"[ \t\r\n]*")
_PLAIN = re.compile(
    r'[ \t\r\n]*"([^"\\\0-\x1f]*)"[ \t\r\n]*:[ \t\r\n]*'
    r'("[^"\\\0-\x1f]*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)[ \t\r\n]*([,}])'
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONSTANTS = {"true": True, "false": False, "null": None}
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)  # numbers are never changed, however large they are


class Member(NamedTuple):
    """A member of a JSON object: its value, and where in the line that value is written."""

    value: Any
    start: int
    end: int

    def scalar(self, raw: str) -> str | None:
        """A string's value, or a number as written; None for anything else. What a record cannot hold becomes "?"."""
        if not isinstance(self.value, str):
            return None
        value = self.value if raw[self.start] == '"' else raw[self.start : self.end]
        return value.encode("utf-8", "replace").decode().replace("\0", "?")


class Keys(NamedTuple):
    """The names of the keys that hold text, label and id; "" for none."""

    text: str
    label: str
    id: str


JsonObject = dict[str, Member] | SampleError | None  # None for a blank line


def members(raw: str) -> dict[str, Member]:
    """The top-level members of an object; for a duplicate key, the last one. Raises ValueError, RecursionError."""
    found = _plain_members(raw)
    return _any_members(raw) if found is None else found


def _plain_members(raw: str) -> dict[str, Member] | None:
    """The members of an object without escapes, and without objects or lists in it; None for any other text."""
    if raw[:1] != "{":
        return None
    found: dict[str, Member] = {}
    at = 1
    while match := _PLAIN.match(raw, at):
        key, value, end = match.groups()
        start, stop = match.span(2)
        found[key] = Member(value[1:-1] if value[0] == '"' else _CONSTANTS.get(value, value), start, stop)
        at = match.end()
        if end == "}":
            return found if at == len(raw) else None
    return None


def _any_members(raw: str) -> dict[str, Member]:
    found: dict[str, Member] = {}
    at = _after_space(raw, 0)
    if raw[at : at + 1] != "{":
        raise ValueError("not a JSON object; a line must begin with {")
    at = _after_space(raw, at + 1)
    more = raw[at : at + 1] != "}"
    while more:
        if raw[at : at + 1] != '"':
            raise ValueError(f"column {at + 1}: expected a key in double quotes")
        key, at = _DECODER.raw_decode(raw, at)
        at = _after_space(raw, at)
        if raw[at : at + 1] != ":":
            raise ValueError(f"column {at + 1}: expected a colon")
        start = _after_space(raw, at + 1)
        value, end = _DECODER.raw_decode(raw, start)
        found[key] = Member(value, start, end)
        at = _after_space(raw, end)
        more = raw[at : at + 1] == ","
        if more:
            at = _after_space(raw, at + 1)
    if raw[at : at + 1] != "}":
        raise ValueError(f"column {at + 1}: expected a comma or a closing brace")
    at = _after_space(raw, at + 1)
    if at < len(raw):
        raise ValueError(f"column {at + 1}: unexpected text after the object")
    return found


def _after_space(raw: str, at: int) -> int:
    match = _SPACE.match(raw, at)
    return match.end() if match else at


def parsed_line(raw: str, number: int) -> JsonObject:
    if not raw.strip(" \t\r"):
        return None
    try:
        return members(raw)
    except RecursionError:
        return SampleError("table.json", f"line {number}: nested too deeply")
    except json.JSONDecodeError as error:
        return SampleError("table.json", f"line {number}: column {error.pos + 1}: {error.msg}")
    except ValueError as error:
        return SampleError("table.json", f"line {number}: {error}")


def keys_of(objects: list[JsonObject], settings: Table) -> Keys:
    """Find the keys by the names asked for, or else by the usual names; the first line that has one decides.

    Raises SampleError when no line has one.
    """
    lines = [item for item in objects if isinstance(item, dict)]
    if not lines:
        raise next(item for item in objects if isinstance(item, SampleError))

    def find(asked: str | None, usual: tuple[str, ...]) -> str:
        if asked is not None:
            if not any(asked in line for line in lines):
                raise SampleError("table.no_column", f"no line has the key '{asked}'; the first line has: {', '.join(lines[0])}")
            return asked
        for line in lines:
            plain = {key.strip().lower(): key for key in reversed(line)}
            for name in usual:
                if name in plain:
                    return plain[name]
        return ""

    text = find(settings.text, TEXT_NAMES)
    if not text:
        raise SampleError(
            "table.no_text_column",
            "no key is recognised as the text; name it in the pipeline (input: {table: {text: NAME}}); "
            f"the first line has: {', '.join(lines[0])}",
        )
    return Keys(text, find(settings.label, LABEL_NAMES), find(settings.id, ID_NAMES))


def text_of(item: JsonObject, raw: str, number: int, key: str) -> tuple[str, tuple[str, str] | None]:
    """A line's text, and what is wrong with it (None: nothing)."""
    if not isinstance(item, dict):
        assert item is not None
        return "", (item.code, item.message)
    member = item.get(key)
    if member is None:
        return "", ("table.no_text_column", f"line {number} has no key '{key}'; it has: {', '.join(item)}")
    if raw[member.start] != '"':
        return "", ("table.no_text_column", f"line {number}: '{key}' is not a string")
    content: str = member.value
    if not content:
        return "", ("text.empty", f"line {number}: '{key}' is empty")
    if not content.isascii() and _SURROGATE.search(content):
        return "", (
            "text.encoding",
            f"line {number}: '{key}' contains an unpaired surrogate, which is half of a character; write the whole character",
        )
    return content, None
