"""`augcli ops`: what there is to put into a pipeline."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import AsJson

app = typer.Typer(help="List the operations, or show one.", no_args_is_help=False, invoke_without_command=True)


@app.callback()
def default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_ops()


@app.command("list")
def list_ops(as_json: AsJson = False) -> None:
    """Every operation with what it does, in one line."""
    from augcli.engine.catalogue import entries

    from .render import print_json, print_table

    if as_json:
        print_json([entry.as_json() for entry in entries()])
        return
    print_table(("modality", "operation", "what it does"), [(entry.modality, entry.name, entry.summary) for entry in entries()])


@app.command()
def show(name: Annotated[str, typer.Argument(metavar="OP", help="Its name, or modality.name.")], as_json: AsJson = False) -> None:
    """One operation: what it does, its options with units, ranges and defaults, and examples."""
    from augcli.engine.catalogue import find

    from .render import print_json, print_table

    for entry in find(name):
        if as_json:
            print_json(entry.as_json())
            continue
        print(f"{entry.id}\n\n{entry.description}\n")
        if entry.fields:
            print_table(
                ("option", "default", "limits", "meaning"),
                [(field.name, field.default, field.limits, field.meaning) for field in entry.fields],
            )
        print("\nExamples:\n" + "\n".join(f"  {example}" for example in entry.examples))
        for reference in entry.references:
            print(f"\nSource: {reference}")
