"""Tasks: all that a worker must know of a source, chosen once, and the same wherever it is asked for."""

from __future__ import annotations

import json
import os
import pickle
from contextlib import closing

import pytest

from augcli.core.plan import EVERY_COPY, ORIGINAL
from augcli.core.values.outcome import Failure
from augcli.dataset.write import Writer
from augcli.engine.make.outputs import Outputs
from augcli.engine.make.recipe import Recipe
from augcli.engine.make.results import Failed
from augcli.engine.make.rounds import results
from augcli.engine.plan.discovery import make_plan
from augcli.engine.plan.job import Job
from augcli.engine.state.device import Device
from augcli.engine.state.journal import Journal, JournalIndex
from augcli.engine.state.ledger import Ledger
from augcli.load import load_pipeline

PIPELINE = """
seed: 5
copies: 2
image: [crop: {size: 16}, mosaic: {p: 0.5}]
text: [random_swap: {rate: 0.2}]
output: {originals: copy}
"""


@pytest.fixture
def plan(pipeline_file, samples, tmp_path):
    job = Job.of(load_pipeline(pipeline_file(PIPELINE)), [str(samples)])
    with closing(make_plan(job, [str(samples)], str(tmp_path / "plan.jsonl"))) as planned:
        yield planned


def tasks(plan, folder, *, redo=False, retry=False):
    index = JournalIndex(str(folder))
    try:
        return list(Ledger(plan, index, str(folder.parent), "cpu").tasks(redo, retry))
    finally:
        index.close()


def test_tasks_are_complete_and_survive_a_pipe(plan, tmp_path):
    found = tasks(plan, tmp_path / "journal")
    assert sum(len(task.units) for task in found) == plan.count_units()
    assert pickle.loads(pickle.dumps(found)) == found
    for task in found:
        assert os.path.exists(task.readable.place)
        for unit in task.units:
            assert unit.source is task.source and unit.fingerprint is not None
            wanted = 3 if task.source.modality == "image" and unit.copy != ORIGINAL else 0
            assert len(unit.partners) == wanted
            for partner in unit.partners:
                assert partner is not None and partner.source.id != task.source.id and os.path.exists(partner.place)
    assert tasks(plan, tmp_path / "journal") == found


def test_a_task_can_be_done_elsewhere(plan, samples, make, tmp_path, contents):
    """By whoever has the task and the recipe, even after a trip through a pipe; the next run finds it all done."""
    out = tmp_path / "out"
    (out / ".augcli").mkdir(parents=True)
    journal = Journal(str(out / ".augcli" / "journal"))
    outputs = Outputs(Writer(str(out)), journal)
    recipe = Recipe(plan.job.pipeline, plan.job.compiled, Device("cpu", "cpu"))
    for task in tasks(plan, tmp_path / "journal"):
        for result in results(recipe, pickle.loads(pickle.dumps(task))):
            outputs.take(result)
    journal.close()
    assert make(PIPELINE, samples, out).done_before == plan.count_units()
    make(PIPELINE, samples, tmp_path / "run")
    assert contents(out) == contents(tmp_path / "run")


def test_only_what_is_left_is_handed_out(plan, tmp_path):
    planned = tasks(plan, tmp_path / "journal")
    (first, second), others = (images := [task for task in planned if len(task.units) == 3])[:2], images[2:]
    journal = Journal(str(tmp_path / "journal"))
    outputs = Outputs(Writer(str(tmp_path)), journal)
    outputs.take(Failed.unit(first.units[1], Failure("op.crashed", "lower", "of the data")))
    outputs.take(Failed.unit(first.units[2], Failure("io.read", "read", "of the place")))
    outputs.take(Failed(second.source, EVERY_COPY, Failure("image.corrupt", "decode", "all of it"), second.whole, 2))
    journal.close()
    left = {task.source.id: task for task in tasks(plan, tmp_path / "journal")}
    assert left[first.source.id].units == (first.units[0], first.units[2])
    assert left[second.source.id].units == second.units[:1]
    assert all(left[task.source.id] == task for task in others) and len(left) == len(planned)
    assert tasks(plan, tmp_path / "journal", retry=True) == planned


def test_labels_stand_in_the_plan(plan, samples):
    with open(plan.file.path) as file:
        lines = [json.loads(line) for line in file]
    labels = {line[0]: line[10] for line in lines}
    assert labels["images/animal/cat.jpg"] == "animal" and labels["texts/alice_en.txt"] is None
    assert plan.inventory.class_folders >= {"image"}
    assert os.listdir(os.path.dirname(plan.file.path)).count(".augcli-plan.tmp") == 0


def test_the_plan_file_reads_at_any_offset_and_after_a_fork(plan):
    found = list(plan.file)
    assert [plan.file.at(offset) for offset, _ in reversed(found)] == [source for _, source in reversed(found)]
    child = os.fork()
    if not child:
        os._exit(0 if [source for _, source in plan.file] == [source for _, source in found] else 1)
    assert all(plan.file.at(offset) == source for offset, source in found)
    assert os.waitpid(child, 0)[1] == 0
