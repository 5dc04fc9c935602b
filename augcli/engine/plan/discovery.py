"""From input folders to a plan: walk, detect, claim. What an earlier run found in an unchanged folder is taken over."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

from augcli import __version__
from augcli.core.values.outcome import UserError
from augcli.dataset.layouts.files import ClassFolders
from augcli.dataset.walk import Listing, folders
from augcli.dataset.write import json_line
from augcli.engine.modality.table import MODALITIES
from augcli.engine.store.frames import StateFrame
from augcli.engine.store.state_file import StateFile

from .chunk import CHUNK, ChunkHead, digest_of, read_head
from .folder import FolderReader
from .inventory import Counts, Inventory
from .job import Job
from .partners import check_classes
from .planning import Plan, plan_digest

_VERSION = 1  # of what a chunk says about a folder


class _InputFolder(NamedTuple):
    """The files of one folder below one input, or all inputs that are files themselves."""

    root: int
    path: str
    listings: list[tuple[int, Listing]]  # each with the number of its input

    @property
    def digest(self) -> str:
        digests = [b"%d/%b" % (number, listing.digest) for number, listing in self.listings]
        return blake2b(b"".join(digests), digest_size=16).hexdigest()


def make_plan(job: Job, inputs: Sequence[str], state: StateFile, *, exclude: Sequence[str] = ()) -> Plan:
    """Find every sample below the inputs, and append to the state what it does not say about them yet."""
    return _Discovery(job, inputs, state, exclude).plan()


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

    def __init__(self, job: Job, inputs: Sequence[str], state: StateFile, exclude: Sequence[str]) -> None:
        self._job, self._inputs, self._state, self._exclude = job, inputs, state, exclude
        self._prefixes = _prefixes(inputs)
        self._are_folders = [os.path.isdir(root) for root in job.roots]
        self._class_folders = ClassFolders()
        self._counts = Counts()
        self._frames: list[StateFrame] = []
        self._digests: list[bytes] = []
        self._known: dict[tuple[int, str], dict[int, tuple[StateFrame, ChunkHead]]] = defaultdict(dict)
        for frame, body in state.bodies(CHUNK):  # of several, the last one counts
            head = read_head(body)
            if head is None:  # a state may come from somebody else
                continue
            self._known[head.root, head.folder][head.part] = frame, head

    def plan(self) -> Plan:
        for path in self._inputs:
            if not os.path.lexists(path):
                raise UserError(f"there is no such input: {path}")
        for folder in self._listings():
            self._take(folder)
        layout = self._job.pipeline.input.layout
        class_folders = sorted(name for name in MODALITIES if self._class_folders.found(name, layout))
        counts = self._counts
        inventory = Inventory(
            dict(counts.found), dict(counts.splits), dict(counts.left_out), counts.named, frozenset(class_folders),
            counts.case_collisions, self._prefixes,
        )  # fmt: skip
        digest = plan_digest(self._digests, class_folders, self._prefixes)
        plan = Plan(self._job, inventory, self._state, self._frames, digest)
        check_classes(plan)
        plan.keep()
        return plan

    def _take(self, folder: _InputFolder) -> None:
        """Add the chunks of one folder, those of an earlier run if nothing in it has changed."""
        reading, listing = self._reading(folder.root), folder.digest
        known = self._known.get((folder.root, folder.path), {})
        heads = [head for _, head in known.values()]
        first = known.get(0)
        if (
            first is not None
            and all((head.listing, head.reading, head.again) == (listing, reading, False) for head in heads)
            and len(known) == max(known) + 1 == first[1].parts
            and (kept := Counts.from_json(first[1].counts)) is not None
        ):
            counts = kept
            frames = [known[part][0] for part in range(first[1].parts)]
            bodies = [self._state.body(frame) for frame in frames]
        else:
            reader = FolderReader(self._job, self._prefixes[folder.root], self._are_folders)
            builder, counts = reader.read(folder.listings)
            bodies = builder.bodies(folder.root, folder.path, listing, reading, counts.to_json())
            frames = [self._state.append(body) for body in bodies]
        above = (self._prefixes[folder.root] + folder.path).split("/")[:-1]
        for modality in sorted(counts.in_folder):
            self._class_folders.see(modality, above)
        self._counts.add(counts)
        self._frames += frames
        for body in bodies:
            self._digests.append(digest_of(body))

    def _reading(self, root: int) -> str:
        """A digest of whatever decides what is found in a folder besides its files."""
        pipeline = self._job.pipeline
        settings = [
            _VERSION, __version__, self._prefixes[root], pipeline.input.model_dump(), pipeline.limits.model_dump(),
            pipeline.output.model_dump(), pipeline.most_copies, sorted(pipeline.copies),
        ]  # fmt: skip
        return blake2b(json_line(settings).encode(), digest_size=8).hexdigest()

    def _listings(self) -> Iterator[_InputFolder]:
        """Folder by folder; inputs that are files come first and form one folder."""
        alone = [number for number, is_folder in enumerate(self._are_folders) if not is_folder]
        files = [(number, listing) for number in alone for listing in self._of_input(number)]
        if files:
            yield _InputFolder(alone[0], "", files)
        for number in range(len(self._inputs)):
            if number not in alone:
                yield from (_InputFolder(number, listing.prefix, [(number, listing)]) for listing in self._of_input(number))

    def _of_input(self, number: int) -> Iterator[Listing]:
        """The folders with files in them; what was left out is counted."""
        for listing in folders(self._job.roots[number], exclude=self._exclude):
            for skipped in listing.skipped:
                self._counts.leave_out(skipped.reason, skipped.relative)
            if listing.names:
                yield listing
