"""Times operations on the torch backend against kornia and torchvision v2: ms of CPU time per image.

    python tests/benchmarks/torch_ops.py [--device cuda] [--rounds 7] [--only WORD] [--planes]

8 photographs of 500×375 in RGB, with parameters of its own for each. All begin and end with interleaved uint8 arrays on the
host, as decoders give them and encoders take them:
  augcli       one batch: planning, upload, kernels, download
  kornia       one batch, stacked, to float32 in 0…1, and back with rounding; it draws parameters for each image
  torchvision  one image per call, since it draws once per call; uint8 tensors, made float where it does so itself
With --planes the two begin and end with uint8 planes (channels first), and the transposition of a dataset writer is left out.
One thread, rounds interleaved, median (least–most). The ratio is augcli's median over the faster of the two: above 1 is slower.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import cv2
import numpy as np
import torch
from torch_ops_peers import HEIGHT, WIDTH, Compared, chosen

from augcli import ops
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import draw_steps, lower
from augcli.core.values.facts import ImageFacts
from augcli.kernels.torch.image import execute as torch_image

BATCH = 8
Work = Callable[[], Any]


def photographs() -> list[np.ndarray]:
    """Different cuts of photographs: what a cache holds, and how values are spread, is as in real work."""
    import skimage.data

    whole = [skimage.data.chelsea(), skimage.data.astronaut(), skimage.data.coffee(), skimage.data.rocket()]
    found = []
    for number in range(BATCH):
        one = whole[number % len(whole)]
        shift = 7 * number
        found.append(cv2.resize(one[shift:, shift:], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))
    return found


def by_augcli(row: Compared, images: list[np.ndarray], device: str) -> Work:
    compiled = CompiledPipeline(parse_pipeline(f"image:\n  - {row.step}\n").steps["image"])
    facts = ImageFacts(WIDTH, HEIGHT)
    rows = []
    for number in range(BATCH):
        drawn = draw_steps(compiled, unit_key(7, f"{number}.jpg", 0))
        program = lower(drawn, State(facts, partner_facts=lambda place: facts)).program
        rows.append(torch_image.BatchRow(number, program, tuple((number + 1 + each) % BATCH for each in range(3))))
    return lambda: torch_image.execute(images, rows, device)


def by_kornia(row: Compared, images: list[np.ndarray], device: str, planes: bool, kornia: ModuleType | None) -> Work | None:
    if row.kornia is None or kornia is None:
        return None
    module = row.kornia(kornia, torch)
    given = _tensors(images, planes)

    def work() -> Any:
        batch = torch.stack(given).to(device).float().div_(255)
        result = module(batch)
        levels = result.mul(255).round_().clamp_(0, 255).to(torch.uint8).cpu()
        return levels if planes else levels.permute(0, 2, 3, 1).contiguous().numpy()

    return work


def by_torchvision(row: Compared, images: list[np.ndarray], device: str, planes: bool, v2: ModuleType | None) -> Work | None:
    change = row.torchvision
    if change is None or v2 is None:
        return None
    given = _tensors(images, planes)
    draw = Random(7)

    def work() -> Any:
        results = [change(v2, each.to(device), draw).cpu() for each in given]
        return results if planes else [each.permute(1, 2, 0).contiguous().numpy() for each in results]

    return work


def _tensors(images: Sequence[np.ndarray], planes: bool) -> list[torch.Tensor]:
    given = [torch.from_numpy(pixels).permute(2, 0, 1) for pixels in images]
    return [each.contiguous() for each in given] if planes else given


def peers() -> tuple[ModuleType | None, ModuleType | None]:
    """kornia.augmentation and torchvision.transforms.v2.functional, as far as they are there."""
    kornia: ModuleType | None = None
    v2: ModuleType | None = None
    try:
        import kornia.augmentation as kornia
    except ImportError:
        print("kornia is not installed (pip install kornia): its column stays empty", file=sys.stderr)
    try:
        import torchvision.transforms.v2.functional as v2
    except ImportError:
        print("torchvision is not installed (pip install torchvision): its column stays empty", file=sys.stderr)
    return kornia, v2


def timed(works: Sequence[Work | None], rounds: int, device: str) -> list[list[float]]:
    """ms per image of each, round by round; the first round warms up."""
    clock = time.process_time if device == "cpu" else time.perf_counter
    times: list[list[float]] = [[] for _ in works]
    for turn in range(rounds + 1):
        for work, own in zip(works, times, strict=True):
            if work is None:
                continue
            start = clock()
            work()
            if turn:
                own.append(1000 * (clock() - start) / BATCH)
    return times


def shown(times: list[float]) -> str:
    return f"{statistics.median(times):7.2f} ({min(times):.2f}–{max(times):.2f})" if times else "      –"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--planes", action="store_true", help="kornia and torchvision from and to planes")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(7)
    ops.load()
    kornia, v2 = peers()
    images = photographs()
    print(f"torch {torch.__version__} on {options.device}, {BATCH} images of {WIDTH}×{HEIGHT}; ms per image")
    print(f"{'':20}{'augcli':24}{'kornia':24}{'torchvision':24}ratio")
    for name, row in chosen(options.only):
        works = [
            by_augcli(row, images, options.device),
            by_kornia(row, images, options.device, options.planes, kornia),
            by_torchvision(row, images, options.device, options.planes, v2),
        ]
        times = timed(works, options.rounds, options.device)
        best = min((statistics.median(each) for each in times[1:] if each), default=None)
        ratio = f"{statistics.median(times[0]) / best:6.2f}" if best else "     –"
        print(f"{name:20}" + "".join(f"{shown(each):24}" for each in times) + ratio, flush=True)


if __name__ == "__main__":
    main()
