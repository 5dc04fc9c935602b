"""`augcli check`."""

from __future__ import annotations

from .options import AsJson, PipelineFile, Sets, overrides


def check(pipeline: PipelineFile, sets: Sets = [], as_json: AsJson = False) -> None:  # noqa: B006
    """Report every mistake in a pipeline at once, with its line; reads no data."""
    from augcli.cli.terminal.failures import object_of
    from augcli.cli.terminal.render import print_json, printable
    from augcli.core.pipeline.fixed_numbers import warnings
    from augcli.core.program.unfit import costly_orders
    from augcli.core.values.outcome import ConfigError
    from augcli.engine.about.formats import unwritable_frames
    from augcli.load import load_pipeline

    try:
        loaded = load_pipeline(str(pipeline), overrides(sets))
        ops = [step.op for steps in loaded.steps.values() for top in steps for step in top.walk() if step.op is not None]
        if any(op.resources() for op in ops):
            from augcli.engine.resources.opened import missing_resources

            if problems := missing_resources(loaded):
                raise ConfigError(problems, str(pipeline))
    except ConfigError as error:
        if as_json:
            print_json({**object_of(str(error), error.exit_code, error), "hints": [], "warnings": []})
            raise SystemExit(error.exit_code) from None
        raise
    hints = costly_orders(loaded) + unwritable_frames(loaded)
    if as_json:
        print_json({"ok": True, "problems": [], "hints": hints, "warnings": [one._asdict() for one in warnings(loaded)]})
        return
    counts = ", ".join(f"{len(steps)} {name}" for name, steps in loaded.steps.items())
    print(f"{printable(str(pipeline))}: valid ({counts} steps)")
    for warning in warnings(loaded):
        print(f"warning: {printable(str(warning))}")
    for hint in hints:
        print(f"hint: {printable(hint)}")
