"""Every mistake that a user can make on the command line ends in one plain message and the right exit code."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

GOOD = "copies: 1\nimage: [crop: {size: 8, id: cut}]\ntext: [random_delete: {rate: 0.2}]\n"

# (command line, exit code, part of the message); {x} are the places below
LINES = [
    ("run", 2, "PIPELINE"),
    ("run {good}", 2, "INPUT"),
    ("run {good} {data}", 2, "--output"),
    ("run {good} {data} -o", 2, "-o"),
    ("run {good} {data} -o {out} --copies many", 2, "--copies"),
    ("run {good} {data} -o {out} --copies -1", 2, "--copies"),
    ("run {good} {data} -o {out} --seed 1.5", 2, "--seed"),
    ("run {good} {data} -o {out} --workers -1", 2, "--workers"),
    ("run {good} {data} -o {out} --memory 1", 2, "--memory"),
    ("run {good} {data} -o {out} --backend gpu", 2, "--backend"),
    ("run {good} {data} -o {out} --progress fancy", 2, "--progress"),
    ("run {good} {data} -o {out} --limit 0", 2, "--limit"),
    ("run {good} {data} -o {out} --no-such-option", 2, "--no-such-option"),
    ("run {good} {data} -o {out} --batch-size 0", 2, "--batch-size needs"),
    ("run {good} {data} -o {out} --batch-size ²", 2, "--batch-size needs"),
    ("run {good} {data} -o {out} --shard 3/3", 2, "--shard needs I/N"),
    ("run {good} {data} -o {out} --shard 1", 2, "--shard needs I/N"),
    ("run {good} {data} -o {out} --shard 0/0", 2, "--shard needs I/N"),
    ("run {good} {data} -o {out} --shard ²/3", 2, "--shard needs I/N"),
    ("run {good} {data} -o {out} --shard a/b", 2, "--shard needs I/N"),
    ("run {good} {data} -o {out} --max-errors some", 2, "--max-errors needs"),
    ("run {good} {data} -o {out} --max-errors nan", 2, "--max-errors needs"),
    ("run {good} {data} -o {out} --max-errors -5%", 2, "--max-errors needs"),
    ("run {good} {data} -o {out} --device gpu", 2, "use auto, cpu, cuda or cuda:N"),
    ("run {good} {data} -o {out} --device cuda:x", 2, "use auto, cpu, cuda or cuda:N"),
    ("run {good} {data} -o {out} --device cuda:²", 2, "use auto, cpu, cuda or cuda:N"),
    ("run {good} {data} -o {out} --device cuda --backend cpu", 2, "--backend cpu runs on the CPU only"),
    ("run {good} {data} -o {out} --prune --limit 3", 2, "--prune needs the whole plan"),
    ("run {good} {data} -o {out} --set cut.size", 2, "--set needs ID.FIELD=VALUE"),
    ("run {good} {data} -o {out} --set =8", 2, "--set needs ID.FIELD=VALUE"),
    ("run {good} {data} -o {out} --copies 100001", 3, "--copies: needs a whole number"),
    ("run {good} {data} -o {out} --set cat.size=8", 3, "there is no step with the id 'cat'"),
    ("run {good} {data} -o {out} --set cut.sise=8", 3, "unknown option"),
    ("run {good} {data} -o {out} --set cut.size=-8", 3, "size"),
    ("run {good} {data} -o {out} --set cut.size=[", 3, "not valid YAML"),
    ("run {good} {data} -o {out} --set seed.x=8", 3, "seed"),
    ("run {good} {data} -o {out} --set copies.cat.x=8", 3, "copies"),
    ("run {good} {data} -o {out} --set output.originals=maybe", 3, "output.originals"),
    ("run {good} {data} -o {file}", 73, "is not a folder"),
    ("run {good} {data} -o {data}", 73, "contains files that augcli did not write"),
    ("run {good} {data} -o {file}/below", 73, "Not a directory"),
    ("run {good} {nowhere} -o {out}", 2, "there is no such input"),
    ("run {good} {data} {data} -o {out}", 2, "several inputs are named"),
    ("run {good} {void} -o {out}", 4, "nothing to augment"),
    ("run {good} {data} -o {out} --copies 0", 4, "nothing to augment"),
    ("run {nowhere} {data} -o {out}", 2, "cannot read the pipeline"),
    ("run {data} {data} -o {out}", 2, "cannot read the pipeline"),
    ("run {image} {data} -o {out}", 2, "is not UTF-8 text"),
    ("check {broken}", 3, "not valid YAML"),
    ("check {list}", 3, "a pipeline is a mapping"),
    ("check {empty}", 3, "mapping"),
    ("check", 2, "PIPELINE"),
    ("check {good} {good}", 2, "unexpected extra argument"),
    ("plan {good}", 2, "INPUT"),
    ("plan {good} {nowhere}", 2, "there is no such input"),
    ("plan {good} {void}", 4, "nothing to augment"),
    ("verify {nowhere}", 2, "not an output folder of augcli run"),
    ("verify {data}", 2, "not an output folder of augcli run"),
    ("verify", 2, "OUTPUT"),
    ("replay {nowhere}", 2, "not an output folder of augcli run"),
    ("replay {data} --write {out}", 2, "--write writes a single output; name it with --id"),
    ("merge {data} -o {out}", 2, "not an output folder of augcli run"),
    ("merge -o {out}", 2, "SHARD"),
    ("explain {image}", 2, "is not in an output folder"),
    ("init {nowhere}", 2, "no such input"),
    ("ops show nothing", 2, "there is no operation 'nothing'"),
    ("ops nothing", 2, "nothing"),
    ("nothing", 2, "nothing"),
    ("--nothing", 2, "--nothing"),
    ("rum {good}", 2, "run"),
]


@pytest.fixture
def places(tmp_path, samples):
    for name, text in {
        "good": GOOD, "broken": "image: [flip: {p: 0.5]\n", "list": "- flip\n", "empty": "# nothing yet\n", "file": "x",
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text)
    (tmp_path / "void").mkdir()
    names = ("good", "broken", "list", "empty", "file", "void", "out", "nowhere")
    return {
        **{name: str(tmp_path / name) for name in names},
        "data": str(samples / "texts"),
        "image": str(samples / "images/animal/cat.jpg"),
    }


@pytest.mark.parametrize(("line", "code", "message"), LINES, ids=[line for line, _, _ in LINES])
def test_a_mistake_is_told_plainly(command, places, line, code, message):
    ended = command(*(part.format(**places) for part in line.split(" ")))
    said = " ".join(ended.err.replace("│", " ").split())
    assert (ended.code, ended.out) == (code, ""), ended.err
    assert message in said
    assert "internal error" not in said and "Traceback" not in said
    assert not os.path.exists(os.path.join(places["out"], "manifest.jsonl"))


def test_all_mistakes_of_a_pipeline_at_once_with_their_lines(command, pipeline_file, samples, tmp_path):
    path = pipeline_file(
        "sed: 7\ncopies: -1\nimage:\n  - flp\n  - rotate: {angle_deg: [0, 999]}\n  - flip: {p: 2}\n  - flip: {axis: up}\n"
    )
    for line in (["check", path], ["run", path, samples, "-o", tmp_path / "out"], ["plan", path, samples]):
        ended = command(*line)
        assert (ended.code, ended.out) == (3, "")
        for place, what in [(1, "sed"), (2, "copies"), (4, "flp"), (5, "angle_deg"), (6, "flip"), (7, "flip")]:
            assert any(f"line {place}, " in told and what in told for told in ended.err.splitlines()), (place, ended.err)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("argument", [b"\xff.yaml", b"\x1b[31mred", b"line\nbreak.yaml", "한글.yaml".encode(), b"-", b""])
@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_any_bytes_may_stand_on_the_line(argument, locale, tmp_path):
    command = [os.fsencode(sys.executable), b"-m", b"augcli", b"check", b"--", argument]
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, env={**os.environ, "LC_ALL": locale})
    assert done.returncode == 2 and done.stdout == b""
    assert b"cannot read the pipeline" in done.stderr and b"internal" not in done.stderr


def test_a_pipeline_with_any_name_can_be_checked(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff\n.yaml"
    with open(path, "w") as file:
        file.write(GOOD)
    done = subprocess.run([os.fsencode(sys.executable), b"-m", b"augcli", b"check", path], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"") and b"valid" in done.stdout
