"""The journal: lines in, lines out, in any order and from many threads; a torn line is ignored."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading

import pytest

from augcli.core.values.outcome import OutputError
from augcli.dataset.write import json_line
from augcli.engine.state.journal import DONE, FAILED, PLACE, PRUNED, Journal, JournalIndex

HASH = "ab" * 32
RECORD = {"v": 1, "id": "한글 \udcff\n\t@0"}


def add(journal: Journal, unit: int, *, status: str = DONE, size: int = 5, pipeline: int = 2, source: int = 3, **private) -> None:
    journal.append(unit, pipeline, source, status, size, HASH, json_line({**RECORD, "unit": unit}), json_line(private))


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path / "journal")


def test_a_line_comes_back_as_it_went_in(folder):
    journal = Journal(folder)
    add(journal, 2**64 - 1, size=999_999_999_999, pipeline=0, source=2**64 - 1, message="tab\tline\n한")
    journal.close()
    index = JournalIndex(folder)
    entry = index.find(2**64 - 1)
    assert (int(entry["pipeline"]), int(entry["source"]), int(entry["size"])) == (0, 2**64 - 1, 999_999_999_999)
    assert entry["status"] == DONE.encode()
    line = index.line(entry)
    assert (line.status, line.size, line.sha256) == (DONE, 999_999_999_999, HASH)
    assert json.loads(line.record) == {**RECORD, "unit": 2**64 - 1}
    assert json.loads(line.private) == {"message": "tab\tline\n한"}
    assert index.find(0) is None and index.find(2**64 - 2) is None
    index.close()


def test_later_lines_and_later_journals_win(folder):
    first = Journal(folder)
    for status in (PLACE, FAILED, DONE):
        add(first, 1, status=status)
    add(first, 2, status=DONE)
    first.close()
    second = Journal(folder)
    add(second, 2, status=PRUNED)
    add(second, 3, status=FAILED)
    second.close()
    index = JournalIndex(folder)
    assert [index.find(unit)["status"] for unit in (1, 2, 3)] == [b"D", b"X", b"F"]
    assert len(index) == 3
    assert [int(entry["unit"]) for entry in index.leftover([])] == [1]
    assert index.leftover([1, 5]) == []


def test_more_than_nine_journals_keep_their_order(folder):
    for number in range(12):
        journal = Journal(folder)
        add(journal, 7, size=number)
        journal.close()
    assert int(JournalIndex(folder).find(7)["size"]) == 11


def test_a_journal_without_lines_leaves_no_file(folder):
    Journal(folder).close()
    assert os.listdir(folder) == []
    assert len(JournalIndex(folder)) == 0 and JournalIndex(folder + "/nowhere").find(1) is None


def test_many_threads_never_mix_their_lines(folder):
    journal = Journal(folder)

    def work(start: int) -> None:
        for number in range(200):
            add(journal, start + number, text="x" * (number * 37 % 3000))

    threads = [threading.Thread(target=work, args=(1000 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.flush()
    journal.close()
    index = JournalIndex(folder)
    assert len(index) == 800
    for unit in range(0, 4000, 1000):
        assert json.loads(index.line(index.find(unit + 150)).record)["unit"] == unit + 150
    index.close()


def test_cut_anywhere_only_the_last_line_is_lost(folder):
    journal = Journal(folder)
    for unit in range(3):
        add(journal, unit)
    journal.close()
    (name,) = os.listdir(folder)
    path = os.path.join(folder, name)
    with open(path, "rb") as file:
        data = file.read()
    last = data.rindex(b"\n", 0, -1) + 1
    for cut in range(last, len(data)):
        with open(path, "wb") as file:
            file.write(data[:cut])
        assert len(JournalIndex(folder)) == 2


def test_lines_that_are_none_are_passed_over(folder):
    journal = Journal(folder)
    add(journal, 1)
    journal.close()
    path = os.path.join(folder, os.listdir(folder)[0])
    rng = random.Random(3)
    with open(path, "ab") as file:
        file.write(
            b"\n\n" + b"not a line of ours " * 20 + b"\n" + bytes(500) + b"\n" + rng.randbytes(5000).replace(b"\n", b"") + b"\n"
        )
    journal = Journal(folder)
    add(journal, 2)
    journal.close()
    index = JournalIndex(folder)
    assert len(index) == 2 and json.loads(index.line(index.find(1)).record)["unit"] == 1
    index.close()


FULL = """
import resource, sys
from augcli.core.values.outcome import OutputError
from augcli.engine.state.journal import Journal

def more(journal, unit):
    try:
        journal.append(unit, 2, 3, "D", 5, "ab" * 32, '{"unit": 1, "text": "%s"}' % ("x" * 300))
    except OutputError as error:
        return error.exit_code

hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
journal = Journal(sys.argv[1])
print([more(journal, unit) for unit in range(4)])
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
print([more(journal, unit) for unit in (4, 5)])
journal.close()
"""


def test_nothing_is_written_after_a_line_that_may_be_torn(folder):
    """A full disk takes half a line; the next one must not be glued to it, even if there is room again."""
    done = subprocess.run([sys.executable, "-c", FULL, folder], capture_output=True, text=True)
    assert done.stdout == "[None, None, 74, 74]\n[74, 74]\n", done.stderr
    with open(os.path.join(folder, "000001.jsonl"), "rb") as file:
        assert not file.read().endswith(b"\n")
    journal = Journal(folder)
    add(journal, 9)
    journal.close()
    index = JournalIndex(folder)
    assert [index.find(unit) is not None for unit in (0, 1, 2, 3, 4, 5, 9)] == [True, True, False, False, False, False, True]


def test_a_journal_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot write"):
        Journal(str(tmp_path / "file" / "journal"))
