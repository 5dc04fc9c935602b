"""The `augcli` command: its subcommands, and how errors are shown. Imports nothing heavy, so that help is instant."""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated

import typer

from augcli import __version__
from augcli.core.values.escapes import escaped
from augcli.core.values.outcome import UserError

from . import check, docs, doctor, explain, init, merge, ops, plan, replay, run, verify
from .terminal import failures, streams
from .terminal.surroundings import lacking

app = typer.Typer(
    name="augcli",
    help="Augment a folder of images, audio and text files as described in a YAML pipeline.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(run.run)
app.command()(plan.plan)
app.command()(check.check)
app.command()(verify.verify)
app.command()(replay.replay)
app.command()(merge.merge)
app.command()(init.init)
app.command()(explain.explain)
app.command()(doctor.doctor)
app.command()(docs.docs)
app.add_typer(ops.app, name="ops")


def _version(asked: bool) -> None:
    if asked:
        print(f"augcli {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an internal error.")] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; every kind of ending has its own exit code (see the README)."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    streams.guard()
    try:
        _run()
    except SystemExit as leaving:
        lost = streams.lost_results()
        if lost is None or leaving.code:
            raise
        _say(lost)
        sys.exit(lost.exit_code)


def _say(error: UserError) -> None:
    text = escaped(str(error), kept="\n")
    print(f"augcli: {text}" if "\n" not in text else text, file=sys.stderr)


def _run() -> None:
    try:
        app()
    except UserError as error:
        _say(error)
        failures.tell(str(error), error.exit_code, error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        failures.tell("stopped by SIGINT", 130)
        sys.exit(130)
    except SystemExit as leaving:
        _tell_usage(leaving)
        raise
    except Exception as error:
        if "--debug" in sys.argv or type(error).__name__ == "Interrupted":
            if type(error).__name__ != "Interrupted":
                raise
            _leave_by_signal(error.number)  # type: ignore[attr-defined]
        if lack := lacking(error):
            print(f"augcli: {escaped(lack[0])}", file=sys.stderr)
            failures.tell(*lack)
            sys.exit(lack[1])
        message = f"internal error: {type(error).__name__}: {escaped(str(error))}"
        print(
            f"augcli: {message}\nRun the same command as augcli --debug … and include the traceback in a bug report.",
            file=sys.stderr,
        )
        failures.tell(message, 70)
        sys.exit(70)


def _tell_usage(leaving: SystemExit) -> None:
    """Report usage errors and interruptions as JSON; Typer has already printed them for people."""
    cause = leaving.__context__
    if leaving.code == 2:
        failures.tell(getattr(cause, "format_message", "invalid command line".strip)(), 2)
    elif leaving.code == 130:
        failures.tell("stopped by SIGINT", 130)


def _leave_by_signal(number: int) -> None:
    """Exit as if killed by the signal, so that shells and schedulers see the real cause; SIGUSR1 asks for a checkpoint."""
    message = f"stopped by {signal.Signals(number).name}; run the same command again to resume"
    print(f"augcli: {message}.", file=sys.stderr)
    failures.tell(message, 75 if number == signal.SIGUSR1 else 128 + number)
    streams.lost_results()
    sys.stderr.flush()
    if number == signal.SIGUSR1:
        os._exit(75)
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    os._exit(128 + number)
