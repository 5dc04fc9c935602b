"""Compares each image operation with its albumentations counterpart, on one CPU thread: CPU time per call on a photograph.

    python tests/benchmarks/image_ops.py [--ops NAME …] [--rounds 9] [--image PHOTO] [--sheet FOLDER]

The photograph is 500×375, RGB, 8 bits, and is neither decoded nor encoded. Ours is what the CPU backend does for a step of an
output: draw, lower, fuse, kernels (the output's key, one hash whatever the number of steps, is made beforehand). Theirs is
the whole call `A.Op(p=1)(image=…)`, the cheapest way to call it. Both draw anew for every call; `image_pairs.py` says which
parameters stand for each other. Rounds take turns; figures are medians of the rounds, with the least and the most.

"changes" is by how many levels each changes a value on average, so that nothing that leaves work out looks fast; --sheet
shows both. Without albumentations (pip install albumentations) ours are told alone.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"  # it asks the package index for news otherwise

import cv2
import numpy as np
from image_pairs import PAIRS, PHOTOS, SIZE, STICKER, STICKER_BOX, Pair

from augcli import ops
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import draw_steps, lower
from augcli.core.values.facts import ImageFacts
from augcli.core.values.resources import Shown
from augcli.engine.make.layers import with_shown
from augcli.engine.modality.table import MODALITIES
from augcli.engine.resources.opened import resources_of
from augcli.engine.state.device import keep_freed_memory
from augcli.kernels.cpu.image.apply import apply

Image = np.ndarray
Work = Callable[[], Image]
TARGET_S = 0.02  # of calls in a row, in every round
DRAWN = 20  # calls whose mean change is told
FACTS = ImageFacts(*SIZE)


def photographs(first: Path) -> list[Image]:
    """`first`, and three others to mix in, cut to the size."""
    others = [path for path in sorted(PHOTOS.rglob("*.jpg")) if path != first]
    found = []
    for path in [first, *others[:3]]:
        pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if pixels is None:
            sys.exit(f"cannot decode {path}")
        factor = max(SIZE[0] / pixels.shape[1], SIZE[1] / pixels.shape[0])
        enlarged = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        found.append(cv2.cvtColor(np.ascontiguousarray(enlarged[: SIZE[1], : SIZE[0]]), cv2.COLOR_BGR2RGB))
    return found


def ours(pair: Pair, photo: Image, others: list[Image]) -> Work:
    text = json.dumps({"image": [{pair.op.split()[0]: pair.fields}]})  # which YAML takes, too
    compiled = CompiledPipeline(parse_pipeline(text).steps["image"])
    opener = resources_of(compiled).get
    keys = itertools.cycle([unit_key(7, "photo.jpg", copy) for copy in range(1000)])

    def work() -> Image:
        drawn = draw_steps(compiled, next(keys))
        program, partners = lower(drawn, State(FACTS, "", lambda number: FACTS, opener)).program, others
        if pair.others == "overlay_metadata":  # its images are found as a run finds them
            program, partners = with_shown(program, 0, shown)
        pixels = photo
        for primitive in program:
            pixels = apply(pixels, primitive, partners)
        return pixels

    def shown(image: Shown, by_alpha: bool) -> Image:
        return MODALITIES["image"].as_partner(opener(image.request).pixels(*image.which), photo, by_alpha)

    return work


def theirs(pair: Pair, photo: Image, others: list[Image]) -> Work | None:
    """None where albumentations is not installed, or this version of it lacks the operation."""
    if find_spec("albumentations") is None:
        return None
    import albumentations

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # it warns of arguments that it does not know
            transform = getattr(albumentations, pair.peer)(**pair.arguments, p=1)
    except (AttributeError, UserWarning, ValueError) as error:
        print(f"{pair.op}: no albumentations.{pair.peer}: {error}", file=sys.stderr)
        return None
    cv2.setNumThreads(1)  # importing it lets OpenCV use all threads again
    transform.set_random_seed(7)
    more: dict[str, Any] = {}
    if pair.others == "overlay_metadata":
        sticker = cv2.cvtColor(cv2.imread(str(STICKER), cv2.IMREAD_UNCHANGED), cv2.COLOR_BGRA2RGBA)
        mask = (sticker[:, :, 3] > 127).astype(np.uint8)
        more[pair.others] = {"image": np.ascontiguousarray(sticker[:, :, :3]), "mask": mask, "bbox": STICKER_BOX}
    elif pair.others:
        more[pair.others] = others if pair.others != "mosaic_metadata" else [{"image": other} for other in others]
    return lambda: transform(image=photo, **more)["image"]  # type: ignore[no-any-return]


def timed(works: list[Work], rounds: int) -> list[list[float]]:
    """Milliseconds of processor time a call, of each work in every round."""
    repeats = []
    for work in works:
        work()
        started = time.process_time()
        for _ in range(3):
            work()
        repeats.append(max(3, int(3 * TARGET_S / max(time.process_time() - started, 1e-6))))
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, count, each in zip(works, repeats, times, strict=True):
            started = time.process_time()
            for _ in range(count):
                work()
            each.append(1000 * (time.process_time() - started) / count)
    return times


def change(work: Work, photo: Image) -> str:
    """How far values move on average; "-" where the size changes."""
    images = [work() for _ in range(DRAWN)]
    if any(image.shape != photo.shape for image in images):
        return "-"
    return f"{statistics.mean(cv2.norm(photo, image, cv2.NORM_L1) / photo.size for image in images):.1f}"


def write_sheet(path: Path, works: list[Work], photo: Image) -> None:
    """The photograph, and below it four images of each."""
    rows = [cv2.hconcat([photo] * 4)]
    for work in works:
        cells = []
        for image in (work() for _ in range(4)):
            cell = np.zeros_like(photo)
            part = image[: cell.shape[0], : cell.shape[1]]
            cell[: part.shape[0], : part.shape[1]] = part
            cells.append(cell)
        rows.append(cv2.hconcat(cells))
    cv2.imwrite(str(path), cv2.cvtColor(cv2.resize(cv2.vconcat(rows), None, fx=0.5, fy=0.5), cv2.COLOR_RGB2BGR))


def spread(times: list[float]) -> str:
    return f"{statistics.median(times):7.3f} ({min(times):.3f}–{max(times):.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ops", nargs="+", default=list(PAIRS), choices=PAIRS, metavar="NAME", help=", ".join(PAIRS))
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--image", type=Path, default=PHOTOS / "animal" / "cat.jpg", help="a photograph of your own")
    parser.add_argument("--sheet", type=Path, help="write an image of each operation's results into this folder")
    chosen = parser.parse_args()
    ops.load()
    keep_freed_memory()  # as in a run; it is the same for both
    photo, *others = photographs(chosen.image)
    if find_spec("albumentations") is None:
        print("albumentations is not installed (pip install albumentations): these are augcli's times alone", file=sys.stderr)
    rows: list[tuple[float, str]] = []
    for name in chosen.ops:
        pair = PAIRS[name]
        mine, peer = ours(pair, photo, others), theirs(pair, photo, others)
        works = [work for work in (mine, peer) if work]
        times = timed(works, chosen.rounds)
        ratio = statistics.median(other / one for one, other in zip(*times, strict=True)) if peer else 0.0
        changes = " / ".join(change(work, photo) for work in works)
        shown = "".join(f"{spread(each):24}" for each in times)
        rows.append((ratio, f"{name:18}{shown}{f'{ratio:6.2f}×' if peer else ''}  {changes:>13}  {pair.peer if peer else ''}"))
        if chosen.sheet:
            chosen.sheet.mkdir(parents=True, exist_ok=True)
            write_sheet(chosen.sheet / f"{name.replace(' ', '_')}.png", works, photo)
    print(f"{SIZE[0]}×{SIZE[1]} RGB, one thread, {chosen.rounds} rounds: ms of processor time, median (least–most)")
    print(f"{'operation':18}{'augcli':24}{'albumentations':24}{'ratio':>7}  {'changes':>13}")
    for _, row in sorted(rows):
        print(row)
    if len(rows) > 1 and rows[0][0]:
        print(f"{sum(ratio >= 1 for ratio, _ in rows)} of {len(rows)} at least as fast as albumentations'")


if __name__ == "__main__":
    main()
