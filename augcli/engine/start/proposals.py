"""Chooses steps for a first pipeline from what was found: mild ones that keep labels correct.

A proposal is checked like any pipeline before it is written, so steps that this installation lacks are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from statistics import median, quantiles
from typing import Any, NamedTuple

from augcli import ops
from augcli.core.pipeline.located import Located
from augcli.core.pipeline.model import build
from augcli.core.pipeline.steps import COMBINATORS
from augcli.core.program.unfit import unfit_orders
from augcli.core.values.facts import AudioFacts, ImageFacts, TextFacts
from augcli.core.values.outcome import ConfigError
from augcli.engine.resources.opened import missing_resources

from .survey import Group, Survey

_USUAL_SIZE = 224  # the size that most classifiers are trained at
_SMALL = 128  # images up to this size keep their own
# Words in names of classes and folders that suggest that mirrored images would be wrong.
_SIDES = """
    left right links rechts gauche droite izquierda derecha sinistra destra l r lh rh east west
"""
_WRITING = """
    text texts word words letter letters char chars character characters digit digits number numbers numeral numerals
    ocr mnist emnist svhn font fonts handwriting handwritten plate plates sign signs document documents page pages receipt
"""


class Proposal(NamedTuple):
    """One line of the pipeline. `step` is a name or {name: options}; one that is not `active` is written as a comment."""

    step: Any
    comment: str = ""
    active: bool = True


def proposals(survey: Survey, modality: str) -> list[Proposal]:
    """Steps for this modality, all accepted by `check`; at least one is active, if any operation exists."""
    ops.load()
    good: list[Proposal] = []
    for proposal in _BY_MODALITY[modality](survey.groups[modality], survey):
        step = _known(modality, proposal.step)
        if step is not None and _fits(modality, [other.step for other in good], step):
            good.append(proposal._replace(step=step))
    return good


def name_of(step: Any) -> str:
    return step if isinstance(step, str) else next(iter(step))


def _known(modality: str, step: Any) -> Any | None:
    """The step, or those options of a choice that this installation has; None if there are none."""
    name = name_of(step)
    if name in COMBINATORS:
        body = step[name]
        children = [child for child in (_known(modality, child) for child in body["steps"]) if child is not None]
        return {name: {**body, "steps": children}} if len(children) > 1 else next(iter(children), None)
    return step if _fits(modality, [], step) else None


def _fits(modality: str, before: list[Any], step: Any) -> bool:
    """Whether `check` accepts this step after those, and everything it needs is available."""
    try:
        pipeline = build(Located({modality: [*before, step]}, {}))
        unfit_orders(pipeline)
    except ConfigError:
        return False
    return not missing_resources(pipeline)


def _image(group: Group, survey: Survey) -> Iterator[Proposal]:
    facts = [facts for facts in group.facts if isinstance(facts, ImageFacts)]
    colour = not facts or any(item.channels > 1 for item in facts)
    small = bool(facts) and median(min(item[:2]) for item in facts) <= _SMALL
    why = mirrors(group, survey)
    yield Proposal({"flip": {"p": 0.5}}, why or "mirrors half of the copies left to right", not why)
    yield Proposal({"rotate": {"angle_deg": [-10, 10], "p": 0.5}}, "[low, high]: a new random value for every copy")
    yield _crop(facts, small)
    if colour:
        yield Proposal({"color_jitter": {"p": 0.8}}, "brightness, contrast, saturation and hue; set hue_deg: 0 if colour matters")
        yield Proposal({"grayscale": {"p": 0.05}}, "occasionally without colour", active=False)
    else:
        yield Proposal(
            {"brightness": {"factor": [0.8, 1.2], "p": 0.5}}, "brightness and contrast only, because the images are grey"
        )
        yield Proposal({"contrast": {"factor": [0.8, 1.2], "p": 0.5}})
    blur = {"gaussian_blur": {"sigma_px": [0.2, 0.6] if small else [0.3, 1.2]}}
    noise = {"gaussian_noise": {"std": [0.005, 0.02]}}
    yield Proposal({"one_of": {"id": "soften", "p": 0.2, "steps": [blur, noise]}}, "one of these, in a fifth of the copies")
    yield Proposal(
        {"cutout": {"size": [0.1, 0.25], "p": 0.25}},
        "covers a random square; do not use if small details decide the class",
        active=False,
    )
    if len(group.labels) > 1:
        yield Proposal({"cutmix": {"p": 0.3}}, "mixes two images; gives soft labels (see manifest.jsonl)", active=False)


def _crop(facts: list[ImageFacts], small: bool) -> Proposal:
    size = proposed_size(facts)
    area = [0.75, 1.0] if small else [0.6, 1.0]
    if size is None:
        return Proposal({"crop": {"area": area}}, "a random part, enlarged to the image's original size")
    shown = f"{size} × {size}" if isinstance(size, int) else f"{size[0]} × {size[1]}"
    middle = f"{median(item.width for item in facts):.0f} × {median(item.height for item in facts):.0f}"
    return Proposal({"crop": {"area": area, "size": size}}, f"a random part, resized to {shown} (the median image is {middle})")


def proposed_size(facts: list[ImageFacts]) -> int | list[int] | None:
    """One size for images of several sizes that enlarges few of them; None if all have the same size, or are tiny."""
    if len({item[:2] for item in facts}) < 2:
        return None
    short = median(min(item[:2]) for item in facts)
    edge = min(_USUAL_SIZE, int(short) // 32 * 32)
    if edge < 32:
        return None
    aspects = sorted(item.width / item.height for item in facts)
    low, *_, high = quantiles(aspects, n=10)
    middle = median(aspects)
    if high / low > 1.2 or 0.8 < middle < 1.25:
        return edge
    other = round(edge * max(middle, 1 / middle) / 32) * 32
    return [other, edge] if middle > 1 else [edge, other]


def mirrors(group: Group, survey: Survey) -> str:
    """Why images should not be mirrored, judging by the names of classes and folders; "" if nothing speaks against it."""
    labels = sorted(group.labels)
    if len(labels) > 1 and all(len(label) == 1 and label.isalnum() for label in labels):
        return "left out, because the classes look like digits or letters"
    inputs = [path.rstrip("/").rpartition("/")[2] for path in survey.inputs] if len(survey.inputs) == 1 else []
    names = [*labels, *sorted(group.folders), *inputs]
    for words, reason in ((_SIDES, "left and right seem to matter"), (_WRITING, "the images seem to contain text")):
        hits = dict.fromkeys(name for name in names if set(words.split()) & set(words_of(name)))
        if hits:
            return f"left out, because {reason}, judging by names such as {', '.join(list(hits)[:3])}"
    return ""


def words_of(name: str) -> list[str]:
    """The words in a name: turnLeft, turn-left and turn_left_2 all hold "turn" and "left"."""
    return re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())


def _audio(group: Group, survey: Survey) -> Iterator[Proposal]:
    facts = [facts for facts in group.facts if isinstance(facts, AudioFacts)]
    seconds = median(item.frames / item.rate for item in facts) if facts else 1.0
    yield Proposal({"gain": {"gain_db": [-6, 6]}}, "louder or quieter")
    yield Proposal({"polarity_inversion": {"p": 0.5}}, "inverts the waveform; inaudible")
    yield Proposal({"noise": {"snr_db": [15, 35], "p": 0.3}}, "quiet hiss, relative to the sound's level")
    stretch = {"time_stretch": {"rate": [0.9, 1.1], "p": 0.5}}
    yield Proposal(stretch, "slower or faster, at the same pitch", active=seconds >= 0.5)
    yield Proposal({"pitch_shift": {"p": 0.3}}, "do not use if the label depends on pitch", active=False)
    shift = {"shift": {"by": [-0.1, 0.1], "fill": "silence", "p": 0.5}}
    yield Proposal(shift, "later or earlier; do not use if the ends matter", active=False)
    yield Proposal({"time_mask": {"share": [0.01, 0.05], "p": 0.3}}, "a short silence", active=False)


def _text(group: Group, survey: Survey) -> Iterator[Proposal]:
    facts = [facts for facts in group.facts if isinstance(facts, TextFacts)]
    short = bool(facts) and median(item.characters for item in facts) < 30
    latin = group.scripts["Latin"] > 0
    options: list[Any] = [{"synonym": {"rate": [0.1, 0.3], "weight": 3}}] if latin else []
    options += [{"random_delete": {"rate": 0.05 if short else [0.05, 0.15]}}, {"random_swap": {"rate": 0.1}}]
    options += [{"keyboard_typo": {"rate": 0.02}}] if latin else []
    yield Proposal({"one_of": {"id": "vary", "steps": options}}, "only one of these per copy, to keep the meaning")
    if latin:
        yield Proposal({"spelling": {"p": 0.2}}, "common misspellings of English words", active=False)


_BY_MODALITY: dict[str, Callable[[Group, Survey], Iterator[Proposal]]] = {"image": _image, "audio": _audio, "text": _text}
