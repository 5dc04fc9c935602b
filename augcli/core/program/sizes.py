"""How large the results of a program get: known from facts alone, before memory is taken for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from augcli.core.pipeline.settings import Limits
from augcli.core.primitives import Primitive
from augcli.core.primitives.image import Blend
from augcli.core.values.facts import AudioFacts, Facts, ImageFacts, TextFacts
from augcli.core.values.outcome import SampleError


class Bound(NamedTuple):
    """The most that one result may have, and the setting that says so."""

    most: int
    setting: str

    @classmethod
    def of(cls, facts: Facts, limits: Limits, frames: int = 1) -> Bound:
        """For the results of a sample of which `frames` are made. Whatever was let in may come out in the same size."""
        if isinstance(facts, ImageFacts):
            return cls(max(limits.max_output_pixels // frames, extent(facts)), "max_output_pixels")
        if isinstance(facts, AudioFacts):
            return cls(max(limits.max_samples, extent(facts)), "max_samples")
        return cls(max(limits.max_characters, extent(facts)), "max_characters")


def extent(facts: Facts) -> int:
    """Pixels of an image, samples of all channels of a sound, characters of a text."""
    if isinstance(facts, ImageFacts):
        return facts.width * facts.height
    return facts.characters if isinstance(facts, TextFacts) else facts.frames * facts.channels


def results(program: Sequence[Primitive], facts: Facts) -> Iterator[Facts]:
    """The facts of everything that running a program makes: the image after each primitive, and the layers laid over it.

    Of a layer, only what its own Warps make is known here; its image was bounded when it was opened.
    """
    for primitive in program:
        if isinstance(primitive, Blend):
            for layer in primitive.layers:
                yield from results(layer.program, facts)
        facts = primitive.facts_after(facts)
        yield facts


def check_results(program: Sequence[Primitive], facts: Facts, bound: Bound, frames: int = 1) -> int:
    """The extent of the largest result; fails with `output.too_large` where it is larger than the bound."""
    largest = 0
    for after in results(program, facts):
        largest = max(largest, extent(after))
        if largest > bound.most:
            raise too_large(_told(after), bound.most, bound.setting, frames)
    return largest


def too_large(what: str, most: int, setting: str, frames: int = 1) -> SampleError:
    limit = f"in each of {frames:,} frames, the limit is {most:,}" if frames > 1 else f"the limit is {most:,}"
    return SampleError("output.too_large", f"a step makes {what}; {limit} (limits: {{{setting}: …}})", "lower")


def _told(facts: Facts) -> str:
    if isinstance(facts, ImageFacts):
        return f"{facts.width}×{facts.height}, {extent(facts):,} pixels"
    return f"{extent(facts):,} {'samples' if isinstance(facts, AudioFacts) else 'characters'}"
