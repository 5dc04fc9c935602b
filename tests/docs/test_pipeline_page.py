"""The page about pipelines names everything that a pipeline may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from markdown_blocks import ROOT
from ruamel.yaml import YAML

from augcli import ops
from augcli.core.draws import distributions
from augcli.core.ops.op import STEP_KEYS
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.pipeline.settings import Input, Limits, Output, Settings
from augcli.core.pipeline.steps import COMBINATORS
from augcli.engine.about.schema import pipeline_schema

PAGE = (ROOT / "augcli/docs/pipeline.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    found = re.search(rf"^(#+) {title}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title}"
    return found[2]


def keys_of(model: type[Settings], prefix: str = "") -> Iterator[tuple[str, object]]:
    """(dotted name, default) of every key of a settings model."""
    for name, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True)
        if isinstance(default, Settings):
            yield from keys_of(type(default), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", default


@pytest.mark.parametrize(("title", "model"), [("input", Input), ("output", Output), ("limits", Limits)])
def test_every_setting_has_a_row(title: str, model: type[Settings]) -> None:
    rows = re.findall(r"^\| `([\w.]+)` \|", section(title), re.MULTILINE)
    assert rows == [name for name, _ in keys_of(model)]


@pytest.mark.parametrize(("title", "model"), [("input", Input), ("output", Output), ("limits", Limits)])
def test_the_example_spells_out_the_defaults(title: str, model: type[Settings]) -> None:
    block = re.search(r"```yaml\n(.*?)```", section(title), re.DOTALL)
    assert block
    ops.load()
    written = parse_pipeline(block[1])
    assert getattr(written, title) == model()
    said = written.source[title]
    for name, _ in keys_of(model):
        node = said
        for part in name.split("."):
            assert part in node, f"{title}.{name} is not in the example"
            node = node[part]


def test_every_top_level_key_has_a_row() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", section("Top-level keys"), re.MULTILINE)
    assert set(rows) == set(pipeline_schema()["properties"])


def test_every_key_of_a_step_has_a_row() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", section("Steps"), re.MULTILINE)
    assert set(rows) == set(STEP_KEYS)


def test_every_combinator_has_a_section_and_an_example() -> None:
    assert re.findall(r"^### (\w+)$", section("Combinators"), re.MULTILINE) == list(COMBINATORS)
    for name in COMBINATORS:
        body = section("Combinators").partition(f"### {name}\n")[2].partition("\n### ")[0]
        assert f"- {name}:" in body


def test_every_spelling_of_a_drawn_value_is_shown() -> None:
    shown = re.findall(r"^\| `(.+?)` \|", section("Values that are drawn"), re.MULTILINE)
    kinds = {type(distributions.parse_distribution(YAML(typ="safe").load(text))) for row in shown for text in row.split("`, `")}
    known = {kind for kind in vars(distributions).values() if isinstance(kind, type) and hasattr(kind, "at")}
    assert kinds == known - {distributions.Distribution, distributions.WholeUniform}  # ranges become whole by the field
