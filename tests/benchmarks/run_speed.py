"""What a run costs against the codec alone: CPU milliseconds per output of `augcli run`, and of decoding once and encoding
five times with simplejpeg. Rounds of both are interleaved, and medians are told, so that a busy machine spoils both alike.

    python tests/benchmarks/run_speed.py [--pictures 200] [--rounds 5] [--workers 1] [--pipeline p.yaml]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import cv2

SAMPLES = Path(__file__).parents[2] / "sample_data" / "data" / "images"
COPIES = 5
PIPELINE = """
seed: 7
image:
  - flip: {p: 0.5}
  - rotate: {angle_deg: [-15, 15], p: 0.7}
  - zoom: {factor: {log_uniform: [0.9, 1.1]}}
  - color_jitter: {p: 0.8}
"""
# In a process of its own, as the run is, so that both pay for starting Python.
CODEC = """
import sys
from pathlib import Path
import simplejpeg
for path in sorted(Path(sys.argv[1]).iterdir()):
    pixels = simplejpeg.decode_jpeg(path.read_bytes(), "RGB")
    for copy in range(int(sys.argv[3])):
        data = simplejpeg.encode_jpeg(pixels, quality=95, colorspace="RGB", colorsubsampling="420")
        Path(sys.argv[2], f"{path.stem}__aug{copy}.jpg").write_bytes(data)
"""


def pictures(folder: Path, count: int, width: int, height: int) -> None:
    """`count` JPEGs from the sample data, resized alike, each a little different from the others of its kind."""
    sources = [cv2.imread(str(path)) for path in sorted(SAMPLES.glob("*/*.jpg"))]
    sources = [cv2.resize(pixels, (width + 16, height + 16), interpolation=cv2.INTER_AREA) for pixels in sources]
    for number in range(count):
        pixels, shift = sources[number % len(sources)], number // len(sources) % 16
        cv2.imwrite(str(folder / f"{number:05d}.jpg"), pixels[shift : shift + height, shift : shift + width])


def cpu_seconds(command: list[str]) -> float:
    """User and system time of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--size", type=int, nargs=2, default=(500, 375), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--pipeline", type=Path, help="instead of flip, rotate, zoom and colour jitter")
    parser.add_argument("--extra", nargs="*", default=[], help="more options of augcli run, as in --extra=--backend=torch")
    chosen = parser.parse_args()
    outputs = chosen.pictures * COPIES
    runs, codec = [], []
    with tempfile.TemporaryDirectory(prefix="augcli-speed-") as root:
        data, pipeline = Path(root, "data"), Path(root, "p.yaml")
        data.mkdir()
        pictures(data, chosen.pictures, *chosen.size)
        pipeline.write_text(chosen.pipeline.read_text() if chosen.pipeline else PIPELINE)
        for number in range(chosen.rounds):
            made, coded = Path(root, f"made{number}"), Path(root, f"coded{number}")
            coded.mkdir()
            command = [sys.executable, "-m", "augcli", "run", str(pipeline), str(data), "-o", str(made), "--device", "cpu"]
            command += ["--copies", str(COPIES), "--workers", str(chosen.workers), "--progress", "none", *chosen.extra]
            runs.append(1000 * cpu_seconds(command) / outputs)
            codec.append(1000 * cpu_seconds([sys.executable, "-c", CODEC, str(data), str(coded), str(COPIES)]) / outputs)
    print(f"{chosen.pictures} pictures of {chosen.size[0]}×{chosen.size[1]}, {COPIES} copies each, {chosen.rounds} rounds, "
          f"{len(os.sched_getaffinity(0))} cores")  # fmt: skip
    print(f"augcli run  {median(runs):6.3f} ms CPU per output  ({min(runs):.3f}…{max(runs):.3f})")
    print(f"codec only  {median(codec):6.3f} ms CPU per output  ({min(codec):.3f}…{max(codec):.3f})")
    print(f"ratio       {median(one / other for one, other in zip(runs, codec, strict=True)):6.2f}")


if __name__ == "__main__":
    main()
