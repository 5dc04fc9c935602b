"""`augcli plan`, and `augcli run --dry-run`: what a run would make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .options import AsJson, Copies, Inputs, Limit, PipelineFile, Seed, Sets, overrides

if TYPE_CHECKING:
    from augcli.core.pipeline.model import Pipeline


def plan(
    pipeline: PipelineFile,
    inputs: Inputs,
    copies: Copies = None,
    seed: Seed = None,
    sets: Sets = [],  # noqa: B006
    limit: Limit = None,
    as_json: AsJson = False,
    as_lines: Annotated[bool, typer.Option("--jsonl", help="Print one JSON object per planned output.")] = False,
) -> None:
    """Show what a run would make, without writing anything: counts, names, disk space, collisions."""
    from augcli.load import load_pipeline

    loaded = load_pipeline(str(pipeline), overrides(sets, seed, copies))
    show_plan(loaded, [str(path) for path in inputs], as_json, limit, None, as_lines)


def show_plan(
    pipeline: Pipeline, inputs: list[str], as_json: bool, limit: int | None, output: str | None, as_lines: bool = False
) -> None:
    from collections import Counter

    from augcli.api import plan as make
    from augcli.cli.terminal.render import CODES_HELP, has_codes, left_out_text, print_json, print_table, printable, size_text
    from augcli.core.pipeline.fixed_numbers import warnings
    from augcli.core.plan import unit_id
    from augcli.core.values.outcome import NothingToDo
    from augcli.dataset.folders import name_problem

    units: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    estimate, unnamable = 0, []
    with make(pipeline, inputs, limit=limit) as planned:
        for source, copies in planned.with_copies():
            made = [unit_id(source.id, copy) for copy in copies]
            sources[source.modality] += 1
            outputs = [planned.job.output_name(source, copy) for copy in copies]
            unnamable += [(name, problem) for name in outputs if (problem := name_problem(name, output or "."))]
            units[source.modality] += len(made)
            estimate += len(made) * (source.size if source.row < 0 else len(source.content))
            if source.label is not None:
                labels[source.label] += len(made)
            if as_lines:
                for copy, name in zip(copies, outputs, strict=True):
                    print_json(
                        {
                            "id": unit_id(source.id, copy),
                            "source": source.id,
                            "modality": source.modality,
                            "output": name,
                            "label": source.label,
                            "split": source.split,
                        }
                    )
        inventory, unknown = planned.inventory, planned.unknown_classes()
        left_out = planned.left_out()
    collisions, folders, named = inventory.case_collisions, sorted(inventory.class_folders), inventory.named
    if not units:
        why = "; ".join(f"{count} × {printable(reason)}" for reason, count in sorted(left_out.items()))
        told = f"; left out: {why}" + (f" ({CODES_HELP})" if has_codes(left_out) else "") if why else ""
        raise NothingToDo(f"nothing to augment in {', '.join(inputs)}{told}")
    if as_lines:
        return
    if as_json:
        print_json({
            "sources": dict(sources), "outputs": dict(units), "estimated_bytes": estimate, "labels": dict(sorted(labels.items())),
            "class_folders": folders, "left_out": dict(left_out), "left_out_files": named,
            "unknown_classes": unknown, "case_collisions": collisions, "output": output,
            "warnings": [warning._asdict() for warning in warnings(pipeline)],
            "unnamable": [{"output": name, "problem": problem} for name, problem in unnamable],
        })  # fmt: skip
        return
    rows: list[tuple[object, ...]] = [(name, sources[name], units[name]) for name in sorted(units)]
    rows.append(("all", sum(sources.values()), f"{sum(units.values())}, about {size_text(estimate)}"))
    print_table(("modality", "samples", "outputs"), rows)
    if labels and len(labels) <= 40:
        print_table(("class", "outputs"), sorted(labels.items()))
    for reason, count in sorted(left_out.items()):
        print(f"left out: {printable(left_out_text(reason, count, named))}")
    if has_codes(left_out):
        print(CODES_HELP)
    for warning in warnings(pipeline):
        print(f"warning: {printable(str(warning))}")
    if unknown:
        print(f"warning: copies lists classes that no sample has: {printable(', '.join(unknown))}")
    for name, problem in unnamable[:20]:
        print(f"warning: {printable(name)}: {problem}")
    for first, second in collisions[:20]:
        print(f"warning: {first!r} and {second!r} differ only in case; some file systems cannot store both")
