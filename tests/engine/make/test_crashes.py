"""An exception of whatever class, at whatever stage, costs one sample its record; all others are written."""

from __future__ import annotations

import dataclasses
import errno
import json
import os

import cv2
import numpy as np
import pytest

from augcli.core.ops.op import REGISTRY, Op
from augcli.core.values.outcome import UserError
from augcli.dataset.layouts.blocks.passage_blocks import PassageBlocks
from augcli.engine.make.crashes import failure_of
from augcli.engine.modality.table import MODALITIES
from augcli.engine.plan import folder
from augcli.engine.state.events import UnitFailed


class StrangeError(Exception):
    """Of no class that anybody knows, and it cannot even be shown."""

    def __str__(self) -> str:
        raise SystemExit("no text")


CRASHES = [
    AttributeError("boom"), TypeError("boom"), ValueError("boom"), KeyError("boom"), IndexError("boom"),
    ZeroDivisionError("boom"), RuntimeError("boom"), AssertionError("boom"), NotImplementedError("boom"),
    RecursionError("boom"), OSError("no number, so not of the system"), UnicodeDecodeError("utf-8", b"x", 0, 1, "boom"),
    StopIteration("boom"), StrangeError(), SystemExit(0), GeneratorExit("boom"), type("Unusual", (BaseException,), {})("boom"),
]  # fmt: skip
OF_PLACE = [MemoryError("boom"), OSError(errno.EIO, "boom")]
ERRORS = [*CRASHES, *OF_PLACE]
FIRST_WIDTH = 20  # the image with the error number n is this and n wide; the others are wider
CODES = {
    "probe": "decode.crashed",
    "decode": "decode.crashed",
    "lower": "op.crashed",
    "kernel": "kernel.crashed",
    "encode": "encode.crashed",
    "write": "write.crashed",
}


def crash(width: int) -> None:
    """Raise what an image of this width stands for."""
    if width < FIRST_WIDTH + len(ERRORS):
        raise ERRORS[width - FIRST_WIDTH]


@pytest.fixture
def images(tmp_path):
    """An image for every error, among others."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(len(ERRORS) + 5):
        width = FIRST_WIDTH + number if number < len(ERRORS) else 80
        pixels = np.random.default_rng(number).integers(0, 256, (16, width, 3), np.uint8)
        assert cv2.imwrite(str(folder / f"{number:02d}.png"), pixels)
    return folder


@pytest.fixture
def stage(request, monkeypatch):
    """Has one stage crash: a modality whose part of it raises, an op as an installed package brings it, or a system call."""
    image = MODALITIES["image"]

    def opened(data, limits, reading):
        found = image.open(data, limits, reading)
        if request.param == "probe":
            crash(found.facts.width)
        return dataclasses.replace(found, decode=lambda scale: (crash(found.facts.width), found.decode(scale))[1])

    def apply(rows):
        for pixels, _, _ in rows:
            crash(pixels.shape[1])
        return image.apply(rows)

    def execute(rows, device):
        for pixels, _, _ in rows:
            crash(pixels.shape[1])
        return image.execute(rows, device)

    def encode(frames, header, output):
        crash(frames[0].shape[1])
        return image.encode(frames, header, output)

    def rename(source, target, **folders):
        if "__aug" in target and int(os.path.basename(target)[:2]) < len(ERRORS):
            raise ERRORS[int(os.path.basename(target)[:2])]
        os.replace(source, target, **folders)

    changed = {
        "probe": {"open": opened},
        "decode": {"open": opened},
        "kernel": {"apply": apply, "execute": execute},
        "encode": {"encode": encode},
    }
    if request.param == "lower":

        class Careless(Op):
            """Raises."""

            id = "image.careless"

            def lower(self, draw, state):
                crash(state.facts.width)
                return []

        assert REGISTRY["image.careless"] is Careless
    elif request.param == "write":
        monkeypatch.setattr(os, "rename", rename)
    else:
        monkeypatch.setitem(MODALITIES, "image", dataclasses.replace(image, **changed[request.param]))
    yield request.param
    REGISTRY.pop("image.careless", None)


@pytest.mark.parametrize("backend", ["cpu", "torch"])
@pytest.mark.parametrize("stage", CODES, indirect=True)
def test_each_costs_one_record(stage, backend, images, make, tmp_path):
    steps = "flip: {p: 1}, careless: {}" if stage == "lower" else "flip: {p: 1}"
    if stage == "write":  # trouble of the system with the output folder ends the run (test_full_disk); Python renames the other
        for number, error in enumerate(ERRORS):
            if isinstance(error, OSError | StopIteration):
                (images / f"{number:02d}.png").unlink()
    failures = {}

    def listen(event):
        if isinstance(event, UnitFailed):
            assert event.unit_id not in failures
            failures[event.unit_id.partition(".")[0]] = event.failure

    summary = make(f"image: [{steps}]\n", images, tmp_path / "out", backend=backend, listen=listen)
    assert summary.made == {"image": 5}
    wrong = {path.stem: ERRORS[int(path.stem)] for path in sorted(images.iterdir()) if int(path.stem) < len(ERRORS)}
    of_place = {name for name, error in wrong.items() if any(error is other for other in OF_PLACE)}
    assert failures.keys() == wrong.keys()
    for name, failure in failures.items():
        assert failure.of_place == (name in of_place)
        if name not in of_place:
            assert failure.code == CODES[stage] and failure.message.startswith(f"{type(wrong[name]).__name__}: ")
    # Those of the data have a record; those of the place are tried again.
    records = [json.loads(line) for line in (tmp_path / "out" / "manifest.jsonl").read_text().splitlines()]
    recorded = {record["source"].removesuffix(".png") for record in records if record["status"] == "failed"}
    assert recorded == wrong.keys() - of_place and len(records) == len(recorded) + 5
    assert summary.failed == {CODES[stage]: len(recorded)} and summary.missing == len(of_place)
    assert not list((tmp_path / "out").rglob("*.tmp"))


@pytest.mark.parametrize("backend", ["cpu", "torch"])
def test_mistakes_of_the_user_end_the_run(backend, images, make, tmp_path, monkeypatch):
    def encode(frames, header, output):
        raise UserError("no such table")

    monkeypatch.setitem(MODALITIES, "image", dataclasses.replace(MODALITIES["image"], encode=encode))
    with pytest.raises(UserError, match="no such table"):
        make("image: [flip]\n", images, tmp_path / "out", backend=backend)


def test_ctrl_c_ends_the_run():
    with pytest.raises(KeyboardInterrupt):
        failure_of(KeyboardInterrupt(), "lower")


def test_a_message_of_any_length_stays_readable():
    message = failure_of(ValueError("x" * 50_000_000), "lower").message
    assert len(message) < 2100 and message.endswith("… (50,000,000 characters)")


def test_a_lost_device_is_not_the_fault_of_a_row():
    named_so = type("AcceleratorError", (RuntimeError,), {})  # torch has such a class from 2.8 on
    for error in (RuntimeError("CUDA error: device-side assert triggered"), named_so("gone")):
        assert failure_of(error, "execute").of_place


class CarelessLayout(PassageBlocks):
    """Crashes over some documents."""

    def outline(self, data, *others):
        if b"boom" in data:
            raise KeyError("boom")
        return super().outline(data, *others)


def test_a_layout_that_crashes_costs_the_document(make, tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "block_layout", lambda kind: CarelessLayout())
    (tmp_path / "in").mkdir()
    for name in ("bad", "good"):
        word = "boom" if name == "bad" else "well"
        (tmp_path / "in" / f"{name}.txt").write_text(f"One line goes {word}.\nThe other one too.\n")
    text = "input: {text: {unit: line}}\ntext: [random_delete: {rate: 0.3}]\n"
    summary = make(text, tmp_path / "in", tmp_path / "out")
    assert summary.made == {"text": 2} and summary.failed == {"claim.crashed": 1}
    assert [(unit, code) for unit, code, _ in summary.failures] == [("bad.txt@*", "claim.crashed")]


def test_opencv_without_memory_is_a_failure_of_the_place() -> None:
    failure = failure_of(cv2.error("OpenCV(5) Insufficient memory in function 'OutOfMemoryError'"), "execute")
    assert (failure.code, failure.of_place) == ("memory", True)
