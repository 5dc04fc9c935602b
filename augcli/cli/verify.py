"""`augcli verify`."""

from __future__ import annotations

from .options import AsJson, OutputDir


def verify(output: OutputDir, as_json: AsJson = False) -> None:
    """Compare every file of an output with its manifest: changed, missing and extra ones are told."""
    from augcli.core.outcome import Mismatch
    from augcli.engine.verify import verify as verify_folder

    from .render import print_json

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
                f"{output}: {result.files} files are as the manifest says"
                + ("" if result.complete else "; the run is not complete")
            )
    if result.differences:
        if as_json:
            raise SystemExit(Mismatch.exit_code)
        raise Mismatch(f"{len(result.differences)} differences; run the pipeline again to make missing files anew")
