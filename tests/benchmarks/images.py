"""The cost of a whole run: `augcli run` on a folder of JPEGs, compared with the codec alone and with albumentations.

    python tests/benchmarks/images.py [FOLDER] [--chains crop224 keep] [--images 200] [--rounds 5] [--workers 1]

FOLDER holds JPEG photographs of at least 224 pixels each way; without it, some of 500×375 are made from the sample data.
Of each, five copies are written at quality 95, 4:2:0:

    crop224   flip, rotate, crop and resize to 224×224, colour jitter, blur of every fifth, a hole in every second
    keep      flip, rotate, colour jitter and hole, at the size of the source

"codec" reads and decodes each file once, encodes ready pixels of the outputs' size five times, and writes them, by simplejpeg
and nothing else: no tool that decodes and encodes can be faster. albumentations reads and writes by OpenCV. Figures are
milliseconds of processor time (user and system, children and all) per output in the steady state: a run on one image is
taken off, which is what starting costs. Contenders take turns; medians of the rounds, with the least and the most. Where
creating files is slow, TMPDIR=/dev/shm (any folder in memory) takes that out of all three.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import cv2
import numpy as np

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_data" / "data" / "images"
COPIES = 5
QUALITY = 95
EDGE = 224
STEPS = {
    "crop224": "flip: {p: 0.5}; rotate; crop: {area: [0.5, 1], size: 224}; color_jitter; "
    "gaussian_blur: {sigma_px: [0.5, 3], p: 0.2}; cutout: {size: [0.15, 0.4], p: 0.5}",
    "keep": "flip: {p: 0.5}; rotate; color_jitter; cutout: {size: [0.15, 0.4], p: 0.5}",
}
Work = Callable[[Path, Path], None]  # makes the copies of a file in a folder


def codec(chain: str) -> Work:
    import simplejpeg

    def work(path: Path, folder: Path) -> None:
        pixels = simplejpeg.decode_jpeg(path.read_bytes(), "RGB")
        ready = np.ascontiguousarray(pixels[:EDGE, :EDGE]) if chain == "crop224" else pixels
        for copy in range(COPIES):
            data = simplejpeg.encode_jpeg(ready, quality=QUALITY, colorspace="RGB", colorsubsampling="420")
            (folder / f"{path.stem}_{copy}.jpg").write_bytes(data)

    return work


def albumentations(chain: str) -> Work:
    import albumentations as A  # noqa: N812

    cv2.setNumThreads(1)
    turned = [A.HorizontalFlip(p=0.5), A.Rotate((-15, 15), border_mode=cv2.BORDER_REFLECT_101, p=1)]
    jitter = A.ColorJitter((0.8, 1.2), (0.8, 1.2), (0.8, 1.2), (-0.05, 0.05), p=1)
    hole = A.CoarseDropout((1, 1), (0.15, 0.4), (0.15, 0.4), p=0.5)
    if chain == "crop224":
        cut = A.RandomResizedCrop((EDGE, EDGE), scale=(0.5, 1), p=1)
        steps = [*turned, cut, jitter, A.GaussianBlur(sigma_limit=(0.5, 3), p=0.2), hole]
    else:
        steps = [*turned, jitter, hole]
    transform = A.Compose(steps)

    def work(path: Path, folder: Path) -> None:
        pixels = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
        for copy in range(COPIES):
            made = cv2.cvtColor(transform(image=pixels)["image"], cv2.COLOR_RGB2BGR)
            cv2.imwrite(str(folder / f"{path.stem}_{copy}.jpg"), made, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])

    return work


PEERS = {"codec": codec, "albumentations": albumentations}


def make_photographs(folder: Path, count: int) -> None:
    """`count` JPEGs of 500×375 from the sample data, each a little different from the others of its kind."""
    width, height = 500, 375
    sources = [cv2.imread(str(path)) for path in sorted(SAMPLES.rglob("*.jpg"))]
    sources = [cv2.resize(pixels, (width + 16, height + 16), interpolation=cv2.INTER_AREA) for pixels in sources]
    for number in range(count):
        pixels, shift = sources[number % len(sources)], number // len(sources) % 16
        cv2.imwrite(str(folder / f"{number:05d}.jpg"), pixels[shift : shift + height, shift : shift + width])


def cpu_ms(command: list[str]) -> float:
    """User and system time of a process and of those that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def command_of(name: str, chain: str, source: Path, made: Path, pipeline: Path, workers: int) -> list[str]:
    if name != "augcli":
        made.mkdir()
        return [sys.executable, __file__, str(source), "--contender", name, chain, str(made)]
    command = [sys.executable, "-m", "augcli", "run", str(pipeline), str(source), "-o", str(made), "--device", "cpu"]
    return [*command, "--copies", str(COPIES), "--workers", str(workers), "--progress", "none"]


def compare(chain: str, folders: list[Path], root: Path, chosen: argparse.Namespace) -> None:
    """One chain: every contender on all images and on one, in turn."""
    pipeline = root / f"{chain}.yaml"
    steps = "\n".join(f"  - {step.strip()}" for step in STEPS[chain].split(";"))
    pipeline.write_text(f"seed: 7\nimage:\n{steps}\noutput: {{image: {{quality: {QUALITY}, subsampling: '420'}}}}\n")
    times: dict[str, list[float]] = {name: [] for name in ("codec", "augcli", "albumentations")}
    if find_spec("albumentations") is None:
        del times["albumentations"]
        print("albumentations is not installed (pip install albumentations)", file=sys.stderr)
    counts = [len(list(folder.iterdir())) for folder in folders]
    made = root / "made"
    for _ in range(chosen.rounds):
        for name, each in times.items():
            spent = []
            for folder, count in zip(folders, counts, strict=True):
                spent.append(cpu_ms(command_of(name, chain, folder, made, pipeline, chosen.workers)))
                written = len(list(made.rglob("*.jpg")))
                if written != count * COPIES:
                    sys.exit(f"{name} wrote {written} files in place of {count * COPIES}")
                shutil.rmtree(made)
            each.append((spent[0] - spent[1]) / (counts[0] - counts[1]) / COPIES)
    print(f"{chain}: {counts[0]} images, {COPIES} copies each, {chosen.rounds} rounds; ms of processor time per output")
    ours = median(times["augcli"])
    for name, each in times.items():
        print(f"  {name:16}{median(each):7.3f} ({min(each):.3f}–{max(each):.3f}){median(each) / ours:8.2f} of augcli's")


def contend(name: str, chain: str, source: Path, made: Path) -> None:
    """Be a contender: this process is then what is timed."""
    work = PEERS[name](chain)
    for path in sorted(source.iterdir()):
        work(path, made)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="JPEG photographs of your own")
    parser.add_argument("--chains", nargs="+", default=list(STEPS), choices=STEPS)
    parser.add_argument("--images", type=int, default=200, help="how many; at least 2")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=1, help="of augcli; the others work in one process")
    parser.add_argument("--contender", nargs=3, metavar=("NAME", "CHAIN", "OUT"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.contender:
        name, chain, made = chosen.contender
        contend(name, chain, chosen.folder, Path(made))
        return
    os.environ |= {"NO_ALBUMENTATIONS_UPDATE": "1", "OMP_NUM_THREADS": "1"}
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    with tempfile.TemporaryDirectory(prefix="augcli-images-") as name:
        root = Path(name)
        folders = [root / "all", root / "one"]
        for folder in folders:
            folder.mkdir()
        if chosen.folder:
            found = [path for path in sorted(chosen.folder.rglob("*")) if path.suffix.lower() in (".jpg", ".jpeg")]
            for number, path in enumerate(found[: chosen.images]):
                shutil.copyfile(path, folders[0] / f"{number:05d}.jpg")
        else:
            make_photographs(folders[0], chosen.images)
        if len(list(folders[0].iterdir())) < 2:
            sys.exit("needs two images or more")
        shutil.copyfile(min(folders[0].iterdir()), folders[1] / "00000.jpg")
        for chain in chosen.chains:
            compare(chain, folders, root, chosen)


if __name__ == "__main__":
    main()
