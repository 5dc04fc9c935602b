"""Every check that needs a GPU, in one go and in under ten minutes: the tests marked `gpu`, then times against the CPU.

    python tests/gpu/run_all.py [--images 64] [--rounds 5] [--device cuda]

Prints the name of the card, a line for each test, and for a few chains of steps the milliseconds per output: one image after
the other by the CPU's kernels on one core, and batches on the device, with planning, upload, kernels and download. Exits with
1 where a test fails. Without a CUDA device it says so and exits with 0. `--device cpu` times the torch kernels on the CPU
instead, and runs no tests: it shows that this script works.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import torch

from augcli import ops
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.primitives import Primitive
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import draw_steps, lower
from augcli.core.values.facts import ImageFacts
from augcli.kernels.cpu.image.apply import apply
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image.execute import execute

HERE = Path(__file__).parent
TEST_SECONDS = 420
WIDTH, HEIGHT = 500, 375
CHAINS = {
    "flip": "[flip]",
    "turn": "[{rotate: {angle_deg: [-30, 30]}}]",
    "colours": "[color_jitter, gamma, equalize]",
    "grain": "[gaussian_noise, {gaussian_blur: {sigma_px: [1, 2]}}]",
    "classification": "[flip, rotate, {crop: {size: 224}}, color_jitter, {gaussian_blur: {sigma_px: [0.3, 1.5]}}, cutout]",
    "elastic and rain": "[elastic, rain]",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    options = parser.parse_args()
    if options.device == "cuda" and not torch.cuda.is_available():
        print("no CUDA device: nothing to check here")
        return 0
    failed = 0
    if options.device == "cuda":
        card = torch.cuda.get_device_properties(0)
        print(f"{card.name}, {card.total_memory / 2**30:.0f} GiB, CUDA {torch.version.cuda}, torch {torch.__version__}\n")
        failed = print_tests()
    print_times(options.device, options.images, options.rounds)
    return 1 if failed else 0


def print_tests() -> int:
    """Run the tests marked `gpu` and print what came of each; how many failed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-n", "0", "-m", "gpu", "--junitxml", str(report), "-p", "no:cacheprovider"]
        try:
            done = subprocess.run(
                [*command, str(HERE)], cwd=HERE.parents[1], capture_output=True, text=True, timeout=TEST_SECONDS
            )
        except subprocess.TimeoutExpired:
            print(f"the tests did not end within {TEST_SECONDS} s")
            return 1
        if not report.exists():
            print(done.stdout, done.stderr, sep="\n")
            return 1
        lines = outcomes(report.read_text(encoding="utf-8"))
    for name, outcome, seconds in lines:
        print(f"{outcome:8}{seconds:7.1f} s  {name}")
    failed = sum(outcome == "FAILED" for _, outcome, _ in lines)
    print(f"\n{len(lines)} tests, {failed} failed, {sum(outcome == 'skipped' for _, outcome, _ in lines)} skipped\n")
    if failed or not lines:
        print(done.stdout[-4000:])
    return failed if lines else 1


def outcomes(report: str) -> list[tuple[str, str, float]]:
    """(test, outcome, seconds) of each test in a JUnit report."""
    found = []
    for case in ElementTree.fromstring(report).iter("testcase"):
        tags = {child.tag for child in case}
        outcome = "FAILED" if tags & {"failure", "error"} else "skipped" if "skipped" in tags else "passed"
        found.append((str(case.get("name")), outcome, float(case.get("time", 0))))
    return found


def print_times(device: str, count: int, rounds: int) -> None:
    """Milliseconds per output of each chain: median of the rounds, after one to warm up."""
    ops.load()
    torch.set_num_threads(1)
    random = np.random.default_rng(0)
    coarse = random.integers(0, 256, (count, HEIGHT // 25, WIDTH // 25, 3), dtype=np.uint8)
    images = list(coarse.repeat(25, 1).repeat(25, 2) // 2 + random.integers(0, 128, (count, HEIGHT, WIDTH, 3), dtype=np.uint8))
    print(f"{'chain':20}{'CPU kernels':>14}{'torch, ' + device:>14}   ms per output, {count} images of {WIDTH}×{HEIGHT}")
    for name, steps in CHAINS.items():
        programs = [program_of(steps, number) for number in range(count)]
        rows = [BatchRow(number, program) for number, program in enumerate(programs)]
        by_cpu = milliseconds(lambda programs=programs: one_by_one(images, programs), rounds)  # type: ignore[misc]
        by_torch = milliseconds(lambda rows=rows: execute(images, rows, device), rounds)  # type: ignore[misc]
        print(f"{name:20}{by_cpu / count:14.2f}{by_torch / count:14.2f}", flush=True)


def program_of(steps: str, number: int) -> tuple[Primitive, ...]:
    compiled = CompiledPipeline(parse_pipeline(f"image: {steps}").steps["image"])
    facts = ImageFacts(WIDTH, HEIGHT)
    return lower(draw_steps(compiled, unit_key(0, f"{number}.jpg", 0)), State(facts, "", lambda partner: facts)).program


def one_by_one(images: list[np.ndarray], programs: list[tuple[Primitive, ...]]) -> None:
    for pixels, program in zip(images, programs, strict=True):
        for primitive in program:
            pixels = apply(pixels, primitive)


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    work()
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - begin))
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
