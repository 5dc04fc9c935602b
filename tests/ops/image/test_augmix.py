"""AugMix: chains against torchvision's steps, weights that sum to one, the image so far on both backends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.data
from through_steps import assert_like_torchvision, facts_of, program, run, tensor
from torchvision.transforms import v2

from augcli.core.idioms.policies import AUGMIX, CORRUPTING, MIXED, Look, step_of
from augcli.core.ops.op import State
from augcli.core.primitives.image import BLACK, Blend, Fill, Warp
from augcli.core.primitives.layers import SO_FAR, Layer
from augcli.core.values.facts import ImageFacts
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image.execute import execute
from augcli.ops.image.policy.augmix import Augmix

PHOTO = np.ascontiguousarray(skimage.data.astronaut()[100:311, :301])
HEIGHT, WIDTH = PHOTO.shape[:2]


def blend(**options: Any) -> Blend:
    (found,) = program([{"augmix": options}], facts_of(PHOTO))
    assert isinstance(found, Blend)
    return found


@pytest.mark.parametrize("name", [*MIXED, *CORRUPTING])
def test_steps_are_torchvisions(name: str) -> None:
    theirs = v2.AugMix()
    title = "AutoContrast" if name == "autocontrast" else name.title().replace("_", "")
    magnitudes, signed = theirs._AUGMENTATION_SPACE[title]
    found = magnitudes(10, HEIGHT, WIDTH)
    for level in (0, 2, 7, 9):
        magnitude = 0.0 if found is None else float(found[level]) * (-1 if signed else 1)
        expected = theirs._apply_image_or_video_transform(
            tensor(PHOTO), title, magnitude, v2.InterpolationMode.NEAREST, theirs._fill
        )
        step = step_of(AUGMIX, name, level, True, facts_of(PHOTO), Look("nearest", BLACK))
        result = cpu_image.apply(PHOTO, step) if step else PHOTO
        assert_like_torchvision(result, expected.permute(1, 2, 0).numpy(), name, level / 9, step, PHOTO)


def test_the_result_is_the_weighted_mean_of_the_chains() -> None:
    op = Augmix(width=4, all_steps=True, severity=9)
    for key in range(6):
        draw = op.draw_type(depth=(1, 2, 3, 2), share=0.8, weights=(0.3, 0.6, 0.1, 0.9), chains=key)
        (made,) = op.lower(draw, State(facts_of(PHOTO)))
        parts = [-np.log(1 - u) for u in draw.weights]
        expected = 0.2 * PHOTO.astype(float)
        for number, part in enumerate(parts):
            changed = PHOTO
            for step in op._chain(draw, number, State(facts_of(PHOTO))):
                changed = cpu_image.apply(changed, step)
            expected += 0.8 * part / sum(parts) * changed
        assert np.abs(cpu_image.apply(PHOTO, made) - expected).max() <= 0.51


def test_all_or_nothing() -> None:
    assert program([{"augmix": {"share": 0}}], facts_of(PHOTO)) == ()
    layers = blend(share=1, weights=0.5).layers
    weights = [layer.weight for layer in layers]
    assert weights == pytest.approx([1, 1 / 2, 1 / 3][: len(weights)])
    assert all(layer.partner == SO_FAR for layer in layers)
    blend(width=2, share=1, weights=1)  # −ln 0
    assert np.array_equal(run(PHOTO, {"augmix": {"severity": 1, "share": 1, "weights": 0}}).shape, PHOTO.shape)


def test_it_mixes_what_the_steps_before_made() -> None:
    for name in range(3):
        steps = ["rotate", "brightness", {"augmix": {"share": 0.9, "width": 2}}]
        result = run(PHOTO, *steps, name=f"{name}")
        before = run(PHOTO, *steps[:2], name=f"{name}")
        (made,) = [one for one in program(steps, facts_of(PHOTO), name=f"{name}") if isinstance(one, Blend)]
        assert np.abs(result.astype(int) - cpu_image.apply(before, made)).max() == 0


def test_so_far_beside_partners_in_one_blend() -> None:
    """Layers of the image and of a partner, after steps, in parts of the canvas, on both backends and in company."""
    other = np.ascontiguousarray(skimage.data.coffee()[:90, :120])
    flipped = Warp((-1.0, 0.0, 100.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0), (100, 80))
    hidden = Fill((((0, 0, 9, 80), (1.0, 0.0, 0.0)),))
    mixed = Blend((
        Layer(SO_FAR, (flipped, hidden), 0.5, (0, 0, 100, 80)),
        Layer(0, (Warp.cut((0, 0, 100, 80)),), 0.25, (10, 10, 60, 70)),
        Layer(SO_FAR, (hidden,), 1.0, (3, 50, 30, 80)),
        Layer(SO_FAR, (), 1.0, (90, 0, 100, 9)),
    ))  # fmt: skip
    first = (Warp.cut((20, 30, 120, 110)), hidden)
    second = (*first, mixed, Blend((Layer(SO_FAR, (flipped,), 0.5, (0, 0, 100, 80)),)))
    alone = cpu_image.apply(cpu_image.apply(PHOTO, first[0]), hidden)
    expected = cpu_image.apply(alone, mixed, [other])
    assert np.array_equal(expected[:9, 90:], alone[:9, 90:])
    twice = cpu_image.apply(expected, second[-1], [other])
    rows = [BatchRow(0, (*first, mixed), (1,)), BatchRow(0, second, (1,)), BatchRow(1, ()), BatchRow(0, (*first, mixed), (1,))]
    results = execute([PHOTO, other], rows)
    assert np.abs(results[0].astype(int) - expected).max() <= 1
    assert np.abs(results[1].astype(int) - twice).max() <= 1
    assert np.array_equal(results[0], results[3])
    assert np.array_equal(execute([PHOTO, other], rows[:1])[0], results[0])
    assert mixed.shares(ImageFacts(100, 80))[0] == pytest.approx(0.25 * (50 * 60 - 20 * 20) / 8000)


def test_chains_and_levels_are_drawn_evenly() -> None:
    names = dict.fromkeys(MIXED, 0)
    for number in range(300):
        for layer in blend_of(number):
            for step in layer.program:
                names[type(step).__name__] = names.get(type(step).__name__, 0) + 1
    total = sum(names.values())
    assert 0.2 < names["Adapt"] / total < 0.42  # 2 of 9, and others do nothing at level 0
    assert total > 900


def blend_of(number: int) -> tuple[Layer, ...]:
    found = program(["augmix"], facts_of(PHOTO), name=f"{number}")
    return found[0].layers if found else ()
