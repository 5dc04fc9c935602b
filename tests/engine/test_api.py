"""The public functions, and the events that a listener gets."""

from __future__ import annotations

import os
from collections import Counter

import pytest

import augcli
from augcli.engine.state.events import Finishing, Started, UnitFailed, UnitsDone

PIPELINE = "seed: 7\ncopies: 3\nimage: [flip: {p: 0.5}, crop: {size: 16}]\noutput: {originals: copy}\n"


def test_load_plan_run_replay(pipeline_file, samples, tmp_path):
    pipeline = augcli.load_pipeline(pipeline_file(PIPELINE), {"copies": "2"})
    with augcli.plan(pipeline, [str(samples / "images")]) as planned:
        units = [unit for source in planned.sources() for unit in planned.units(source)]
        assert len(units) == 14 * 3 and planned.inventory.class_folders == {"image"}
    summary = augcli.run(pipeline, [str(samples / "images")], str(tmp_path / "out"))
    assert summary.complete and summary.exit_code == 0 and summary.made == {"image": 42}
    assert {unit.output for unit in units} <= {
        os.path.relpath(os.path.join(folder, name), tmp_path / "out")
        for folder, _, names in os.walk(tmp_path / "out")
        for name in names
    }
    (again,) = augcli.replay(str(tmp_path / "out"), "animal/cat.jpg@1")
    assert again.verdict == "same"
    assert again.data == (tmp_path / "out" / "animal" / "cat__aug1.jpg").read_bytes()


def test_what_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'augment'"):
        augcli.augment  # noqa: B018


@pytest.mark.parametrize("backend", ["cpu", "torch"])
def test_events_account_for_every_planned_output(make, samples, tmp_path, backend):
    data = tmp_path / "data"
    data.mkdir()
    for name in ("cat", "dog"):
        (data / f"{name}.jpg").write_bytes((samples / "images" / "animal" / f"{name}.jpg").read_bytes())
    (data / "torn.jpg").write_bytes((data / "cat.jpg").read_bytes()[:5000])
    (data / "void.png").write_bytes(b"")
    events = []
    summary = make(PIPELINE, data, tmp_path / "out", listen=events.append, backend=backend)
    assert (events[0], events[-1]) == (Started(16, 0), Finishing())
    kinds = Counter(type(event) for event in events)
    assert kinds == {Started: 1, UnitsDone: kinds[UnitsDone], UnitFailed: 2, Finishing: 1}
    assert sum(event.units for event in events if isinstance(event, UnitsDone)) == 10
    assert sum(event.units for event in events if isinstance(event, UnitFailed)) == 6
    assert summary.planned == 16 and summary.made == {"image": 10}
    # The broken originals are handed on as they are: nobody asked to decode them.
    assert (tmp_path / "out" / "void.png").read_bytes() == b""
    events.clear()
    make(PIPELINE, data, tmp_path / "out", listen=events.append, backend=backend)
    assert events == [Started(16, 16), Finishing()]


def test_a_listener_that_raises_ends_the_run_and_nothing_is_lost(make, samples, tmp_path, contents):
    seen = 0

    def listen(event):
        nonlocal seen
        seen += event.units if isinstance(event, UnitsDone) else 0
        if seen > 9:
            raise KeyError("listener")

    with pytest.raises(KeyError, match="listener"):
        make(PIPELINE, samples / "images", tmp_path / "out", listen=listen)
    made = len(contents(tmp_path / "out"))
    assert make(PIPELINE, samples / "images", tmp_path / "out").done_before == made
    make(PIPELINE, samples / "images", tmp_path / "clean")
    assert contents(tmp_path / "out") == contents(tmp_path / "clean")
