"""The instruction set: what each primitive says, how two fuse (`then`), and the facts after it (`facts_after`)."""

from .primitive import ImagePrimitive, Primitive


class Barrier:
    """Stands among fired steps, or among the primitives of one step, where fusing ends."""

    __slots__ = ()


BARRIER = Barrier()

__all__ = ["BARRIER", "Barrier", "ImagePrimitive", "Primitive"]
