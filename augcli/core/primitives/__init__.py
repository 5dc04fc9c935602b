"""The instruction set: what each primitive says, how two fuse (`then`), and the facts after it (`facts_after`)."""

from __future__ import annotations

from typing import Any, Protocol


class Primitive(Protocol):
    """One device-independent instruction; a NamedTuple of JSON-able values, never validated per unit."""

    def then(self, later: Any, facts: Any) -> Primitive | None:
        """The one primitive that does this and then `later`, or None; `facts` are those before this one."""

    def facts_after(self, facts: Any) -> Any:
        """The facts of what comes out, given those of what goes in."""


class Barrier:
    """Stands among fired steps, or among the primitives of one step, where fusing ends."""

    __slots__ = ()


BARRIER = Barrier()

__all__ = ["BARRIER", "Barrier", "Primitive"]
