"""What verify, replay and explain say about stopped runs, leftovers, and files that differ from their records."""

from __future__ import annotations

import json
import shutil

import pytest

from augcli.engine.after.verify import Difference, verify
from augcli.engine.state.run_file import mark_incomplete

PIPELINE = "copies: 2\ntext: [random_delete: {rate: 0.2}]\n"


@pytest.fixture
def output(make, samples, tmp_path):
    make(PIPELINE, [samples / "texts"], tmp_path / "out")
    return tmp_path / "out"


def stop(output, kind):
    """Leave the folder as a run leaves it that is killed early, late, or while it goes on with an earlier one."""
    if kind == "before run.json":
        (output / "run.json").unlink()
    elif kind == "fresh":
        mark_incomplete(str(output))
        (output / "manifest.jsonl").unlink()
    else:
        mark_incomplete(str(output))


@pytest.mark.parametrize("kind", ["before run.json", "fresh", "resumed"])
def test_a_stopped_run_is_no_strange_folder(output, augcli, samples, pipeline_file, kind):
    stop(output, kind)
    file = sorted(output.glob("*__aug0.txt"))[0]
    for line in (["verify", output], ["replay", output], ["explain", file], ["merge", output, "-o", output.parent / "whole"]):
        done = augcli(*line)
        assert done.returncode == 1, (line, done.stderr)
        assert "the run did not finish; run the same command again" in done.stderr
    again = augcli("run", pipeline_file(PIPELINE), samples / "texts", "-o", output)
    assert again.returncode == 0, again.stderr
    assert augcli("verify", output).returncode == 0


def test_a_fresh_run_says_at_once_that_it_is_not_finished(make, samples, tmp_path):
    seen = []

    def fails(event):
        seen.append(json.loads((tmp_path / "out" / "run.json").read_text()))
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        make(PIPELINE, [samples / "texts"], tmp_path / "out", listen=fails)
    assert [run["stable"] for run in seen] == [{"backend": "", "complete": False, "finished": False}]


def test_a_finished_run_says_nothing_of_it(output):
    assert "finished" not in json.loads((output / "run.json").read_text())["stable"]


def test_verify_names_each_kind_and_its_remedy(make, samples, output, augcli):
    gone = sorted(path.name for path in output.glob("*__aug1.txt"))
    kept = sorted(output.glob("*__aug0.txt"))
    summary = make(PIPELINE, [samples / "texts"], output, overrides={"copies": "1"})
    assert summary.orphans == len(gone)
    (output / "stray.txt").write_text("stray")
    kept[0].write_text("changed")
    kept[1].unlink()
    assert sorted(verify(str(output)).differences) == sorted(
        [Difference("changed", kept[0].name), Difference("missing", kept[1].name), Difference("extra", "stray.txt")]
        + [Difference("leftover", name) for name in gone]
    )
    told = augcli("verify", output)
    assert told.returncode == 5
    for kind, remedy in [
        ("1 changed", "delete the changed files and run the pipeline again"),
        ("1 missing", "run the pipeline again"),
        ("1 extra", "not written by augcli"),
        (f"{len(gone)} leftover", "augcli run with --prune"),
    ]:
        assert any(line.removeprefix("augcli: ").startswith(kind) and remedy in line for line in told.stderr.splitlines()), (
            told.stderr
        )


def test_run_says_how_to_prune_and_how_many_were(output, augcli, samples, pipeline_file):
    line = ["run", pipeline_file(PIPELINE), samples / "texts", "-o", output, "--copies", "1"]
    count = len(list(output.glob("*__aug1.txt")))
    assert f"{count} outputs of earlier runs; add --prune to remove them" in " ".join(augcli(*line).stdout.split())
    pruned = json.loads(augcli(*line, "--prune", "--json").stdout)
    assert (pruned["pruned"], pruned["orphans"]) == (count, 0)


def test_replay_looks_at_the_files(output, augcli, tmp_path):
    first, second = sorted(output.glob("*__aug0.txt"))[:2]
    before = first.read_bytes()
    first.unlink()
    second.write_text("changed")
    done = augcli("replay", output, "--json")
    assert done.returncode == 5
    told = {item["id"]: item["verdict"] for item in json.loads(done.stdout)["different"]}
    assert sorted(told.values()) == ["file differs", "file missing"]
    assert "file missing: " in augcli("replay", output).stdout
    restored = augcli("replay", output, "--id", first.name, "--write", first)
    assert restored.returncode == 0 and first.read_bytes() == before
    assert "1 output regenerated, identical byte for byte" in restored.stdout


def test_replay_looks_at_documents(make, samples, tmp_path):
    from augcli.engine.after.replay import replay

    make(PIPELINE, [samples / "reviews.csv"], tmp_path / "out")
    assert {result.verdict for result in replay(str(tmp_path / "out"))} == {"same"}
    with open(tmp_path / "out" / "reviews.csv", "a") as file:
        file.write("more\n")
    assert {result.verdict for result in replay(str(tmp_path / "out"))} == {"file differs"}


def test_explain_of_the_folder_itself_says_what_to_name(output, augcli):
    done = augcli("explain", output)
    assert done.returncode == 2 and "is an output folder; name one of its files" in done.stderr


def test_merge_says_how_many_outputs_it_merged(augcli, samples, pipeline_file, tmp_path):
    path = pipeline_file(PIPELINE)
    for number in (0, 1):
        augcli("run", path, samples / "texts", "-o", tmp_path / str(number), "--shard", f"{number}/2")
    merged = augcli("merge", tmp_path / "0", tmp_path / "1", "-o", tmp_path / "whole")
    assert merged.returncode == 0 and "merged" in merged.stdout and "8 outputs" in merged.stdout
    shutil.rmtree(tmp_path / "whole")
    told = json.loads(augcli("merge", tmp_path / "0", tmp_path / "1", "-o", tmp_path / "whole", "--json").stdout)
    assert told["merged"] == 8
