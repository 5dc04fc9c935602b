"""Walk, detect, claim: the plan of a run, frozen in a file, so that it streams and never is in memory whole."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from augcli.core.compile import CompiledPipeline
from augcli.core.keys import draw_word, unit_key
from augcli.core.outcome import UserError
from augcli.core.pipeline import Pipeline
from augcli.core.plan import ORIGINAL, Ring, Source, Unit, copy_name, normal_form, partner_scope
from augcli.dataset.detect import detect
from augcli.dataset.journal import dump
from augcli.dataset.layouts import Claim, FoundFile, layouts
from augcli.dataset.layouts.files import ClassFolders, split_of
from augcli.dataset.walk import Skipped, walk
from augcli.dataset.write import Sink

from .modality import MODALITIES

_HEAD_BYTES = 4096
_Numbered = tuple[int, FoundFile]  # a file, and the number of its input


@dataclass
class Plan:
    """Sources in walk order, read back from a file. Labels are resolved when read, once the layout is known."""

    path: str
    roots: tuple[str, ...]
    pipeline: Pipeline
    compiled: dict[str, CompiledPipeline]
    found: Counter[str] = field(default_factory=Counter)  # sources by modality
    left_out: Counter[str] = field(default_factory=Counter)  # files by reason
    splits: Counter[tuple[str, str]] = field(default_factory=Counter)  # sources by modality and split
    documents: dict[str, int] = field(default_factory=dict)  # document path to number of rows
    class_folders: frozenset[str] = frozenset()
    labels: Counter[str] = field(default_factory=Counter)
    case_collisions: list[tuple[str, str]] = field(default_factory=list)
    shard: tuple[int, int] = (0, 1)
    limit: int | None = None
    sha256: str = ""
    _rings: dict[str, Ring] | None = None

    def all_sources(self) -> Iterator[tuple[int, Source]]:
        """Every source with its place in the plan file."""
        offset = 0
        with open(self.path, "rb") as file:
            for line in file:
                yield offset, self._source(line)
                offset += len(line)

    def sources(self) -> Iterator[Source]:
        """The sources of this run: those of its shard, up to its limit, of which anything is to be made."""
        number, of = self.shard
        left = self.limit
        for _, source in self.all_sources():
            if (of > 1 and _shard_of(source, of) != number) or not self.copies(source):
                continue
            if left is not None:
                if left == 0:
                    return
                left -= 1
            yield source

    def copies(self, source: Source) -> list[int]:
        """The copy numbers planned for a source."""
        originals = [ORIGINAL] if self.pipeline.output.originals != "none" and source.row < 0 and not source.trouble else []
        if not self.pipeline.steps.get(source.modality) or not self._split_counts(source):
            return originals
        return [*originals, *range(self.pipeline.copies_of(source.label))]

    def _split_counts(self, source: Source) -> bool:
        wanted = self.pipeline.input.splits
        return not source.split or wanted == "all" or source.split in wanted

    def kept_out(self) -> Counter[str]:
        """Samples of which no copies are planned, by reason."""
        wanted = self.pipeline.input.splits
        reasons: Counter[str] = Counter()
        for (modality, split), count in self.splits.items():
            if not self.pipeline.steps.get(modality):
                reasons[f"no steps for {modality}"] += count
            elif split and wanted != "all" and split not in wanted:
                reasons[f"split {split}"] += count
        return reasons

    def units(self, source: Source) -> list[Unit]:
        return [Unit(source, copy, self.output_name(source, copy)) for copy in self.copies(source)]

    def output_name(self, source: Source, copy: int) -> str:
        if source.row >= 0:
            return source.stem
        if copy != ORIGINAL:
            return copy_name(source.stem, copy, source.suffix)
        return os.path.join(os.path.dirname(source.stem), os.path.basename(self.absolute(source)))  # as it is called on disk

    def count_units(self) -> tuple[int, int]:
        """How many sources and units this run is about."""
        sources = units = 0
        for source in self.sources():
            sources += 1
            units += len(self.copies(source))
        return sources, units

    def absolute(self, source: Source) -> str:
        return os.path.join(self.roots[source.root], source.path) if source.path else self.roots[source.root]

    def partners(self, source: Source, copy: int) -> list[Source | None]:
        """The partners chosen for a unit, one for each place that the pipeline has for them; None where nothing fits.

        The choice depends on all sources of the same modality and split, so this reads from the whole plan.
        """
        compiled = self.compiled.get(source.modality)
        if compiled is None or not compiled.partner_fields or copy < 0:
            return []
        unit = unit_key(self.pipeline.seed, source.id, copy)
        return [self._partner(source, option, draw_word(unit, field_id)) for field_id, option in compiled.partner_fields]

    def _partner(self, source: Source, option: str, word: int) -> Source | None:
        ring = self._all_rings()[partner_scope(source, option)]
        with open(self.path, "rb") as file:
            for offset in ring.successors(word):
                file.seek(offset)
                other = self._source(file.readline())
                if other.id != source.id and not (option == "other_class" and other.label == source.label):
                    return other
        return None

    def _all_rings(self) -> dict[str, Ring]:
        if self._rings is None:
            rings: dict[str, Ring] = {}
            options = {name: {option for _, option in compiled.partner_fields} for name, compiled in self.compiled.items()}
            for offset, source in self.all_sources():
                for scope in {partner_scope(source, option) for option in options.get(source.modality, ())}:
                    rings.setdefault(scope, Ring(scope)).add(source.id, offset)
            for ring in rings.values():
                ring.close()
            self._rings = rings
        return self._rings

    def prepare_partners(self) -> None:
        """Build the rings now, in one thread, if any step needs them."""
        if any(compiled.partner_fields for compiled in self.compiled.values()):
            self._all_rings()

    def _source(self, line: bytes) -> Source:
        source = Source(*json.loads(line))
        if source.row < 0 and source.modality in self.class_folders:
            return source._replace(label=_class_name(source.id))
        return source


def _class_name(source_id: str) -> str | None:
    return source_id.rsplit("/", 2)[-2] if "/" in source_id else None


def _shard_of(source: Source, of: int) -> int:
    return int.from_bytes(unit_key(0, source.id, 0, "shard")[:8], "big") % of


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
            plan.left_out[entry.reason] += 1
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
        offers = (layout.claim(found, settings, limits) for layout in layouts())
        claims = next((offer for offer in offers if offer is not None), None)
        if claims is None:
            plan.left_out[found.detection.code or "detect.unsupported"] += 1
            continue
        for claim in claims:
            stem, suffix = _stem(plan, found, claim, stems, present)
            other = folded.setdefault(normal_form(stem + suffix).casefold(), stem + suffix)
            if other != stem + suffix and claim.row < 0:
                plan.case_collisions.append((prefix + other, prefix + stem + suffix))
            if claim.row >= 0:
                plan.documents[prefix + found.relative] = plan.documents.get(prefix + found.relative, 0) + 1
            folders = (prefix + found.relative).split("/")[:-1]
            class_folders.see(claim.modality, folders) if claim.row < 0 else None
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


def _stem(plan: Plan, found: FoundFile, claim: Claim, taken: set[str], present: set[str]) -> tuple[str, str]:
    """Output path without its mark, and its suffix; a name that is taken gets eight hex digits of the id."""
    if claim.row >= 0:
        return found.relative, ""
    folder, slash, name = found.relative.rpartition("/")
    stem, dot, own = name.rpartition(".")
    stem, own = (stem, dot + own) if stem else (name, "")
    suffix = MODALITIES[claim.modality].output_suffix(claim.kind, own, plan.pipeline.output)
    path = f"{folder}{slash}{stem}"
    converted = suffix.lower() != own.lower() and path + suffix in present  # that file's own outputs have the plain name
    copied = plan.pipeline.output.originals != "none" and any(
        copy_name(path, copy, suffix) in present for copy in range(plan.pipeline.most_copies)
    )
    if path + suffix in taken or converted or copied:
        path = f"{path}-{unit_key(0, claim.id, 0, 'name').hex()[:8]}"
    taken.add(path + suffix)
    return path, suffix
