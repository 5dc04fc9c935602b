"""What the README shows is true: every command in it is run, its YAML is checked, its tree and record are compared."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_blocks import blocks_in, follow
from PIL import Image

from augcli.engine.about.pages import topics

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def augcli(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "augcli", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)


def two_commands() -> list[str]:
    block = re.search(r"```sh two-commands\n(.*?)```", README, re.DOTALL)
    assert block
    return block.group(1).strip().splitlines()


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The README's main job, whole and in two shards."""
    folder = tmp_path_factory.mktemp("readme")
    job = re.search(r"augcli (run .*) -o out$", two_commands()[0])
    assert job
    made = {"whole": folder / "out", "first": folder / "out0", "second": folder / "out1"}
    for name, shard in (("whole", "0/1"), ("first", "0/2"), ("second", "1/2")):
        done = augcli(*shlex.split(job.group(1)), "-o", made[name], "--shard", shard)
        assert done.returncode == 0, done.stderr
    return made


def test_there_are_two_commands_and_both_set_themselves_up() -> None:
    main, tests = two_commands()
    for command in (main, tests):
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install ")
    assert "sample_data/pipeline.yaml sample_data/data" in main and tests.endswith("-m pytest")


def test_ci_runs_these_two() -> None:
    script = (ROOT / ".ci/run").read_text()
    assert "two-commands" in script and "README.md" in script


def test_the_files_it_names_come_out(outputs: dict[str, Path]) -> None:
    block = re.search(r"```\n(out/.*?)```", README, re.DOTALL)
    assert block
    names = [line.split()[0].removeprefix("out/") for line in block.group(1).splitlines()]
    assert len(names) >= 6
    assert [name for name in names if not (outputs["whole"] / name).is_file()] == []


TABLE = re.findall(r"^\| `augcli ([^`]+)` \|", README, re.MULTILINE)


@pytest.mark.parametrize("row", TABLE)
def test_each_command_of_the_table_runs(row: str, outputs: dict[str, Path], tmp_path: Path) -> None:
    values = {
        "PIPELINE": ["sample_data/pipeline.yaml"],
        "INPUT...": ["sample_data/data"],
        "FILE": [str(outputs["whole"] / "texts/alice_en__aug0.txt")],
        "OUTPUT...": [str(outputs["first"]), str(outputs["second"])],
        "OUTPUT": [str(outputs["whole"])],
    }
    words = row.split()
    if "-o" in words:  # what is to be written goes to a place of its own
        words[words.index("-o") + 1] = str(tmp_path / "made")
    filled = [value for word in words for value in values.get(word, [word])]
    done = augcli(*filled)
    assert done.returncode == 0, done.stderr
    assert done.stdout or done.stderr


def test_all_commands_are_in_the_table() -> None:
    listed = {row.split()[0] for row in TABLE}
    helped = set(re.findall(r"^│ ([a-z]+) ", augcli("--help").stdout, re.MULTILINE))
    assert helped and listed == helped


@pytest.mark.parametrize("code", re.findall(r"```yaml\n(.*?)```", README, re.DOTALL))
def test_its_pipelines_are_good(code: str, tmp_path: Path) -> None:
    path = tmp_path / "pipeline.yaml"
    path.write_text(code, encoding="utf-8")
    done = augcli("check", path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", re.findall(r"`augcli (ops [^`]+)`", README))
def test_its_other_commands_run(command: str, tmp_path: Path) -> None:
    values = {"PHOTO": "sample_data/data/images/animal/cat.jpg", "sheet.png": str(tmp_path / "sheet.png")}
    done = augcli(*[values.get(word, word) for word in command.split()])
    assert done.returncode == 0 and done.stdout, done.stderr


PERFORMANCE = (ROOT / "augcli/docs/performance.md").read_text(encoding="utf-8")
BENCHMARKS = re.findall(r"```sh benchmarks\n(.*?)```", PERFORMANCE, re.DOTALL)[0].strip().splitlines()


@pytest.mark.parametrize("command", BENCHMARKS)
def test_the_benchmarks_run(command: str) -> None:
    program, *words = shlex.split(command)
    assert program == "python"
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0 and "ms of processor time" in done.stdout, done.stderr


def test_the_way_to_a_trainer_can_be_followed(tmp_path: Path) -> None:
    blocks = list(blocks_in(README))
    follow(blocks, tmp_path)
    commands, loading = (next(b for b in blocks if (b.language, b.words) == (language, "")) for language in ("sh", "python"))
    lines = commands.text.splitlines() + loading.text.partition("\n\n")[2].splitlines()
    assert " -o out\n" not in commands.text, "the first command has filled out/ by another pipeline: run would refuse it"
    assert len(lines) == 6 and {"ImageFolder", "load_dataset", "load_files"} <= set(re.findall(r"\w+", loading.text))


def test_loaders_see_the_classes_and_every_copy(outputs: dict[str, Path]) -> None:
    sklearn_datasets = pytest.importorskip("sklearn.datasets")
    torchvision_datasets = pytest.importorskip("torchvision.datasets")
    images = torchvision_datasets.ImageFolder(outputs["whole"] / "images")
    files = sklearn_datasets.load_files(outputs["whole"] / "images", load_content=False)
    assert images.classes == files.target_names == ["animal", "thing"] and len(images) == len(files.filenames) == 42


def test_class_folders_at_the_top_are_loaded_from_the_output_itself(tmp_path: Path) -> None:
    sklearn_datasets = pytest.importorskip("sklearn.datasets")
    torchvision_datasets = pytest.importorskip("torchvision.datasets")
    done = augcli("run", ROOT / "sample_data/pipeline.yaml", ROOT / "sample_data/data/images", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    images = torchvision_datasets.ImageFolder(tmp_path / "out")
    files = sklearn_datasets.load_files(tmp_path / "out", load_content=False)
    assert images.classes == files.target_names == ["animal", "thing"] and len(images) == len(files.filenames) == 42


def test_classes_below_train_can_be_loaded(tmp_path: Path) -> None:
    torchvision_datasets = pytest.importorskip("torchvision.datasets")
    for name, photo in (("cat", "animal/cat.jpg"), ("dog", "animal/dog.jpg")):
        (tmp_path / "data/train" / name).mkdir(parents=True)
        shutil.copy(ROOT / "sample_data/data/images" / photo, tmp_path / "data/train" / name)
    (tmp_path / "pipeline.yaml").write_text("copies: 2\nimage: [flip, rotate]\n")
    done = augcli("run", "pipeline.yaml", "data", "-o", "out", "--set", "output.originals=copy", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    images = torchvision_datasets.ImageFolder(tmp_path / "out/train")
    assert images.classes == ["cat", "dog"] and len(images) == 6  # two copies and the original of each


def test_the_record_that_it_shows_is_written(outputs: dict[str, Path]) -> None:
    block = next(block for block in blocks_in(README) if block.language == "json")
    shown = json.loads(block.text)
    lines = (outputs["whole"] / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    made = next(record for record in map(json.loads, lines) if record["id"] == shown["id"])
    of_this_machine = ("sha256", "bytes")  # codecs may differ in a bit from one machine to the next
    assert list(shown) == list(made)
    assert {key: shown[key] for key in shown if key not in of_this_machine} == {
        key: made[key] for key in made if key not in of_this_machine
    }


def test_it_links_every_page() -> None:
    linked = re.findall(r"^- \[([a-z-]+)\]\(augcli/docs/([a-z-]+)\.md\): (.+)$", README, re.MULTILINE)
    assert linked == [(topic.name, topic.name, topic.summary) for topic in topics()]


def test_its_sheet_of_operations_can_be_made_again(tmp_path: Path) -> None:
    said = re.search(r"made by: augcli (ops sheet [^>]+) -o (\S+) -->", README)
    assert said and f"]({said.group(2)})" in README
    again = tmp_path / "again.jpg"
    done = augcli(*said.group(1).split(), "-o", again)
    assert done.returncode == 0, done.stderr
    with Image.open(ROOT / said.group(2)) as kept, Image.open(again) as made:
        assert kept.info["comment"] == made.info["comment"], "operations draw other things by default: make the image again"
        assert kept.size == made.size
    assert (ROOT / said.group(2)).stat().st_size <= 150_000


def test_its_images_are_there() -> None:
    images = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)
    assert images and all((ROOT / image).is_file() for image in images)
