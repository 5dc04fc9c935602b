"""The tables of other libraries' names: every row leads to a step and options that exist, in words that `check` takes."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from augcli import ops
from augcli.core.ops.op import STEP_KEYS, names_in, op_called
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.pipeline.peers import lookup
from augcli.core.pipeline.peers.row import AROUND_ONE, AS_IS, DECIBELS, HEIGHT_WIDTH, RADIUS, ROOT_OF_255, Peer, PeerTable
from augcli.core.pipeline.steps import COMBINATORS

ops.load()
ROWS = lookup.rows()
STEPS = [row for row in ROWS if row.step]


def identity(row: Peer) -> str:
    return f"{row.library or 'words'} {row.modality} {row.name}"


def fields_of(row: Peer) -> set[str]:
    if row.step in COMBINATORS:
        return {"steps", "n", "times", *STEP_KEYS}
    op = op_called(row.modality, row.step)
    assert op is not None, f"{row.step} is not a step for {row.modality}"
    return {*op.model_fields, *STEP_KEYS}


def checked(modality: str, step: str) -> None:
    parse_pipeline(f"{modality}: [{step}]" if step.isidentifier() else f"{modality}:\n  - {step}")


def test_there_are_rows_of_every_library() -> None:
    count = Counter(row.library for row in ROWS)
    assert len(ROWS) > 300
    assert {"torchvision", "albumentations", "audiomentations", "torch-audiomentations", "nlpaug", "keras"} <= set(count)


@pytest.mark.parametrize("row", STEPS, ids=identity)
def test_the_step_of_a_row_is_valid(row: Peer) -> None:
    fields_of(row)
    checked(row.modality, row.example)


@pytest.mark.parametrize("row", [row for row in STEPS if row.options], ids=identity)
def test_the_options_of_a_row_lead_to_fields(row: Peer) -> None:
    known = fields_of(row)
    for name, options in row.options.items():
        for option in options:
            if option.shown:  # a value is converted
                assert set(option.field.split(", ")) <= known, (name, option.field)
            else:  # prose that begins with what to look for
                assert (
                    known & set(option.field.replace(",", " ").replace(":", " ").split())
                    or row.step in COMBINATORS
                    or (option.field.split(",")[0] in names_in(row.modality))
                ), (name, option.field)


# Values that people write for options, by which the converted ones are tried.
TYPICAL: dict[str, Any] = {
    "degrees": 15, "limit": 30, "rotate_limit": 45, "rotate": 20, "shear": 10, "size": 64, "height": 64, "width": 48, "": 0.2,
    "rotation_range": 15, "bits": 4, "num_bits": 4, "factor": 0.2, "threshold": 128, "threshold_range": 0.5, "max_size": 64,
    "var_limit": [10, 50], "blur_limit": 7, "gamma_limit": [80, 120], "max_factor": 1.3, "side_range": [1, 4], "slant_range":
    [-10, 10], "num_holes_range": [1, 3], "num_holes": 3, "num_steps": 5, "temperature_limit": [4000, 9000], "min_size": 64,
    "grid": [2, 3], "k": 1, "num_control_points": 4, "num_ops": 2, "magnitude": 9, "severity": 3, "mixture_width": 3,
    "chain_depth": 2, "max_delta": 3, "num_flare_circles_range": [3, 6], "RandomBrightness.limit": 0.2, "RandomContrast.limit":
    0.2, "SpeedAug.factor": [0.5, 2], "Speed.factor": 1.1, "RandomPosterization.factor": 4, "num_shadows_limit": [1, 2],
    "angle_range": [0, 90], "radius": [3, 8], "quality": 50, "quality_range": [50, 90], "quality_lower": 50, "quality_upper":
    90, "fill": 0, "fill_value": 0, "value": 20, "aug_min": 1, "aug_char_min": 1, "clip_limit": 4, "num_transforms": 2, "n": 2,
    "drop_value": 0, "scale": [0.1, 0.2], "w2h_ratio": 1.5, "min_holes": 1, "max_holes": 3, "min_width": 64, "min_height": 64,
    "per_channel": True, "all_ops": True, "kernel_size": 7, "policy": "imagenet", "interpolation": "bilinear", "color": "pink",
    "lang": "en", "font_path": "", "ratio": [0.5, 0.9], "r_shift_limit": 20, "g_shift_limit": 20, "b_shift_limit": 20, "angle":
    30, "hue_shift_limit": 20, "threshold_db": 20,
}  # fmt: skip


@pytest.mark.parametrize("row", [row for row in STEPS if row.options], ids=identity)
def test_values_are_converted_into_ones_that_check_takes(row: Peer) -> None:
    for name in row.options:
        value = TYPICAL.get(f"{row.name}.{name}".rstrip("."), TYPICAL.get(name, 0.2))
        checked(row.modality, lookup.as_step(row, {name: value} if name else value))


@pytest.mark.parametrize("row", STEPS, ids=identity)
def test_no_name_hides_one_of_ours(row: Peer) -> None:
    """What is written exactly as one of our names means ours, so such a row would never be found."""
    assert row.name not in [*names_in(row.modality), *COMBINATORS]


@pytest.mark.parametrize("row", [row for row in ROWS if not row.step], ids=identity)
def test_a_row_without_a_step_is_true(row: Peer) -> None:
    """Once there is a step of this name, the row must say so."""
    assert row.note
    assert lookup.squeezed(row.name) not in [lookup.squeezed(name) for name in names_in(row.modality)]


def test_names_stand_once_in_a_library() -> None:
    twice = Counter((row.library, row.modality, row.name) for row in ROWS)
    assert [key for key, count in twice.items() if count > 1] == []


@pytest.mark.parametrize(
    ("option", "value", "here"),
    [
        (AS_IS("x"), 0.5, 0.5),
        (AS_IS("x"), [1, 2], [1, 2]),
        (AS_IS("x"), "pink", "pink"),
        (AROUND_ONE("x"), 0.2, [0.8, 1.2]),
        (AROUND_ONE("x"), 3, [0, 4]),
        (AROUND_ONE("x"), [0.5, 1.5], [0.5, 1.5]),
        (AROUND_ONE("x"), "pink", None),
        (AROUND_ONE("x"), [1, 2, 3], None),
        (ROOT_OF_255("x"), -1, None),
        (DECIBELS("x"), 0, None),
        (DECIBELS("x"), [0.5, 2], [-6.021, 6.021]),
        (RADIUS("x"), 7, 3),
        (HEIGHT_WIDTH("x"), [3, 4], [4, 3]),
        (HEIGHT_WIDTH("x"), 3, 3),
        (AROUND_ONE("x"), True, None),
        (AROUND_ONE("x"), float("nan"), None),
        (AROUND_ONE("x"), 1e300, None),
    ],
    ids=lambda value: str(value).partition(" of_number")[0],
)
def test_conversions(option: Any, value: Any, here: Any) -> None:
    assert lookup.converted(option, value) == here


def test_the_two_ends_of_a_range_come_together() -> None:
    (row,) = lookup.named("audio", "Gain")
    assert lookup.as_step(row, {"min_gain_db": -3, "max_gain_db": 4}) == "gain: {gain_db: [-3, 4], p: 0.5}"
    assert lookup.as_step(row, {"min_gain_db": -3}) == row.example


def test_a_library_that_applies_steps_half_of_the_time_says_so() -> None:
    table = PeerTable("some", "image", p=0.5)
    table("A", "flip")
    table("B", "rotate: {angle_deg: 3}")
    table("C", "rotate: {p: 1}")
    assert [row.example for row in table] == ["flip: {p: 0.5}", "rotate: {angle_deg: 3, p: 0.5}", "rotate: {p: 1}"]


def test_rows_survive_strange_options() -> None:
    for row in STEPS:
        for value in (None, [], {}, "x", {"a": 1}, [[1]], [None, None], 10**400):
            for body in (value, dict.fromkeys(row.options, value)):
                assert json.dumps(lookup.as_step(row, body))
