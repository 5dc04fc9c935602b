"""What every primitive is: a tuple of named fields that also knows its rules.

Units become primitives by the million, so a primitive has to be made as fast as a NamedTuple. A NamedTuple cannot have a
base class, though, and thus no defaults: the metaclass here makes a named tuple of a class's fields and puts it beneath
the class's own bases.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self, dataclass_transform

Planes = Literal["moved", "kept", "erased", "laid"]


@dataclass_transform(frozen_default=True)
class _NamedFields(type):
    """Annotations become fields, values in the class body their defaults; keywords go to `__init_subclass__`."""

    def __new__(mcs, name: str, bases: tuple[type, ...], body: dict[str, Any], **declared: Any) -> Any:
        annotations = body.get("__annotations__", {})
        fields = [field for field, kind in annotations.items() if "ClassVar" not in str(kind)]
        body["__slots__"] = ()
        if fields:
            required = [field for field in fields if field not in body]
            if fields[: len(required)] != required:
                raise TypeError(f"{name}: fields without a default come first")
            defaults = [body.pop(field) for field in fields[len(required) :]]
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])  # type: ignore[misc]
            bases = (made, *bases)
        return super().__new__(mcs, name, bases, body, **declared)


class Primitive(tuple[Any, ...], metaclass=_NamedFields):
    """One device-independent instruction: JSON-able values, never validated per unit."""

    moves_or_hides: ClassVar[bool] = False

    def then(self, later: Any, facts: Any) -> Primitive | None:
        """The one primitive that does this and then `later`, or None; `facts` are those before this one."""
        return None

    def facts_after(self, facts: Any) -> Any:
        """The facts of what comes out, given those of what goes in."""
        return facts

    def decode_scale(self, facts: Any, scales: Sequence[int]) -> int:
        """Which of these reductions a sample may be decoded at, where this primitive is the first of its program."""
        return 1

    def _replace(self, **changes: Any) -> Self:
        """The same with other values in some fields; a class with fields has its named tuple's."""
        if changes:
            raise ValueError(f"{type(self).__name__} has no fields; got {', '.join(changes)}")
        return self


class ImagePrimitive(Primitive):
    """A primitive for images. Its class declares, as keywords:

    `tolerance_levels`: how many levels of 255 (each 257 of 65535) the results of two backends may be apart. Index
    operations of a Warp always agree.

    `planes`: what it does to rasters that belong to labels, such as masks. "moved": their pixels move along; "erased":
    what it covers is no longer visible; "laid": planes of other samples are laid over them; "kept": nothing.
    """

    tolerance_levels: ClassVar[int]
    planes: ClassVar[Planes]

    def __init_subclass__(cls, *, tolerance_levels: int, planes: Planes) -> None:
        cls.tolerance_levels, cls.planes = tolerance_levels, planes
        cls.moves_or_hides = planes in ("moved", "erased")
