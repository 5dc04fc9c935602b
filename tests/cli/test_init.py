"""`augcli init`: what it proposes fits what is there, passes `check`, and runs."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import soundfile

from augcli.core.ops.op import REGISTRY
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.values.facts import ImageFacts
from augcli.core.values.outcome import NothingToDo
from augcli.engine.start import survey as survey_module
from augcli.engine.start.proposals import mirrors, proposed_size, words_of
from augcli.engine.start.starter import findings, pipeline_text
from augcli.engine.start.survey import Group, Survey, survey

FIRST_LINE = "# yaml-language-server: $schema=augcli.schema.json"


def image(path: Path, width: int = 40, height: int = 30, grey: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = (height, width) if grey else (height, width, 3)
    pixels = np.random.default_rng(len(str(path))).integers(0, 256, shape, np.uint8)
    path.write_bytes(cv2.imencode(path.suffix, pixels)[1].tobytes())


def sound(path: Path, seconds: float = 0.2) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.sin(np.arange(int(8000 * seconds)) * 0.1) * 0.3, 8000)


def text(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def proposed(*inputs: Path) -> str:
    return pipeline_text(survey([str(path) for path in inputs]))


def steps(yaml: str, modality: str) -> list[str]:
    return [step.id for top in parse_pipeline(yaml).steps.get(modality, ()) for step in top.walk()]


# Trees: each is built below a folder, and its starter must pass `check` and run


def digits(root: Path) -> None:
    for name in "0123456789":
        for number in range(2):
            image(root / "train" / name / f"{number}.png", 28, 28, grey=True)
        image(root / "test" / name / "9.png", 28, 28, grey=True)


def uneven(root: Path) -> None:
    for name, count in (("cats", 8), ("big dogs", 2)):
        for number in range(count):
            image(root / name / f"{number}.jpg", 300 + number, 200 + number)


def tables(root: Path) -> None:
    text(root / "a.csv", "nr,headline,topic\n1,the quick brown fox jumps over it,x\n2,another rather long one for you,y\n")
    text(root / "b.tsv", "nr\theadline\ttopic\n1\tand this is a third one\tx\n")


def only_test(root: Path) -> None:
    image(root / "test" / "a.png")
    image(root / "val" / "b.png")


def hostile_names(root: Path) -> None:
    for number, name in enumerate(("c'd\"", "#x: y", "a\nb [x]", "- {p: 1}", "\u202eabc", "no")):
        for copy in range(1 + number):
            image(root / name / f"{copy}.png")
    os.makedirs(os.fsencode(root) + b"/\xff\xfe")
    image(Path(os.fsdecode(os.fsencode(root) + b"/\xff\xfe")) / "a.png")


def sounds(root: Path) -> None:
    sound(root / "bark" / "a.wav")
    sound(root / "meow" / "b.flac", 1.5)


def texts(root: Path) -> None:
    text(root / "a.txt", "안녕하세요 여러분 반갑습니다\n")
    text(root / "b.md", "Some words of English, in a file.\n")


def everything(root: Path) -> None:
    sounds(root / "sounds")
    texts(root / "texts")
    image(root / "images" / "a.png")
    tables(root / "tables")


def damaged(root: Path) -> None:
    image(root / "good.png")
    (root / "bad.png").write_bytes((root / "good.png").read_bytes()[:40])
    (root / "x.zip").write_bytes(b"PK\3\4")


TREES = [digits, uneven, tables, only_test, hostile_names, sounds, texts, everything, damaged]


@pytest.mark.parametrize("tree", TREES, ids=[tree.__name__ for tree in TREES])
def test_what_is_proposed_passes_check_and_runs(tree: Callable[[Path], None], make: Callable[..., Any], tmp_path: Path) -> None:
    root = tmp_path / "data"
    root.mkdir()
    tree(root)
    yaml = proposed(root)
    assert yaml.splitlines()[0] == FIRST_LINE and yaml.endswith("\n")
    assert max(len(line) for line in yaml.splitlines()) < 200
    summary = make(yaml, root, tmp_path / "out")
    assert sum(summary.made.values()) > 0
    assert set(summary.failed) <= {"image.truncated", "image.corrupt"}  # of `damaged`
    found = survey([str(root)])
    assert {name for name, some in parse_pipeline(yaml).steps.items() if some} == set(found.groups)


def test_the_samples_get_steps_for_all_they_hold(samples: Path, make: Callable[..., Any], tmp_path: Path) -> None:
    yaml = proposed(samples)
    assert {"flip", "crop", "color_jitter", "soften"} <= set(steps(yaml, "image"))
    assert "gain" in steps(yaml, "audio") and "random_delete" in steps(yaml, "text")
    assert "crop: {area: [0.6, 1], size: 224}" in yaml
    assert "reviews.csv: text column 'text', label column 'label'" in yaml
    assert make(yaml, samples, tmp_path / "out").exit_code == 0


def test_steps_that_are_not_installed_are_not_proposed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts(tmp_path)
    for name in ("text.synonym", "text.random_swap", "text.keyboard_typo", "text.spelling"):
        monkeypatch.delitem(REGISTRY, name, raising=False)
    assert steps(proposed(tmp_path), "text") == ["random_delete"]  # nothing is left to choose from
    monkeypatch.delitem(REGISTRY, "text.random_delete")
    image(tmp_path / "a.png")
    assert steps(proposed(tmp_path), "text") == []


def test_only_what_is_there_is_written(tmp_path: Path) -> None:
    sounds(tmp_path)
    yaml = proposed(tmp_path)
    assert "\nimage:" not in yaml and "\ntext:" not in yaml and "\naudio:" in yaml


# What is proposed, and why


def test_digits_are_not_mirrored_and_grey_images_keep_their_grey(tmp_path: Path) -> None:
    digits(tmp_path)
    yaml = proposed(tmp_path)
    assert "# - flip: {p: 0.5}" in yaml and "look like digits or letters" in yaml
    assert "color_jitter" not in yaml and {"brightness", "contrast"} <= set(steps(yaml, "image"))
    assert "size:" not in yaml.partition("crop:")[2].partition("\n")[0]  # all 28 × 28: they keep it
    assert "splits: test 10, train 20" in yaml and "Only the train split is augmented" in yaml


@pytest.mark.parametrize(
    ("names", "mirrored"),
    [
        (["cat", "dog"], True),
        (["turn_left", "straight"], False),
        (["TurnRight", "stop"], False),
        (["rechts", "links"], False),
        (["a", "b"], False),
        (["licence plate", "car"], False),
        (["street-sign", "car"], False),
        (["bright", "cleft"], True),  # hold "right" and "left" within a word
        (["context", "signal"], True),
    ],
    ids=str,
)
def test_flips_are_left_out_where_names_speak_against_them(names: list[str], mirrored: bool) -> None:
    group = Group(labels=Counter(names))
    assert (mirrors(group, Survey(["data"], survey_module.Input())) == "") == mirrored


def test_folders_and_the_input_are_hints_as_well() -> None:
    assert words_of("turnLeft_2-b Right") == ["turn", "left", "b", "right"]
    plain = Survey(["data"], survey_module.Input())
    assert "handwriting" in mirrors(Group(folders={"handwriting"}), plain)
    assert "mnist" in mirrors(Group(), Survey(["/data/mnist/"], survey_module.Input()))


@pytest.mark.parametrize(
    ("sizes", "size"),
    [
        ([(32, 32)] * 5, None),
        ([(640, 480), (500, 375), (375, 500)], 224),
        ([(640, 360), (656, 368), (704, 392)], [384, 224]),
        ([(360, 640), (368, 656), (392, 704)], [224, 384]),
        ([(100, 90), (120, 100), (110, 96)], 96),
        ([(20, 20), (24, 22)], None),
        ([(4000, 3000), (3000, 4000)], 224),
    ],
    ids=str,
)
def test_sizes_are_proposed_from_the_images(sizes: list[tuple[int, int]], size: Any) -> None:
    assert proposed_size([ImageFacts(*pair) for pair in sizes]) == size


def test_uneven_classes_get_copies_that_would_even_them_out(tmp_path: Path) -> None:
    uneven(tmp_path)
    yaml = proposed(tmp_path)
    line = next(line for line in yaml.splitlines() if line.startswith("# copies:"))
    copies = parse_pipeline(line.removeprefix("# ") + "\nimage: [flip]\n").copies
    assert copies == {"*": 3, "big dogs": 15}
    assert 8 * (1 + copies["*"]) == 2 * (1 + copies["big dogs"]) == 32


def test_the_proposed_copies_hold_for_hostile_names(tmp_path: Path) -> None:
    hostile_names(tmp_path)
    line = next(line for line in proposed(tmp_path).splitlines() if line.startswith("# copies:"))
    copies = parse_pipeline(line.removeprefix("# ") + "\nimage: [flip]\n").copies
    assert set(copies) - {"*"} <= set(os.listdir(tmp_path)) and len(copies) > 4
    assert "\udcff\udcfe" in copies


def test_a_text_column_is_found_by_its_content(tmp_path: Path) -> None:
    tables(tmp_path)
    assert "input: {table: {text: headline}}" in proposed(tmp_path).splitlines()


def test_where_columns_disagree_the_user_is_asked(tmp_path: Path) -> None:
    tables(tmp_path)
    text(tmp_path / "c.csv", "nr,story\n1,one two three four five\n")
    text(tmp_path / "d.csv", "text\none two three four five\n")
    yaml = proposed(tmp_path)
    assert "# input: {table: {text: NAME}}" in yaml and "\ninput:" not in yaml
    assert "c.csv: no column is recognised as the text; the columns are: nr, story" in yaml
    assert "cannot be read: 3 × table.no_text_column" in yaml


def test_without_a_split_for_training_all_is_augmented(tmp_path: Path) -> None:
    only_test(tmp_path)
    assert "input: {splits: all}" in proposed(tmp_path).splitlines()


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    damaged(tmp_path)
    told = findings(survey([str(tmp_path)]))
    assert any("could not be read: 1 of the 2 images tried: image." in line for line in told)
    assert any(line.startswith("left out: 1 × detect.other") for line in told)


def test_only_a_sample_of_headers_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        image(tmp_path / f"{number}.png")
    monkeypatch.setattr(survey_module, "PROBES", 5)
    first, again = survey([str(tmp_path)]), survey([str(tmp_path)])
    assert first.groups["image"].samples == 12 and len(first.groups["image"].facts) == 5
    assert first.groups["image"].facts == again.groups["image"].facts


@pytest.mark.parametrize("names", [[], ["x.zip"], ["empty.jpg"]], ids=str)
def test_where_there_is_nothing_nothing_is_proposed(names: list[str], tmp_path: Path) -> None:
    for name in names:
        (tmp_path / name).write_bytes(b"PK\3\4" if name.endswith("zip") else b"")
    with pytest.raises(NothingToDo, match="nothing to augment"):
        proposed(tmp_path)


# The command


def test_the_pipeline_goes_to_standard_output_and_the_findings_do_not(augcli: Callable[..., Any], samples: Path) -> None:
    done = augcli("init", samples)
    assert done.returncode == 0 and done.stdout.splitlines()[0] == FIRST_LINE
    assert "14 images" in done.stderr
    parse_pipeline(done.stdout)


def test_a_file_is_written_once(augcli: Callable[..., Any], samples: Path, tmp_path: Path) -> None:
    path = tmp_path / "my pipeline.yaml"
    done = augcli("init", samples, "-o", path)
    assert done.returncode == 0 and "14 images" in done.stdout and f"wrote {path}" in done.stdout
    assert augcli("check", path).returncode == 0
    path.write_text("mine", encoding="utf-8")
    refused = augcli("init", samples, "-o", path)
    assert refused.returncode == 73 and "--force" in refused.stderr and path.read_text(encoding="utf-8") == "mine"
    assert augcli("init", samples, "-o", path, "--force").returncode == 0
    assert path.read_text(encoding="utf-8").startswith(FIRST_LINE)


def test_json_and_errors(augcli: Callable[..., Any], samples: Path, tmp_path: Path) -> None:
    told = json.loads(augcli("init", samples, "--json").stdout)
    assert told["samples"] == {"image": 14, "audio": 8, "text": 28} and told["labels"]["image"] == {"animal": 7, "thing": 7}
    assert told["pipeline"].startswith(FIRST_LINE)
    assert augcli("init", tmp_path).returncode == 4
    missing = augcli("init", tmp_path / "nowhere")
    assert missing.returncode == 2 and "no such input" in missing.stderr
