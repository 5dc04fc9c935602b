"""augcli: a compiler for dataset augmentation.

A sample's way, forward only, and where to read about each stage:

    job: what one call asks for               engine.plan.job
    → walk → detect → claim → sources         dataset.walk, dataset.detect, dataset.layouts, engine.plan.discovery
    → chunks, inventory                       engine.plan.chunk, engine.plan.inventory, engine.plan.planning
    → tasks: units with their partners        engine.state.ledger, engine.state.fingerprints, engine.plan.partners
      and fingerprints
    → workers                                 engine.run, engine.make.processes, engine.make.windows
    → open → draw → lower → fuse → decode     engine.make.samples, formats, core.draws, core.program, ops, core.primitives
    → execute                                 engine.make.rounds, kernels
    → encode → record                         engine.make.encoding, formats, engine.make.records
    → write → state                           engine.make.outputs, dataset.write, engine.store.state_file
    → finish (documents, manifest)            engine.finish.folder

Laws that every part keeps (tests/contract holds them): draws are hashes of seed, source, copy, step and field; rows of
a batch do not see each other; image and labels move by the same primitives; every output can be made again from its
record; one bad file costs one record; imports point one way: cli → engine → {ops, kernels, formats, dataset} → core.

From Python: `load_pipeline(path)`, then `plan(...)` or `run(...)`; `replay(...)` makes outputs again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from augcli.api import (
        ConfigError,
        Interrupted,
        RunOptions,
        UnitFailed,
        UnitsDone,
        UserError,
        load_pipeline,
        plan,
        replay,
        run,
    )

__version__ = "0.1.0"
__all__ = [
    "ConfigError",
    "Interrupted",
    "RunOptions",
    "UnitFailed",
    "UnitsDone",
    "UserError",
    "__version__",
    "load_pipeline",
    "plan",
    "replay",
    "run",
]


def __getattr__(name: str) -> Any:
    # Importing the package must cost next to nothing: `augcli --help` does it.
    if name in __all__:
        from augcli import api

        return getattr(api, name)
    raise AttributeError(f"module 'augcli' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
