"""Published policies against torchvision's own: every step at every level, the found policies, clamping between steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.data
import torch
from through_steps import assert_like_torchvision, facts_of, program, tensor
from torchvision.transforms import v2

from augcli.core.idioms.found_policies import POLICIES
from augcli.core.idioms.policies import AUTO, CORRUPTING, RAND, TRIVIAL, WIDE, Look, step_of
from augcli.core.ops.op import State
from augcli.core.primitives import Barrier
from augcli.core.primitives.image import BLACK, ColourMatrix, Warp
from augcli.core.values.facts import ImageFacts
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image.execute import execute
from augcli.ops.image.policy.rand_augment import RandAugment

PHOTO = np.ascontiguousarray(skimage.data.astronaut()[100:311, :301])
BRIGHT = np.ascontiguousarray(skimage.data.coffee()[60:201, 100:351])
NAMES = {name: name.title().replace("_", "") for name in (*WIDE, "invert")} | {"autocontrast": "AutoContrast"}
LOOK = Look("nearest", BLACK)
SPACES = {"rand": (RAND, v2.RandAugment()), "trivial": (TRIVIAL, v2.TrivialAugmentWide()), "auto": (AUTO, v2.AutoAugment())}


def ours(pixels: np.ndarray, step: Any) -> np.ndarray:
    if step is None:
        return pixels
    result = cpu_image.apply(pixels, step)
    assert np.abs(result.astype(int) - execute([pixels], [BatchRow(0, (step,))])[0]).max() <= 1
    return result


def theirs(pixels: np.ndarray, policy: Any, bins: int, name: str, level: int, negative: bool) -> np.ndarray:
    magnitudes, signed = policy._AUGMENTATION_SPACE[NAMES[name]]
    found = magnitudes(bins, *pixels.shape[:2])
    magnitude = 0.0 if found is None else float(found[level]) * (-1 if signed and negative else 1)
    interpolation = v2.InterpolationMode.NEAREST
    done = policy._apply_image_or_video_transform(tensor(pixels), NAMES[name], magnitude, interpolation, policy._fill)
    return done.permute(1, 2, 0).numpy()


def assert_theirs(pixels: np.ndarray, space: str, name: str, level: int, negative: bool) -> None:
    said, policy = SPACES[space]
    expected = theirs(pixels, policy, said.bins, name, level, negative)
    step = step_of(said, name, level, negative, facts_of(pixels), LOOK)
    assert_like_torchvision(ours(pixels, step), expected, name, level / (said.bins - 1), step, pixels)


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("name", [*WIDE, "invert"])
def test_every_step_is_torchvisions(space: str, name: str) -> None:
    said, policy = SPACES[space]
    if NAMES[name] not in policy._AUGMENTATION_SPACE:
        pytest.skip("not in this space")
    levels = [0, *range(1, said.bins, 5 if said.bins > 10 else 2), said.bins - 1]
    for level in levels:
        for negative in (False, True):
            assert_theirs((PHOTO, BRIGHT)[level % 2], space, name, level, negative)


@pytest.mark.parametrize("space", SPACES)
def test_shifts_and_bits_at_every_level_are_torchvisions(space: str) -> None:
    said, policy = SPACES[space]
    for width in (31, 224, 331, 500):
        shifts = policy._AUGMENTATION_SPACE["TranslateX"][0](said.bins, 9, width)
        for level in range(said.bins):
            step = step_of(said, "translate_x", level, True, ImageFacts(width, 9), LOOK)
            shift = float(shifts[level])
            # torchvision's 15.999999 is 16 here.
            assert (step.matrix[2] if step else 0) == -int(round(shift, 4)), (width, level)
    kept = policy._AUGMENTATION_SPACE["Posterize"][0](said.bins, 1, 1)
    for level in range(said.bins):
        step = step_of(said, "posterize", level, False, ImageFacts(9, 9), LOOK)
        assert (len(set(step.grey)) if step else 256) == 1 << int(kept[level])


def test_images_of_one_channel_come_out_as_torchvisions() -> None:
    grey = np.ascontiguousarray(skimage.data.camera()[100:240, 200:400, None])
    for name in WIDE:
        assert_theirs(grey, "rand", name, 13, True)


@pytest.mark.parametrize("policy", POLICIES)
def test_found_policies_are_torchvisions(policy: str) -> None:
    expected = v2.AutoAugment(v2.AutoAugmentPolicy(policy))._policies
    found = tuple(tuple((NAMES[name], chance, level) for name, chance, level in pair) for pair in POLICIES[policy])
    assert found == tuple(tuple((name, chance, level or 0) for name, chance, level in pair) for pair in expected)


def test_steps_are_clamped_one_by_one() -> None:
    """Brightness at the strongest, and then less contrast: what was blown out is all one grey."""
    op = RandAugment()
    draw = op.draw_type(magnitude=24, which=(WIDE.index("brightness"), WIDE.index("contrast")), sign=(0, 1))
    first, barrier, second = op.lower(draw, State(facts_of(PHOTO)))
    assert isinstance(barrier, Barrier)
    result, expected = PHOTO, PHOTO
    for primitive, name, negative in ((first, "brightness", False), (second, "contrast", True)):
        result = cpu_image.apply(result, primitive)  # type: ignore[arg-type]
        expected = theirs(expected, v2.RandAugment(), 31, name, 24, negative)
    assert np.abs(result.astype(int) - expected).max() <= 2
    fused = first.then(second, facts_of(PHOTO))  # type: ignore[union-attr]
    assert np.abs(cpu_image.apply(PHOTO, fused).astype(int) - expected).max() > 20  # type: ignore[arg-type]


def test_the_ends_of_a_policy_fuse_with_its_neighbours() -> None:
    turn = {"trivial_augment": {"which": 5, "magnitude": 12, "sign": 0, "fill": 9}}
    assert [type(one) for one in program(["flip", turn, {"brightness": {"factor": 2}}], facts_of(PHOTO))] == [Warp, ColourMatrix]
    shears = {"rand_augment": {"which": 1, "magnitude": 30}}
    assert [type(one) for one in program([shears], facts_of(PHOTO))] == [Warp, Warp]  # what left the canvas is gone


def test_pairs_and_chances() -> None:
    def kinds(**options: Any) -> int:
        return len(program([{"auto_augment": options}], facts_of(PHOTO)))

    assert kinds(first_chance=0, second_chance=0, pair=0) == 2
    assert kinds(first_chance=0.4, second_chance=0.59, pair=0) == 1  # posterize 0.4, rotate 0.6
    assert kinds(first_chance=1, second_chance=1) == 0
    assert kinds(first_chance=0, second_chance=0, pair=10) == 1  # colour at level 0 changes nothing


def test_all_steps_come_up_equally_often() -> None:
    counts = dict.fromkeys((type(None), Warp, ColourMatrix), 0)
    seen = set()
    for number in range(400):
        said = program(["trivial_augment"], facts_of(PHOTO), name=f"{number}")
        counts[type(said[0]) if said and type(said[0]) in counts else type(None)] += 1
        seen.add(said)
    assert 115 < counts[Warp] < 175  # 5/14 of 400 is 143, a few of which do nothing
    assert 60 < counts[ColourMatrix] < 110  # 3/14 is 86
    assert len(seen) > 150
    assert len(CORRUPTING) == 4
    assert torch.get_num_threads() == 1
