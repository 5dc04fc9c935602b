"""The documentation: Markdown pages in `augcli/docs`, completed from the registry where a table would go stale."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import NamedTuple

from augcli.core.pipeline.suggestions import did_you_mean
from augcli.core.values.outcome import UserError

from . import formats, peers, reference

# In reading order; a test compares them with the folder.
TOPICS = (
    "pipeline", "operations", "formats", "recipes", "reproducibility", "errors",
    "python", "plugins", "coming-from", "contributing", "performance", "changelog",
)  # fmt: skip
_GENERATED = {
    "operations": reference.listed,
    "image-formats": formats.image_formats,
    "audio-formats": formats.audio_formats,
    "unread-formats": formats.unread_formats,
    "peers": peers.peers_reference,
}
_MARK = re.compile(r"<!-- generated: ([a-z-]+) -->")


class Topic(NamedTuple):
    name: str
    summary: str


def topics() -> list[Topic]:
    """Every topic with the sentence below its title."""
    return [Topic(name, _text(name).split("\n\n", 2)[1].replace("\n", " ")) for name in TOPICS]


def page(name: str) -> str:
    """A whole page in Markdown; raises UserError when there is no such topic."""
    name = name.lower().removesuffix(".md")
    if name not in TOPICS:
        raise UserError(f"there is no topic '{name}'{did_you_mean(name, TOPICS)}; `augcli docs` lists all topics")
    return _MARK.sub(lambda mark: _GENERATED[mark[1]](), _text(name))


def _text(name: str) -> str:
    return files("augcli").joinpath("docs", f"{name}.md").read_text(encoding="utf-8")
