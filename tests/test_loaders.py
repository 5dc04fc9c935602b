"""Outputs of every layout are loaded by the usual loaders, from the output folder itself; nothing of augcli's gets in between."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import soundfile

datasets = pytest.importorskip("datasets")
sklearn_datasets = pytest.importorskip("sklearn.datasets")
torchvision_datasets = pytest.importorskip("torchvision.datasets")

IMAGES = "copies: 2\nimage: [crop: {size: 16}]\n"
TEXTS = "copies: 3\ntext: [random_swap]\noutput: {originals: copy}\n"


@pytest.fixture(autouse=True)
def no_network(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", str(tmp_path / "cache"))


def load(kind: str, cache: Path, **what: object):
    return datasets.load_dataset(kind, split="train", cache_dir=str(cache), **what)


@pytest.mark.parametrize("originals", ["none", "copy", "link"])
def test_class_folders_of_images(make, samples, tmp_path, originals):
    make(f"{IMAGES}output: {{originals: {originals}}}\n", samples / "images", tmp_path / "out")
    count = 28 if originals == "none" else 42
    images = torchvision_datasets.ImageFolder(tmp_path / "out")
    files = sklearn_datasets.load_files(tmp_path / "out", load_content=False)
    assert images.classes == files.target_names == ["animal", "thing"] and len(images) == len(files.filenames) == count
    found = load("imagefolder", tmp_path / "cache", data_dir=str(tmp_path / "out"))
    assert found.features["label"].names == ["animal", "thing"] and len(found) == count
    assert found[0]["image"].size == (16, 16) or originals != "none"


def test_class_folders_of_sounds(make, samples, tmp_path):
    make("copies: 2\naudio: [gain: {gain_db: [-6, 6]}]\n", samples / "sounds", tmp_path / "out")
    classes = sorted(os.listdir(samples / "sounds"))
    sounds = torchvision_datasets.DatasetFolder(str(tmp_path / "out"), soundfile.read, (".wav", ".flac", ".ogg", ".mp3"))
    assert sounds.classes == classes and len(sounds) == 16 and len(sounds[0][0][0]) > 1000
    assert sklearn_datasets.load_files(tmp_path / "out", load_content=False).target_names == classes


def test_splits_with_class_folders(make, samples, tmp_path):
    for split in ("train", "val"):
        shutil.copytree(samples / "images", tmp_path / "in" / split)
    make(f"{IMAGES}output: {{originals: copy}}\n", tmp_path / "in", tmp_path / "out")
    assert len(torchvision_datasets.ImageFolder(tmp_path / "out" / "train")) == 42
    assert len(torchvision_datasets.ImageFolder(tmp_path / "out" / "val")) == 14
    assert len(load("imagefolder", tmp_path / "cache", data_dir=str(tmp_path / "out"))) == 42


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl"])
def test_tables(make, samples, tmp_path, kind):
    (tmp_path / "in").mkdir()
    rows = [(number, f"the film number {number} was, all in all, good", "pos" if number % 2 else "neg") for number in range(9)]
    if kind == "jsonl":
        text = "".join(f'{{"id": "{a}", "text": "{b}", "label": "{c}"}}\n' for a, b, c in rows)
    else:
        mark = "," if kind == "csv" else "\t"
        text = mark.join(("id", "text", "label")) + "\n" + "".join(mark.join((f"r{a}", f'"{b}"', c)) + "\n" for a, b, c in rows)
    (tmp_path / "in" / f"t.{kind}").write_text(text)
    make(TEXTS, tmp_path / "in", tmp_path / "out")
    more = {"sep": "\t"} if kind == "tsv" else {}
    builder = "json" if kind == "jsonl" else "csv"
    found = load(builder, tmp_path / "cache", data_files=str(tmp_path / "out" / f"t.{kind}"), **more)
    assert len(found) == 9 * 4 and set(found["label"]) == {"pos", "neg"} and len(set(found["id"])) == 36
    assert [row for row in found["text"] if row == "the film number 3 was, all in all, good"]


def test_lines_of_texts(make, tmp_path):
    for name in ("cat", "dog"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "a.txt").write_text("one line of a text\nand here is another one\n")
    make(f"input: {{text: {{unit: line}}}}\n{TEXTS}", tmp_path / "in", tmp_path / "out")
    found = load("text", tmp_path / "cache", data_files=str(tmp_path / "out" / "**" / "*.txt"))
    assert len(found) == 16
    files = sklearn_datasets.load_files(tmp_path / "out", encoding="utf-8")
    assert files.target_names == ["cat", "dog"] and [text.count("\n") for text in files.data] == [8, 8]
