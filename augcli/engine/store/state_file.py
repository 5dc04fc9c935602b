"""The state of an output folder: one regular hidden file of frames, written by one process at a time, by appending."""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress

from augcli.core.values.outcome import OutputError
from augcli.dataset.walk import STATE
from augcli.dataset.write import trouble

from .frames import Body, StateFrame, pack, scan

_DRAFT = ".augcli-state.tmp"  # swept with other temporary files where a run was killed
_SAFELY = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class StateFile:
    """Its intact frames, in order. One run at a time may append; workers forked from it may read what was there before.

    The descriptor is closed by `close`.
    """

    def __init__(self, descriptor: int, path: str) -> None:
        self.path, self._descriptor = path, descriptor
        self._map: mmap.mmap | None = None
        self._read()

    @classmethod
    def for_writing(cls, root: str) -> StateFile:
        """Open or create the state of an output folder and lock it; raises OutputError where another run has it."""
        path = os.path.join(root, STATE)
        while True:
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _SAFELY, 0o666)
            except OSError as error:
                raise _refused(error, path) from None
            try:
                _prove_regular(descriptor, path)
                _lock(descriptor, path, root)
                # A run that rewrote the state in the meantime has put another file here.
                if _same_file(descriptor, path):
                    return cls(descriptor, path)
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

    @classmethod
    def for_reading(cls, root: str) -> StateFile | None:
        """The state of an output folder; None where there is none."""
        path = os.path.join(root, STATE)
        try:
            descriptor = os.open(path, os.O_RDONLY | _SAFELY)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _refused(error, path) from None
        try:
            _prove_regular(descriptor, path)
            return cls(descriptor, path)
        except BaseException:
            os.close(descriptor)
            raise

    @classmethod
    def unnamed(cls) -> StateFile:
        """A state that nobody else sees and that ends with the process: for plans that are only looked at."""
        try:
            with tempfile.TemporaryFile(prefix="augcli-") as file:
                return cls(os.dup(file.fileno()), file.name if isinstance(file.name, str) else "a temporary file")
        except OSError as error:
            raise trouble(error, tempfile.gettempdir()) from None

    def _read(self) -> None:
        self.frames: list[StateFrame] = []
        self.damaged = 0  # bytes that belong to no frame, and frames that are missing
        self.size = os.fstat(self._descriptor).st_size
        for found in scan(self.buffer()):
            if isinstance(found, StateFrame):
                self.frames.append(found)
            else:
                self.damaged += max(1, found.stop - found.start)

    def buffer(self) -> bytes | mmap.mmap:
        """The whole file, as it is now."""
        if not self.size:
            return b""
        if self._map is None or len(self._map) != self.size:
            # Mapping keeps a copy of its descriptor, which must not keep the lock where workers outlive this process.
            reader = os.open(f"/proc/self/fd/{self._descriptor}", os.O_RDONLY | os.O_CLOEXEC)
            try:
                self._map = mmap.mmap(reader, self.size, access=mmap.ACCESS_READ)
            finally:
                os.close(reader)
        return self._map

    def body(self, frame: StateFrame) -> Body:
        return frame.body(self.buffer())

    def bodies(self, kind: str) -> Iterator[tuple[StateFrame, Body]]:
        return ((frame, self.body(frame)) for frame in self.frames if frame.kind == kind)

    @property
    def last_kind(self) -> str:
        return self.frames[-1].kind if self.frames else ""

    def append(self, body: Body) -> StateFrame:
        """Write one frame at the end; raises OutputError, and what was written of it is taken back."""
        data, frame = pack(body, self.next_sequence, self.size)
        try:
            _write(self._descriptor, data, self.size)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._descriptor, self.size)
            raise trouble(error, self.path) from None
        self.size = frame.stop
        self.frames.append(frame)
        return frame

    @property
    def next_sequence(self) -> int:
        return self.frames[-1].sequence + 1 if self.frames else 0

    def cut(self, frames: int) -> None:
        """Forget all but the first frames, as if the others had never been appended."""
        self.frames = self.frames[:frames]
        self.size = self.frames[-1].stop if self.frames else 0
        self._map = None
        try:
            os.ftruncate(self._descriptor, self.size)
        except OSError as error:
            raise trouble(error, self.path) from None

    def rewrite(self, keep: Iterable[StateFrame]) -> None:
        """Replace the file by one that holds these frames only: after damage, or when much of it no longer counts."""
        root = os.path.dirname(self.path)
        draft = os.path.join(root, _DRAFT)
        try:
            with suppress(FileNotFoundError):
                os.unlink(draft)
            descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | _SAFELY, 0o666)
            try:
                at = 0
                for sequence, frame in enumerate(keep):
                    data, kept = pack(self.body(frame), sequence, at)
                    _write(descriptor, data, at)
                    at = kept.stop
                os.fsync(descriptor)
                _lock(descriptor, draft, root)
                os.rename(draft, self.path)
            except BaseException:
                os.close(descriptor)
                os.unlink(draft)
                raise
        except OSError as error:
            raise trouble(error, self.path) from None
        os.close(self._descriptor)
        self._descriptor, self._map = descriptor, None
        self._read()

    def sync(self) -> None:
        """Wait until all frames are on the disk."""
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise trouble(error, self.path) from None

    def leave_to_parent(self) -> None:
        """In a forked worker: keep what has been read, and leave the file and its lock to the parent."""
        os.close(self._descriptor)
        self._descriptor = -1

    def remove(self) -> None:
        """Delete the file, of a run that wrote nothing."""
        with suppress(OSError):
            os.unlink(self.path)

    def close(self) -> None:
        self._map = None
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            try:
                os.close(descriptor)
            except OSError as error:
                raise trouble(error, self.path) from None


def _write(descriptor: int, data: bytes, offset: int) -> None:
    while data:
        written = os.pwrite(descriptor, data, offset)
        offset, data = offset + written, data[written:]


def _prove_regular(descriptor: int, path: str) -> None:
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISDIR(mode):
        raise OutputError(OF_EARLIER_VERSION.format(root=os.path.dirname(path)))
    if not stat.S_ISREG(mode):
        raise OutputError(f"{path} is not a regular file, so augcli does not use it; choose another output folder")


OF_EARLIER_VERSION = (
    "{root} was written by an earlier version of augcli, whose outputs cannot be resumed; "
    "choose a new output folder, or delete this one"
)


def _refused(error: OSError, path: str) -> OutputError:
    if error.errno == errno.ELOOP:
        return OutputError(f"{path} is a link, where augcli keeps only a file of its own; choose another output folder")
    if error.errno == errno.EISDIR:
        return OutputError(OF_EARLIER_VERSION.format(root=os.path.dirname(path)))
    if error.errno == errno.ENXIO:  # a socket, or a pipe that nobody reads
        return OutputError(f"{path} is not a regular file, so augcli does not use it; choose another output folder")
    return trouble(error, path)


def _lock(descriptor: int, path: str, root: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = _lock_owner(descriptor)
        raise OutputError(
            f"another augcli (process {owner or 'unknown'}) is writing to {root}; wait for it, or choose another folder"
        ) from None
    except OSError as error:
        raise trouble(error, path) from None


def _lock_owner(descriptor: int) -> int:
    """The process that has locked this file, as the kernel tells; 0 where it does not."""
    status = os.fstat(descriptor)
    file = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    try:
        with open("/proc/locks", encoding="ascii") as locks:
            lines = [line.split() for line in locks]
    except OSError:
        return 0
    return next((int(line[4]) for line in lines if "FLOCK" in line[1:2] and line[5:6] == [file]), 0)


def _same_file(descriptor: int, path: str) -> bool:
    try:
        there = os.lstat(path)
    except OSError:
        return False
    own = os.fstat(descriptor)
    return (there.st_dev, there.st_ino) == (own.st_dev, own.st_ino)
