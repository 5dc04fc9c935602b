"""Four photographs on one canvas: each whole in its quarter, none beyond it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.data
from through_steps import facts_of, psnr

from augcli.core.ops.op import State
from augcli.core.primitives import BARRIER
from augcli.core.primitives.image import Blend
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image.execute import execute
from augcli.ops.image.mix.mosaic import Mosaic

PHOTO = np.ascontiguousarray(skimage.data.astronaut()[:300, :400])
PARTNERS = [
    np.ascontiguousarray(one) for one in (skimage.data.coffee()[::2, ::2], skimage.data.cat(), skimage.data.rocket()[:90, :77])
]


def made(pixels: np.ndarray, partners: list[np.ndarray], **draw: Any) -> tuple[np.ndarray, Any]:
    op = Mosaic()
    state = State(facts_of(pixels), partner_facts=lambda number: facts_of(partners[number]))
    program = tuple([one for one in op.lower(op.draw_type(**draw), state) if one is not BARRIER])
    result = pixels
    for primitive in program:
        result = cpu_image.apply(result, primitive, partners)
    other = execute([pixels, *partners], [BatchRow(0, program, (1, 2, 3))])[0]
    assert np.abs(result.astype(int) - other).max() <= 1
    return result, program


def covering(pixels: np.ndarray, width: int, height: int) -> np.ndarray:
    """The image scaled to cover, its middle cut out."""
    import cv2

    scale = max(width / pixels.shape[1], height / pixels.shape[0])
    size = round(pixels.shape[1] * scale), round(pixels.shape[0] * scale)
    big = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    left, top = (big.shape[1] - width) // 2, (big.shape[0] - height) // 2
    return big[top : top + height, left : left + width]


def test_even_quarters_are_halves() -> None:
    import cv2

    others = [np.ascontiguousarray(PHOTO[::-1]), np.ascontiguousarray(PHOTO[:, ::-1]), 255 - PHOTO]
    result, _ = made(PHOTO, others, x=0.5, y=0.5, place=0)
    small = [cv2.resize(one, (200, 150), interpolation=cv2.INTER_AREA) for one in (PHOTO, *others)]
    assert np.array_equal(result, np.vstack([np.hstack(small[:2]), np.hstack(small[2:])]))


@pytest.mark.parametrize("place", range(4))
def test_each_quarter_shows_its_image(place: int) -> None:
    result, program = made(PHOTO, PARTNERS, x=0.4, y=0.6, place=place)
    assert result.shape == PHOTO.shape
    images = PARTNERS.copy()
    images.insert(place, PHOTO)
    quarters = [(0, 0, 160, 180), (160, 0, 400, 180), (0, 180, 160, 300), (160, 180, 400, 300)]
    for image, (left, top, right, bottom) in zip(images, quarters, strict=True):
        assert psnr(result[top:bottom, left:right], covering(image, right - left, bottom - top)) > 22
    shares = program[-1].shares(facts_of(PHOTO))
    areas = [(right - left) * (bottom - top) / (300 * 400) for left, top, right, bottom in quarters]
    assert shares == pytest.approx({-1: areas.pop(place)} | dict(enumerate(areas)))


@pytest.mark.parametrize("size", [(2, 2), (3, 50), (50, 2)])
@pytest.mark.parametrize("at", [0.0, 1.0])
def test_no_quarter_is_ever_empty(size: tuple[int, int], at: float) -> None:
    pixels = np.full((size[1], size[0], 3), 7, np.uint8)
    colours = [np.full((5, 4, 3), level, np.uint8) for level in (50, 90, 130)]
    for place in range(4):
        result, program = made(pixels, colours, x=at, y=at, place=place)
        assert set(result.flat) == {7, 50, 90, 130}
        assert sum(program[-1].shares(facts_of(pixels)).values()) == pytest.approx(1)


def test_too_small_for_four() -> None:
    assert made(np.zeros((1, 9, 3), np.uint8), PARTNERS, x=0.5, y=0.5, place=0)[1] == ()


def test_partners_and_quarters_of_images_with_alpha() -> None:
    clear = np.dstack([PHOTO, np.full(PHOTO.shape[:2], 90, np.uint8)])
    others = [np.dstack([one, np.full(one.shape[:2], 200, np.uint8)]) for one in PARTNERS]
    result, program = made(clear, others, x=0.5, y=0.5, place=3)
    assert isinstance(program[-1], Blend)
    assert (result[150:, 200:, 3] == 90).all()
    assert (result[:150, :, 3] == 200).all()
