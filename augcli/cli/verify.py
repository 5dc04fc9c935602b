"""`augcli verify`: the differences between an output and its manifest, with a remedy for each kind."""

from __future__ import annotations

from collections import Counter

from .options import AsJson, OutputDir

_REMEDIES = {
    "changed": "delete the changed files and run the pipeline again",
    "missing": "run the pipeline again to regenerate the missing files",
    "leftover": "written by earlier runs and no longer planned; repeat augcli run with --prune to remove them",
    "extra": "unexpected files, not written by augcli; move them elsewhere",
}


def verify(output: OutputDir, as_json: AsJson = False) -> None:
    """Compare every file of an output folder with its manifest; report changed, missing, leftover and extra files."""
    from augcli.cli.terminal.render import counted, print_json
    from augcli.core.values.outcome import Mismatch
    from augcli.engine.after.verify import verify as verify_folder

    result = verify_folder(str(output))
    if as_json:
        differences = [{"kind": kind, "path": path} for kind, path in result.differences]
        print_json(
            {
                "ok": not differences,
                "complete": result.complete,
                "files": result.files,
                "bytes": result.bytes,
                "differences": differences,
            }
        )
    else:
        for kind, path in result.differences:
            print(f"{kind}: {path!r}" if not path.isprintable() else f"{kind}: {path}")
        if not result.differences:
            print(
                f"{output}: {counted(result.files, 'file matches', 'files match')} the manifest"
                + ("" if result.complete else "; the run is not complete: run the same command again to resume it")
            )
    if result.differences:
        if as_json:
            raise SystemExit(Mismatch.exit_code)
        kinds = Counter(kind for kind, _ in result.differences)
        raise Mismatch("\n".join(f"{kinds[kind]} {kind}: {remedy}" for kind, remedy in _REMEDIES.items() if kinds[kind]))
