"""Times the image kernels: ms per image, OpenCV against torch, medians of interleaved rounds.

    python tests/benchmarks/kernels.py [--device cuda] [--batch 8] [--rounds 9] [--chunk PIXELS] [--only WORD]

One thread. torch figures take in planning, packing, upload, kernels and download.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import cv2
import numpy as np
import torch

from augcli.core.primitives.image import LUMA, Blend, ColourMatrix, Fill, Filter, NormalNoise, Warp
from augcli.core.primitives.layers import Layer
from augcli.core.primitives.primitive import ImagePrimitive
from augcli.core.primitives.tone import Adapt, Curve, HueSaturationValue, LocalContrast, Shade, table_of
from augcli.core.values.matrix import IDENTITY, about, multiply, rotation, scaling, translation
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.torch.image import execute as torch_image

SIZES = ((500, 375), (224, 224))


def programs(width: int, height: int) -> dict[str, tuple[ImagePrimitive, ...]]:
    """One program for each kernel and variant."""
    size = width, height
    turn = about(rotation(12.0), width / 2, height / 2)
    crop = multiply(scaling(224 / (width * 0.7), 224 / (height * 0.8)), translation(-20.5, -15.25))
    whole = Warp.cut((10, 10, width - 10, height - 10), (round(width * 0.7), round(height * 0.7)))
    lean = (1.0, 0.05, 3.0, -0.04, 1.0, 2.0, 1e-4, -1e-4, 1.0)
    sigma = [float(np.exp(-(x**2) / 2)) for x in range(-3, 4)]
    taps = tuple(value / sum(sigma) for value in sigma)
    grey = tuple(0.8 * part + 0.2 * luma for part, luma in zip(IDENTITY, LUMA * 3, strict=True))
    mean = tuple(0.1 * luma for luma in LUMA * 3)
    cells = tuple(((x, y, x + 20, y + 20), (0.5, 0.5, 0.5)) for x in range(0, width - 20, 60) for y in range(0, height - 20, 60))
    quarter = (width // 2, height // 2, width, height)
    small = Warp(multiply(translation(width / 2, height / 2), scaling(0.5, 0.5)), size, "edge", interpolation="bilinear")
    chain = (
        Warp(turn, size, "reflect", interpolation="bilinear"),
        ColourMatrix(grey, mean, (0.02, 0.0, -0.02)),
        Filter(taps, taps),
        NormalNoise("gaussian", 0.03, 12345),
        Fill((((40, 40, 120, 120), (0.5, 0.5, 0.5)),)),
    )
    return {
        "flip": (Warp((-1.0, 0, width, 0, 1, 0, 0, 0, 1), size),),
        "quarter turn": (Warp((0.0, 1, 0, -1, 0, width, 0, 0, 1), (height, width)),),
        "rotate reflect": (chain[0],),
        "rotate constant": (Warp(turn, size, "constant", interpolation="bilinear"),),
        "rotate nearest": (Warp(turn, size, "edge", interpolation="nearest"),),
        "perspective": (Warp(lean, size, "edge", interpolation="bilinear"),),
        "crop to 224 (sub-pixel)": (Warp(crop, (224, 224), interpolation="bilinear"),),
        "crop of whole pixels to 0.7": (whole,),
        "reduce to 1/3": (Warp(scaling(1 / 3, 1 / 3), (width // 3, height // 3), interpolation="bilinear"),),
        "colour": (ColourMatrix.linear(grey, (0.1, 0.0, -0.1)),),
        "colour with mean": (chain[1],),
        "blur, 7 taps": (chain[2],),
        "noise": (chain[3],),
        "fill, 1": (chain[4],),
        "fill, grid": (Fill(cells),),
        "mix": (Blend((Layer(0, (), 0.4, (0, 0, width, height)),)),),
        "mosaic, 1 of 4": (Blend((Layer(0, (small,), 1.0, quarter),)),),
        "curve": (Curve.alike(table_of(lambda share: share**1.1)),),
        "equalize": (Adapt("equalize"),),
        "CLAHE": (LocalContrast(2.0, 8, 8),),
        "HSV": (HueSaturationValue(10.0, 1.2, 1.1),),
        "shade": (Shade(1.0, 0.001, -0.001, 0.0, 0.0),),
        "five in a row": chain,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--chunk", type=int, help="pixels that torch kernels work on at a time")
    parser.add_argument("--only", default="", help="names that contain this")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.chunk:
        torch_image.CHUNK_PIXELS[torch.device(options.device).type] = options.chunk
    print(f"OpenCV {cv2.__version__}, torch {torch.__version__} on {options.device}, batch {options.batch}; ms per image")
    for width, height in SIZES:
        noise = np.random.default_rng(0).integers(0, 256, (2, height // 4, width // 4, 3), dtype=np.uint8)
        images = [cv2.resize(each, (width, height), interpolation=cv2.INTER_CUBIC) for each in noise]
        print(f"\n{width}×{height}×3{'':23}{'OpenCV':>8}{'torch':>8}{'ratio':>7}")
        for name, program in programs(width, height).items():
            if options.only in name:
                compare(name, program, images, options)


def compare(name: str, program: tuple[ImagePrimitive, ...], images: list[np.ndarray], options: argparse.Namespace) -> None:
    rows = [torch_image.BatchRow(0, program, (1,)) for _ in range(options.batch)]

    def opencv() -> None:
        for _ in rows:
            pixels = images[0]
            for primitive in program:
                pixels = cpu_image.apply(pixels, primitive, images[1:])

    def torch_() -> None:
        torch_image.execute(images, rows, options.device)

    timed: dict[Callable[[], None], list[float]] = {opencv: [], torch_: []}
    for turn in range(options.rounds + 2):
        for work, times in timed.items():
            start = time.perf_counter()
            work()
            if turn >= 2:
                times.append(1000 * (time.perf_counter() - start) / len(rows))
    fast, slow = (statistics.median(times) for times in timed.values())
    print(f"  {name:34}{fast:8.3f}{slow:8.3f}{slow / fast:7.1f}", flush=True)


if __name__ == "__main__":
    main()
