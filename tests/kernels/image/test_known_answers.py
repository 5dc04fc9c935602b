"""Both backends against known answers: torchvision, torch.nn.functional, plain arithmetic."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import skimage.data
import torch
import torchvision.transforms.functional as peer
from torch.nn.functional import interpolate

from augcli.core.primitives.image import LUMA, ColourMatrix, Warp
from augcli.core.values.facts import ImageFacts
from augcli.core.values.matrix import IDENTITY, about, multiply, project, rotation, scaling, translation
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image.execute import execute

Apply = Callable[[np.ndarray, object], np.ndarray]


def by_torch(pixels: np.ndarray, said: object) -> np.ndarray:
    return execute([pixels], [BatchRow(0, (said,))])[0]  # type: ignore[arg-type]


both = pytest.mark.parametrize("apply", [cpu_image.apply, by_torch], ids=["opencv", "torch"])
PHOTOGRAPHS = [skimage.data.astronaut(), np.ascontiguousarray(skimage.data.chelsea()), skimage.data.camera()[..., None]]
photographs = pytest.mark.parametrize("pixels", PHOTOGRAPHS, ids=["astronaut", "chelsea", "camera"])


def tensor(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(pixels).permute(2, 0, 1)


def array(values: torch.Tensor) -> np.ndarray:
    return values.permute(1, 2, 0).numpy()


@both
@photographs
def test_flips_quarter_turns_and_crops_are_exact(apply: Apply, pixels: np.ndarray) -> None:
    height, width, _ = pixels.shape
    size = width, height
    flip = Warp((-1, 0, width, 0, 1, 0, 0, 0, 1), size)
    assert np.array_equal(apply(pixels, flip), array(peer.hflip(tensor(pixels))))
    assert np.array_equal(apply(pixels, Warp((1, 0, 0, 0, -1, height, 0, 0, 1), size)), array(peer.vflip(tensor(pixels))))
    crop = Warp.cut((30, 20, 130, 70))
    assert np.array_equal(apply(pixels, crop), array(peer.crop(tensor(pixels), 20, 30, 50, 100)))
    facts = ImageFacts(width, height, pixels.shape[2])
    for quarters in range(4):
        turn = rotation(90 * quarters)
        left, top = (min(project(turn, x, y)[axis] for x in (0, width) for y in (0, height)) for axis in (0, 1))
        said = Warp(multiply(translation(-left, -top), turn), size if quarters % 2 == 0 else size[::-1])
        assert np.array_equal(apply(pixels, said), np.rot90(pixels, quarters))
        fused = flip.then(said, facts)
        assert fused is not None
        together = fused.then(Warp.cut((7, 9, 90, 80)), facts)
        assert together is not None
        assert np.array_equal(apply(pixels, together), np.rot90(pixels[:, ::-1], quarters)[9:80, 7:90])


@both
@photographs
@pytest.mark.parametrize("angle_deg", [-170.0, -33.0, 0.5, 12.0, 45.0])
def test_rotation_is_torchvisions(apply: Apply, pixels: np.ndarray, angle_deg: float) -> None:
    height, width, _ = pixels.shape
    said = Warp(about(rotation(angle_deg), width / 2, height / 2), (width, height), "constant", interpolation="bilinear")
    theirs = peer.rotate(tensor(pixels).float(), angle_deg, peer.InterpolationMode.BILINEAR)
    # Where the border is far: they fade into it in another way.
    inside = peer.rotate(torch.ones(1, height, width), angle_deg, peer.InterpolationMode.BILINEAR)
    inside = torch.nn.functional.avg_pool2d(inside, 5, 1, 2, count_include_pad=True)[0].numpy() > 0.9999
    apart = np.abs(apply(pixels, said) - array(theirs))[inside]
    assert inside.mean() > 0.3
    assert apart.max() <= 2
    assert apart.mean() < 0.3


@both
@photographs
@pytest.mark.parametrize(("scale_x", "scale_y"), [(2.0, 2.0), (1.37, 0.71), (0.53, 0.9), (3.1, 1.0)])
def test_resizing_is_torchs(apply: Apply, pixels: np.ndarray, scale_x: float, scale_y: float) -> None:
    height, width, _ = pixels.shape
    size = round(width * scale_x), round(height * scale_y)
    theirs = interpolate(tensor(pixels)[None].float(), size=size[::-1], mode="bilinear", align_corners=False)[0]
    said = Warp(scaling(size[0] / width, size[1] / height), size, interpolation="bilinear")
    assert np.abs(apply(pixels, said) - array(theirs)).max() <= 1


@both
@photographs
def test_halving_is_the_mean_of_four(apply: Apply, pixels: np.ndarray) -> None:
    height, width = (length // 2 * 2 for length in pixels.shape[:2])
    even = np.ascontiguousarray(pixels[:height, :width])
    said = Warp(scaling(0.5, 0.5), (width // 2, height // 2), interpolation="bilinear")
    meant = even.reshape(height // 2, 2, width // 2, 2, -1).mean((1, 3))
    assert np.abs(apply(even, said) - meant).max() <= 0.5


@both
@pytest.mark.parametrize("factor", [0.0, 0.3, 1.0, 1.8])
def test_colour_steps_are_torchvisions(apply: Apply, factor: float) -> None:
    pixels = PHOTOGRAPHS[0]
    full = tensor(pixels).float() / 255
    grey = tuple(LUMA * 3)
    mixed = tuple(factor * one + (1 - factor) * luma for one, luma in zip(IDENTITY, grey, strict=True))
    scaled = tuple(factor * one for one in IDENTITY)
    cases = {
        "brightness": (ColourMatrix.linear(scaled), peer.adjust_brightness(full, factor)),
        "saturation": (ColourMatrix.linear(mixed), peer.adjust_saturation(full, factor)),
        "contrast": (
            ColourMatrix(scaled, tuple((1 - factor) * luma for luma in grey), (0, 0, 0)),
            peer.adjust_contrast(full, factor),
        ),
        "grey": (ColourMatrix.linear(grey), peer.rgb_to_grayscale(full, 3)),
        "invert": (ColourMatrix.linear(tuple(-one for one in IDENTITY), (1, 1, 1)), peer.invert(full)),
    }
    for name, (said, theirs) in cases.items():
        assert np.abs(apply(pixels, said) - 255 * array(theirs)).max() <= 1, name


@both
def test_grey_images_get_the_luma_of_what_colour_would(apply: Apply) -> None:
    pixels = PHOTOGRAPHS[2]
    said = ColourMatrix((0.9, 0.1, 0, 0, 1.2, 0.1, 0.2, 0, 0.7), (0.1, 0, 0, 0, 0.2, 0, 0, 0, 0), (0.02, 0, -0.1))
    in_colour = np.repeat(pixels, 3, 2).astype(float)
    m, n = (np.array(part).reshape(3, 3) for part in (said.m, said.n))
    meant = (in_colour @ m.T + n @ in_colour.mean((0, 1)) + 255 * np.array(said.t)) @ LUMA
    assert np.abs(apply(pixels, said)[..., 0] - np.clip(meant, 0, 255)).max() <= 0.51


@both
def test_a_image_fades_into_the_fill_at_its_border(apply: Apply) -> None:
    pixels = np.full((4, 4, 3), 200, np.uint8)
    said = Warp(translation(1.5, 0), (7, 4), "constant", (0.0, 1.0, 100 / 255), "bilinear")
    row = apply(pixels, said)[2]
    assert row.tolist() == [[0, 255, 100], [100, 228, 150], *[[200, 200, 200]] * 3, [100, 228, 150], [0, 255, 100]]


@both
def test_nearest_takes_the_pixel_that_the_position_is_in(apply: Apply) -> None:
    pixels = np.arange(8, dtype=np.uint8).reshape(1, 8, 1)
    half = Warp(scaling(0.5, 1.0), (4, 1), interpolation="nearest")  # positions on edges belong to the pixel after them
    assert apply(pixels, half).ravel().tolist() == [1, 3, 5, 7]
    double = Warp(scaling(2.0, 1.0), (16, 1), interpolation="nearest")
    assert apply(pixels, double).ravel().tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]
    shifted = Warp(translation(3.0, 0), (14, 1), "reflect", interpolation="nearest")
    assert apply(pixels, shifted).ravel().tolist() == [3, 2, 1, 0, 1, 2, 3, 4, 5, 6, 7, 6, 5, 4]
