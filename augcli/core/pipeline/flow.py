"""Plain values as one line of YAML that may be pasted into a pipeline."""

from __future__ import annotations

import json
import re
from typing import Any


def flow(value: Any) -> str:
    """As YAML flow text, which for these values is JSON without quotes around keys and words."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_word(str(key))}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, float):
        return f"{value:.12g}"
    return _word(value) if isinstance(value, str) else json.dumps(value)


# YAML 1.1 readers, which many editors are, take these words for something else.
_TAKEN = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
_PERCENTAGE = re.compile(r"[\d.]+%")


def _word(text: str) -> str:
    """Text as YAML: plain where nobody can take it for something else, else in quotes."""
    plain = (text.isidentifier() and text.lower() not in _TAKEN) or _PERCENTAGE.fullmatch(text) is not None
    return text if plain else json.dumps(text, ensure_ascii=False)
