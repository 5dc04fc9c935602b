"""The pipeline that a user writes in YAML, checked as a whole before any sample is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from augcli.core.ops.op import STEP_KEYS, Op, made, op_called
from augcli.core.values.facts import MODALITIES
from augcli.core.values.outcome import MOST_PROBLEMS, ConfigError, Problem

from .located import MOST_LEVELS, TOO_DEEP, Address, Located, address_text, read_yaml
from .overrides import SETTINGS, flag_of, override
from .settings import Input, Limits, Output
from .steps import COMBINATORS, MOST_STEPS, Step, sound, unrolled
from .suggestions import did_you_mean, unknown_step
from .top_level import unknown_key
from .wording import shape_of_step, short, told

_EVERY_OTHER_CLASS = "*"


@dataclass(frozen=True)
class Pipeline:
    """A checked pipeline. `source` is what the user wrote (with overrides), from which `build` makes it again."""

    seed: int
    copies: Mapping[str, int]  # by class; "*" is every other class, and samples without one
    steps: Mapping[str, tuple[Step, ...]]  # by modality
    output: Output
    limits: Limits
    input: Input
    source: dict[str, Any] = field(repr=False)

    def copies_of(self, label: str | None) -> int:
        return self.copies.get(label, self.copies[_EVERY_OTHER_CLASS]) if label else self.copies[_EVERY_OTHER_CLASS]

    @property
    def most_copies(self) -> int:
        return max(self.copies.values())


def parse_pipeline(text: str, path: str = "", overrides: Mapping[str, str] | None = None) -> Pipeline:
    """Read a pipeline; raises ConfigError with every problem. `overrides` maps "rotate.angle_deg" to YAML text."""
    pipeline, problems = parse_partly(text, overrides)
    if problems or pipeline is None:
        raise ConfigError(problems, path)
    return pipeline


def parse_partly(text: str, overrides: Mapping[str, str] | None = None) -> tuple[Pipeline | None, list[Problem]]:
    """A pipeline of the steps that could be made, and every problem; no pipeline where nothing could be read."""
    try:
        located = read_yaml(text)
    except ConfigError as error:
        return None, error.problems
    flags: dict[Address, str] = {}
    problems = [*located.doubles, *override(located, overrides or {}, flags)]
    builder = _Builder(located, problems, flags)
    return builder.pipeline(), builder.problems


def build(located: Located) -> Pipeline:
    """Build a pipeline from plain values; raises ConfigError with every problem."""
    builder = _Builder(located, [], {})
    pipeline = builder.pipeline()
    if builder.problems or pipeline is None:
        raise ConfigError(builder.problems)
    return pipeline


class _Builder:
    """Walks the plain values once and notes every problem with its place: in the file, or the flag that gave the value."""

    def __init__(self, located: Located, problems: list[Problem], flags: Mapping[Address, str]) -> None:
        self.located, self.problems, self.flags = located, problems, flags

    def note(self, address: Address, message: str | Callable[[], str]) -> None:
        """A message that takes time to find comes as a function, which is not called when enough problems are listed."""
        if not isinstance(message, str):
            message = message() if len(self.problems) < MOST_PROBLEMS else ""
        if found := flag_of(address, self.flags, self.located):
            flag, below = found
            self.problems.append(Problem(0, 0, flag, f"{below}: {message}" if below and message else message))
            return
        self.problems.append(Problem(*self.located.place(address), address_text(address), message))

    def pipeline(self) -> Pipeline | None:
        data = self.located.value
        if not isinstance(data, dict):
            self.note((), "a pipeline is a mapping: version, seed, copies, and steps under image, audio or text")
            return None
        known = ("version", *SETTINGS, *MODALITIES)
        unknown = [key for key in data if key not in known]
        for key in unknown:
            self.note((key,), lambda key=key: unknown_key(key, known))  # type: ignore[misc]
        if data.get("version", 1) != 1:
            self.note(("version",), f"this augcli reads version 1, not {short(data['version'])}")
        steps = {name: self.steps(data[name], (name,), name) for name in MODALITIES if data.get(name) is not None}
        if not unknown and not any(data.get(name) for name in MODALITIES):
            self.note((), "has no steps; list some under image, audio or text")
        for modality, some in steps.items():
            self.weights(some)
            steps[modality] = self.bounded(sound(some, self.unique_ids(modality, some)))
        return Pipeline(
            seed=self.seed(data.get("seed", 0)),
            copies=self.copies(data.get("copies", 1)),
            steps=steps,
            output=self.settings(Output, data, "output"),
            limits=self.settings(Limits, data, "limits"),
            input=self.settings(Input, data, "input"),
            source=data,
        )

    def seed(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            self.note(("seed",), f"needs a whole number; got {short(value)}")
            return 0
        return value

    def copies(self, value: Any) -> dict[str, int]:
        by_class = value if isinstance(value, dict) else {_EVERY_OTHER_CLASS: value}
        for name, count in by_class.items():
            if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= 100_000:
                address = ("copies", name) if isinstance(value, dict) else ("copies",)
                mapping = ", or a number for each class, as in {cat: 3, dog: 1}" if isinstance(value, list) else ""
                self.note(address, f"needs a whole number from 0 to 100000{mapping}; got {short(count)}")
        return {_EVERY_OTHER_CLASS: 1, **by_class}

    def settings(self, model: type[Any], data: dict[str, Any], key: str) -> Any:
        value = data.get(key)
        try:
            return model.model_validate(value if value is not None else {})
        except ValidationError as error:
            self.validation(error, (key,), model)
            return model.model_construct()

    def steps(self, items: Any, address: Address, modality: str) -> tuple[Step, ...]:
        if not isinstance(items, list):
            self.note(address, f"needs a list of steps, each beginning with '- '; got {short(items)}")
            return ()
        found = [self.step(item, (*address, number), modality) for number, item in enumerate(items)]
        return tuple(step for step in found if step is not None)

    def step(self, item: Any, address: Address, modality: str) -> Step | None:
        if isinstance(item, str):
            item = {item: None}
        if not isinstance(item, dict) or len(item) != 1:
            self.note(address, f"a step is a name, with or without options{shape_of_step(item, modality)}; got {short(item)}")
            return None
        ((name, body),) = item.items()
        inside = (*address, name)
        body = {} if body is None else body
        if name in COMBINATORS:
            return self.combinator(name, {"steps": body} if isinstance(body, list) else body, inside, modality)
        op_class = op_called(modality, name)
        if op_class is None:
            self.note(inside, lambda: unknown_step(modality, name, body, COMBINATORS))
            return None
        if not isinstance(body, dict):
            self.note(inside, f"needs options as 'name: value'; got {short(body)}")
            return None
        common = self.common(body, name, inside)
        try:
            op: Op | None = made(op_class, {key: value for key, value in body.items() if key not in STEP_KEYS})
        except Exception as error:  # a ValidationError, or a mistake in a third-party operation
            self.validation(error, inside, op_class)
            op = None  # its id and its weight are still looked at
        return Step(kind=op_class.id, op=op, address=inside, **common)

    def bounded(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """The steps up to the one with which there are too many, for a repeat in a repeat multiplies them."""
        total = 0
        for place, step in enumerate(steps):
            total += unrolled(step)
            if total > MOST_STEPS:
                limit = f"{total:,} steps, counting every iteration of repeat; at most {MOST_STEPS:,} are possible"
                self.note(step.address, f"brings the pipeline to {limit}")
                return steps[:place]
        return steps

    def combinator(self, name: str, body: Any, address: Address, modality: str) -> Step | None:
        if len(address) > MOST_LEVELS:  # values that were never YAML
            self.note(address[:3], TOO_DEEP)
            return None
        if not isinstance(body, dict) or "steps" not in body:
            self.note(address, f"needs a list of steps, or 'steps:' with one; got {short(body)}")
            return None
        extra = {"some_of": ("n",), "repeat": ("times",)}.get(name, ())
        for key in body:
            if key not in ("steps", *extra, *STEP_KEYS):
                known = ("steps", *extra, *STEP_KEYS)
                self.note((*address, key), lambda key=key, known=known: f"unknown option{did_you_mean(key, known)}")  # type: ignore[misc]
        children = self.steps(
            body["steps"], (*address, "steps") if (*address, "steps") in self.located.places else address, modality
        )
        if body["steps"] == []:
            self.note(address, "has no steps")
        count = (1, 1)
        if name == "some_of":
            most = len(body["steps"]) if isinstance(body["steps"], list) else 1  # those with mistakes, too
            count = self.count(body.get("n", 1), (*address, "n"), most=most or 1)
        elif name == "repeat":
            count = self.count(body.get("times"), (*address, "times"), most=100, pairs=False)
        return Step(kind=name, address=address, children=children, count=count, **self.common(body, name, address))

    def count(self, value: Any, address: Address, most: int, pairs: bool = True) -> tuple[int, int]:
        pair = value if pairs and isinstance(value, list) and len(value) == 2 else [value, value]
        if all(isinstance(n, int) and not isinstance(n, bool) for n in pair) and 0 <= pair[0] <= pair[1] <= most and pair[1] > 0:
            return pair[0], pair[1]
        self.note(address, f"needs a whole number from 1 to {most}{', or [fewest, most]' if pairs else ''}; got {short(value)}")
        return 1, 1

    def common(self, body: dict[str, Any], name: str, address: Address) -> dict[str, Any]:
        """The keys that every step may have."""
        p, weight = body.get("p", 1.0), body.get("weight", 1.0)
        barrier, step_id = body.get("barrier", False), body.get("id", name)
        if isinstance(p, bool) or not isinstance(p, (int, float)) or not 0 <= p <= 1:
            self.note((*address, "p"), f"needs a probability from 0 to 1; got {short(p)}")
            p = 1.0
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 < weight <= 1e100:
            self.note((*address, "weight"), f"needs a number above 0; got {short(weight)}")
            weight = 1.0
        if not isinstance(barrier, bool):
            self.note((*address, "barrier"), f"needs true or false; got {short(barrier)}")
        if not isinstance(step_id, str) or not step_id or set(step_id) & set(".=\t\n"):
            self.note((*address, "id"), f"needs a name without '.', '=' or line breaks; got {short(step_id)}")
            step_id = name
        return {
            "p": float(p),
            "weight": float(weight),
            "barrier": bool(barrier),
            "id": step_id,
            "place": self.located.place(address),
        }

    def weights(self, steps: tuple[Step, ...], chosen: bool = False) -> None:
        """A weight applies where one step is chosen among others; elsewhere it would be mistaken for a chance."""
        for step in steps:
            if step.weight != 1 and not chosen:
                self.note((*step.address, "weight"), "only has an effect inside one_of and some_of; for a probability, write p")
            self.weights(step.children, step.kind in ("one_of", "some_of"))

    def unique_ids(self, modality: str, steps: tuple[Step, ...]) -> dict[Address, str]:
        """Draws depend on ids, so each must name one step; for a duplicate, suggest an id to paste, by address."""
        pasted: dict[Address, str] = {}
        seen: dict[str, int] = {}
        taken = {step.id for top in steps for step in top.walk()}
        for step in [step for top in steps for step in top.walk()]:
            seen[step.id] = seen.get(step.id, 0) + 1
            if seen[step.id] > 1:
                number = seen[step.id]
                while f"{step.id}_{number}" in taken:
                    number += 1
                pasted[step.address] = f"{step.id}_{number}"
                taken.add(pasted[step.address])
                self.note(
                    step.address,
                    f"another {modality} step already has the id '{step.id}'; give it its own: id: {pasted[step.address]}",
                )
        return pasted

    def validation(self, error: Exception, address: Address, model: type[Any]) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            self.note(address, "")
            return
        for names, message in told(error, model):
            self.note((*address, *names), message)
