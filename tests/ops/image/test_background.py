"""background: what is behind, what is in front, and which images are left alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import skimage.data
from PIL import Image
from through_steps import facts_of, psnr

from augcli.core.ops.op import State
from augcli.core.primitives.image import Blend
from augcli.engine.after.replay import replay
from augcli.engine.make.layers import with_shown
from augcli.engine.modality.table import MODALITIES
from augcli.engine.resources.opened import Resources
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image.execute import execute
from augcli.ops.image.mix.background import Background

SCISSORS = np.array(Image.open(Path(__file__).parents[3] / "sample_data/data/images/thing/scissors.png"))
PHOTO = np.ascontiguousarray(skimage.data.astronaut()[:240, :300])


@pytest.fixture
def grounds(tmp_path: Path) -> Path:
    (tmp_path / "grounds").mkdir()
    Image.fromarray(PHOTO).save(tmp_path / "grounds" / "a.png")
    return tmp_path / "grounds"


def behind(pixels: np.ndarray, source: Path, **draw: float) -> tuple[np.ndarray, Blend | None]:
    """Both backends agree."""
    op, opener = Background(source=str(source)), Resources(frozenset()).get
    drawn = {"which": 0.0, "zoom": 1.0, "x": 0.5, "y": 0.5, **draw}
    program = tuple(op.lower(op.draw_type(**drawn), State(facts_of(pixels), opener=opener)))
    said = program[0] if program else None
    program, shown = with_shown(
        program, 0, lambda one, alpha: MODALITIES["image"].as_partner(opener(one.request).pixels(*one.which), pixels, alpha)
    )
    result = pixels
    for primitive in program:
        result = cpu_image.apply(result, primitive, shown)
    other = execute([pixels, *shown], [BatchRow(0, program, tuple(range(1, len(shown) + 1)))])[0]
    assert np.abs(result.astype(int) - other).max() <= 1
    return result, said


@pytest.mark.parametrize(("zoom", "x", "y"), [(1.0, 0.5, 1.0), (1.0, 0.0, 0.0), (2.0, 1.0, 0.0)])
def test_as_pillow_composites_it(grounds: Path, zoom: float, x: float, y: float) -> None:
    result, said = behind(SCISSORS, grounds, zoom=zoom, x=x, y=y)
    height, width = SCISSORS.shape[:2]
    scale = zoom * max(width / 300, height / 240)
    large = cv2.resize(PHOTO, (round(300 * scale), round(240 * scale)), interpolation=cv2.INTER_LINEAR)
    left, top = round(x * (large.shape[1] - width)), round(y * (large.shape[0] - height))
    ground = np.dstack([large[top : top + height, left : left + width], np.full((height, width), 255, np.uint8)])
    expected = np.asarray(Image.alpha_composite(Image.fromarray(ground), Image.fromarray(SCISSORS)))
    assert (result[:, :, 3] == 255).all()
    opaque = SCISSORS[:, :, 3] == 255
    assert 0.1 < opaque.mean() < 0.9 and np.array_equal(result[opaque], SCISSORS[opaque])
    assert np.abs(result.astype(int) - expected).max() <= 2
    assert said is not None and said.hides == ()


@pytest.mark.parametrize("channels", [1, 3])
def test_images_without_alpha_stay_as_they_are(grounds: Path, channels: int) -> None:
    pixels = PHOTO[:, :, :channels].copy()
    result, said = behind(pixels, grounds)
    assert said is None and np.array_equal(result, pixels)


@pytest.mark.parametrize("backend", ["cpu", "torch"])
def test_a_run_over_cut_outs_and_photographs(
    make: Callable[..., Any], samples: Path, grounds: Path, tmp_path: Path, backend: str
) -> None:
    text = f"image: [rotate: {{border: edge}}, background: {{source: '{grounds}'}}, crop: {{size: 64}}]"
    summary = make(text, samples / "images" / "thing", tmp_path / "out", backend=backend)
    assert (summary.exit_code, dict(summary.failed)) == (0, {})
    with Image.open(tmp_path / "out" / "scissors__aug0.png") as made:
        assert made.mode == "RGBA" and made.getextrema()[3] == (255, 255)
    lines = [json.loads(line) for line in (tmp_path / "out" / "manifest.jsonl").read_text().splitlines()]
    idle = [line["id"] for line in lines if any(step.get("no_effect") for step in line["steps"])]
    assert 0 < len(idle) < len(lines) and not any(name.startswith("scissors") for name in idle)
    assert {result.verdict for result in replay(str(tmp_path / "out"))} == {"same"}


def test_large_photographs_are_decoded_smaller(tmp_path: Path) -> None:
    large = cv2.resize(PHOTO, (2000, 1600), interpolation=cv2.INTER_CUBIC)
    for name in ("a.jpg", "a.png"):
        Image.fromarray(large).save(tmp_path / name, quality=95)
    by_jpeg, said = behind(SCISSORS, tmp_path / "a.jpg", x=0.3, y=0.7)
    by_png, whole = behind(SCISSORS, tmp_path / "a.png", x=0.3, y=0.7)
    assert said is not None and said.layers[0].shown is not None and said.layers[0].shown.which == (0, 4)
    assert whole is not None and whole.layers[0].shown is not None and whole.layers[0].shown.which == (0, 1)
    assert psnr(by_jpeg, by_png) > 38
