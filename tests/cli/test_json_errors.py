"""Whatever goes wrong, a command with --json prints one object to stdout; the message for people goes to stderr."""

from __future__ import annotations

import json

import pytest

from augcli.engine.state.signals import Interrupted

BAD = "copies: -1\nimage: [flp]\n"

LINES = [
    ("run {bad} {data} -o {out} --json", 3, 2),
    ("plan {bad} {data} --json", 3, 2),
    ("check {bad} --json", 3, 2),
    ("doctor {bad} --json", 3, 2),
    ("run {good} {data} -o {out} --copies 100001 --json", 3, 1),
    ("run {good} {nowhere} -o {out} --json", 2, 0),
    ("run {good} {data} --json", 2, 0),
    ("run --json {good} {data} -o {out} --no-such", 2, 0),
    ("run {good} {data} -o {data} --json", 73, 0),
    ("plan {good} {void} --json", 4, 0),
    ("verify {data} --json", 2, 0),
    ("replay {data} --json", 2, 0),
    ("merge {data} -o {out} --json", 2, 0),
    ("explain {data} --json", 2, 0),
    ("init {nowhere} --json", 2, 0),
    ("init {void} --json", 4, 0),
    ("ops show nothing --json", 2, 0),
]


@pytest.fixture
def places(tmp_path, samples):
    (tmp_path / "bad").write_text(BAD)
    (tmp_path / "good").write_text("text: [random_delete]\n")
    (tmp_path / "void").mkdir()
    return {**{name: str(tmp_path / name) for name in ("bad", "good", "void", "nowhere", "out")}, "data": str(samples / "texts")}


@pytest.mark.parametrize(("line", "code", "problems"), LINES, ids=[line for line, _, _ in LINES])
def test_an_error_is_one_object(command, places, line, code, problems):
    ended = command(*(part.format(**places) for part in line.split()))
    told = json.loads(ended.out)
    assert (ended.code, told["ok"], told["exit_code"], len(told["problems"])) == (code, False, code, problems)
    assert told["error"] and ended.out.count("\n") == 1
    assert line.startswith("check") or ended.err
    if problems:
        assert {"line", "column", "where", "message"} == set(told["problems"][0])


def test_without_json_standard_output_stays_empty(command, places):
    for line in ("run {bad} {data} -o {out}", "run {good} {data}", "plan {good} -- {nowhere} --json"):
        ended = command(*(part.format(**places) for part in line.split()))
        assert ended.code and ended.out == ""


@pytest.mark.parametrize(("number", "code"), [(15, 143), (2, 130), (10, 75)])
def test_an_interruption_is_one_object(command, places, monkeypatch, number, code):
    """The process ends by its signal after that, which test_signals.py looks at."""

    def interrupted(*arguments):
        raise Interrupted(number)

    class Left(Exception):
        pass

    def leave(*arguments):
        raise Left

    monkeypatch.setattr("augcli.engine.run.run", interrupted)
    monkeypatch.setattr("os._exit", leave)
    monkeypatch.setattr("os.kill", leave)
    monkeypatch.setattr("signal.signal", lambda *arguments: None)
    printed = []
    monkeypatch.setattr("builtins.print", lambda text, **options: printed.append((text, "file" in options)))
    with pytest.raises(Left):
        command("run", places["good"], places["data"], "-o", places["out"], "--json")
    ((text, _),) = [item for item in printed if not item[1]]
    told = json.loads(text)
    assert (told["ok"], told["exit_code"]) == (False, code) and "run the same command again" in told["error"]


def test_an_internal_error_is_one_object(command, places, monkeypatch):
    def broken(*arguments):
        raise RuntimeError("broken")

    monkeypatch.setattr("augcli.engine.run.run", broken)
    ended = command("run", places["good"], places["data"], "-o", places["out"], "--json")
    assert ended.code == 70 and json.loads(ended.out)["error"] == "internal error: RuntimeError: broken"


def test_ctrl_c_before_the_engine_runs_is_one_object(command, places, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("augcli.load.load_pipeline", interrupted)
    ended = command("plan", places["good"], places["data"], "--json")
    assert ended.code == 130 and json.loads(ended.out)["exit_code"] == 130
