"""Tables for people and objects for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from augcli.engine.summary import Summary


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=True))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> None:
    """A table on standard output; colours and width as the terminal and NO_COLOR allow."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        # Text, not markup: file names may hold brackets; what cannot be printed is shown escaped.
        table.add_row(*[Text(_printable(str(cell))) for cell in row])
    width = None if sys.stdout.isatty() else 120
    Console(width=width, soft_wrap=False).print(table)


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode().replace("\x1b", "\\x1b")


def size_text(count: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def show_summary(summary: Summary, as_json: bool) -> None:
    """What a run did: one object, or a short table."""
    if as_json:
        print_json(
            {
                "output": summary.output,
                "backend": summary.device.backend,
                "device": summary.device.name,
                "planned": summary.planned,
                "done_before": summary.done_before,
                "made": dict(summary.made),
                "bytes": summary.bytes,
                "failed": dict(summary.failed),
                "failures": [{"id": unit, "code": code, "message": message} for unit, code, message in summary.failures],
                "missing": summary.missing,
                "orphans": summary.orphans,
                "left_out": dict(summary.left_out),
                "seconds": round(summary.seconds, 3),
                "complete": summary.complete,
                "exit_code": summary.exit_code,
            }
        )
        return
    rows: list[tuple[str, str]] = [("planned", f"{summary.planned} outputs")]
    if summary.done_before:
        rows.append(("done before", str(summary.done_before)))
    made = ", ".join(f"{count} {name}" for name, count in sorted(summary.made.items())) or "nothing"
    rate = f", {sum(summary.made.values()) / summary.seconds:.0f}/s" if summary.made and summary.seconds else ""
    rows.append(("made", f"{made} ({size_text(summary.bytes)} in {summary.seconds:.1f} s{rate})"))
    rows += [("failed", f"{count} × {code}") for code, count in sorted(summary.failed.items())]
    rows += [("missing", f"{summary.missing}: run the same command again")] if summary.missing else []
    rows += [("left out", f"{count} × {reason}") for reason, count in sorted(summary.left_out.items())]
    if summary.case_collisions:
        first, second = summary.case_collisions[0]
        rows.append(("warning", f"{len(summary.case_collisions)} names differ in case only, as {first} and {second}"))
    rows += [("no longer planned", f"{summary.orphans} outputs of earlier runs are still there")] if summary.orphans else []
    rows += [("device", f"{summary.device.name} ({summary.device.backend} backend)"), ("output", summary.output)]
    print_table(("run", "complete" if summary.complete else "NOT complete"), rows)
