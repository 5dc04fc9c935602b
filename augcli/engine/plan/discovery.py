"""Walk, detect, claim: from input folders to a plan."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from augcli.core.draws.keys import unit_key
from augcli.core.pipeline.model import Pipeline
from augcli.core.plan import Source, copy_name, normal_form
from augcli.core.program.compile import CompiledPipeline
from augcli.core.values.outcome import UserError
from augcli.dataset.detect import detect
from augcli.dataset.layouts.files import ClassFolders, in_folders, split_of
from augcli.dataset.layouts.layout import Claim, FoundFile
from augcli.dataset.layouts.registry import LAYOUTS
from augcli.dataset.walk import Skipped, walk
from augcli.dataset.write import Sink
from augcli.engine.modality.table import MODALITIES
from augcli.engine.state.journal import dump

from .planning import Plan

_HEAD_BYTES = 4096
_Numbered = tuple[int, FoundFile]  # a file, and the number of its input


def make_plan(
    pipeline: Pipeline,
    inputs: Sequence[str],
    path: str,
    *,
    exclude: Sequence[str] = (),
    shard: tuple[int, int] = (0, 1),
    limit: int | None = None,
) -> Plan:
    """Find every sample below the inputs and freeze the plan in the file `path`."""
    compiled = {name: CompiledPipeline(steps) for name, steps in pipeline.steps.items()}
    plan = Plan(path, tuple(os.path.abspath(root) for root in inputs), pipeline, compiled, shard=shard, limit=limit)
    class_folders = ClassFolders()
    prefixes = _prefixes(inputs)
    with Sink(path) as file:
        for number, folder in _all_folders(plan, inputs, exclude):
            for source in _named(plan, folder, prefixes[number], class_folders):
                file.write(dump(source).encode("ascii") + b"\n")
    plan.sha256 = file.hexdigest()
    plan.class_folders = frozenset(name for name in MODALITIES if class_folders.found(name, pipeline.input.layout))
    return plan


def _prefixes(inputs: Sequence[str]) -> list[str]:
    """With several inputs, ids and outputs begin with the name of theirs, so that equal paths stay apart."""
    if len(inputs) == 1:
        return [""]
    real = [os.path.realpath(root) for root in inputs]
    for number, root in enumerate(real):
        for other in range(len(real)):
            if root != real[other] and root.startswith(real[other] + os.sep):
                raise UserError(
                    f"the input {inputs[number]} lies inside the input {inputs[other]}: its files would be augmented twice"
                )
    names = [os.path.basename(os.path.abspath(root)) for root in inputs]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise UserError(
            f"several inputs are called {', '.join(doubled)}: outputs could not be told apart; rename one, or run them one by one"
        )
    return [f"{name}/" if os.path.isdir(root) else "" for name, root in zip(names, inputs, strict=True)]


def _all_folders(plan: Plan, inputs: Sequence[str], exclude: Sequence[str]) -> Iterator[tuple[int, list[_Numbered]]]:
    """The files of all inputs, folder by folder, with the number of an input. Inputs that are files make one folder."""
    for path in inputs:
        if not os.path.lexists(path):
            raise UserError(f"there is no such input: {path}")
    alone = [number for number, root in enumerate(plan.roots) if not os.path.isdir(root)]
    files = [file for number in alone for folder in _folders(plan, number, exclude) for file in folder]
    if files:
        yield alone[0], files
    for number in range(len(inputs)):
        if number not in alone:
            yield from ((number, folder) for folder in _folders(plan, number, exclude))


def _folders(plan: Plan, number: int, exclude: Sequence[str]) -> Iterator[list[_Numbered]]:
    """Detected files, one folder's at a time."""
    root, current = plan.roots[number], None
    files: list[_Numbered] = []
    for entry in walk(root, exclude=exclude):
        if isinstance(entry, Skipped):
            plan.leave_out(entry.reason, entry.relative)
            continue
        folder = entry.relative.rpartition("/")[0]
        if folder != current and files:
            yield files
            files = []
        current = folder
        absolute = os.path.join(root, entry.relative) if os.path.isdir(root) else root
        try:
            descriptor = os.open(absolute, os.O_RDONLY | os.O_NONBLOCK)
            try:
                head = os.read(descriptor, _HEAD_BYTES)
            finally:
                os.close(descriptor)
        except OSError:
            head = b""  # detection goes by the name; reading it later gives the failure its record
        detection = detect(head, entry.relative, entry.size)
        files.append((number, FoundFile(absolute, entry.relative, entry.size, entry.mtime_ns, detection)))
    if files:
        yield files


def _named(plan: Plan, files: list[_Numbered], prefix: str, class_folders: ClassFolders) -> Iterator[Source]:
    """The sources of one folder, with output names that do not collide."""
    stems: set[str] = set()
    folded: dict[str, str] = {}
    ids: set[str] = set()
    present = {found.relative for _, found in files}
    for number, found in files:
        settings, limits = plan.pipeline.input, plan.pipeline.limits
        offers = (layout.claim(found, settings, limits) for layout in LAYOUTS)
        claims = next((offer for offer in offers if offer is not None), None)
        if claims is None:
            plan.leave_out(found.detection.code or "detect.unsupported", found.relative)
            continue
        claim = None
        for claim in claims:
            stem, suffix = _stem(plan, found, claim, stems, present)
            other = folded.setdefault(normal_form(stem + suffix).casefold(), stem + suffix)
            if other != stem + suffix and claim.row < 0:
                plan.case_collisions.append((prefix + other, prefix + stem + suffix))
            if claim.row >= 0:
                plan.documents[prefix + found.relative] = plan.documents.get(prefix + found.relative, 0) + 1
            folders = (prefix + found.relative).split("/")[:-1]
            class_folders.see(claim.modality, folders) if in_folders(claim.row, claim.kind) else None
            plan.found[claim.modality] += 1
            path = found.relative if os.path.isdir(plan.roots[number]) else ""
            source_id = normal_form(prefix + claim.id)
            if source_id in ids or (source_id != prefix + claim.id and normal_form(found.relative) in present):
                # Two names on disk that differ in their form only: the one in NFC keeps the plain id.
                source_id += f"~{unit_key(0, claim.id, 0, 'form').hex()[:8]}"
            ids.add(source_id)
            split = split_of(folders)
            plan.splits[claim.modality, split] += 1
            yield Source(
                source_id, number, path, claim.modality, claim.kind, found.size, found.mtime_ns, prefix + stem, suffix,
                split, claim.label, claim.row, claim.content, claim.trouble,
            )  # fmt: skip
        if claim is None:
            plan.left_out["table.no_rows"] += 1


def _stem(plan: Plan, found: FoundFile, claim: Claim, taken: set[str], present: set[str]) -> tuple[str, str]:
    """Output path without its mark, and its suffix; a name that is taken gets eight hex digits of the id."""
    if claim.row >= 0:
        return found.relative, ""
    folder, slash, name = found.relative.rpartition("/")
    stem, dot, own = name.rpartition(".")
    stem, own = (stem, dot + own) if stem else (name, "")
    suffix = MODALITIES[claim.modality].output_suffix(claim.kind, own, plan.pipeline.output, plan.pipeline.input)
    path = f"{folder}{slash}{stem}"
    converted = suffix.lower() != own.lower() and path + suffix in present  # that file's own outputs have the plain name
    copied = plan.pipeline.output.originals != "none" and any(
        copy_name(path, copy, suffix) in present for copy in range(plan.pipeline.most_copies)
    )
    if path + suffix in taken or converted or copied:
        path = f"{path}-{unit_key(0, claim.id, 0, 'name').hex()[:8]}"
    taken.add(path + suffix)
    return path, suffix
