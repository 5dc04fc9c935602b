"""Sizes that no sample can have are mistakes of the pipeline, told by `check`; those that depend on the sample are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from augcli import ops
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.primitives.image import Blend, Warp
from augcli.core.primitives.layers import Layer
from augcli.core.program.oversized import oversized
from augcli.core.program.sizes import Bound, check_results, extent
from augcli.core.values.facts import AudioFacts, ImageFacts, TextFacts
from augcli.core.values.matrix import IDENTITY
from augcli.core.values.outcome import ConfigError, SampleError
from augcli.load import load_pipeline

ops.load()


def found(steps: str, limits: str = "") -> list[str]:
    text = f"image: [{steps}]\n" + (f"limits: {{{limits}}}" if limits else "")
    return [problem.where for problem in oversized(parse_pipeline(text))]


@pytest.mark.parametrize(
    "steps",
    [
        "resize: {size: 40000}",
        "resize: {size: [1, 65535]}, resize: {size: 30000, id: b}",
        "pad: {size: 40000}",
        "pad: {multiple: 40000}",
        "crop: {size: 40000}",
        "center_crop: {size: 40000}",
        "shortest_side: {length_px: {value: 40000}}",
        "longest_side: {length_px: {value: 60000}}, pad: {size: 60000}",
        "resize: {size: 40000, p: 0.001}",
        "one_of: [flip, hue, sequence: [invert, resize: {size: 40000}]]",
        "some_of: {n: 1, steps: [flip, hue, zoom, resize: {size: 40000}]}",
        "repeat: {times: 3, steps: [flip, resize: {size: 40000}]}",
        "resize: {size: 40000}, brightness, crop: {size: 224}",
        "resize: {size: 40000, barrier: true}, crop: {size: 224}",
        "center_crop: {size: 224, too_small: fail}, resize: {size: 40000}",
    ],
)
def test_a_size_beyond_the_limit_is_a_mistake(steps: str) -> None:
    (where,) = found(steps)
    assert where.startswith("step '")


@pytest.mark.parametrize(
    "steps",
    [
        "resize: {size: 40000}, crop: {size: 224}",  # one resampling, onto 224 pixels
        "resize: {size: 14000}",
        "shortest_side: {length_px: [100, 40000]}",
        "shortest_side: {length_px: {value: 3000}}",
        "zoom: {factor: {value: 20}}",
        "mosaic",
    ],
)
def test_what_may_be_small_enough_is_none(steps: str) -> None:
    assert found(steps) == []


def test_the_limit_is_the_users() -> None:
    assert found("resize: {size: 100}", "max_output_pixels: 9999") == ["step 'resize'"]
    assert found("resize: {size: 40000}", "max_output_pixels: 1600000000") == []


def test_the_message_names_the_limit_the_line_and_the_size(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("image:\n  - flip\n  - resize: {size: 40000}\n")
    with pytest.raises(ConfigError) as caught:
        load_pipeline(str(path))
    assert str(caught.value) == (
        f"{path}: line 3, column 5: step 'resize': a step makes 40000×40000, 1,600,000,000 pixels; "
        "the limit is 200,000,000 (limits: {max_output_pixels: …})"
    )


def test_thousands_of_options_cost_no_thousands_of_programs() -> None:
    options = ", ".join(f"hue: {{id: h{number}}}" for number in range(2000))
    assert found(f"one_of: [{options}], repeat: {{times: 100, steps: [zoom, rotate, flip]}}") == []


def test_layers_count_too() -> None:
    facts = ImageFacts(10, 10)
    bound = Bound(1000, "max_output_pixels")
    large = Layer(0, (Warp(IDENTITY, (40, 40)), Warp(IDENTITY, (10, 10))), 1.0, (0, 0, 10, 10))
    with pytest.raises(SampleError, match="40×40, 1,600 pixels"):
        check_results((Blend((large,)),), facts, bound)
    check_results((Blend((large._replace(program=large.program[1:]),)),), facts, bound)


def test_extents() -> None:
    assert extent(ImageFacts(3, 4)) == 12
    assert extent(AudioFacts(100, 8000, 2)) == 200
    assert extent(TextFacts(7)) == 7
