"""Reads one folder for the plan: what its files are, which samples they hold, and what outputs will be called."""

from __future__ import annotations

import os
from collections.abc import Sequence

from augcli.core.draws.keys import unit_key
from augcli.core.plan import Source, copy_name, normal_form, parted, word
from augcli.core.values.outcome import SampleError, UserError
from augcli.dataset.detect import HEAD_BYTES, detect
from augcli.dataset.layouts.blocks.outline import Outline
from augcli.dataset.layouts.blocks.registry import block_layout, has_rows
from augcli.dataset.layouts.files import in_folders, split_of
from augcli.dataset.layouts.layout import FoundFile
from augcli.dataset.walk import Entry, Listing
from augcli.engine.modality.table import MODALITIES
from augcli.formats.text.codec import check_size

from .chunk import ChunkBuilder, SampleGroup
from .inventory import Counts
from .job import Job


class FolderReader:
    """Claims the files of one folder, and gives them output names that do not collide."""

    def __init__(self, job: Job, prefix: str, are_folders: Sequence[bool]) -> None:
        self._job, self._prefix, self._are_folders = job, prefix, are_folders
        self._stems: set[str] = set()
        self._folded: dict[str, str] = {}
        self._ids: set[str] = set()
        self._present: set[str] = set()
        self._builder, self._counts = ChunkBuilder(), Counts()

    def read(self, listings: Sequence[tuple[int, Listing]]) -> tuple[ChunkBuilder, Counts]:
        """All files of the folder, each listing with the number of its input."""
        self._present = {listing.prefix + name for _, listing in listings for name in listing.names}
        for number, (prefix, names, sizes, times, _, _) in listings:
            for name, size, time in zip(names, sizes.tolist(), times.tolist(), strict=True):
                self._file(number, Entry(prefix + name, size, time))
        return self._builder, self._counts

    def _file(self, number: int, entry: Entry) -> None:
        root = self._job.roots[number]
        absolute = os.path.join(root, entry.relative) if self._are_folders[number] else root
        detection = detect(self._head(absolute), entry.relative, entry.size)
        found = FoundFile(absolute, entry.relative, entry.size, entry.mtime_ns, detection)
        kind, modality = detection.kind, detection.modality
        if not has_rows(modality, kind, self._job.pipeline.input):
            if modality not in MODALITIES:
                self._counts.leave_out(detection.code or "detect.unsupported", entry.relative)
                return
            self._add_file(number, entry, modality, kind, None)
            return
        outline = self._outline(found)
        if not isinstance(outline, Outline):
            self._add_file(number, entry, "text", kind, outline)
        elif not outline.blocks:
            self._counts.left_out["table.no_rows"] += 1
        else:
            self._add_document(number, entry, kind, outline)

    def _head(self, absolute: str) -> bytes:
        """The first bytes; none of a file that cannot be opened, which is detected by its name and fails when it is read."""
        try:
            descriptor = os.open(absolute, os.O_RDONLY | os.O_NONBLOCK)
            try:
                return os.read(descriptor, HEAD_BYTES)
            finally:
                os.close(descriptor)
        except OSError:
            self._builder.again = True
            return b""

    def _outline(self, found: FoundFile) -> Outline | tuple[str, str]:
        """What a document holds, or the code and the message of its failure."""
        settings, limits = self._job.pipeline.input, self._job.pipeline.limits
        try:
            if found.size > limits.max_file_bytes:
                raise SampleError(
                    "file.too_large", f"has {found.size:,} bytes; limits.max_file_bytes is {limits.max_file_bytes:,}"
                )
            check_size(found.size, limits)
            with open(found.absolute, "rb") as file:
                data = file.read()
            with_labels = bool(self._job.pipeline.copies.keys() - {"*"})
            return block_layout(found.detection.kind).outline(data, found.detection.kind, settings, limits, with_labels)
        except SampleError as error:
            return error.code, error.message
        except OSError as error:
            self._builder.again = True
            return "io.read", error.strerror or str(error)
        except UserError:
            raise
        except Exception as error:
            return "claim.crashed", f"{type(error).__name__}: {error}"

    def _add_file(self, number: int, entry: Entry, modality: str, kind: str, trouble: tuple[str, str] | None) -> None:
        stem, suffix = self._stem(entry.relative, modality, kind)
        other = self._folded.setdefault(normal_form(stem + suffix).casefold(), stem + suffix)
        if other != stem + suffix:
            self._counts.case_collisions.append((self._prefix + other, self._prefix + stem + suffix))
        source = self._source(number, entry, modality, kind, self._prefix + stem, suffix)._replace(trouble=trouble)
        group = SampleGroup(modality, source.split, True, trouble is not None, False)
        self._counts.see(modality, source.split, 1)
        self._counts.in_folder.add(modality)
        self._builder.add_file(source, word(source.id), word(source.stem, suffix), group)

    def _add_document(self, number: int, entry: Entry, kind: str, outline: Outline) -> None:
        source = self._source(number, entry, "text", kind, self._prefix + entry.relative, "")
        in_folder = in_folders(0, kind)
        group = SampleGroup("text", source.split, in_folder, False, True)
        self._counts.see("text", source.split, sum(block.samples for block in outline.blocks))
        if in_folder:
            self._counts.in_folder.add("text")
        self._builder.add_document(source, word(source.id), word(source.stem), group, outline)

    def _source(self, number: int, entry: Entry, modality: str, kind: str, stem: str, suffix: str) -> Source:
        source_id = normal_form(self._prefix + entry.relative)
        if source_id in self._ids or (
            source_id != self._prefix + entry.relative and normal_form(entry.relative) in self._present
        ):
            # Two names on disk that differ only in Unicode normalisation: the one in NFC keeps the plain id.
            source_id += f"~{unit_key(0, entry.relative, 0, 'form').hex()[:8]}"
        self._ids.add(source_id)
        path = entry.relative if self._are_folders[number] else ""
        split = split_of((self._prefix + entry.relative).split("/")[:-1])
        return Source(source_id, number, path, modality, kind, entry.size, entry.mtime_ns, stem, suffix, split)

    def _stem(self, relative: str, modality: str, kind: str) -> tuple[str, str]:
        """Output path without the copy's mark, and its suffix; a name already taken gets eight hex digits of the id."""
        pipeline, present = self._job.pipeline, self._present
        path, own = parted(relative)
        suffix = MODALITIES[modality].output_suffix(kind, own, pipeline.output, pipeline.input)
        converted = suffix.lower() != own.lower() and path + suffix in present  # that file's own outputs use the plain name
        copied = pipeline.output.originals != "none" and any(
            copy_name(path, copy, suffix) in present for copy in range(pipeline.most_copies)
        )
        if path + suffix in self._stems or converted or copied:
            path = f"{path}-{unit_key(0, relative, 0, 'name').hex()[:8]}"
        self._stems.add(path + suffix)
        return path, suffix
