"""Times the audio kernels on one thread: seconds of audio per second of CPU time, and a chain compared with audiomentations.

    python tests/benchmarks/audio.py [FOLDER OF WAV FILES] [--peer PYTHON] [--device cuda] [--batch 1] [--rounds 5] [--only WORD]

PYTHON is an interpreter that has audiomentations and soundfile; it runs the same five operations on the same files in turn
with ours. A figure is the best of the rounds of each file, since other work on the machine only ever adds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import soundfile

SOUNDS = Path(__file__).parents[2] / "sample_data" / "data" / "sounds"
RATES = (0.82, 0.9, 0.97, 1.06, 1.14, 1.22)  # in turn, the same for both

Clip = tuple[np.ndarray, int]


def clips_of(folder: Path, most: int) -> list[Clip]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".wav", ".flac"))
    chosen = paths[:: max(1, len(paths) // most)][:most]
    read = [soundfile.read(path, dtype="float32", always_2d=True) for path in chosen]
    return [(np.ascontiguousarray(samples.T), rate) for samples, rate in read]


def best_seconds(work: Callable[[int], Any], count: int, rounds: int) -> float:
    """The processor time of `work` on each clip, the best of the rounds, added up."""
    best = [float("inf")] * count
    for turn in range(rounds + 1):
        for number in range(count):
            start = time.process_time()
            work(number)
            if turn:
                best[number] = min(best[number], time.process_time() - start)
    return sum(best)


def programs(frames: int, rate: int, number: int) -> dict[str, tuple[Any, ...]]:
    from augcli.core.primitives.audio import GRID, Add, Gain, Mask, Piece, Stretch, TimeMap

    seam = frames // 5
    shift = TimeMap((Piece((frames - seam) * GRID, seam, fade_out=80), Piece(0, frames - seam, fade_in=80)))
    stretch = Stretch(round(frames / RATES[number % len(RATES)]), rate)
    return {
        "gain": (Gain(0.5),),
        "shift": (shift,),
        "reverse": (TimeMap((Piece((frames - 1) * GRID, frames, -GRID),)),),
        "mask": (Mask(((seam, 2 * seam, 80),)),),
        "white noise": (Add("white", 20.0, 1),),
        "pink noise": (Add("pink", 20.0, 1, 9),),
        "speed 1.1": (TimeMap((Piece(0, round(frames / 1.1), 110),)),),
        "speed 0.93": (TimeMap((Piece(0, round(frames / 0.93), 93),)),),
        "stretch": (stretch,),
        "chain of five": (Gain(-0.7), shift, stretch, Add("white", 20.0, 1)),
    }


def ours(clips: list[Clip], options: argparse.Namespace) -> dict[str, float]:
    from augcli.kernels.torch.audio.execute import execute

    found = {}
    for name in programs(100, 8000, 0):
        if options.only not in name:
            continue
        rows = [(samples, programs(samples.shape[1], rate, number)[name]) for number, (samples, rate) in enumerate(clips)]
        batches = [rows[at : at + options.batch] for at in range(0, len(rows), options.batch)]
        found[name] = best_seconds(lambda at, batches=batches: execute(batches[at], options.device), len(batches), options.rounds)  # type: ignore[misc]
    return found


def theirs(clips: list[Clip], rounds: int) -> float:
    """The chain in audiomentations, with the same rates; runs in the peer's interpreter."""
    import audiomentations as A  # noqa: N812

    chains = [
        A.Compose([
            A.Gain(-6, 6, p=1),
            A.PolarityInversion(p=1),
            A.Shift(0.2, 0.2, p=1),
            A.TimeStretch(rate, rate, leave_length_unchanged=False, p=1),
            A.AddGaussianSNR(20, 20, p=1),
        ])
        for rate in RATES
    ]  # fmt: skip
    return best_seconds(lambda at: chains[at % len(chains)](clips[at][0].squeeze(0), clips[at][1]), len(clips), rounds)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=SOUNDS)
    parser.add_argument("--peer", help="an interpreter that has audiomentations")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clips", type=int, default=24)
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--as-peer", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    clips = clips_of(options.folder, options.clips)
    if options.as_peer:
        print(json.dumps(theirs(clips, options.rounds)))
        return
    seconds = sum(samples.shape[1] / rate for samples, rate in clips)
    print(f"{len(clips)} sounds, {seconds:.0f} s, on {options.device}, {options.batch} at a time")
    found = ours(clips, options)
    for name, spent in found.items():
        print(f"  {name:16}{1000 * spent / len(clips):8.2f} ms a sound{seconds / spent:10.0f} × real time", flush=True)
    if options.peer:
        command = [options.peer, __file__, str(options.folder), "--as-peer", "--rounds", str(options.rounds)]
        done = subprocess.run([*command, "--clips", str(options.clips)], capture_output=True, text=True, check=True)
        spent = json.loads(done.stdout)
        again = ours(clips, argparse.Namespace(**{**vars(options), "only": "chain of five"}))["chain of five"]
        print(f"  {'audiomentations':16}{1000 * spent / len(clips):8.2f} ms a sound{seconds / spent:10.0f} × real time")
        print(f"  the chain is {spent / min(found.get('chain of five', again), again):.2f} times as fast as audiomentations'")


if __name__ == "__main__":
    main()
