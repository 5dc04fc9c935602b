"""Law 5, held without a GPU: a batch crosses the bus once, nothing waits for the device, nothing loops over rows.

Kernels run on fake tensors that say they are on CUDA, under a watch that sees every operation dispatched.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from augcli.core.primitives.audio import Gain
from augcli.core.primitives.displace import Displace
from augcli.core.primitives.grain import FillNoise, LevelNoise, PhotonNoise, Scatter
from augcli.core.primitives.image import Blend, ColourMatrix, Fill, Filter, NormalNoise, Warp
from augcli.core.primitives.layers import Layer
from augcli.core.primitives.neighbours import Feather, Filter2D, Median, Spread, Unsharp, ZoomMean
from augcli.core.primitives.paint import Cover, Glow, Paint
from augcli.core.primitives.recode import Recode
from augcli.core.primitives.tiles import Tiles
from augcli.core.primitives.tone import Adapt, Curve, HueSaturationValue, LocalContrast, Shade
from augcli.core.values.matrix import about, rotation, scaling
from augcli.kernels.torch.audio import execute as torch_audio
from augcli.kernels.torch.batch.arena import Packer, Pending, upload
from augcli.kernels.torch.batch.pixels import Stage, run_rounds
from augcli.kernels.torch.batch.rounds import Rounds, plan_rounds
from augcli.kernels.torch.batch.rows import Batch, BatchRow
from augcli.kernels.torch.image import execute as torch_image
from augcli.kernels.torch.image.recode import between_recodes, holds_recodes
from augcli.kernels.torch.image.values import ColourKernel


class LawBroken(AssertionError):
    pass


class Watch(TorchDispatchMode):
    """Counts operations and crossings of the bus; raises on whatever makes the host wait or takes host data along."""

    # Sizes that depend on values, values that come to the host, and tensors made of Python numbers.
    FORBIDDEN = ("_local_scalar_dense", "nonzero", "masked_select", "_unique", "unique_", "equal", "lift_fresh", "is_pinned")

    def __init__(self) -> None:
        super().__init__()
        self.operations = self.uploads = self.downloads = 0

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = function.overloadpacket.__name__
        if name.startswith(self.FORBIDDEN):
            raise LawBroken(f"{name} must not be used")
        before = [leaf for leaf in tree_leaves((args, kwargs or {})) if isinstance(leaf, torch.Tensor)]
        if name == "index" and any(leaf.dtype in (torch.bool, torch.uint8) for leaf in before[1:]):
            raise LawBroken("a mask as an index must not be used")
        if name == "repeat_interleave" and (kwargs or {}).get("output_size") is None:
            raise LawBroken("repeat_interleave asks the device for its size")
        result = function(*args, **(kwargs or {}))
        after = [leaf for leaf in tree_leaves(result) if isinstance(leaf, torch.Tensor)]
        self.operations += name not in ("device", "detach")  # questions, not work
        if {leaf.device.type for leaf in (*before, *after)} >= {"cpu", "cuda"}:
            self._crossing(name, before, after)
        return result

    def _crossing(self, name: str, before: list[torch.Tensor], after: list[torch.Tensor]) -> None:
        if name == "copy_":
            source, target = before[1].device.type, before[0].device.type
        elif name == "_to_copy":
            source, target = before[0].device.type, after[0].device.type
        else:
            raise LawBroken(f"{name} touches both the host and the device")
        self.uploads += (source, target) == ("cpu", "cuda")
        self.downloads += (source, target) == ("cuda", "cpu")
        if self.uploads > 1 or self.downloads > 1:
            raise LawBroken(f"{self.uploads} uploads, {self.downloads} downloads")


def watched(packer: Packer, rounds: Rounds) -> int:
    """Run the device's part; the number of operations."""
    with FakeTensorMode(), Watch() as watch:
        inbox = torch.empty(packer.size, dtype=torch.uint8)
        assert inbox.device.type == "cpu"
        arena = upload(inbox, rounds.scratch, "cuda")
        assert arena.device.type == "cuda"
        host = Pending(run_rounds(arena, packer.size, rounds)).host
        assert host.device.type == "cpu"
    assert (watch.uploads, watch.downloads) == (1, 1)
    return watch.operations


RECODE = Recode("jpeg", 50)
GREY = (0.3, 0.59, 0.11) * 3
TAPS = (0.25, 0.5, 0.25)


def turned(border: str, interpolation: str = "bilinear", lean: float = 0.0) -> Callable[[int, int], Warp]:
    def warp(width: int, height: int) -> Warp:
        a, b, c, d, e, f, _, _, _ = about(rotation(10.0), width / 2, height / 2)
        return Warp((a, b, c, d, e, f, lean, 0.0, 1.0), (width, height), border, interpolation=interpolation)

    return warp


def whole(width: int, height: int) -> tuple[int, int, int, int]:
    return 0, 0, width, height


STEPS: dict[str, Callable[[int, int], Any]] = {
    "flip": lambda width, height: Warp((-1, 0, width, 0, 1, 0, 0, 0, 1), (width, height)),
    "reflect": turned("reflect"),
    "edge": turned("edge"),
    "constant": turned("constant"),
    "perspective": turned("reflect", lean=1e-3),
    "nearest": turned("constant", "nearest"),
    "reduce": lambda width, height: Warp(scaling(0.3, 0.3), (width // 3, height // 3), interpolation="bilinear"),
    "colour": lambda width, height: ColourMatrix.linear(GREY),
    "mean": lambda width, height: ColourMatrix(GREY, GREY, (0, 0, 0)),
    "noise": lambda width, height: NormalNoise("gaussian", 0.1, width),
    "filter": lambda width, height: Filter(TAPS, TAPS),
    "fill": lambda width, height: Fill((((1, 1, 3, 3), (0, 0, 0)), ((2, 2, 5, 5), (1, 1, 1)))),
    "curve": lambda width, height: Curve.alike(tuple([(level * width) % 256 for level in range(256)])),
    "equalize": lambda width, height: Adapt("equalize"),
    "stretch": lambda width, height: Adapt("stretch", 10_000),
    "match": lambda width, height: Adapt("match", 0, tuple([level << 12 for level in range(1, 257)]) * 4),
    "clahe": lambda width, height: LocalContrast(2.0, 4, 3),
    "hsv": lambda width, height: HueSaturationValue(10.0, 1.2, 1.1),
    "shade": lambda width, height: Shade(1.0, 1 / width, 1 / height, 0.0, 0.0),
    "displace": lambda width, height: Displace(2, 1, (0.5, 1.0) * 10, (1.0,) * 20),
    "displace nearest": lambda width, height: Displace(1, 1, (2.0,) * 16, (1.0,) * 16, True, "constant", (1, 0, 0), "nearest"),
    "tiles": lambda width, height: Tiles(3, 2, (4, 3, 2, 1, 0, 5)),
    "filter 2d": lambda width, height: Filter2D(((0, 0, 0.5), (2, -1, 0.3), (-1, 3, 0.2))),
    "filter 2d, kept": lambda width, height: Filter2D(((-1, 0, -0.5), (0, 1, 1.5)), "keep", True),
    "unsharp": lambda width, height: Unsharp(TAPS, 1.0, 2.0),
    "median": lambda width, height: Median(1),
    "median 7": lambda width, height: Median(3),
    "zoom blur": lambda width, height: ZoomMean(0.3, 5),
    "feather": lambda width, height: Feather(2),
    "spread": lambda width, height: Spread(3, width),
    "level noise": lambda width, height: LevelNoise(0.1, 0.1, (0.1, 0.9, 0.0), width),
    "photons": lambda width, height: PhotonNoise(float(width), width),
    "scatter": lambda width, height: Scatter(((0.1, (0, 0, 0)), (0.1, (1, 1, 1))), width),
    "scatter values": lambda width, height: Scatter(((0.1, (0, 0, 0)),), width, True),
    "fill noise": lambda width, height: FillNoise(((1, 1, 3, 3), (2, 2, 5, 5)), width),
    "paint": lambda width, height: Paint(Glow(width / 2, 3.0, 5.0), (1, 0.5, 0), 0.5),
    "cover": lambda width, height: Cover(((1.0, 1.0, width, 3.0, 2.0, height),), (1, 0.5, 0)),
    "mixup": lambda width, height: Blend((Layer(0, (turned("edge")(width, height),), 0.5, whole(width, height)),)),
    "mosaic": lambda width, height: Blend((Layer(0, (), 1.0, (0, 0, 4, 4)), Layer(0, (), 0.5, (2, 2, 6, 6)))),
    "sticker": lambda width, height: Blend((Layer(1, (turned("constant")(width, height),), 0.5, (1, 2, 6, 6), True),)),
}


def image_operations(count: int, names: list[str], channels: int = 3, bits: int = 8) -> int:
    rng, dtype = Random(0), f"uint{bits}"
    images, rows = [], []
    for place in range(count):
        # Odd, so that no two images happen to lie side by side in the inbox, which is loaded in another way.
        width, height = rng.randrange(9, 40, 2), rng.randrange(9, 40, 2)
        images.append(np.zeros((height, width, channels), dtype))
        program = []
        for name in names:
            deep = bits == 16 and name == "curve"
            program.append(Curve.alike(tuple(range(65_536))) if deep else STEPS[name](width, height))
            width, height = program[-1].size if isinstance(program[-1], Warp) else (width, height)
        rows.append(BatchRow(place, tuple(program), (place, count)))
    images.append(np.zeros((7, 9, 4), dtype))
    batch = Batch(images, rows, 1 << 22, torch_image.STEPS)
    return watched(batch.packer, batch.rounds)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("name", STEPS)
def test_a_batch_crosses_the_bus_once_and_no_loop_goes_over_rows(name: str, channels: int) -> None:
    assert image_operations(2, [name], channels) == image_operations(8, [name], channels)


@pytest.mark.parametrize("name", STEPS)
def test_neither_do_images_of_16_bits(name: str) -> None:
    assert image_operations(2, [name], 3, 16) == image_operations(8, [name], 3, 16)


def test_a_long_program_crosses_the_bus_once() -> None:
    names = ["flip", "reflect", "colour", "mean", "noise", "filter", "fill", "mosaic", "reduce", "nearest"]
    few, many = image_operations(2, names), image_operations(32, names)
    assert few == many
    assert few < 2000


def test_rows_with_programs_in_another_order_cross_the_bus_once() -> None:
    images = [np.zeros((9 + k, 12, 3), np.uint8) for k in range(6)]
    names = ["flip", "reflect", "colour", "noise", "filter", "fill", "mixup"]
    rows = []
    for place, image in enumerate(images):
        height, width, _ = image.shape
        order = Random(place).sample(names, 5)
        rows.append(BatchRow(place, tuple(STEPS[name](width, height) for name in order), (place,)))
    batch = Batch(images, rows, 1 << 22, torch_image.STEPS)
    watched(batch.packer, batch.rounds)


def recoded_trips(count: int, order: list[str]) -> list[int]:
    """How many operations each round trip takes, for rows that hold Recodes where `order` says so."""
    trips = []
    images = [np.zeros((9 + 2 * k, 11, 3), np.uint8) for k in range(count)]
    programs = [tuple(RECODE if name == "recode" else STEPS[name](11, 9 + 2 * k) for name in order) for k in range(count)]

    def run(own: Any, rows: list[BatchRow]) -> list[np.ndarray]:
        batch = Batch(own, rows, 1 << 22, torch_image.STEPS)
        trips.append(watched(batch.packer, batch.rounds))
        return [own[row.image] for row in rows]

    rows = [BatchRow(place, program, (place,)) for place, program in enumerate(programs)]
    rows.append(BatchRow(0, (STEPS["colour"](11, 9),)))  # one that holds none goes with the first
    assert holds_recodes(rows)
    assert len(between_recodes(images, rows, run)) == count + 1
    return trips


@pytest.mark.parametrize(
    ("order", "count"),
    [
        (["noise", "recode", "colour"], 2),
        (["recode", "noise", "colour"], 1),
        (["colour", "noise", "recode"], 1),
        (["colour", "recode", "recode", "mixup"], 2),
        (["colour", "recode", "noise", "recode", "colour"], 3),
    ],
)
def test_recodes_in_between_are_one_more_counted_round_trip(order: list[str], count: int) -> None:
    few, many = recoded_trips(2, order), recoded_trips(8, order)
    assert few == many
    assert len(few) == count


def test_sound_crosses_the_bus_once() -> None:
    def operations(count: int) -> int:
        packer = Packer()
        rows = [(np.zeros((2, 700 * (k + 1)), np.float32), (Gain(0.5), Gain(2.0))) for k in range(count)]
        chains = [torch_audio._chain(samples, program, packer) for samples, program in rows]
        return watched(packer, plan_rounds(chains, packer, 1 << 22))

    assert operations(2) == operations(8)


def broken(monkeypatch: pytest.MonkeyPatch, fault: Callable[[Stage], Any]) -> None:
    """Put a fault into a kernel."""
    run = ColourKernel.run

    def faulty(self: ColourKernel, stage: Stage) -> None:
        fault(stage)
        run(self, stage)

    monkeypatch.setattr(ColourKernel, "run", faulty)


def masked(stage: Stage) -> Any:
    rows = stage.numbers[0]
    return rows[rows > 3]


@pytest.mark.parametrize(
    "fault",
    [
        lambda stage: stage.values.cpu(),
        lambda stage: stage.values.sum().item(),
        lambda stage: bool((stage.values > 0).any()),
        lambda stage: stage.values.nonzero(),
        masked,
        lambda stage: torch.tensor([1.0, 2.0], device="cuda"),
        lambda stage: stage.values + torch.zeros(stage.values.shape),
        lambda stage: stage.values[:, [0, 1]],
        lambda stage: torch.repeat_interleave(stage.numbers[0]),
        lambda stage: torch.zeros(3).to("cuda"),
        lambda stage: stage.values.unique(),
    ],
    ids=["cpu", "item", "bool", "nonzero", "mask", "tensor of a list", "mixed devices", "index by a list", "size from values",
         "second upload", "unique"],
)  # fmt: skip
def test_faults_are_caught(monkeypatch: pytest.MonkeyPatch, fault: Callable[[Stage], Any]) -> None:
    broken(monkeypatch, fault)
    with pytest.raises((LawBroken, AssertionError, RuntimeError, NotImplementedError)):
        image_operations(2, ["colour"])


def test_a_loop_over_rows_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch, lambda stage: [row + 1 for row in stage.values.unbind(1)])
    assert image_operations(2, ["colour"]) != image_operations(8, ["colour"])


def test_without_faults_nothing_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch, lambda stage: stage.values + 1)
    assert image_operations(2, ["colour"]) == image_operations(8, ["colour"])
