"""From input folders to a plan: walk, detect, claim."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path

from augcli.core.draws.keys import unit_key
from augcli.core.plan import Source, copy_name, normal_form, parted
from augcli.core.values.outcome import UserError
from augcli.dataset.detect import HEAD_BYTES, detect
from augcli.dataset.layouts.files import ClassFolders, in_folders, split_of
from augcli.dataset.layouts.layout import Claim, FoundFile
from augcli.dataset.layouts.registry import LAYOUTS
from augcli.dataset.walk import Skipped, walk
from augcli.dataset.write import trouble
from augcli.engine.modality.table import MODALITIES

from .inventory import Inventory
from .job import Job
from .plan_file import PlanFile, write_plan
from .planning import Plan

_MOST_NAMED = 10
_DRAFT = ".augcli-plan.tmp"  # swept with other temporary files where a run was killed
_Numbered = tuple[int, FoundFile]  # a file, and the number of its input


def make_plan(job: Job, inputs: Sequence[str], path: str, *, exclude: Sequence[str] = ()) -> Plan:
    """Find every sample below the inputs, and write the sources to the file `path`."""
    discovery = _Discovery(job, inputs, exclude)
    draft_path = os.path.join(os.path.dirname(path), _DRAFT)
    try:
        # Whether folders are classes is known only once all of them have been seen.
        draft = write_plan(draft_path, discovery.sources())
        inventory = discovery.inventory()
        if not inventory.class_folders:
            os.replace(draft_path, path)
            return Plan(job, inventory, PlanFile(path, draft.sha256))
        with closing(draft):
            return Plan(job, inventory, write_plan(path, (_with_class(source, inventory.class_folders) for _, source in draft)))
    except OSError as error:
        raise trouble(error, path) from None
    finally:
        Path(draft_path).unlink(missing_ok=True)


def _with_class(source: Source, class_folders: frozenset[str]) -> Source:
    """The source with the name of its folder as its label, if folders are classes."""
    if source.modality not in class_folders or not in_folders(source.row, source.kind):
        return source
    return source._replace(label=source.id.rsplit("/", 2)[-2] if "/" in source.id else None)


def _prefixes(inputs: Sequence[str]) -> list[str]:
    """With several inputs, ids and outputs begin with the input's name, so that equal paths stay distinct."""
    if len(inputs) == 1:
        return [""]
    real = [os.path.realpath(root) for root in inputs]
    for number, root in enumerate(real):
        for other in range(len(real)):
            if root != real[other] and root.startswith(real[other] + os.sep):
                raise UserError(
                    f"the input {inputs[number]} is inside the input {inputs[other]}, so its files would be augmented twice; "
                    "drop one of the two"
                )
    names = [os.path.basename(os.path.abspath(root)) for root in inputs]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise UserError(
            f"several inputs are named {', '.join(doubled)}, so their outputs would clash; "
            "rename one, or augment them in separate runs"
        )
    return [f"{name}/" if os.path.isdir(root) else "" for name, root in zip(names, inputs, strict=True)]


class _Discovery:
    """The walk through the inputs, and what it counts along the way."""

    def __init__(self, job: Job, inputs: Sequence[str], exclude: Sequence[str]) -> None:
        self._job, self._inputs, self._exclude = job, inputs, exclude
        self._prefixes = _prefixes(inputs)
        self._are_folders = [os.path.isdir(root) for root in job.roots]
        self._class_folders = ClassFolders()
        self._found: Counter[str] = Counter()
        self._splits: Counter[tuple[str, str]] = Counter()
        self._left_out: Counter[str] = Counter()
        self._named: dict[str, list[str]] = {}
        self._case_collisions: list[tuple[str, str]] = []

    def inventory(self) -> Inventory:
        """Everything that was counted; ask for it after the last source."""
        layout = self._job.pipeline.input.layout
        class_folders = frozenset(name for name in MODALITIES if self._class_folders.found(name, layout))
        return Inventory(
            dict(self._found), dict(self._splits), dict(self._left_out), self._named, class_folders, self._case_collisions
        )

    def sources(self) -> Iterator[Source]:
        for number, folder in self._all_folders():
            yield from self._sources_of(folder, self._prefixes[number])

    def _leave_out(self, reason: str, path: str) -> None:
        """Note a file that is not a sample; the first few are named."""
        self._left_out[reason] += 1
        if self._left_out[reason] <= _MOST_NAMED:
            self._named.setdefault(reason, []).append(path)

    def _all_folders(self) -> Iterator[tuple[int, list[_Numbered]]]:
        """The files of all inputs, folder by folder, with the input's number. Inputs that are files form one folder."""
        for path in self._inputs:
            if not os.path.lexists(path):
                raise UserError(f"there is no such input: {path}")
        alone = [number for number, is_folder in enumerate(self._are_folders) if not is_folder]
        files = [file for number in alone for folder in self._folders(number) for file in folder]
        if files:
            yield alone[0], files
        for number in range(len(self._inputs)):
            if number not in alone:
                yield from ((number, folder) for folder in self._folders(number))

    def _folders(self, number: int) -> Iterator[list[_Numbered]]:
        """Detected files, one folder at a time."""
        root, current = self._job.roots[number], None
        files: list[_Numbered] = []
        for entry in walk(root, exclude=self._exclude):
            if isinstance(entry, Skipped):
                self._leave_out(entry.reason, entry.relative)
                continue
            folder = entry.relative.rpartition("/")[0]
            if folder != current and files:
                yield files
                files = []
            current = folder
            absolute = os.path.join(root, entry.relative) if self._are_folders[number] else root
            try:
                descriptor = os.open(absolute, os.O_RDONLY | os.O_NONBLOCK)
                try:
                    head = os.read(descriptor, HEAD_BYTES)
                finally:
                    os.close(descriptor)
            except OSError:
                head = b""  # detected by name alone; reading it later records the failure
            detection = detect(head, entry.relative, entry.size)
            files.append((number, FoundFile(absolute, entry.relative, entry.size, entry.mtime_ns, detection)))
        if files:
            yield files

    def _sources_of(self, files: list[_Numbered], prefix: str) -> Iterator[Source]:
        """The sources of one folder, with output names that do not collide."""
        stems: set[str] = set()
        folded: dict[str, str] = {}
        ids: set[str] = set()
        present = {found.relative for _, found in files}
        for number, found in files:
            for claim in self._claims(found):
                stem, suffix = self._stem(found, claim, stems, present)
                other = folded.setdefault(normal_form(stem + suffix).casefold(), stem + suffix)
                if other != stem + suffix and claim.row < 0:
                    self._case_collisions.append((prefix + other, prefix + stem + suffix))
                folders = (prefix + found.relative).split("/")[:-1]
                if in_folders(claim.row, claim.kind):
                    self._class_folders.see(claim.modality, folders)
                self._found[claim.modality] += 1
                path = found.relative if self._are_folders[number] else ""
                source_id = normal_form(prefix + claim.id)
                if source_id in ids or (source_id != prefix + claim.id and normal_form(found.relative) in present):
                    # Two names on disk that differ only in Unicode normalisation: the one in NFC keeps the plain id.
                    source_id += f"~{unit_key(0, claim.id, 0, 'form').hex()[:8]}"
                ids.add(source_id)
                split = split_of(folders)
                self._splits[claim.modality, split] += 1
                yield Source(
                    source_id, number, path, claim.modality, claim.kind, found.size, found.mtime_ns, prefix + stem, suffix,
                    split, claim.label, claim.row, claim.content, claim.trouble,
                )  # fmt: skip

    def _claims(self, found: FoundFile) -> Iterator[Claim]:
        """The samples in a file; a layout that crashes costs only what it has not claimed yet."""
        settings, limits = self._job.pipeline.input, self._job.pipeline.limits
        try:
            offers = (layout.claim(found, settings, limits) for layout in LAYOUTS)
            claims = next((offer for offer in offers if offer is not None), None)
            if claims is None:
                self._leave_out(found.detection.code or "detect.unsupported", found.relative)
                return
            first = next(claims, None)
            if first is None:
                self._left_out["table.no_rows"] += 1
                return
            yield from chain([first], claims)
        except UserError:
            raise
        except Exception as error:
            modality = found.detection.modality if found.detection.modality in MODALITIES else "text"
            trouble = "claim.crashed", f"{type(error).__name__}: {error}"
            yield Claim(found.relative, modality or "text", found.detection.kind, trouble=trouble)

    def _stem(self, found: FoundFile, claim: Claim, taken: set[str], present: set[str]) -> tuple[str, str]:
        """Output path without the copy's mark, and its suffix; a name already taken gets eight hex digits of the id."""
        if claim.row >= 0:
            return found.relative, ""
        path, own = parted(found.relative)
        suffix = MODALITIES[claim.modality].output_suffix(claim.kind, own, self._job.pipeline.output, self._job.pipeline.input)
        converted = suffix.lower() != own.lower() and path + suffix in present  # that file's own outputs use the plain name
        copied = self._job.pipeline.output.originals != "none" and any(
            copy_name(path, copy, suffix) in present for copy in range(self._job.pipeline.most_copies)
        )
        if path + suffix in taken or converted or copied:
            path = f"{path}-{unit_key(0, claim.id, 0, 'name').hex()[:8]}"
        taken.add(path + suffix)
        return path, suffix
