"""Each exit code once, as programs see it. Those of signals are in tests/engine/state/test_signals.py (75, 130, 143, SIGINT and
SIGTERM themselves) and test_streams.py (SIGPIPE)."""

from __future__ import annotations

import os
import resource

import pytest

GOOD = "copies: 1\ntext: [random_delete: {rate: 0.2}]\n"


@pytest.fixture
def finished(augcli, samples, pipeline_file, tmp_path):
    done = augcli("run", pipeline_file(GOOD, "good.yaml"), samples / "texts", "-o", tmp_path / "out")
    assert done.returncode == 0
    return tmp_path


def code(done) -> int:
    assert "Traceback" not in done.stderr
    return done.returncode


def test_0_all_done(augcli, finished, samples):
    for line in (["verify", finished / "out"], ["replay", finished / "out"], ["check", finished / "good.yaml"], ["ops"]):
        assert code(augcli(*line)) == 0


def test_1_failures_or_incomplete(augcli, finished):
    (finished / "data").mkdir()
    (finished / "data" / "bad.txt").write_bytes(b"\xff\xff")
    (finished / "data" / "good.txt").write_text("one two three")
    command = ["run", finished / "good.yaml", finished / "data", "-o"]
    assert code(augcli(*command, finished / "new")) == 1
    assert code(augcli(*command, finished / "new", "--max-errors", "1")) == 0
    assert code(augcli(*command, finished / "newer", "--fail-fast", "--workers", "1")) == 1


def test_2_usage(augcli, finished):
    assert code(augcli("run", finished / "good.yaml")) == 2


def test_3_pipeline(augcli, finished):
    (finished / "bad.yaml").write_text("text: [random_delet]")
    assert code(augcli("check", finished / "bad.yaml")) == 3


def test_4_nothing_matched(augcli, finished):
    (finished / "void").mkdir()
    assert code(augcli("run", finished / "good.yaml", finished / "void", "-o", finished / "new")) == 4


def test_5_verify_and_replay_find_a_difference(augcli, finished, samples):
    (finished / "out" / "alice_en__aug0.txt").write_text("changed")
    assert code(augcli("verify", finished / "out")) == 5
    other = finished / "other"
    other.mkdir()
    for path in (samples / "texts").iterdir():
        (other / path.name).write_text("changed")
    assert code(augcli("replay", finished / "out", "--input", other)) == 5
    assert code(augcli("merge", finished / "out", finished / "out", "-o", finished / "merged")) == 5


def test_70_internal(augcli, finished):
    (finished / "broken" / "rich").mkdir(parents=True)
    (finished / "broken" / "rich" / "__init__.py").write_text("raise RuntimeError('broken')")
    assert code(augcli("ops", env={"PYTHONPATH": f"{finished / 'broken'}:{os.environ.get('PYTHONPATH', '')}"})) == 70


def test_73_cannot_write(augcli, finished, samples):
    assert code(augcli("run", finished / "good.yaml", samples, "-o", finished / "good.yaml" / "out")) == 73


def test_74_no_room(augcli, finished, samples):
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))

    assert code(augcli("run", finished / "good.yaml", samples, "-o", finished / "new", preexec_fn=limit)) == 74
