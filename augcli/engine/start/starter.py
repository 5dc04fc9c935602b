"""A first pipeline for a folder, as YAML with comments that say what was found and why each step is there."""

from __future__ import annotations

import shlex
from collections import Counter
from statistics import median
from typing import Any

from augcli import __version__
from augcli.core.pipeline.flow import flow
from augcli.core.pipeline.peers import lookup
from augcli.core.pipeline.steps import COMBINATORS
from augcli.core.values.escapes import escaped
from augcli.core.values.facts import AudioFacts, ImageFacts, TextFacts
from augcli.core.values.outcome import NothingToDo

from .proposals import Proposal, name_of, proposals
from .survey import Group, Survey, TableFound

COPIES = 3
_UNEVEN = 1.5  # classes are uneven when the largest has so many times the samples of the smallest
_COMMENTS_AT = 48  # column of the comments behind steps
_MOST_COPIES = 100
_MOST_NAMES = 4  # of other libraries, in the comment at the top
_MOST_CLASSES = 20  # in one line of copies
_WHAT = {"image": ("image", "images"), "audio": ("audio file", "audio files"), "text": ("text", "texts")}
_NAMES_OF_STEPS = {"image": "images", "audio": "audio", "text": "texts and the rows of tables"}


def findings(survey: Survey) -> list[str]:
    """What was found, one line per finding."""
    lines = [_group_line(name, survey.groups[name]) for name in _WHAT if name in survey.groups]
    lines += [_table_line(table) for table in survey.tables]
    for table in survey.no_text_column:
        lines.append(
            f"{table.path}: no column is recognised as the text; the columns are: {', '.join(table.columns) or 'none readable'}"
        )
    splits: Counter[str] = sum((group.splits for group in survey.groups.values()), start=Counter())
    if set(splits) - {""}:
        lines.append("splits: " + ", ".join(f"{name or 'none'} {count}" for name, count in sorted(splits.items())))
    lines += [f"left out: {count} × {reason}" for reason, count in sorted(survey.left_out.items())]
    lines += [f"cannot be read: {count} × {code}" for code, count in sorted(survey.troubles.items())]
    for name, group in survey.groups.items():
        opened = len(group.facts) + group.failures.total()
        lines += [
            f"could not be read: {count} of the {opened} {_WHAT[name][1]} tried: {code}"
            for code, count in sorted(group.failures.items())
        ]
    return [escaped(line) for line in lines]


def pipeline_text(survey: Survey, path: str = "pipeline.yaml") -> str:
    """The whole pipeline file; raises NothingToDo if there is nothing to augment."""
    if not any(group.facts for group in survey.groups.values()):
        found = "; ".join(findings(survey)) or "no readable files"
        raise NothingToDo(f"nothing to augment in {', '.join(survey.inputs)}: {found}")
    inputs = " ".join(_shell_word(name) for name in survey.inputs)
    name = _shell_word(path)
    proposed = {modality: proposals(survey, modality) for modality in survey.groups}
    head = [
        "# yaml-language-server: $schema=augcli.schema.json",
        f"# A first pipeline for {inputs}, proposed by augcli init {__version__}. Edit it, then run:",
        f"#   augcli check {name}",
        f"#   augcli plan {name} {inputs}",
        f"#   augcli run {name} {inputs} -o OUTPUT",
        "# `augcli ops` lists all steps; `augcli ops schema -o augcli.schema.json` lets your editor complete them.",
        *_elsewhere(proposed),
        "#",
        *(f"# {line}" for line in ("Found:", *(f"  {line}" for line in findings(survey)))),
        "version: 1",
        *_commented("seed: 0", "same seed, same outputs, byte for byte", 0),
        *_commented(f"copies: {COPIES}", "outputs per sample", 0),
        *_balance(survey),
    ]
    parts = ["\n".join([*head, *_input(survey)])]
    parts += [_steps(modality, proposed[modality]) for modality in _WHAT if modality in proposed]
    parts.append("\n".join(_output(survey)))
    return "\n\n".join(parts) + "\n"


def _elsewhere(proposed: dict[str, list[Proposal]]) -> list[str]:
    """What the proposed steps are called in the library that most people know."""
    found: dict[str, str] = {}
    for modality, items in proposed.items():
        for item in items:
            row = next(iter(lookup.of_step(modality, name_of(item.step))), None)
            if row is not None and name_of(item.step) not in COMBINATORS:
                found.setdefault(name_of(item.step), f"{name_of(item.step)} ({row.name})")
    names = ", ".join(list(found.values())[:_MOST_NAMES])
    return [f"# Names in other libraries: {names}. `augcli ops show NAME` takes either name."] if names else []


def _group_line(name: str, group: Group) -> str:
    one, many = _WHAT[name]
    kinds = ", ".join(f"{count} {kind}" for kind, count in group.kinds.most_common())
    text = f"{group.samples} {one if group.samples == 1 else many} ({kinds})"
    if sizes := _sizes(group):
        text += f", {sizes}"
    if group.labels:
        classes = group.labels.most_common(8)
        more = f" and {len(group.labels) - len(classes)} more" if len(group.labels) > len(classes) else ""
        text += f"; {len(group.labels)} classes: " + ", ".join(f"{label} {count}" for label, count in classes) + more
    return text


def _sizes(group: Group) -> str:
    """The range of sizes, according to the headers."""
    images = [facts for facts in group.facts if isinstance(facts, ImageFacts)]
    if images:
        sizes = sorted({(item.width, item.height) for item in images}, key=lambda size: size[0] * size[1])
        grey = ", grey" if all(item.channels == 1 for item in images) else ""
        if len(sizes) == 1:
            return f"all {sizes[0][0]} × {sizes[0][1]}{grey}"
        return f"{sizes[0][0]} × {sizes[0][1]} to {sizes[-1][0]} × {sizes[-1][1]}{grey}"
    sounds = [facts for facts in group.facts if isinstance(facts, AudioFacts)]
    if sounds:
        seconds = sorted(item.frames / item.rate for item in sounds)
        rates = " and ".join(str(rate) for rate in sorted({item.rate for item in sounds}))
        shortest, longest = f"{seconds[0]:.3g}", f"{seconds[-1]:.3g}"
        return f"{f'all {longest}' if shortest == longest else f'{shortest} to {longest}'} s, {rates} Hz"
    texts = [facts.characters for facts in group.facts if isinstance(facts, TextFacts)]
    if texts:
        scripts = ", ".join(f"{script} {100 * count / len(texts):.0f} %" for script, count in group.scripts.most_common(3))
        return f"{min(texts)} to {max(texts)} characters (median {median(texts):.0f}), {scripts}"
    return ""


def _table_line(table: TableFound) -> str:
    label = f"label column {table.label!r}" if table.label else "no label column (if there is one, set input.table.label)"
    return f"{table.path}: text column {table.text!r}, {label}; columns: {', '.join(table.columns)}"


def _balance(survey: Survey) -> list[str]:
    """Copies by class that roughly balance the classes, as a comment."""
    lines: list[str] = []
    copies: dict[str, int] = {}
    for name, group in survey.groups.items():
        ordered = group.labels.most_common()
        if len(ordered) < 2 or ordered[0][1] < _UNEVEN * ordered[-1][1]:
            continue
        most = ordered[0][1] * (1 + COPIES)
        wanted = {label: min(_MOST_COPIES, round(most / count) - 1) for label, count in reversed(ordered)}
        rarer = [(label, count) for label, count in wanted.items() if count > COPIES]
        more = f" of the {_MOST_CLASSES} rarest ({len(rarer)} are rare)" if len(rarer) > _MOST_CLASSES else ""
        lines.append(
            f"# The classes of {_WHAT[name][1]} are unbalanced; this brings each{more} "
            f"to about {most} samples, including the originals:"
        )
        copies |= dict(rarer[:_MOST_CLASSES])
    return [*lines, escaped(f"# copies: {flow({'*': COPIES, **copies})}")] if copies else []


def _input(survey: Survey) -> list[str]:
    """How to read the input: only if the defaults would not do, or if there is something to choose."""
    lines: list[str] = []
    settings: dict[str, Any] = {}
    splits = {split for group in survey.groups.values() for split in group.splits}
    if splits - {""}:
        if not splits & {"", *survey.settings.splits}:
            settings["splits"] = "all"
            lines.append("# There is no training split, so all samples are augmented.")
        else:
            lines += ["# Only the train split is augmented. To augment others as well:", "# input: {splits: [train, val]}"]
    if survey.settings.table.text:
        settings["table"] = {"text": survey.settings.table.text}
        lines.append("# No column is recognised as the text by name; this one has the most words.")
    if survey.no_text_column and not survey.settings.table.text:
        lines += [
            "# Tables without a recognised text column are left out unless you name it:",
            "# input: {table: {text: NAME}}",
        ]
    if settings:
        lines.append(f"input: {flow(settings)}")
    return lines


def _steps(modality: str, found: list[Proposal]) -> str:
    lines = [f"{modality}:", *(line for item in found for line in _step(item, "  " if item.active else "  # "))]
    lines[0] = _commented(lines[0], f"steps for {_NAMES_OF_STEPS[modality]}, in order", 0)[0]
    return "\n".join(lines if any(item.active for item in found) else [f"# {line}" for line in lines])


def _step(item: Proposal, mark: str) -> list[str]:
    """One step; a combinator's options go on the lines below it."""
    if isinstance(item.step, str):
        return _commented(f"{mark}- {item.step}", item.comment, len(mark))
    ((name, options),) = item.step.items()
    if name not in COMBINATORS:
        return _commented(f"{mark}- {name}: {flow(options)}", item.comment, len(mark))
    lines = _commented(f"{mark}- {name}:", item.comment, len(mark))
    lines += [f"{mark}    {key}: {flow(value)}" for key, value in options.items() if key != "steps"]
    return [*lines, f"{mark}    steps:", *(f"{mark}      - {flow(child)[1:-1]}" for child in options["steps"])]


def _commented(line: str, comment: str, indent: int) -> list[str]:
    """Put the comment after the line if there is room, otherwise above it."""
    if not comment:
        return [line]
    comment = escaped(comment)
    if len(line) < _COMMENTS_AT:
        return [f"{line:<{_COMMENTS_AT}}# {comment}"]
    return [f"{line[:indent]:<{indent}}# {comment}" if "#" not in line[:indent] else f"{line[:indent]}{comment}", line]


def _output(survey: Survey) -> list[str]:
    image = "image: {format: source, quality: 95}, " if "image" in survey.groups else ""
    return _commented(f"output: {{{image}originals: none}}", "whether to include the originals: none, link or copy", 0)


def _shell_word(name: str) -> str:
    return escaped(shlex.quote(name))
