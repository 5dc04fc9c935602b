"""Colour operations on both backends against known answers: torchvision, Pillow, OpenCV, plain arithmetic."""

from __future__ import annotations

from itertools import pairwise, permutations
from typing import Any

import cv2
import numpy as np
import pytest
import skimage.data
import torch
import torchvision.transforms.functional as peer
from PIL import Image, ImageOps

from augcli import ops
from augcli.core.draws.keys import unit_key
from augcli.core.idioms import colour
from augcli.core.ops.op import State
from augcli.core.primitives.image import LUMA, ColourMatrix
from augcli.core.values.facts import ImageFacts
from augcli.core.values.matrix import IDENTITY
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image.execute import execute

REGISTRY = ops.load()
COLOUR = [skimage.data.astronaut(), np.ascontiguousarray(skimage.data.chelsea()[::2, ::3])]
GREY = skimage.data.camera()[..., None]
ALL = [*COLOUR, GREY]
EVERY_LEVEL = np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16, 1), 3, 2)
DULL = (COLOUR[0] // 3 + 40).astype(np.uint8)  # little contrast


def lowered(name: str, pixels: np.ndarray, **options: Any) -> tuple[Any, ...]:
    """The program of an op, given what it drew and its plain options."""
    kind = REGISTRY[f"image.{name}"]
    op = kind.model_validate({field: value for field, value in options.items() if field not in kind.spans})
    drawn = {field: options[field] for field in op.spans}
    for field, info in op.spans.items():
        if info.per and not isinstance(drawn[field], tuple):
            drawn[field] = (drawn[field],) * getattr(op, info.per)
    height, width, channels = pixels.shape
    return tuple(op.lower(op.draw_type(**drawn), State(ImageFacts(width, height, channels))))


def made(name: str, pixels: np.ndarray, **options: Any) -> np.ndarray:
    """What an op gives by OpenCV; torch gives the same, within the tolerance."""
    program = lowered(name, pixels, **options)
    result = pixels
    for primitive in program:
        result = cpu_image.apply(result, primitive)
    other = execute([pixels], [BatchRow(0, program)])[0]
    assert np.abs(result.astype(int) - other).max() <= sum(primitive.tolerance_levels for primitive in program)
    return result


def apart(one: np.ndarray, other: np.ndarray) -> float:
    assert one.shape == other.shape
    return float(np.abs(one.astype(float) - other).max())


def tensor(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(pixels).permute(2, 0, 1)


def array(values: torch.Tensor) -> np.ndarray:
    return values.permute(1, 2, 0).numpy()


def test_gamma_is_torchvisions() -> None:
    for pixels in ALL:
        for gamma in (0.45, 0.8, 1.0, 1.25, 2.2, 10.0):
            theirs = 255 * array(peer.adjust_gamma(tensor(pixels).float() / 255, gamma))
            assert apart(made("gamma", pixels, gamma=gamma), theirs) <= 0.51


def test_exposure_multiplies_light() -> None:
    def light(values: np.ndarray) -> np.ndarray:
        return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)

    for stops in (-3.0, -0.7, 0.0, 1.0, 4.0):
        brighter = np.minimum(light(EVERY_LEVEL / 255) * 2**stops, 1)
        meant = 255 * np.where(brighter <= 0.0031308, brighter * 12.92, 1.055 * brighter ** (1 / 2.4) - 0.055)
        assert apart(made("exposure", EVERY_LEVEL, stops=stops), meant) <= 0.51
    assert np.array_equal(made("exposure", EVERY_LEVEL, stops=0.0), EVERY_LEVEL)


@pytest.mark.parametrize(
    ("kelvin", "x", "y"),
    [(2000, 0.5267, 0.4133), (2856, 0.4476, 0.4074), (4000, 0.3805, 0.3768), (6500, 0.3135, 0.3237), (10_000, 0.2807, 0.2884)],
)
def test_black_bodies_have_the_chromaticities_of_the_tables(kelvin: float, x: float, y: float) -> None:
    assert colour.black_body_xy(kelvin) == pytest.approx((x, y), abs=1e-3)


def test_temperature() -> None:
    grey = np.full((1, 1, 3), 140, np.uint8)
    assert np.array_equal(made("temperature", COLOUR[0], kelvin=6500.0), COLOUR[0])
    lights = [made("temperature", grey, kelvin=kelvin)[0, 0].astype(int) for kelvin in (1700.0, 3000, 5000, 8000, 25_000)]
    assert all(abs(light @ np.array(LUMA) - 140) <= 1 for light in lights)
    assert all(one[0] > other[0] and one[2] < other[2] for one, other in pairwise(lights))
    assert lights[1][0] > lights[1][1] > lights[1][2]
    assert lowered("temperature", GREY, kelvin=3000.0) == ()


def test_sepia_is_the_w3cs() -> None:
    theirs = COLOUR[0] @ np.array([[0.393, 0.349, 0.272], [0.769, 0.686, 0.534], [0.189, 0.168, 0.131]])
    assert apart(made("sepia", COLOUR[0], strength=1.0), np.clip(theirs, 0, 255)) <= 0.95
    half = np.clip((theirs + COLOUR[0]) / 2, 0, 255)
    assert apart(made("sepia", COLOUR[0], strength=0.5), half) <= 0.95
    assert np.array_equal(made("sepia", COLOUR[0], strength=0.0), COLOUR[0])


def test_tone_curves_keep_their_ends_and_never_turn_back() -> None:
    assert np.array_equal(made("tone_curve", EVERY_LEVEL, shadows=0.0, highlights=0.0), EVERY_LEVEL)
    for low in (-0.33, 0.0, 0.33):
        for high in (-0.33, 0.0, 0.33):
            curve = made("tone_curve", EVERY_LEVEL, shadows=low, highlights=high)[:, :, 0].ravel().astype(int)
            assert (curve[0], curve[255]) == (0, 255)
            assert (np.diff(curve) >= 0).all()
            # At one third a handle's weight is 4/9, the other's 2/9.
            assert curve[85] == pytest.approx(85 + 255 * (4 * low + 2 * high) / 9, abs=0.51)
    three = made("tone_curve", EVERY_LEVEL, curves=3, shadows=(0.2, 0.0, -0.2), highlights=(0.0, 0.0, 0.0))
    assert (three[8, 0, 0], three[8, 0, 1]) > (three[8, 0, 1], three[8, 0, 2])
    made("tone_curve", GREY, curves=3, shadows=(0.2, 0.0, -0.2), highlights=(0.0, 0.1, 0.0))


def test_solarize_posterize_and_invert_are_torchvisions() -> None:
    for pixels in (*ALL, EVERY_LEVEL):
        for threshold in (0, 17, 127.5, 128, 200, 255):
            theirs = array(peer.solarize(tensor(pixels), threshold))
            for share in (threshold / 255, float(f"{threshold / 255:.9g}")):
                assert np.array_equal(made("solarize", pixels, threshold=share), theirs)
        for bits in range(1, 9):
            assert np.array_equal(made("posterize", pixels, bits=bits), array(peer.posterize(tensor(pixels), bits)))
        assert np.array_equal(made("invert", pixels), array(peer.invert(tensor(pixels))))


def test_solarize_add() -> None:
    for add, threshold in ((0.0, 0.5), (110 / 255, 128 / 255), (1.0, 0.3)):
        lifted = np.minimum(EVERY_LEVEL.astype(int) + round(255 * add), 255)
        meant = np.where(threshold * 255 > EVERY_LEVEL, lifted, EVERY_LEVEL)
        assert np.array_equal(made("solarize_add", EVERY_LEVEL, add=add, threshold=threshold), meant)


def odd_images() -> list[np.ndarray]:
    """Of one level, of few, of hardly any pixels."""
    draw = np.random.default_rng(0)
    images = [draw.integers(0, high, (height, width, 3), np.uint8) for high, height, width in
                ((1, 9, 9), (2, 20, 20), (5, 3, 50), (256, 1, 1), (256, 2, 3), (256, 40, 60))]  # fmt: skip
    return [*images, np.full((5, 5, 3), 255, np.uint8)]


def test_equalize_is_torchvisions_and_pillows() -> None:
    for pixels in (*ALL, DULL, *odd_images()):
        result = made("equalize", pixels)
        assert np.array_equal(result, array(peer.equalize(tensor(pixels))))
        if pixels.shape[2] == 3:
            assert np.array_equal(result, np.asarray(ImageOps.equalize(Image.fromarray(pixels))))


def test_autocontrast_is_torchvisions_and_pillows() -> None:
    for pixels in (*ALL, DULL, *odd_images()):
        theirs = array(peer.autocontrast(tensor(pixels)))
        assert apart(made("autocontrast", pixels, cutoff=0), theirs) <= 1  # they truncate floats
        for percent in (0, 1, 2.5, 10, 45) if pixels.shape[2] == 3 else ():
            theirs = np.asarray(ImageOps.autocontrast(Image.fromarray(pixels), percent))
            result = made("autocontrast", pixels, cutoff=percent / 100)
            assert apart(result, theirs) <= 1
            assert (result != theirs).mean() < 0.02


def test_clahe_of_grey_is_opencvs_and_of_colour_keeps_chroma() -> None:
    for clip, tiles in ((1.0, 8), (4.0, 8), (40.0, 3)):
        theirs = cv2.createCLAHE(clip, (tiles, tiles)).apply(GREY[:, :, 0])
        assert np.array_equal(made("clahe", GREY, clip=clip, tiles=tiles)[:, :, 0], theirs)
        pixels = COLOUR[0] // 2 + 50  # where nothing is clamped
        result = made("clahe", pixels, clip=clip, tiles=tiles)
        theirs = cv2.createCLAHE(clip, (tiles, tiles)).apply(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
        inside = (result % 255 > 0).all(2)
        assert inside.mean() > 0.4
        assert np.abs(cv2.cvtColor(result, cv2.COLOR_RGB2GRAY).astype(int) - theirs)[inside].max() <= 1
        before, after = (cv2.cvtColor(each, cv2.COLOR_RGB2YCrCb)[:, :, 1:].astype(int) for each in (pixels, result))
        assert np.abs(after - before)[inside].max() <= 1


def test_channels_are_shuffled_and_dropped() -> None:
    for number, order in enumerate(permutations(range(3))):
        assert np.array_equal(made("channel_shuffle", COLOUR[0], order=number), COLOUR[0][:, :, order])
    for channel in range(3):
        dropped = made("channel_drop", COLOUR[0], channel=channel, fill=7)
        kept = made("channel_drop", COLOUR[0], channel=channel, fill=7, only=True)
        for at in range(3):
            assert np.array_equal(dropped[:, :, at], COLOUR[0][:, :, at]) == (at != channel)
            assert (kept if at != channel else dropped)[:, :, at].tolist() == np.full(COLOUR[0].shape[:2], 7).tolist()
    assert lowered("channel_shuffle", GREY, order=4) == lowered("channel_drop", GREY, channel=1) == ()


def test_rgb_shift() -> None:
    shifts = (0.1, -0.2, 0.05)
    meant = np.clip(COLOUR[0] + 255 * np.array(shifts), 0, 255)
    assert apart(made("rgb_shift", COLOUR[0], **dict(zip(("red", "green", "blue"), shifts, strict=True))), meant) <= 0.95
    grey = np.clip(GREY + 255 * np.dot(shifts, LUMA), 0, 255)
    assert apart(made("rgb_shift", GREY, **dict(zip(("red", "green", "blue"), shifts, strict=True))), grey) <= 0.51


def test_hsv_jitter_is_near_opencvs_own() -> None:
    """OpenCV's own has 180 steps of hue and 256 of saturation, so only near; the kernels' tests have the exact answer."""
    pixels = COLOUR[0]
    hue, saturation, value = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV).astype(float))
    changed = [(hue + 10) % 180, np.minimum(saturation * 1.3, 255), np.minimum(value * 0.8, 255)]
    theirs = cv2.cvtColor(cv2.merge([np.rint(plane).astype(np.uint8) for plane in changed]), cv2.COLOR_HSV2RGB)
    result = made("hsv_jitter", pixels, hue_deg=20.0, saturation=1.3, value=0.8)
    assert np.abs(result.astype(float) - theirs).mean() < 1
    assert np.array_equal(made("hsv_jitter", pixels, hue_deg=0.0, saturation=1.0, value=1.0), pixels)
    assert (np.ptp(made("hsv_jitter", pixels, hue_deg=30.0, saturation=0.0, value=1.0), 2) == 0).all()


def test_fancy_pca_shifts_along_orthogonal_axes() -> None:
    (program,) = zip(*(lowered("fancy_pca", COLOUR[0], **dict.fromkeys(("first", "second", "third"), 0.0) | {axis: 1.0})
                       for axis in ("first", "second", "third")), strict=True)  # fmt: skip
    shifts = np.array([matrix.t for matrix in program])
    assert all(isinstance(matrix, ColourMatrix) and matrix.m == IDENTITY and not any(matrix.n) for matrix in program)
    lengths = np.linalg.norm(shifts, axis=1)
    assert lengths == pytest.approx((0.2175, 0.0188, 0.0045), rel=1e-3)
    assert np.abs((shifts / lengths[:, None]) @ (shifts / lengths[:, None]).T - np.eye(3)).max() < 1e-3


def test_a_vignette_is_darkest_in_the_farthest_corner() -> None:
    flat = np.full((101, 151, 3), 200, np.uint8)
    for x, y, strength in ((0.5, 0.5, 0.4), (0.2, 0.9, 1.0)):
        result = made("vignette", flat, x=x, y=y, strength=strength)
        across, down = np.meshgrid(np.arange(151) + 0.5 - 151 * x, np.arange(101) + 0.5 - 101 * y)
        far = max(x, 1 - x) ** 2 * 151**2 + max(y, 1 - y) ** 2 * 101**2
        assert apart(result[:, :, 1], 200 * (1 - strength * (across**2 + down**2) / far)) <= 0.51
        assert result.min() == pytest.approx(200 * (1 - strength), abs=5)


def test_light_comes_from_where_it_is_said_to_come() -> None:
    flat = np.full((81, 121, 3), 100, np.uint8)
    for angle_deg, bright, dark in ((0, (40, 120), (40, 0)), (90, (0, 60), (80, 60)), (180, (40, 0), (40, 120)),
                                    (45, (0, 120), (80, 0)), (-90, (80, 60), (0, 60))):  # fmt: skip
        result = made("illumination", flat, strength=0.5, angle_deg=float(angle_deg))
        assert float(result[bright][0]) == pytest.approx(150, abs=1)
        assert float(result[dark][0]) == pytest.approx(50, abs=1)
        assert result[40, 60].tolist() == [100, 100, 100]


def test_colour_ops_fuse() -> None:
    """Runs of linear ops are one ColourMatrix, runs of curves one Curve, whatever the order within them."""
    from augcli.core.pipeline.model import parse_pipeline
    from augcli.core.program.compile import CompiledPipeline
    from augcli.core.program.lower import draw_steps, lower

    linear = "sepia, temperature, invert, channel_shuffle, channel_drop, rgb_shift, fancy_pca, color_jitter"
    curves = "gamma, exposure, tone_curve, solarize, solarize_add, posterize"
    compiled = CompiledPipeline(parse_pipeline(f"image: [{linear}, {curves}]").steps["image"])
    drawn = draw_steps(compiled, unit_key(0, "a.jpg", 0))
    program = lower(drawn, State(ImageFacts(40, 30))).program
    assert [type(primitive).__name__ for primitive in program] == ["ColourMatrix", "Curve"]
