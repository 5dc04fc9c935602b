"""histogram_match, from YAML to written files: references are found, identified, and reported if broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from augcli.core.ops.op import State
from augcli.core.values.facts import ImageFacts
from augcli.core.values.outcome import ConfigError, SampleError, UserError
from augcli.core.values.resources import Tones
from augcli.engine.resources.images import find_images
from augcli.engine.resources.opened import Resources, trouble_with
from augcli.engine.resources.tones import ImageTones
from augcli.ops.image.colour.histogram_match import HistogramMatch

PIPELINE = """
seed: 1
copies: 2
image: [histogram_match: {{reference: {folder}, strength: 1}}]
output: {{image: {{format: png}}}}
"""


@pytest.fixture
def references(tmp_path: Path) -> Path:
    """Two flat images, one of which is deeper down, and a file that is none."""
    folder = tmp_path / "references"
    (folder / "b").mkdir(parents=True)
    for name, level in (("a.png", 40), ("b/c.png", 200)):
        cv2.imwrite(str(folder / name), np.full((4, 6, 3), level, np.uint8))
    (folder / "notes.txt").write_text("not an image")
    (folder / ".hidden.png").write_bytes(b"nor this")
    return folder


@pytest.mark.parametrize("backend", ["cpu", "torch"])
def test_outputs_look_like_their_references(
    make: Callable[..., Any], samples: Path, references: Path, tmp_path: Path, backend: str
) -> None:
    summary = make(PIPELINE.format(folder=references), samples / "images" / "animal", tmp_path / "out", backend=backend)
    assert (summary.exit_code, dict(summary.failed)) == (0, {})
    written = [cv2.imread(str(path)) for path in sorted((tmp_path / "out").rglob("*.png"))]
    assert len(written) == summary.planned > 2
    # A flat reference makes a flat image of its level.
    assert {int(pixels.min()) for pixels in written} == {int(pixels.max()) for pixels in written} == {40, 200}


def test_which_picks_in_the_order_of_names(references: Path) -> None:
    digest, paths = find_images("reference", str(references))
    assert [Path(path).name for path in paths] == ["a.png", "c.png"]
    tones = ImageTones(paths)
    assert tones.count() == 2
    assert [tones.shares(number)[40] for number in (0, 1)] == [1 << 20, 0]
    assert find_images("reference", str(references / "a.png"))[1] == [str(references / "a.png")]
    assert find_images("reference", str(references))[0] == digest
    op = HistogramMatch.model_validate({"reference": str(references)})
    state = State(ImageFacts(1, 1), opener=Resources(frozenset()).get)
    for which, number in ((0.0, 0), (0.49, 0), (0.5, 1), (1.0, 1)):
        (adapt,) = op.lower(op.draw_type(which=which, strength=0.25), state)
        assert (adapt.reference, adapt.weight_ppm) == (tones.shares(number), 250_000)
    (references / "a.png").write_bytes((references / "b" / "c.png").read_bytes())
    assert find_images("reference", str(references))[0] != digest  # so that outputs made with the old one are stale


def test_what_is_missing_is_said_before_any_file_is_opened(
    make: Callable[..., Any], samples: Path, tmp_path: Path, references: Path
) -> None:
    assert trouble_with(Tones("tones", str(references))) == ""
    assert "does not exist" in trouble_with(Tones("tones", str(tmp_path / "nowhere")))
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("a")
    assert "contains no images" in trouble_with(Tones("tones", str(tmp_path / "texts")))
    with pytest.raises(ConfigError, match="does not exist"):
        make(PIPELINE.format(folder=tmp_path / "nowhere"), samples / "images", tmp_path / "out")


def test_a_broken_reference_fails_the_units_that_use_it(
    make: Callable[..., Any], samples: Path, tmp_path: Path, references: Path
) -> None:
    (references / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    with pytest.raises(SampleError, match=r"reference .*a\.png"):
        ImageTones(find_images("reference", str(references))[1]).shares(0)
    summary = make(PIPELINE.format(folder=references), samples / "images" / "animal", tmp_path / "out")
    assert summary.complete
    assert all(code.startswith("reference.") for code in summary.failed)
    assert 0 < sum(summary.failed.values()) < summary.planned


def test_a_reference_that_goes_away_is_an_error_of_the_place(references: Path) -> None:
    tones = ImageTones(find_images("reference", str(references))[1])
    (references / "a.png").unlink()
    with pytest.raises(SampleError) as raised:
        tones.shares(0)
    assert raised.value.failure().of_place
    with pytest.raises(UserError):
        find_images("reference", str(references / "a.png"))
