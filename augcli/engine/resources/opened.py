"""What operations use besides the sample: found and opened once per pipeline, and identified by content.

`resources_of(compiled).get` is what `State` hands out; `missing_resources(pipeline)` reports, before any sample is
opened, what is not available, and the remedy.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from hashlib import file_digest, sha256
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from augcli.core.pipeline.model import Pipeline
from augcli.core.program.compile import CompiledPipeline
from augcli.core.values.outcome import Problem, UserError
from augcli.core.values.resources import Request

from .images import ImageFiles, find_images
from .tones import ImageTones
from .writing import find_writing


class Openable(NamedTuple):
    """Something that can be opened. `identity` changes whenever its answers may change."""

    identity: str
    open: Callable[[], Any]


class Resources:
    """The resources of one compiled pipeline, each found and opened only once, even with several threads."""

    def __init__(self, requests: frozenset[Request]) -> None:
        self._requests = requests
        self._lock = threading.RLock()
        self._found: dict[Request, Openable] = {}
        self._opened: dict[Request, Any] = {}

    def get(self, request: Request) -> Any:
        """The opened resource; raises UserError if it is not available."""
        if request not in self._opened:
            with self._lock:
                if request not in self._opened:
                    self._opened[request] = self._find(request).open()
        return self._opened[request]

    def open(self) -> None:
        """Open everything that the pipeline asks for now, so that workers forked later share it."""
        for request in sorted(self._requests):
            self.get(request)

    def identities(self) -> list[str]:
        """The identities of everything that the pipeline asks for; they go into fingerprints."""
        return [self._find(request).identity for request in sorted(self._requests)]

    def _find(self, request: Request) -> Openable:
        with self._lock:
            if request not in self._found:
                self._found[request] = find(request)
            return self._found[request]


_LOCK = threading.Lock()
_RESOURCES: WeakKeyDictionary[CompiledPipeline, Resources] = WeakKeyDictionary()


def resources_of(compiled: CompiledPipeline) -> Resources:
    """The resources of a compiled pipeline: one object, shared by all threads."""
    with _LOCK:
        if compiled not in _RESOURCES:
            requests = frozenset(request for step in compiled.steps.values() for request in step.op.resources())
            _RESOURCES[compiled] = Resources(requests)
        return _RESOURCES[compiled]


def missing_resources(pipeline: Pipeline) -> list[Problem]:
    """A problem, with line and remedy, for every step whose resources are not available."""
    problems: list[Problem] = []
    for modality, steps in pipeline.steps.items():
        for step in [step for top in steps for step in top.walk()]:
            for request in step.op.resources() if step.op else ():
                if trouble := trouble_with(request):
                    problems.append(Problem(*step.place, f"{modality} step '{step.id}'", trouble))
    return problems


def trouble_with(request: Request) -> str:
    """Why this is not available, and the remedy; "" if it is. Imports nothing heavy."""
    try:
        find(request)
    except UserError as error:
        return str(error)
    return ""


def find(request: Request) -> Openable:
    """Find a resource; opens tables, but imports neither nlpaug nor NLTK. Raises UserError if it is not available."""
    if request.kind == "tones":
        digest, paths = find_images("reference", request.source)
        return Openable(digest, lambda: ImageTones(paths))
    if request.kind == "images":
        digest, paths = find_images("overlay", request.source)
        return Openable(digest, lambda: ImageFiles(request.source, paths))
    if request.kind == "writing":
        digest, texts = find_writing(request)
        return Openable(digest, lambda: texts)
    if find_spec("nlpaug") is None:
        raise UserError("needs the package nlpaug, which is not installed; pip install nlpaug")
    nlpaug = f"nlpaug {version('nlpaug')}"
    if request.kind == "keyboard":
        return Openable(nlpaug, lambda: _oracles().keyboard(request.source))
    if request.kind == "ocr":
        return Openable(nlpaug, lambda: _oracles().lookalikes())
    if request.kind == "spelling":
        return Openable(nlpaug, lambda: _oracles().misspellings())
    if request.source == "nltk":
        return Openable(f"{nlpaug} {_nltk_identity()}", lambda: _oracles().NltkSynonyms())
    digest, table = _table(request.source)
    return Openable(f"{nlpaug} {digest}", lambda: _oracles().Synonyms(table))


def _oracles() -> Any:
    from augcli.kernels.words import nlpaug_words

    return nlpaug_words


def _table(source: str) -> tuple[str, Any]:
    """A synonym table and the hash of its bytes."""
    from augcli.kernels.words import lexicon

    if source == "en":
        return sha256(lexicon.packaged_bytes()).hexdigest(), lexicon.packaged()
    try:
        with open(source, "rb") as file:
            data = file.read()
    except OSError as error:
        raise UserError(
            f"the synonym table {source!r} cannot be read: {error.strerror}; name a file with lines of the form "
            "'word<TAB>synonym,synonym', or write 'en' for augcli's own table or 'nltk' for NLTK's WordNet"
        ) from None
    try:
        return sha256(data).hexdigest(), lexicon.parse(data.decode("utf-8-sig").splitlines())
    except UnicodeDecodeError as error:
        raise UserError(f"the synonym table {source!r} is not UTF-8 text (byte {error.start})") from None
    except lexicon.TableError as error:
        raise UserError(f"the synonym table {source!r}: {error}") from None


def _nltk_identity() -> str:
    """The versions of NLTK and its WordNet; nothing is ever downloaded."""
    if find_spec("nltk") is None:
        raise UserError("needs the package nltk and its WordNet; pip install nltk, or use lexicon: en, which needs neither")
    folder = next((path for path in _nltk_folders() if os.path.isfile(os.path.join(path, "index.sense"))), None)
    if folder is None:
        raise UserError(
            "NLTK's WordNet is not installed (a folder corpora/wordnet in nltk_data or $NLTK_DATA); "
            "with network access, run python -m nltk.downloader wordnet, or use lexicon: en"
        )
    with open(os.path.join(folder, "index.sense"), "rb") as file:
        return f"nltk {version('nltk')} {file_digest(file, 'sha256').hexdigest()}"


def _nltk_folders() -> Iterator[str]:
    """The folders in which NLTK would look for an unpacked WordNet."""
    roots = [path for path in os.environ.get("NLTK_DATA", "").split(os.pathsep) if path]
    roots += [os.path.expanduser("~/nltk_data")]
    for prefix in dict.fromkeys((sys.prefix, "/usr", "/usr/local")):
        roots += [os.path.join(prefix, part, "nltk_data") for part in ("", "share", "lib")]
    return (os.path.join(root, "corpora", "wordnet") for root in roots)
