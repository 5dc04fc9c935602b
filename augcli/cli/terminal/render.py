"""Tables for people and objects for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from augcli.core.values.escapes import escaped

if TYPE_CHECKING:
    from augcli.engine.state.summary import Summary


_NOUNS = {"audio": "audio file"}  # of a modality, where its name is not one


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=True))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> None:
    """Print a table to stdout; colours and width depend on the terminal and NO_COLOR."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        # Text, not markup: file names may contain brackets. Unprintable characters are shown escaped.
        table.add_row(*[Text(printable(str(cell))) for cell in row])
    width = None if sys.stdout.isatty() else 120
    Console(width=width, soft_wrap=False).print(table)


def show_markdown(text: str) -> None:
    """Markdown as the terminal can show it, in a pager where it has more lines than the terminal."""
    import os

    from rich.console import Console
    from rich.markdown import Markdown

    os.environ.setdefault("LESS", "FRX")  # as git sets it: quit if it fits, let colours through, leave the text there
    console = Console()
    console.width = min(console.width, 100)  # longer lines are hard to read
    with console.pager(styles=True):
        console.print(Markdown(text, code_theme="ansi_dark"))


def printable(text: str) -> str:
    """Text from outside with escapes for all that could steer a terminal or turn the line around; line breaks stay."""
    return escaped(text, kept="\n")


def counted(count: int, one: str, many: str = "") -> str:
    """Say "1 output", "2 outputs"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def size_text(count: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def show_summary(summary: Summary, as_json: bool) -> None:
    """Print what a run did: one JSON object, or a short table."""
    if as_json:
        print_json(
            {
                "output": summary.output,
                "backend": summary.device.backend,
                "device": summary.device.name,
                "planned": summary.planned,
                "done_before": summary.done_before,
                "made": dict(summary.made),
                **({"merged": summary.merged} if summary.merged else {}),
                "bytes": summary.bytes,
                "failed": dict(summary.failed),
                "failures": [{"id": unit, "code": code, "message": message} for unit, code, message in summary.failures],
                "missing": summary.missing,
                "orphans": summary.orphans,
                "pruned": summary.pruned,
                "left_out": dict(summary.left_out),
                "left_out_files": summary.named,
                "unknown_classes": summary.unknown_classes,
                "seconds": round(summary.seconds, 3),
                "complete": summary.complete,
                "exit_code": summary.exit_code,
            }
        )
        return
    rows: list[tuple[str, str]] = [("planned", counted(summary.planned, "output"))]
    if summary.done_before:
        rows.append(("already done", str(summary.done_before)))
    made = ", ".join(counted(count, _NOUNS.get(name, name)) for name, count in sorted(summary.made.items())) or "nothing"
    size = f"{size_text(summary.bytes)} in " if summary.made else ""
    rate = f", {sum(summary.made.values()) / summary.seconds:.0f}/s" if summary.made and summary.seconds else ""
    if summary.merged:
        rows.append(("merged", f"{counted(summary.merged, 'output')} ({size_text(summary.bytes)})"))
    else:
        rows.append(("made", f"{made} ({size}{summary.seconds:.1f} s{rate})"))
    rows += [("failed", f"{count} × {code}") for code, count in sorted(summary.failed.items())]
    rows += (
        [("missing", f"{counted(summary.missing, 'output')}; run the same command again to make them")] if summary.missing else []
    )
    rows += [("left out", left_out_text(reason, count, summary.named)) for reason, count in sorted(summary.left_out.items())]
    again = "; add --retry to try failed outputs again" if summary.failed else ""
    if again or has_codes(summary.left_out):
        rows.append(("help", f"{CODES_HELP}{again}"))
    if summary.unknown_classes:
        rows.append(("warning", f"copies lists classes that no sample has: {', '.join(summary.unknown_classes)}"))
    if summary.case_collisions:
        first, second = summary.case_collisions[0]
        rows.append(
            (
                "warning",
                f"{counted(len(summary.case_collisions), 'pair')} of names differ only in case, for example {first} and {second}",
            )
        )
    if summary.orphans:
        them = "it" if summary.orphans == 1 else "them"
        rows.append(("no longer planned", f"{counted(summary.orphans, 'output')} of earlier runs; add --prune to remove {them}"))
    if summary.pruned:
        rows.append(("pruned", f"{counted(summary.pruned, 'output')} of earlier runs"))
    rows += [("device", f"{summary.device.name} ({summary.device.backend} backend)"), ("output", summary.output)]
    print_table(("run", "complete" if summary.complete else "INCOMPLETE"), rows)


CODES_HELP = "augcli docs errors explains these codes"


def has_codes(reasons: Iterable[str]) -> bool:
    """Whether one of these reasons is a code, such as detect.other, and not a sentence."""
    return any(" " not in reason for reason in reasons)


def left_out_text(reason: str, count: int, named: Mapping[str, Sequence[str]]) -> str:
    """Say how many files were left out for a reason, and name the first few."""
    names = named.get(reason, [])[:5]
    if not names:
        return f"{count} × {reason}"
    return f"{count} × {reason}: {', '.join(names)}{', …' if count > len(names) else ''}"
