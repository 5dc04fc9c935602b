"""Orders of steps that cannot be right, and hints where another order would be cheaper."""

from __future__ import annotations

from pathlib import Path

import pytest

from augcli import ops
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.program.unfit import costly_orders, unfit_orders
from augcli.core.values.outcome import ConfigError
from augcli.load import load_pipeline

ops.load()


def unfit(steps: str) -> list[tuple[int, str]]:
    """(line, step) of everything that is found."""
    try:
        unfit_orders(parse_pipeline(f"image:\n{steps}"))
    except ConfigError as error:
        assert all(
            "moves or hides pixels after a step that mixes in another sample" in problem.message for problem in error.problems
        )
        return [(problem.line, problem.where) for problem in error.problems]
    return []


MOVERS = ["mosaic", "flip", "rotate", "crop", "cutout", "zoom", "rotate90", "resize: {size: 9}"]
POLICIES = ["rand_augment", "trivial_augment: {magnitude: 0}", "auto_augment: {policy: svhn}"]  # moving is up to the draw


@pytest.mark.parametrize("later", MOVERS + POLICIES)
@pytest.mark.parametrize("mixer", ["mixup", "cutmix"])
def test_moving_or_hiding_after_mixing_is_an_error_with_its_line(mixer: str, later: str) -> None:
    name = later.partition(":")[0]
    assert unfit(f"  - {mixer}\n  - {later}") == [(3, f"step '{name}'")]
    assert unfit(f"  - {later}\n  - {mixer}") == []


def test_what_mixes_a_image_with_itself_only_may_come_first() -> None:
    assert unfit("  - augmix\n  - rotate\n  - mixup") == []
    assert unfit("  - mixup\n  - augmix") == [(3, "step 'augmix'")]


@pytest.mark.parametrize("later", ["brightness", "color_jitter", "gaussian_noise", "gaussian_blur", "grayscale", "cutmix"])
def test_what_leaves_places_alone_may_come_after(later: str) -> None:
    assert unfit(f"  - mixup\n  - {later}") == []


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("  - mixup: {p: 0.1}\n  - flip: {p: 0.1}", [(3, "step 'flip'")]),  # rare is still wrong
        ("  - mixup\n  - flip\n  - rotate", [(3, "step 'flip'"), (4, "step 'rotate'")]),
        ("  - sequence: [mixup]\n  - flip: {id: f}", [(3, "step 'f'")]),
        ("  - one_of: [mixup, hue]\n  - flip", [(3, "step 'flip'")]),
        ("  - one_of: [mixup, flip]", []),  # never both
        ("  - some_of: {n: 1, steps: [mixup, flip]}", []),
        ("  - some_of:\n      n: 2\n      steps:\n        - mixup\n        - flip", [(6, "step 'flip'")]),
        ("  - some_of:\n      n: 2\n      steps:\n        - flip\n        - mixup", []),
        ("  - repeat:\n      times: 2\n      steps: [flip, mixup]", [(4, "step 'flip'")]),
        ("  - repeat:\n      times: 5\n      steps: [flip, mixup]", [(4, "step 'flip'")]),  # said once
        ("  - repeat:\n      times: 1\n      steps: [flip, mixup]", []),
        ("  - mixup\n  - one_of: [hue, flip]", [(3, "step 'flip'")]),
        ("  - cutmix: {share: {choice: [1, 0.5]}}\n  - flip", [(3, "step 'flip'")]),  # though it may mix in nothing
    ],
)
def test_orders_are_followed_through_combinators(steps: str, found: list[tuple[int, str]]) -> None:
    assert unfit(steps) == found


def test_the_line_is_that_of_the_step_though_another_modality_has_its_id() -> None:
    with pytest.raises(ConfigError) as caught:
        unfit_orders(parse_pipeline("image:\n  - mixup\n  - flip: {id: x}\naudio:\n  - gain: {id: x}"))
    assert [problem.line for problem in caught.value.problems] == [3]


def test_loading_a_file_checks_its_orders(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("image:\n  - mixup\n  - flip\n")
    with pytest.raises(ConfigError, match=r"p\.yaml: line 3, column 5: step 'flip': moves or hides"):
        load_pipeline(str(path))


@pytest.mark.parametrize(
    ("steps", "hints"),
    [
        ("[rotate, crop, flip]", []),
        ("[rotate, hue, crop]", [("crop", "hue", "rotate")]),
        ("[rotate, hue, gaussian_noise, crop]", [("crop", "'hue' and 'gaussian_noise'", "rotate")]),
        ("[hue, rotate, crop, contrast]", []),
        ("[rotate, hue, crop, hue: {id: h2}, flip]", [("crop", "hue", "rotate"), ("flip", "h2", "crop")]),
    ],
)
def test_hints_where_another_order_saves_a_resampling(steps: str, hints: list[tuple[str, ...]]) -> None:
    found = costly_orders(parse_pipeline(f"image: {steps}"))
    assert len(found) == len(hints)
    for hint, words in zip(found, hints, strict=True):
        assert all(word in hint for word in words), hint
        assert hint.startswith(f"'{words[0]}' resamples the image a second time")


@pytest.mark.parametrize(
    ("steps", "hinted"),
    [
        ("[flip, jpeg_compression, hue]", ["jpeg_compression"]),
        ("[hue, {one_of: [webp_compression, jpeg_compression]}, contrast]", ["webp_compression", "jpeg_compression"]),
        ("[jpeg_compression, hue, webp_compression]", []),
        ("[jpeg_compression]", []),
    ],
)
def test_hints_where_a_codec_in_between_costs_a_round_trip(steps: str, hinted: list[str]) -> None:
    found = costly_orders(parse_pipeline(f"image: {steps}"))
    assert [hint.split("'")[1] for hint in found] == hinted
    assert all("one more round trip" in hint for hint in found)


def test_there_are_no_hints_for_sound_and_text() -> None:
    assert costly_orders(parse_pipeline("audio: [gain]\ntext: [random_swap, random_delete]")) == []
