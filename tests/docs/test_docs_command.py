"""`augcli docs`: the list of topics, pages as Markdown and on a terminal, mistakes."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from hatchling.builders.wheel import WheelBuilder
from markdown_blocks import ROOT

from augcli.engine.about.pages import TOPICS, page, topics

DOCS = ROOT / "augcli" / "docs"


def on_a_terminal(*words: str) -> tuple[int, str]:
    """Exit code, and what a terminal of 80 columns gets."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", "PAGER": "cat"}
    done = subprocess.Popen(
        [sys.executable, "-m", "augcli", *words], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=ROOT
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # the other side has closed it
            break
        if not part:
            break
        said += part
    os.close(ours)
    return done.wait(timeout=60), said.decode()


def test_topics_are_the_pages_that_there_are() -> None:
    assert sorted(TOPICS) == sorted(path.stem for path in DOCS.glob("*.md"))
    assert len(set(TOPICS)) == len(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_page_begins_with_its_title_and_one_sentence(topic: str) -> None:
    title, summary, _ = (DOCS / f"{topic}.md").read_text(encoding="utf-8").split("\n\n", 2)
    assert re.fullmatch(r"# [^\n]+", title)
    assert "\n" not in summary and summary.endswith(".") and len(summary) <= 100


def test_without_a_topic_it_lists_them(augcli: Callable) -> None:
    done = augcli("docs")
    assert done.returncode == 0
    for topic in topics():
        assert re.search(rf"^│?\s*{topic.name} +│ {re.escape(topic.summary)}", done.stdout, re.MULTILINE), topic


@pytest.mark.parametrize("topic", TOPICS)
def test_a_pipe_gets_markdown(topic: str, augcli: Callable) -> None:
    done = augcli("docs", topic)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith("# ") and "\x1b" not in done.stdout
    assert "<!-- generated" not in done.stdout


def test_a_terminal_gets_it_rendered() -> None:
    code, said = on_a_terminal("docs", "pipeline")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", said)
    assert code == 0 and "\x1b[" in said
    assert "The pipeline file" in plain and "# The pipeline file" not in plain and "```" not in plain
    assert max(map(len, plain.splitlines())) <= 80


def test_raw_is_markdown_on_a_terminal_too() -> None:
    code, said = on_a_terminal("docs", "pipeline", "--raw")
    assert code == 0 and said.replace("\r\n", "\n") == (DOCS / "pipeline.md").read_text(encoding="utf-8")


def test_an_unknown_topic_gets_a_suggestion(augcli: Callable) -> None:
    done = augcli("docs", "pipelines")
    assert done.returncode == 2 and done.stdout == ""
    assert "no topic 'pipelines'" in done.stderr and "did you mean 'pipeline'" in done.stderr


def test_pages_refer_to_topics_and_commands_that_exist(augcli: Callable) -> None:
    helped = set(re.findall(r"^│ ([a-z]+) ", augcli("--help").stdout, re.MULTILINE))
    for topic in TOPICS:
        text = (DOCS / f"{topic}.md").read_text(encoding="utf-8")
        assert set(re.findall(r"augcli docs ([a-z-]+)", text)) <= {*TOPICS}, topic
        assert set(re.findall(r"`augcli ([a-z]+)", text)) <= helped, topic


def test_the_wheel_holds_every_page() -> None:
    held = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    assert {name for name in held if name.startswith("augcli/docs/")} == {f"augcli/docs/{topic}.md" for topic in TOPICS}


def test_a_topic_may_be_written_like_its_file() -> None:
    assert page("PIPELINE.md") == page("pipeline")
