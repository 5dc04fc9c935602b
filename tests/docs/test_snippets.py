"""What the documentation shows is what happens: its pipelines run, its commands and programs end well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_blocks import ROOT, blocks_in, copy_few_samples, follow, whole_pipeline

from augcli.core.pipeline.model import parse_pipeline
from augcli.core.values.outcome import ConfigError
from augcli.engine.about.pages import TOPICS, page
from augcli.load import load_pipeline

PAGES = {name: list(blocks_in((ROOT / "augcli/docs" / f"{name}.md").read_text(encoding="utf-8"))) for name in TOPICS}
WITH_OPERATIONS_OF_THEIR_OWN = ("plugins", "contributing")  # test_extending_pages.py follows them
PIPELINES = [
    pytest.param(block, id=f"{name}-{number}")
    for name, blocks in PAGES.items()
    for number, block in enumerate(blocks)
    if block.language == "yaml" and block.words != "mistake" and name not in WITH_OPERATIONS_OF_THEIR_OWN
]
MISTAKES = [pytest.param(block, id=name) for name, blocks in PAGES.items() for block in blocks if block.words == "mistake"]
LANGUAGES = {"yaml", "python", "sh", "text", "json", "toml"}
NOT_RUN = {"needs Docker", "needs DVC", "needs a network", "needs a GPU", "needs another library", "takes minutes", "needs git"}


@pytest.fixture(scope="module")
def few_samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("few")
    copy_few_samples(folder)
    return folder


@pytest.mark.parametrize("block", PIPELINES)
def test_every_pipeline_runs(block, make: Callable, few_samples: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    summary = make(whole_pipeline(block), few_samples, tmp_path / "out", overrides={"copies": "1"})
    assert summary.complete and sum(summary.made.values()) > 0 and not summary.failed


@pytest.mark.parametrize("block", MISTAKES)
def test_every_mistake_is_refused(block, pipeline_file: Callable) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ConfigError):
        load_pipeline(pipeline_file(whole_pipeline(block)))


FOLLOWED = [
    name for name, blocks in PAGES.items() if any(block.language in ("sh", "python") and not block.words for block in blocks)
]


@pytest.mark.parametrize("name", FOLLOWED)
def test_every_page_can_be_followed(name: str, tmp_path: Path) -> None:
    follow(PAGES[name], tmp_path)


@pytest.mark.parametrize("name", TOPICS)
def test_blocks_say_what_they_are(name: str) -> None:
    text = (ROOT / "augcli/docs" / f"{name}.md").read_text(encoding="utf-8")
    assert text.count("\n```") == 2 * len(PAGES[name]), "a block without a language"
    for block in PAGES[name]:
        assert block.language in LANGUAGES
        if block.words.startswith("not-run"):
            assert block.words.removeprefix("not-run: ") in NOT_RUN


def test_operations_are_generated_with_valid_examples() -> None:
    """The steps that the page shows are those of the catalogue; each list of examples is a pipeline that `check` accepts."""
    parts = page("operations").split("\n## ")[1:]
    assert [part.partition("`")[2].partition(":")[0] for part in parts] == ["image", "audio", "text"]
    for part in parts:
        modality = part.partition("`")[2].partition(":")[0]
        examples = [block for block in blocks_in(part) if block.language == "yaml"]
        assert len(examples) == part.count("\n### ")
        for block in examples:
            for line in block.text.splitlines():
                assert parse_pipeline(f"{modality}:\n{line}\n").steps[modality]
