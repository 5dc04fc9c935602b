"""`augcli docs`: the documentation that comes with the program."""

from __future__ import annotations

from typing import Annotated

import typer


def _topic_names(incomplete: str) -> list[tuple[str, str]]:
    """For the shell: topics that begin so, each with what it tells."""
    from augcli.engine.about.pages import topics

    return [(topic.name, topic.summary) for topic in topics() if topic.name.startswith(incomplete)]


def docs(
    topic: Annotated[
        str, typer.Argument(metavar="TOPIC", help="The page to show.", autocompletion=_topic_names, show_default=False)
    ] = "",
    raw: Annotated[bool, typer.Option("--raw", help="Print raw Markdown even on a terminal.")] = False,
) -> None:
    """Show a page of the documentation; without a topic, list the topics."""
    import sys

    from augcli.cli.terminal.render import print_table, show_markdown
    from augcli.engine.about import pages

    if not topic:
        print_table(("topic", "contents"), pages.topics())
        print("\n`augcli docs TOPIC` shows a page; `augcli ops show NAME` explains one operation or key.")
        return
    text = pages.page(topic)
    if raw or not sys.stdout.isatty():
        print(text, end="")
    else:
        show_markdown(text)
