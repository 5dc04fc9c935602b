"""The state file: one writer, nothing through links, what could not be written is taken back."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys

import pytest

from augcli.core.values.outcome import OutputError
from augcli.engine.store.frames import Body
from augcli.engine.store.state_file import StateFile

SOME = [Body("W", bytes([number]) * 50, b"\n{}\n") for number in range(5)]


@pytest.fixture
def root(tmp_path):
    return str(tmp_path)


def filled(root: str) -> StateFile:
    state = StateFile.for_writing(root)
    for body in SOME:
        state.append(body)
    return state


def bodies(state: StateFile) -> list[Body]:
    return [state.body(frame) for frame in state.frames]


def test_frames_come_back_in_this_and_in_the_next_process(root):
    state = filled(root)
    assert bodies(state) == SOME
    state.close()
    reader = StateFile.for_reading(root)
    assert reader is not None and bodies(reader) == SOME and not reader.damaged and reader.next_sequence == 5
    reader.close()
    again = StateFile.for_writing(root)
    again.append(SOME[0])
    assert bodies(again) == [*SOME, SOME[0]] and again.frames[-1].sequence == 5
    again.close()


def test_there_is_one_writer_and_it_is_named(root):
    state = filled(root)
    with pytest.raises(OutputError, match=rf"another augcli \(process {os.getpid()}\) is writing to"):
        StateFile.for_writing(root)
    reader = StateFile.for_reading(root)
    assert reader is not None and len(reader.frames) == 5
    reader.close()
    state.close()
    StateFile.for_writing(root).close()


def test_cutting_and_rewriting_leave_whole_files(root):
    state = filled(root)
    state.cut(3)
    assert bodies(state) == SOME[:3]
    state.rewrite([state.frames[0], state.frames[2]])
    assert bodies(state) == [SOME[0], SOME[2]] and [frame.sequence for frame in state.frames] == [0, 1]
    with pytest.raises(OutputError, match="another augcli"):  # the lock has come along
        StateFile.for_writing(root)
    state.append(SOME[4])
    state.close()
    again = StateFile.for_reading(root)
    assert again is not None and bodies(again) == [SOME[0], SOME[2], SOME[4]] and os.listdir(root) == [".augcli"]
    again.close()


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "link to nowhere"])
def test_only_a_regular_file_is_opened(tmp_path, root, kind):
    precious = tmp_path / "precious"
    precious.write_text("precious")
    path = tmp_path / ".augcli"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("precious" if kind == "link" else "nowhere")
    for opened in (StateFile.for_writing, StateFile.for_reading):
        with pytest.raises(OutputError, match="earlier version" if kind == "folder" else "is a link|not a regular file"):
            opened(root)
    assert precious.read_text() == "precious" and not os.path.exists(tmp_path / "nowhere")


FULL = """
import resource, sys
from augcli.core.values.outcome import OutputError
from augcli.engine.store.frames import Body
from augcli.engine.store.state_file import StateFile

def more(state, number):
    try:
        state.append(Body("W", bytes([number]) * 300))
    except OutputError as error:
        return error.exit_code

hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
state = StateFile.for_writing(sys.argv[1])
print([more(state, number) for number in range(4)])
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
print([more(state, number) for number in (4, 5)])
state.close()
"""


def test_what_a_full_disk_cut_off_is_taken_back(root):
    done = subprocess.run([sys.executable, "-c", FULL, root], capture_output=True, text=True)
    assert done.stdout == "[None, None, 74, 74]\n[None, None]\n", done.stderr
    state = StateFile.for_reading(root)
    assert state is not None and not state.damaged
    assert [state.body(frame).columns[0] for frame in state.frames] == [0, 1, 4, 5]
    state.close()


def test_a_folder_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot write"):
        StateFile.for_writing(str(tmp_path / "file"))
    assert StateFile.for_reading(str(tmp_path / "file")) is None and StateFile.for_reading(str(tmp_path / "nowhere")) is None


def test_the_file_is_as_readable_as_the_outputs(root):
    mask = os.umask(0o027)
    try:
        filled(root).close()
    finally:
        os.umask(mask)
    assert stat.S_IMODE(os.stat(os.path.join(root, ".augcli")).st_mode) == 0o640


def test_a_forked_reader_needs_no_descriptor(root):
    state = filled(root)
    state.buffer()
    child = os.fork()
    if not child:
        state.leave_to_parent()
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
        os._exit(0 if bodies(state) == SOME else 1)
    assert os.waitpid(child, 0)[1] == 0
    state.close()
