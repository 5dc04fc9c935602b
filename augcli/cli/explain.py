"""`augcli explain`: how an output was made, for people or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from augcli.core.values.escapes import escaped

from .options import AsJson

if TYPE_CHECKING:
    from rich.console import Console

    from augcli.engine.after.explain import Explanation

_SHOWN_OTHERWISE = ("v", "steps", "partners", "pieces", "source", "source_sha256")  # keys of a record
_MOST = 5  # outputs explained in one go; if there are more, only their ids are listed


def explain(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="An output file; with --output, also an output id or a source (its id or path).",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", metavar="OUTPUT", help="The output folder to search.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Explain how an output was made: its source, the random values, the steps as executed, and the samples mixed in."""
    from rich.console import Console

    from augcli import ops
    from augcli.cli.terminal.render import print_json
    from augcli.engine.after.explain import explain as explain_record
    from augcli.engine.after.explain import find

    ops.load()
    folder, root, records = find(file, None if output is None else str(output))
    if as_json:
        print_json({"output_folder": root, "units": [_as_json(explain_record(folder, root, record)) for record in records]})
        return
    console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
    if len(records) > _MOST:
        for record in records:
            console.print(escaped(record["id"]))
        console.print(f"{len(records)} outputs; to explain one, give its id: augcli explain ID --output {escaped(root)}")
        return
    for number, record in enumerate(records):
        if number:
            console.print()
        _show(console, explain_record(folder, root, record))


def _show(console: Console, told: Explanation) -> None:
    from augcli.cli.terminal.render import size_text
    from augcli.engine.after.tracing import facts_text

    record = told.record
    title = record["id"] if "row" in record else record.get("output", record["id"])
    console.print(escaped(title), style="bold")
    lines = [("source", f"{record['source']} ({_source(told)})")]
    if "source_sha256" in record:
        lines.append(("", f"sha256 {record['source_sha256']}"))
    if record["copy"] is not None:
        lines.append(("copy", f"{record['copy']}, seed {told.seed}"))
    lines += [(name, str(record[name])) for name in ("split", "label") if name in record]
    if soft := record.get("soft_label"):
        lines.append(("soft label", ", ".join(f"{label} {share:.3f}" for label, share in soft.items())))
    if shown := record.get("shown"):
        lines.append(("shown", ", ".join(shown)))
    if "error" in record:
        lines.append(("failed", f"{record['error']['code']} ({record['error']['stage']}): {told.message or 'no message'}"))
    if "sha256" in record:
        facts = f"{facts_text(told.trace.row.lowered.facts)}, " if told.trace else ""
        state = f", {told.output_state}" if told.output_state else f", a row of {record['output']}"
        lines += [("result", f"{facts}{size_text(record['bytes'])}{state}"), ("", f"sha256 {record['sha256']}")]
    lines += [("note", f"{name}: {value}") for name, value in record.get("notes", {}).items()]
    for name, text in lines:
        console.print(f"  {name:<12}{escaped(text)}")
    if record["status"] == "original":
        console.print("  the source itself, unchanged")
    elif "steps" in record:
        _show_steps(console, told)
        _show_program(console, told)
    if told.partners:
        console.print("partners", style="bold")
        for partner in told.partners:
            label = f", {partner.label}" if partner.label else ""
            console.print(
                f"  {escaped(partner.id)}{escaped(label)} ({partner.state or 'not checked'})\n    sha256 {partner.sha256}"
            )
    if told.texts is not None:
        _show_diff(console, *told.texts)


def _source(told: Explanation) -> str:
    from augcli.engine.after.tracing import facts_text

    size = f"{facts_text(told.trace.row.opened.facts)}, " if told.trace else ""
    reason = f": {told.message}" if told.message and told.trace is None and "error" not in told.record else ""
    return f"{size}{told.source_path or 'not found'}, {told.source_state}{reason}"


def _show_steps(console: Console, told: Explanation) -> None:
    console.print("steps" if told.steps else "no step was applied", style="bold")
    width = max((len(step.id) for step in told.steps), default=0)
    for step in told.steps:
        drawn = ", ".join(f"{name} {_number(value)}{f' {unit}' if unit else ''}" for name, value, unit in step.draws)
        fixed = ", ".join(f"{name}: {_number(value)}" for name, value in step.options.items())
        name = "" if step.op.endswith(f".{step.id}") else f"{step.op.partition('.')[2]}  "
        console.print(escaped(f"  {step.id:<{width}}  {name}{'; '.join(part for part in (drawn, fixed) if part)}".rstrip()))
    if told.not_fired:
        console.print(escaped(f"  not applied: {', '.join(told.not_fired)}"))


def _show_program(console: Console, told: Explanation) -> None:
    from augcli.engine.after.tracing import facts_text

    if told.trace is None:
        console.print("executed as: unknown, because the source is missing or has changed")
        return
    console.print("executed as" if told.trace.primitives else "executed as: nothing; these steps changed nothing", style="bold")
    for number, part in enumerate(told.trace.primitives):
        before, after = facts_text(part.before), facts_text(part.after)
        sizes = f", {before} → {after}" if before != after else ""
        scale = f", decoded at 1/{told.trace.scale}" if number == 0 and told.trace.scale > 1 else ""
        fused = "one " if len(part.steps) > 1 else ""
        console.print(escaped(f"  {' + '.join(part.steps)} → {fused}{part.kind}{sizes}{scale}"))
    if told.trace.idle:
        console.print(escaped(f"  had no effect: {', '.join(told.trace.idle)}"))


def _show_diff(console: Console, before: str, after: str) -> None:
    """Show deletions in red and insertions in green, or as [-gone-] and {+new+} where there are no colours."""
    from rich.text import Text

    from augcli.engine.after.worddiff import shortened, word_diff

    coloured = console.is_terminal and not console.no_color and console.color_system is not None
    console.print("text" if before != after else "text: unchanged", style="bold")
    if before == after:
        return
    shown = Text()
    for kind, text in shortened(word_diff(before, after)):
        text = escaped(text, "\n\t")
        if kind == "same":
            shown.append(text)
        elif coloured:
            shown.append(text, style="red strike" if kind == "gone" else "green bold")
        else:
            shown.append(f"[-{text}-]" if kind == "gone" else f"{{+{text}+}}")
    console.print(shown)


def _number(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_number(item) for item in value)}]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _as_json(told: Explanation) -> dict[str, Any]:
    record = told.record
    unit: dict[str, Any] = {
        **{key: value for key, value in record.items() if key not in _SHOWN_OTHERWISE},
        "seed": told.seed,
        "output_state": told.output_state or None,
        "source": {
            "id": record["source"], "path": told.source_path, "sha256": record.get("source_sha256"), "state": told.source_state,
            "facts": told.trace.row.opened.facts._asdict() if told.trace else None,
        },
        "steps": [
            {
                "id": step.id, "op": step.op, "options": step.options,
                "draw": {name: {"value": value, "unit": unit} for name, value, unit in step.draws},
            }
            for step in told.steps
        ],
        "not_fired": told.not_fired,
        "partners": [partner._asdict() for partner in told.partners],
        "message": told.message or None,
    }  # fmt: skip
    if told.trace:
        unit["program"] = [
            {"primitive": part.kind, "steps": part.steps, "before": part.before._asdict(), "after": part.after._asdict()}
            for part in told.trace.primitives
        ]
        unit["changed_nothing"] = told.trace.idle
        unit["decoded_at"] = told.trace.scale
    if told.texts is not None:
        unit["text"] = {"source": told.texts[0], "output": told.texts[1]}
    return unit
