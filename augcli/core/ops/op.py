"""What an op is: a frozen model whose fields are the YAML keys, the schema, the documentation and the sampling rule.

An op says what it does (`lower`) and nothing else. How often it fires, copies, devices, batches and records are the
engine's. Defining the class files it in the registry; modules below `augcli/ops` and entry points of the group
`augcli.ops` are imported by `augcli.ops.load`. Authors of ops import from `augcli.plugin`.
"""

from __future__ import annotations

import collections
import sys
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator, model_validator

from augcli.core.draws import severity
from augcli.core.draws.fields import SPAN_KEY, SpanInfo, fit
from augcli.core.primitives import Barrier, Primitive
from augcli.core.values.facts import AudioFacts, Facts, ImageFacts
from augcli.core.values.resources import (
    ImageOracle,
    Images,
    LetterOracle,
    Letters,
    Opener,
    Request,
    ToneOracle,
    Tones,
    WordOracle,
    Words,
    Writing,
)

Needs = Literal["facts", "targets", "content"]
REGISTRY: dict[str, type[Op]] = {}
OTHER_NAMES: dict[str, str] = {}  # "image.impulse_noise" and the like: to the id that is meant
STEP_KEYS = ("p", "id", "weight", "barrier")  # every step has these in YAML, so no op may call a field so


class State:
    """What an op may know when it is lowered: the sample as it stands at this step.

    `facts` are those of the image, sound or text so far. `text` is the text so far, for ops that need content.
    `partner_facts(i)` are those of the i-th partner that this step was given. `words` and `letters` are tables that the
    engine opened because the op asked for them in `resources()`. `copy` is the number of the output, from 0. A text of more
    than `most_characters` is not made.
    """

    __slots__ = ("_opener", "_partner_facts", "copy", "facts", "first_partner", "most_characters", "text")

    def __init__(
        self,
        facts: Facts,
        text: str = "",
        partner_facts: Callable[[int], Facts] | None = None,
        opener: Opener | None = None,
        copy: int = 0,
        most_characters: int = sys.maxsize,
    ) -> None:
        self.facts, self.text, self.first_partner, self.copy = facts, text, 0, copy
        self._partner_facts, self._opener, self.most_characters = partner_facts, opener, most_characters

    def words(self, request: Words) -> WordOracle:
        assert self._opener is not None
        oracle: WordOracle = self._opener(request)
        return oracle

    def letters(self, request: Letters) -> LetterOracle:
        assert self._opener is not None
        oracle: LetterOracle = self._opener(request)
        return oracle

    def tones(self, request: Tones) -> ToneOracle:
        assert self._opener is not None
        oracle: ToneOracle = self._opener(request)
        return oracle

    def images(self, request: Images | Writing) -> ImageOracle:
        assert self._opener is not None
        oracle: ImageOracle = self._opener(request)
        return oracle

    @property
    def image(self) -> ImageFacts:
        assert isinstance(self.facts, ImageFacts)
        return self.facts

    @property
    def audio(self) -> AudioFacts:
        assert isinstance(self.facts, AudioFacts)
        return self.facts

    def partner_image(self, index: int) -> ImageFacts:
        """Facts of the partner with this number among the unit's partners."""
        assert self._partner_facts is not None
        facts = self._partner_facts(index)
        assert isinstance(facts, ImageFacts)
        return facts


class Op(BaseModel):
    """One augmentation: fields say what may be drawn, `lower` turns a draw into primitives."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: ClassVar[str] = ""  # modality.name; the YAML key is the name
    version: ClassVar[int] = 1  # bumped when `lower` changes meaning
    needs: ClassVar[Needs] = "facts"
    keeps_label: ClassVar[bool] = True
    partners: ClassVar[int] = 0  # how many other samples are mixed in, at most
    may_become: ClassVar[tuple[type[Primitive], ...]] = ()  # kinds of primitive that only some draws become
    keys: ClassVar[tuple[str, ...]] = ()  # raw random words that the op hands on, e.g. to noise
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({},)
    references: ClassVar[tuple[str, ...]] = ()
    also: ClassVar[tuple[str, ...]] = ()  # other names that a step may be written by
    severities: ClassVar[severity.Levels] = ()  # what `severity: 1` … `severity: 5` stand for; none for no such option

    spans: ClassVar[dict[str, SpanInfo]] = {}
    draw_type: ClassVar[Callable[..., Any]]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if not cls.id:
            return
        other = REGISTRY.get(cls.id)
        if other is not None and (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"two ops have the id {cls.id}: {other.__module__} and {cls.__module__}")
        if taken := [name for name in cls.model_fields if name in STEP_KEYS]:
            raise TypeError(f"{cls.id} has a field called {taken[0]!r}, which is a key of every step; give it another name")
        cls.spans = {
            name: SpanInfo(*field.json_schema_extra[SPAN_KEY])  # type: ignore[misc]
            for name, field in cls.model_fields.items()
            if isinstance(field.json_schema_extra, dict) and SPAN_KEY in field.json_schema_extra
        }
        cls.draw_type = collections.namedtuple(f"{cls.__name__}Draw", [*cls.spans, *cls.keys])  # type: ignore[misc]
        if severity.KEY in cls.model_fields and cls.severities:
            raise TypeError(f"{cls.id} has a field called {severity.KEY!r}, and severities")
        REGISTRY[cls.id] = cls
        OTHER_NAMES.update({f"{cls.modality()}.{other}": cls.id for other in cls.also})

    @model_validator(mode="before")
    @classmethod
    def _expand_severity(cls, options: Any) -> Any:
        if not cls.severities or not isinstance(options, dict) or severity.KEY not in options:
            return options
        return severity.expanded(options, cls.severities, cls.__name__)

    @field_validator("*", mode="after")
    @classmethod
    def _fit_spans(cls, value: Any, info: ValidationInfo) -> Any:
        declared = cls.spans.get(info.field_name or "")
        return value if declared is None else fit(value, declared)

    def lower(self, draw: Any, state: State) -> Sequence[Primitive | Barrier]:
        """The primitives that this draw means for this sample. Pure; the same draw and state give the same.

        A run of them may become one primitive, in which nothing is rounded, clamped or cut in between; a BARRIER between
        two of them keeps those apart.
        """
        raise TypeError(f"{type(self).__name__} does not define lower()")

    def resources(self) -> Sequence[Request]:
        """What this op takes from its state besides the sample; the engine opens it before any file."""
        return ()

    def partner_count(self) -> int:
        """How many other samples are mixed in; ops whose options decide this override it."""
        return self.partners

    @classmethod
    def modality(cls) -> str:
        return cls.id.partition(".")[0]

    @classmethod
    def name(cls) -> str:
        """The YAML key."""
        return cls.id.partition(".")[2]


def made(op_class: type[Op], options: dict[str, Any]) -> Op:
    """The op with these options. It is asked here for whatever does not depend on a sample, so that mistakes show at once."""
    op = op_class.model_validate(options)
    if not isinstance(count := op.partner_count(), int):
        raise TypeError(f"partner_count() returns {count!r}, which is not a whole number")
    tuple(op.resources())
    return op


def op_called(modality: str, name: str) -> type[Op] | None:
    """The op that a step with this name refers to."""
    op_id = f"{modality}.{name}"
    return REGISTRY.get(OTHER_NAMES.get(op_id, op_id))


def names_in(modality: str) -> list[str]:
    """Every name that a step of this modality may have."""
    return [name.partition(".")[2] for name in (*REGISTRY, *OTHER_NAMES) if name.startswith(f"{modality}.")]
