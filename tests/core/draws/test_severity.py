"""Severities and names of ImageNet-C: what they stand for, where they are allowed, and how mistakes are reported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from augcli import ops
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.pipeline.steps import Step
from augcli.core.values.outcome import ConfigError
from augcli.engine.about.catalogue import find
from augcli.engine.about.schema import pipeline_schema

REGISTRY = ops.load()
SEVERE = sorted(op.name() for op in REGISTRY.values() if op.severities)
# By the names of the paper's corruptions: the numbers of the authors' code that are ours as they stand.
PUBLISHED: dict[str, tuple[str, list[float]]] = {
    "gaussian_noise": ("std", [0.08, 0.12, 0.18, 0.26, 0.38]),
    "shot_noise": ("photons", [60, 25, 12, 5, 3]),
    "impulse_noise": ("rate", [0.03, 0.06, 0.09, 0.17, 0.27]),
    "speckle_noise": ("std", [0.15, 0.2, 0.35, 0.45, 0.6]),
    "gaussian_blur": ("sigma_px", [1, 2, 3, 4, 6]),
    "defocus_blur": ("radius_px", [3, 4, 6, 8, 10]),
    "glass_blur": ("sigma_px", [0.7, 0.9, 1, 1.1, 1.5]),
    "contrast": ("factor", [0.4, 0.3, 0.2, 0.1, 0.05]),
    "jpeg_compression": ("quality", [25, 18, 15, 10, 7]),
}
# All corruptions of the paper that augcli has; it has no frost and no spatter.
CORRUPTIONS = {
    *PUBLISHED, "motion_blur", "zoom_blur", "snow", "fog", "brightness", "elastic_transform", "pixelate", "saturate",
}  # fmt: skip


def step(written: dict[str, Any]) -> Step:
    (found,) = parse_pipeline(json.dumps({"image": [written]})).steps["image"]
    return found


def problems(text: str, **overrides: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_pipeline(text, overrides=overrides)
    return [f"{problem.line}:{problem.column} {problem.where}: {problem.message}" for problem in caught.value.problems]


@pytest.mark.parametrize("name", PUBLISHED)
def test_they_are_the_published_numbers(name: str) -> None:
    field, values = PUBLISHED[name]
    ops_of_steps = [step({name: {"severity": number}}).op for number in range(1, 6)]
    assert [getattr(op, field).written() for op in ops_of_steps] == values


@pytest.mark.parametrize("name", sorted(CORRUPTIONS))
def test_every_corruption_is_known_by_its_name(name: str) -> None:
    for number in range(1, 6):
        assert step({name: {"severity": number, "p": 0.5}}).p == 0.5
    assert step({name: None}).id == name
    assert name in (find(name)[0].name, *find(name)[0].also)


@pytest.mark.parametrize("name", SEVERE)
def test_a_severity_is_what_it_stands_for(name: str) -> None:
    for number, fields in enumerate(REGISTRY[f"image.{name}"].severities, 1):
        assert step({name: {"severity": number}}).signature() == step({name: fields}).signature()


def test_other_options_may_stand_beside_it() -> None:
    op = step({"gaussian_noise": {"severity": 2, "per_channel": False}}).op
    assert op is not None and op.model_dump() == {"std": 0.12, "per_channel": False}


def test_two_names_of_one_operation_are_two_steps() -> None:
    steps = parse_pipeline("image: [{impulse_noise: {severity: 1}}, {salt_pepper: {rate: 0.2}}]").steps["image"]
    assert [(one.kind, one.id) for one in steps] == [("image.salt_pepper", "impulse_noise"), ("image.salt_pepper", "salt_pepper")]
    assert "another image step already has the id 'saturate'" in problems("image: [saturate, saturate]")[0]


def test_mistakes_are_told_with_their_place() -> None:
    text = """image:
  - gaussian_blur: {severity: 6}
  - jpeg_compression:
      severity: 2
      quality: 30
  - fog: {severity: [1, 5]}
  - snow: {severity: true}
  - saturate: {severty: 1}
  - rotate: {severity: 1}
  - frost
"""
    found = problems(text)
    assert [line.partition(" ")[0] for line in found] == ["2:21", "5:7", "6:11", "7:12", "8:16", "9:14", "10:5"]
    needed = "needs a whole number from 1 to 5 (as in ImageNet-C); got"
    assert f"gaussian_blur.severity: {needed} 6" in found[0]
    assert "jpeg_compression.quality: severity already sets quality; remove one of the two" in found[1]
    assert f"{needed} [1, 5]" in found[2] and f"{needed} true" in found[3]
    assert "did you mean 'severity'" in found[4] and "unknown option" in found[5]
    assert "there is no image step 'frost'" in found[6]


def test_flags_may_set_it() -> None:
    text = "image: [{impulse_noise: {severity: 1}}]"
    (found,) = parse_pipeline(text, overrides={"impulse_noise.severity": "4"}).steps["image"]
    assert found.op is not None and found.op.model_dump()["rate"] == 0.17
    assert "severity already sets rate" in problems(text, **{"impulse_noise.rate": "0.5"})[0]


@pytest.mark.parametrize("name", SEVERE)
def test_the_schema_says_the_same(name: str) -> None:
    validator = Draft7Validator(pipeline_schema())
    op = REGISTRY[f"image.{name}"]
    for written in (name, *op.also):
        assert all(validator.is_valid({"image": [{written: {"severity": number}}]}) for number in range(1, 6))
        for wrong in (0, 6, 1.5, [1, 5], "3", None):
            assert not validator.is_valid({"image": [{written: {"severity": wrong}}]})
        for field, value in op.severities[0].items():
            assert validator.is_valid({"image": [{written: {field: value}}]})
            assert not validator.is_valid({"image": [{written: {field: value, "severity": 1}}]})


def test_records_hold_what_was_drawn(make: Callable[..., Any], samples: Path, tmp_path: Path) -> None:
    make("image: [{motion_blur: {severity: 4}}, {saturate: {severity: 3}}]", samples / "images/animal/cat.jpg", tmp_path / "out")
    record = json.loads((tmp_path / "out/manifest.jsonl").read_text().splitlines()[0])
    blur, colour = record["steps"]
    assert blur["draw"]["length_px"] == 23.8 and -45 <= blur["draw"]["angle_deg"] <= 45
    assert colour == {"step": "saturate", "op": "image.saturation", "draw": {"factor": 2}}
