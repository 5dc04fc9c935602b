"""`augcli ops`: what there is to put into a pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import AsJson

if TYPE_CHECKING:
    from augcli.engine.about.catalogue import OpEntry
    from augcli.engine.about.key_entries import KeyEntry

app = typer.Typer(
    help="List the operations, explain one, or write their schema or reference.",
    no_args_is_help=False,
    invoke_without_command=True,
    subcommand_metavar="[COMMAND] [ARGS]...",
)


def _names(incomplete: str) -> list[tuple[str, str]]:
    """For the shell: names that begin so, each with what it does."""
    from augcli.engine.about.catalogue import operations, summary_of
    from augcli.engine.about.key_entries import names_of_keys

    ops = [((op.id,) if "." in incomplete else (op.name(), *op.also), summary_of(op)) for op in operations()]
    found = [(name, summary) for names, summary in ops for name in names]
    found += [(name, summary) for name, summary in names_of_keys() if ("." in name) == ("." in incomplete)]
    return [(name, summary) for name, summary in found if name.startswith(incomplete)]


@app.callback()
def default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_ops()


@app.command("list")
def list_ops(as_json: AsJson = False) -> None:
    """List every operation with a one-line description."""
    from augcli.cli.terminal.render import print_json, print_table
    from augcli.engine.about.catalogue import entries

    if as_json:
        print_json([entry.as_json() for entry in entries()])
        return
    print_table(("modality", "operation", "what it does"), [(entry.modality, entry.name, entry.summary) for entry in entries()])


@app.command()
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="An operation, a key (one_of, p, output.image …), or another library's name for either.",
            autocompletion=_names,
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Explain one operation or key: what it does, its options with units, ranges and defaults, and examples."""
    from augcli.cli.terminal.render import print_json
    from augcli.engine.about.shown import shown

    found = shown(name)
    if as_json:
        print_json(found.as_json())
        return
    for remark in found.remarks:
        print(f"{remark}\n")
    for number, entry in enumerate(found.operations):
        print("\n" if number else "", end="")
        _print_operation(entry)
    for key in found.keys:
        _print_key(key)


def _print_operation(entry: OpEntry) -> None:
    from augcli.cli.terminal.render import print_table
    from augcli.engine.about.key_entries import step_keys
    from augcli.engine.about.shown import elsewhere

    also = f" (also: {', '.join(entry.also)})" if entry.also else ""
    print(f"{entry.id}{also}\n\n{entry.description}\n")
    if entry.fields:
        print_table(
            ("option", "default", "limits", "useful", "drawn per", "meaning"),
            [(field.name, field.default, field.limits, field.useful, field.per, field.meaning) for field in entry.fields],
        )
    print("\nExamples:\n" + "\n".join(f"  {example}" for example in entry.examples))
    for reference in entry.references:
        print(f"\nSource: {reference}")
    print("\nEvery step also takes:\n")
    print_table(("key", "default", "limits", "meaning"), step_keys())
    if lines := elsewhere(entry):
        print("\nElsewhere:\n" + "\n".join(f"  {line}" for line in lines))


def _print_key(entry: KeyEntry) -> None:
    from augcli.cli.terminal.render import print_table

    print(f"{entry.name} ({entry.kind})\n\n{entry.description}")
    if entry.fields:
        print()
        print_table(("key", "default", "limits", "meaning"), entry.fields)
    print("\nExample:\n" + "\n".join(f"  {line}" for line in entry.example.splitlines()))


@app.command()
def schema(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to this file instead of stdout.", show_default=False),
    ] = None,
) -> None:
    """Write the JSON Schema of pipelines, for completion and validation in your editor.

    Editors with a YAML language server find the schema by the first line of a pipeline:
    # yaml-language-server: $schema=augcli.schema.json
    """
    import json

    from augcli.cli.terminal.files import write_text
    from augcli.engine.about.schema import pipeline_schema

    text = json.dumps(pipeline_schema(), indent=2, ensure_ascii=False)
    if output is None:
        print(text)
        return
    write_text(output, text + "\n")
    print(f"wrote {output}")


@app.command()
def sheet(
    photos: Annotated[
        list[Path],
        typer.Argument(
            metavar="PHOTO...",
            help="The image to show; further images are used by the operations that mix images.",
            show_default=False,
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="File to write: .jpg, .png or .webp.")],
    only: Annotated[
        str, typer.Option(metavar="OP,OP...", help="Only these operations, in this order.", show_default="all image operations")
    ] = "",
    brief: Annotated[bool, typer.Option("--brief", help="One tile per operation, without the crops at 100 %.")] = False,
    columns: Annotated[int, typer.Option(min=1, max=100, metavar="N", help="Tiles per row.")] = 8,
    width: Annotated[int, typer.Option(min=16, max=4096, metavar="PX", help="Shrink each output to at most this width.")] = 240,
    seed: Annotated[int, typer.Option(metavar="N", help="Random seed.")] = 0,
) -> None:
    """Make a contact sheet: your image after each operation, with the random values used.

    Operations are applied at full size and the outputs are shrunk afterwards. If that hides pixels, each output's centre
    stands beside it at 100 %.
    """
    from augcli.engine.about import sheet

    ops = sheet.image_operations([name.strip() for name in only.split(",") if name.strip()])
    images = [sheet.load_photo(str(path)) for path in photos]
    size = sheet.size_of_tiles(images[0], width)
    shrinks = size[0] < images[0].shape[1]
    made = sheet.examples(sheet.brief(ops) if brief else sheet.thorough(ops), images, seed)
    tiles = sheet.reduced(made, size, at_100_percent=shrinks and not brief)
    sheet.write(sheet.lay_out(tiles, columns, size, titled=not brief), tiles, output)
    print(f"wrote {output}")


@app.command()
def docs() -> None:
    """Print the reference of all operations in Markdown: the same as `augcli docs operations --raw`."""
    from augcli.engine.about.pages import page

    print(page("operations"), end="")
