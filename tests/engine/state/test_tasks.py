"""Tasks: all that a worker must know of a source, chosen once, and the same wherever it is asked for."""

from __future__ import annotations

import os
import pickle
from contextlib import closing

import numpy as np
import pytest

from augcli.core.plan import EVERY_COPY, ORIGINAL, Task
from augcli.core.values.outcome import Failure
from augcli.dataset.write import Writer
from augcli.engine.make.hand_out import HandOut, RowTask
from augcli.engine.make.outputs import Outputs
from augcli.engine.make.recipe import Recipe
from augcli.engine.make.results import Failed
from augcli.engine.make.rounds import never, results
from augcli.engine.plan.discovery import make_plan
from augcli.engine.plan.job import Job
from augcli.engine.plan.partners import Partners
from augcli.engine.state.device import Device
from augcli.engine.state.fingerprints import Fingerprints
from augcli.engine.state.ledger import Ledger
from augcli.engine.store.state_file import StateFile
from augcli.engine.store.units import StateIndex
from augcli.load import load_pipeline

PIPELINE = """
seed: 5
copies: 2
image: [crop: {size: 16}, mosaic: {p: 0.5}]
text: [random_swap: {rate: 0.2}]
output: {originals: copy}
"""


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture
def state(out):
    with closing(StateFile.for_writing(str(out))) as opened:
        yield opened


@pytest.fixture
def plan(pipeline_file, samples, state):
    return make_plan(Job.of(load_pipeline(pipeline_file(PIPELINE)), [str(samples)]), [str(samples)], state)


def tasks(plan, state, out, *, redo=False, retry=False) -> list[Task | RowTask]:
    partners = Partners(plan.job.compiled, plan.job.pipeline.seed, plan)
    fingerprints = Fingerprints(plan.job, "cpu")
    ledger = Ledger(plan, StateIndex(state), fingerprints, partners)
    ledger.judge(str(out), 0)
    hand_out = HandOut(plan, ledger.choose(redo, retry), fingerprints, partners)
    return list(hand_out.tasks(0, plan.most_units))


def files(found: list[Task | RowTask]) -> list[Task]:
    return [task for task in found if isinstance(task, Task)]


def kept(outputs: Outputs, state: StateFile) -> None:
    for body in outputs.frames():
        state.append(body)


def test_tasks_are_complete_and_survive_a_pipe(plan, state, out):
    every = tasks(plan, state, out)
    found = files(every)
    assert sum(len(task.units) if isinstance(task, Task) else task.units for task in every) == plan.most_units
    assert pickle.loads(pickle.dumps(found)) == found
    words = [unit.word for task in found for unit in task.units] + [task.whole_word for task in found]
    assert len(set(words)) == len(words)
    for task in found:
        assert os.path.exists(task.readable.place)
        for unit in task.units:
            assert unit.source is task.source and unit.fingerprint is not None
            wanted = 3 if task.source.modality == "image" and unit.copy != ORIGINAL else 0
            assert len(unit.partners) == wanted
            for partner in unit.partners:
                assert partner is not None and partner.source.id != task.source.id and os.path.exists(partner.place)
    assert files(tasks(plan, state, out)) == found


def test_a_task_can_be_done_elsewhere(plan, state, out, samples, make, tmp_path, contents):
    """By whoever has the task and the recipe, even after a trip through a pipe; the next run finds it all done."""
    outputs = Outputs(Writer(str(out)), Fingerprints(plan.job, "cpu").reading)
    recipe = Recipe(plan.job.pipeline, plan.job.compiled, Device("cpu", "cpu"))
    for task in tasks(plan, state, out):
        if isinstance(task, RowTask):
            list(outputs.make(recipe, task, never))
            continue
        for result in results(recipe, pickle.loads(pickle.dumps(task))):
            outputs.take(result)
    kept(outputs, state)
    state.close()
    assert make(PIPELINE, samples, out).done_before == plan.most_units
    make(PIPELINE, samples, tmp_path / "run")
    assert contents(out) == contents(tmp_path / "run")


def test_only_what_is_left_is_handed_out(plan, state, out):
    every = tasks(plan, state, out)
    planned = files(every)
    (first, second), others = (images := [task for task in planned if len(task.units) == 3])[:2], images[2:]
    outputs = Outputs(Writer(str(out)), Fingerprints(plan.job, "cpu").reading)
    outputs.take(Failed.unit(first.units[1], Failure("op.crashed", "lower", "of the data")))
    outputs.take(Failed.unit(first.units[2], Failure("io.read", "read", "of the place")))
    outputs.take(Failed.whole(second, Failure("image.corrupt", "decode", "all of it"), 2))
    kept(outputs, state)
    left = {task.source.id: task for task in files(tasks(plan, state, out))}
    assert left[first.source.id].units == (first.units[0], first.units[2])
    assert left[second.source.id].units == second.units[:1]
    assert all(left[task.source.id] == task for task in others) and len(left) == len(planned)
    assert files(tasks(plan, state, out, retry=True)) == planned
    assert EVERY_COPY not in {unit.copy for task in left.values() for unit in task.units}


def test_labels_are_those_of_the_folders(plan):
    labels = {source.id: source.label for source in plan.all_sources()}
    assert labels["images/animal/cat.jpg"] == "animal" and labels["texts/alice_en.txt"] is None
    assert plan.inventory.class_folders >= {"image"}


def test_a_plan_reads_at_any_place_and_after_a_fork(plan):
    found = list(plan)
    assert [plan.at(number) for number, _ in reversed(found)] == [source for _, source in reversed(found)]
    child = os.fork()
    if not child:
        os._exit(0 if list(plan) == found else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_an_unchanged_folder_is_taken_over_without_opening_a_file(pipeline_file, samples, tmp_path):
    """A file that is only looked at by its name, size and time may have any content; one new file is all that is read."""
    data = tmp_path / "data"
    (data / "a").mkdir(parents=True)
    (data / "b").mkdir()
    for name in ("a/1.jpg", "a/2.jpg", "b/3.jpg"):
        (data / name).write_bytes((samples / "images/animal/cat.jpg").read_bytes())
    job = Job.of(load_pipeline(pipeline_file("image: [flip]\n")), [str(data)])
    with closing(StateFile.unnamed()) as opened:
        first = make_plan(job, [str(data)], opened)
        frames = len(opened.frames)
        for path in data.rglob("*.jpg"):  # so that whoever reads one would see no image
            status = path.stat()
            path.write_bytes(bytes(status.st_size))
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        again = make_plan(job, [str(data)], opened)
        assert again.digest == first.digest and len(opened.frames) == frames
        (data / "b" / "4.jpg").write_bytes((samples / "images/animal/cat.jpg").read_bytes())
        more = make_plan(job, [str(data)], opened)
        assert more.digest != first.digest and len(opened.frames) == frames + 2  # folder b, and the list of chunks
        assert [source.id for source in more.all_sources()] == ["a/1.jpg", "a/2.jpg", "b/3.jpg", "b/4.jpg"]
        assert np.array_equal([len(copies) for _, copies in more.with_copies()], [1] * 4)
