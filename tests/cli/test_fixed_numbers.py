"""A fixed number where other libraries read a range is a warning, with what to write instead."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from every_op import OPS, REGISTRY
from PIL import Image

from augcli.core.pipeline.fixed_numbers import warnings
from augcli.core.pipeline.model import parse_pipeline


def told(yaml: str) -> list[str]:
    return [str(problem) for problem in warnings(parse_pipeline(yaml))]


def test_a_fixed_number_is_answered_with_the_range_to_write() -> None:
    steps = "- flip\n- color_jitter: {brightness: 0.2, hue_deg: 10}\n- one_of: [rotate: {angle_deg: -15}, shear: {x_deg: 5}]\n"
    yaml = f"image:\n{steps}"
    brightness, hue, turn, shear = told(yaml)
    assert brightness == (
        "line 3, column 3: image[1].color_jitter.brightness: every copy gets 0.2, where other libraries read 1 ± 0.2; for that "
        "range, write brightness: [0.8, 1.2]; if you mean the fixed value, write brightness: {value: 0.2}"
    )
    assert "hue_deg: [-10, 10]" in hue and "±10" in hue
    assert turn.startswith("line 4") and "image[2].one_of[0].rotate.angle_deg" in turn and "angle_deg: [-15, 15]" in turn
    assert "x_deg: [-5, 5]" in shear
    assert "brightness: [0.6, 1.4]" in told("image: [color_jitter: {brightness: 1.4}]")[0]
    assert "saturation: {value: 0}" in told("image: [color_jitter: {saturation: 0}]")[0]


@pytest.mark.parametrize("value", ["0.123456789", "1.0e-07", "-123.456789"])
def test_what_is_proposed_keeps_every_digit(value: str) -> None:
    (warning,) = told(f"image: [{{rotate: {{angle_deg: {value}}}}}]")
    fixed = re.findall(r"angle_deg: \{.*?\}", warning)[0]
    around = re.findall(r"angle_deg: \[.*?\]", warning)[0]
    steps = parse_pipeline(f"image: [{{rotate: {{{fixed}}}}}, {{rotate: {{{around}, id: other}}}}]").steps["image"]
    assert steps[0].op is not None and steps[0].op.angle_deg.value == float(value)
    assert steps[1].op is not None and steps[1].op.angle_deg.bounds() == (-abs(float(value)), abs(float(value)))


@pytest.mark.parametrize(
    "step",
    [
        "color_jitter",
        "color_jitter: {brightness: 1, hue_deg: 0}",
        "color_jitter: {brightness: {value: 0.2}}",
        "color_jitter: {brightness: [0.2, 0.2]}",
        "rotate: {angle_deg: {choice: [15]}}",
        "rotate: {angle_deg: {value: 15}}",
        "brightness: {severity: 3}",  # sets the factor to 1.6, and says so
        "sharpen: {factor: 2}",  # means the same elsewhere
    ],
)
def test_what_is_meant_is_not_warned_of(step: str) -> None:
    assert told(f"image:\n- {step}\n") == []


def test_the_fixed_value_draws_the_same_and_counts_as_the_same_options() -> None:
    plain, meant = (
        parse_pipeline(f"image: [rotate: {{angle_deg: {value}}}]").steps["image"][0] for value in ("15", "{value: 15}")
    )
    assert plain.signature() == meant.signature() and plain.op is not None and meant.op is not None
    assert plain.op.angle_deg.value == meant.op.angle_deg.value == 15


@pytest.mark.parametrize("op_id", OPS)
def test_no_default_and_no_example_is_warned_of(op_id: str) -> None:
    op = REGISTRY[op_id]
    for example in op.examples:
        assert told(json.dumps({op.modality(): [{op.name(): example}]})) == []


def test_check_plan_and_run_warn(augcli: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / "in" / "a.png")
    (tmp_path / "p.yaml").write_text("image: [rotate: {angle_deg: 15}]\n")
    checked = augcli("check", tmp_path / "p.yaml")
    assert checked.returncode == 0 and "warning: line 1" in checked.stdout and "[-15, 15]" in checked.stdout
    (warning,) = json.loads(augcli("check", tmp_path / "p.yaml", "--json").stdout)["warnings"]
    assert warning["where"] == "image[0].rotate.angle_deg" and warning["line"] == 1
    planned = augcli("plan", tmp_path / "p.yaml", tmp_path / "in")
    assert planned.returncode == 0 and "warning: line 1" in planned.stdout
    assert json.loads(augcli("plan", tmp_path / "p.yaml", tmp_path / "in", "--json").stdout)["warnings"] == [warning]
    ran = augcli("run", tmp_path / "p.yaml", tmp_path / "in", "-o", tmp_path / "out")
    assert ran.returncode == 0 and "warning: line 1" in ran.stderr and "warning" not in ran.stdout
