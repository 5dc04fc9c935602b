"""From a source to rows that are ready to execute: read, open, draw, lower, decode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.settings import Input, Text
from augcli.core.plan import Readable, Source, Unit
from augcli.core.primitives import Barrier
from augcli.core.primitives.image import Blend, Warp
from augcli.core.program.lower import Drawn, Lowered, draw_steps, lower
from augcli.core.program.sizes import Bound, check_results
from augcli.core.values.facts import Facts, TextFacts
from augcli.core.values.outcome import Failure, SampleError
from augcli.core.values.resources import Shown
from augcli.engine.modality.modality import Opened, Program
from augcli.engine.modality.table import MODALITIES
from augcli.engine.resources.opened import resources_of

from .crashes import attempt
from .gate import Admission, cost_of
from .layers import laid_by_alpha, with_shown
from .recipe import Recipe

# Rows of tables come as read() gives them.
_ROWS = Input(text=Text(encoding="utf-8"))


class Frame(NamedTuple):
    """What is executed at once: a decoded sample, its program, and the partners that the program names."""

    sample: Any
    program: Program
    partners: tuple[Any, ...]


class Row(NamedTuple):
    """One unit, ready to be executed. If it has several frames, the fields are the first one's, and `more` has the others."""

    unit: Unit
    lowered: Lowered
    sample: Any
    program: Program
    partners: tuple[Any, ...]
    opened: Opened
    source_sha256: str
    parents: dict[int, tuple[Source, str]]  # partner number to the partner and its hash
    more: tuple[Frame, ...] = ()
    shown: tuple[str, ...] = ()  # names of images and texts that are not samples
    place: str = ""  # the path of the source's file

    @property
    def frames(self) -> tuple[Frame, ...]:
        return (Frame(self.sample, self.program, self.partners), *self.more)


def read(recipe: Recipe, readable: Readable) -> bytes:
    """The bytes of a source (the text of a row); raises SampleError if the file cannot be read."""
    source, place = readable
    if source.trouble:
        raise SampleError(*source.trouble)
    if source.row >= 0:
        return source.content.encode("utf-8", "surrogateescape")
    MODALITIES[source.modality].check_bytes(source.size, recipe.pipeline.limits)
    limit = recipe.pipeline.limits.max_file_bytes
    if source.size > limit:
        raise SampleError(
            "file.too_large", f"has {source.size} bytes; the limit is {limit} (limits: {{max_file_bytes: …}})", "read"
        )
    if isinstance(place, bytes):
        return place
    try:
        with open(place, "rb", buffering=0) as file:
            return file.readall()
    except FileNotFoundError:
        raise SampleError("io.gone", "the file no longer exists", "read") from None
    except OSError as error:
        raise SampleError("io.read", f"cannot be read: {error.strerror}", "read") from None


class Preparation:
    """Makes rows for one source's units. `drawn` may be given, to regenerate an output from its record.

    With an admission, large samples wait before they are decoded until other workers leave room.
    """

    def __init__(self, recipe: Recipe, readable: Readable, admission: Admission | None = None) -> None:
        self.readable, self._recipe, self._admission, self._largest = readable, recipe, admission, 0
        source = readable.source
        self.modality = MODALITIES[source.modality]
        self._compiled = recipe.compiled[source.modality]
        self._opener = resources_of(self._compiled).get
        data = read(recipe, readable)
        self.sha256 = sha256(data).hexdigest()
        self.opened = self._open(data, source)
        self._decoded: dict[int, Any] = {}
        self._more: Sequence[tuple[Facts, Any]] | None = None
        self._partners: dict[str, tuple[Opened, str]] = {}

    def _open(self, data: bytes, source: Source) -> Opened:
        pipeline = self._recipe.pipeline
        return self.modality.open(data, pipeline.limits, pipeline.input if source.row < 0 else _ROWS)

    def row(self, unit: Unit, drawn: Sequence[Drawn | Barrier] | None = None) -> Row:
        """Draw (unless given), lower and decode one unit; raises SampleError."""
        if drawn is None:
            drawn = draw_steps(self._compiled, unit_key(self._recipe.pipeline.seed, unit.source.id, unit.copy))
        text = self._sample(1) if isinstance(self.opened.facts, TextFacts) else ""

        def partner_facts(number: int) -> Facts:
            return self._partner(unit.partners[number])[0].facts

        def lowered_for(facts: Facts) -> Lowered:
            bound = Bound.of(facts, self._recipe.pipeline.limits, self.opened.frames)
            lowered = lower(drawn, State(facts, text, partner_facts, self._opener, unit.copy, bound.most))
            # Before memory is taken for what could not be written, or would be larger than the limits allow.
            self.modality.check_output(lowered.facts, self.opened.header, self._recipe.pipeline.output)
            self._largest = check_results(lowered.program, facts, bound, self.opened.frames)
            return lowered

        lowered = lowered_for(self.opened.facts)
        first = next(iter(lowered.program), None)
        scale = first.decode_scale(self.opened.facts, self.opened.scales) if first else 1
        if self._admission is not None:
            beside = [partner_facts(number) for number in lowered.partners]
            self._admission.need(cost_of(self.opened, self._largest, scale, beside))
        sample = self._sample(scale)
        program, images, parents, names = self._laid_out(lowered, unit.partners, sample)
        seen = {self.opened.facts: (program, images)}
        more = []
        for facts, other in self._others():
            if facts not in seen:  # the same draws, for pages of a different size or kind
                seen[facts] = self._laid_out(lowered_for(facts), unit.partners, other)[:2]
            more.append(Frame(other, *seen[facts]))
        program = _at_scale(program, scale)
        place = self.readable.place if isinstance(self.readable.place, str) else ""
        return Row(unit, lowered, sample, program, images, self.opened, self.sha256, parents, tuple(more), names, place)

    def _laid_out(
        self, lowered: Lowered, chosen: Sequence[Readable | None], sample: Any
    ) -> tuple[Program, tuple[Any, ...], dict[int, tuple[Source, str]], tuple[str, ...]]:
        """The program as kernels take it, the images that it lays over the sample; the partners, the names of the others."""
        if not any(isinstance(primitive, Blend) for primitive in lowered.program):
            return lowered.program, (), {}, ()
        loaded, parents = self._load_partners(lowered, chosen, sample)
        as_partner = self.modality.as_partner
        names: dict[str, None] = {}

        def image_of(shown: Shown, by_alpha: bool) -> Any:
            oracle = self._opener(shown.request)
            names[oracle.name(*shown.which)] = None
            return as_partner(oracle.pixels(*shown.which), sample, by_alpha)

        program, images = with_shown(lowered.program, len(loaded), image_of)
        return program, (*loaded, *images), parents, tuple(names)

    def _others(self) -> Sequence[tuple[Facts, Any]]:
        if self._more is None:
            self._more = _decoding(self.opened.others)
        return self._more

    def _sample(self, scale: int) -> Any:
        if scale not in self._decoded:
            self._decoded[scale] = _decoding(lambda: self.opened.decode(scale))
        return self._decoded[scale]

    def _partner(self, partner: Readable | None) -> tuple[Opened, str]:
        if partner is None:
            raise SampleError(
                "partner.none", "no other sample matches the step's `partner`, so there is nothing to mix in", "lower"
            )
        name = partner.source.id
        if name not in self._partners:
            try:
                data = read(self._recipe, partner)
                opened = _decoding(lambda: self._open(data, partner.source))
                self._partners[name] = (opened, sha256(data).hexdigest())
            except SampleError as error:
                raise _of_partner(error, name) from None
        return self._partners[name]

    def _load_partners(
        self, lowered: Lowered, chosen: Sequence[Readable | None], sample: Any
    ) -> tuple[tuple[Any, ...], dict[int, tuple[Source, str]]]:
        loaded: list[Any] = [None] * (max(lowered.partners, default=-1) + 1)
        parents = {}
        cut_out = laid_by_alpha(lowered.program)
        for number in lowered.partners:
            partner = chosen[number]
            opened, digest = self._partner(partner)
            assert partner is not None  # otherwise it could not have been opened
            try:
                pixels = _decoding(lambda opened=opened: opened.decode(1))  # type: ignore[misc]
                loaded[number] = self.modality.as_partner(pixels, sample, number in cut_out)
            except SampleError as error:
                raise _of_partner(error, partner.source.id) from None
            parents[number] = (partner.source, digest)
        return tuple(loaded), parents


def _decoding(work: Callable[[], Any]) -> Any:
    """The decoded content. A crash in decoding must not be blamed on the step that asked for the content."""
    content = attempt("decode", work)
    if isinstance(content, Failure):
        raise SampleError(content.code, content.message, content.stage)
    return content


def _of_partner(error: SampleError, partner_id: str) -> SampleError:
    code = error.code if error.failure().of_place else f"partner.{error.code}"
    return SampleError(code, f"partner {partner_id}: {error.message}", error.stage)


def _at_scale(program: Program, scale: int) -> Program:
    if scale == 1:
        return program
    first = program[0]
    assert isinstance(first, Warp)
    return (first.scaled(scale, scale), *program[1:])
