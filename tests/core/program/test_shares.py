"""Lengths given as percentages of the shorter side: drawn as such, pixels when lowered, the same when replayed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from every_op import OPS, REGISTRY
from PIL import Image

from augcli.core.draws.distributions import Share, Uniform, parse_distribution
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.primitives.image import Filter
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import Lowered, draw_steps, lower
from augcli.core.values.facts import ImageFacts
from augcli.core.values.outcome import ConfigError


def lowered(steps: str, width: int, height: int, source: str = "a") -> Lowered:
    compiled = CompiledPipeline(parse_pipeline(f"image: {steps}").steps["image"])
    return lower(draw_steps(compiled, unit_key(0, source, 0)), State(ImageFacts(width, height)))


@pytest.mark.parametrize(
    ("width", "height", "pixels"), [(400, 200, 2), (100, 1000, 1), (3000, 4000, 30), (40, 40, 0.4), (9000, 9000, 50)]
)
def test_a_percentage_is_of_the_shorter_side_and_within_the_limits(width: int, height: int, pixels: float) -> None:
    by_share = lowered("[gaussian_blur: {sigma_px: 1%}]", width, height)
    assert by_share.program == lowered(f"[gaussian_blur: {{sigma_px: {pixels}}}]", width, height).program
    assert by_share.drawn[0][1].sigma_px == "1%"  # type: ignore[index]


def test_the_side_is_that_at_this_step() -> None:
    after = lowered("[{resize: {size: 100}}, {gaussian_blur: {sigma_px: 2%}}]", 4000, 3000)
    assert after.program[-1] == lowered("[gaussian_blur: {sigma_px: 2}]", 100, 100).program[0]
    assert isinstance(after.program[-1], Filter)


def test_whole_lengths_are_rounded_and_at_least_the_smallest() -> None:
    for side, radius in ((28, 1), (224, 2), (1000, 10)):
        by_share = lowered("[box_blur: {radius_px: 1%}]", side, side)
        assert by_share.program == lowered(f"[box_blur: {{radius_px: {radius}}}]", side, side).program


def test_a_share_takes_the_draw_that_pixels_would_take() -> None:
    for source in ("a", "b", "c"):
        (share,) = lowered("[gaussian_blur: {sigma_px: [1%, 3%]}]", 100, 100, source).drawn
        (pixels,) = lowered("[gaussian_blur: {sigma_px: [1, 3]}]", 100, 100, source).drawn
        assert float(share[1].sigma_px.removesuffix("%")) == pytest.approx(pixels[1].sigma_px)  # type: ignore[index]


@pytest.mark.parametrize(
    "written",
    ["1%", ["0.2%", "1%"], {"choice": ["1%", "2.5%"]}, {"log_uniform": ["0.1%", "1%"]}, {"value": "1%"}],
    ids=json.dumps,
)
def test_every_spelling_takes_percentages(written: Any) -> None:
    parsed = parse_distribution(written)
    assert isinstance(parsed, Share) and parse_distribution(parsed.written()) == parsed
    assert parse_pipeline(json.dumps({"image": [{"gaussian_blur": {"sigma_px": written}}]}))


def test_what_cannot_be_a_percentage_is_said() -> None:
    assert parse_distribution(["0.2%", "1%"]) == Share(Uniform(0.002, 0.01))
    for wrong, message in (
        ("[gaussian_blur: {sigma_px: [1%, 3]}]", "mixes percentages and plain numbers"),
        ("[gaussian_blur: {sigma_px: 120%}]", "is outside 0%…100%"),
        ("[rotate: {angle_deg: 5%}]", "which this option does not take"),
        ("[gaussian_blur: {sigma_px: [3%, 1%]}]", r"\[3%, 1%\]: low is greater than high; write \[1%, 3%\]"),
        ("[gaussian_blur: {sigma_px: {beta: [1%, 2%]}}]", "beta needs two plain numbers"),
        ("[gaussian_blur: {sigma_px: -1%}]", "write percentages like 1%, without a sign or a space"),
        ("[gaussian_blur: {sigma_px: 1 %}]", "write percentages like 1%, without a sign or a space"),
    ):
        with pytest.raises(ConfigError, match=message):
            parse_pipeline(f"image: {wrong}")


@pytest.mark.parametrize("op_id", OPS)
def test_a_default_in_pixels_would_mean_another_thing_in_every_size(op_id: str) -> None:
    """Lengths that are not the very size asked for are shares by default."""
    for name, info in REGISTRY[op_id].spans.items():
        if name.endswith("_px") and name not in ("length_px", "edge_px"):
            assert info.shares and isinstance(REGISTRY[op_id].model_fields[name].default, Share)


def test_the_record_holds_the_percentage_and_replay_gives_the_same(augcli: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    pixels = np.random.default_rng(1).integers(0, 256, (60, 90, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "in" / "a.png")
    (tmp_path / "p.yaml").write_text("copies: 3\nimage: [gaussian_blur, {pixelate: {block_px: [3%, 9%]}}]\n")
    assert augcli("run", tmp_path / "p.yaml", tmp_path / "in", "-o", tmp_path / "out").returncode == 0
    records = [json.loads(line) for line in (tmp_path / "out" / "manifest.jsonl").read_text().splitlines()]
    drawn = [record["steps"][0]["draw"]["sigma_px"] for record in records if record["status"] == "done"]
    assert len(set(drawn)) == 3 and all(0.15 <= float(share.removesuffix("%")) <= 0.7 for share in drawn)
    replayed = augcli("replay", tmp_path / "out")
    assert replayed.returncode == 0, replayed.stdout
    assert "% px" not in augcli("explain", tmp_path / "out" / "a__aug0.png").stdout
