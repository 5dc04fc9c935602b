"""The same operations in augcli, kornia and torchvision v2, with parameters that change the image about as much.

augcli and kornia draw parameters of their own for each image of a batch. torchvision draws once per call, so it is
called once per image, with parameters given. Where two tools mean different things by a name, the row says what is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

WIDTH, HEIGHT, CROP = 500, 375, 224


class Compared(NamedTuple):
    """`step` is YAML for augcli; `kornia` makes a module for float batches; `torchvision` changes one uint8 tensor."""

    step: str
    kornia: Callable[[Any, Any], Any] | None  # (kornia.augmentation, torch) -> module
    torchvision: Callable[[Any, Any, Random], Any] | None  # (functional, tensor, random) -> tensor


def _bilinear(v2: Any) -> Any:
    from torchvision.transforms import InterpolationMode

    return InterpolationMode.BILINEAR


def _turned(v2: Any, x: Any, angle_deg: float, shear_deg: float, scale: float, shift: tuple[int, int]) -> Any:
    return v2.affine(x, angle_deg, list(shift), scale, [shear_deg, 0.0], interpolation=_bilinear(v2))


def _part(v2: Any, x: Any, draw: Random) -> Any:
    height, width = draw.randint(200, 375), draw.randint(250, 500)
    return v2.resized_crop(
        x, draw.randint(0, 375 - height), draw.randint(0, 500 - width), height, width, [CROP, CROP], antialias=True
    )


def _perspective(v2: Any, x: Any, draw: Random) -> Any:
    start = [[0, 0], [WIDTH - 1, 0], [WIDTH - 1, HEIGHT - 1], [0, HEIGHT - 1]]
    inwards = [[1, 1], [-1, 1], [-1, -1], [1, -1]]
    end = [[a + dx * draw.randint(0, 60), b + dy * draw.randint(0, 45)] for (a, b), (dx, dy) in zip(start, inwards, strict=True)]
    return v2.perspective(x, start, end, interpolation=_bilinear(v2))


def _elastic(v2: Any, x: Any, draw: Random) -> Any:
    """As its ElasticTransform does with alpha=50, sigma=5, the sampler of displacements included."""
    from torchvision.transforms.v2 import ElasticTransform

    return ElasticTransform(50.0, 5.0, interpolation=_bilinear(v2))(x)


def _jitter(v2: Any, x: Any, draw: Random) -> Any:
    for change in (v2.adjust_brightness, v2.adjust_contrast, v2.adjust_saturation):
        x = change(x, draw.uniform(0.8, 1.2))
    return v2.adjust_hue(x, draw.uniform(-0.05, 0.05))


def _channel_order(v2: Any, x: Any, draw: Random) -> Any:
    return v2.permute_channels(x, draw.sample(range(3), 3))


def _erased(v2: Any, x: Any, draw: Random) -> Any:
    import torch

    left, top, width, height = draw.randint(0, 300), draw.randint(0, 200), draw.randint(60, 190), draw.randint(60, 170)
    return v2.erase(x, top, left, height, width, torch.zeros(3, 1, 1, dtype=torch.uint8))


COMPARED = {
    "flip": Compared("flip", lambda k, t: k.RandomHorizontalFlip(p=1.0), lambda v, x, d: v.horizontal_flip(x)),
    "flip vertical": Compared(
        "flip: {axis: vertical}", lambda k, t: k.RandomVerticalFlip(p=1.0), lambda v, x, d: v.vertical_flip(x)
    ),
    "rotate": Compared(
        "rotate: {border: constant}",
        lambda k, t: k.RandomRotation(15.0, p=1.0),
        lambda v, x, d: v.rotate(x, d.uniform(-15, 15), interpolation=_bilinear(v)),
    ),
    "rotate90": Compared("rotate90: {turns: 2}", lambda k, t: k.RandomRotation90((2, 2), p=1.0), None),
    "affine": Compared(
        "affine: {border: constant}",
        lambda k, t: k.RandomAffine(15.0, (0.1, 0.1), (0.8, 1.25), 5.0, p=1.0),
        lambda v, x, d: _turned(v, x, d.uniform(-15, 15), 5.0, d.uniform(0.8, 1.25), (d.randint(-50, 50), 20)),
    ),
    "shear": Compared(
        "shear: {border: constant}",
        lambda k, t: k.RandomShear(15.0, p=1.0),
        lambda v, x, d: _turned(v, x, 0.0, d.uniform(-15, 15), 1.0, (0, 0)),
    ),
    "translate": Compared(
        "translate: {border: constant}",
        lambda k, t: k.RandomTranslate((-0.1, 0.1), (-0.1, 0.1), p=1.0),
        lambda v, x, d: _turned(v, x, 0.0, 0.0, 1.0, (d.randint(-50, 50), d.randint(-37, 37))),
    ),
    "perspective": Compared("perspective: {border: constant}", lambda k, t: k.RandomPerspective(0.25, p=1.0), _perspective),
    "crop": Compared(
        f"crop: {{size: {CROP}}}",
        lambda k, t: k.RandomResizedCrop((CROP, CROP), (0.25, 1.0), p=1.0),
        _part,
    ),
    "center_crop": Compared(
        f"center_crop: {{size: {CROP}}}", lambda k, t: k.CenterCrop(CROP), lambda v, x, d: v.center_crop(x, [CROP, CROP])
    ),
    "resize": Compared(
        f"resize: {{size: {CROP}}}",
        lambda k, t: k.Resize((CROP, CROP), antialias=True),
        lambda v, x, d: v.resize(x, [CROP, CROP], antialias=True),
    ),
    "pad": Compared("pad: {size: [512, 512]}", lambda k, t: k.PadTo((512, 512)), lambda v, x, d: v.pad(x, [6, 68, 6, 69])),
    "elastic": Compared("elastic", lambda k, t: k.RandomElasticTransform(p=1.0), _elastic),
    "thin_plate_spline": Compared("thin_plate_spline", lambda k, t: k.RandomThinPlateSpline(p=1.0), None),
    "optical": Compared(
        "optical: {model: fisheye}",
        lambda k, t: k.RandomFisheye(*[t.tensor([low, high]) for low, high in ((-0.3, 0.3), (-0.3, 0.3), (0.9, 1.0))], p=1.0),
        None,
    ),
    "grid_shuffle": Compared("grid_shuffle: {tiles: [4, 3]}", lambda k, t: k.RandomJigsaw((3, 4), p=1.0), None),
    "brightness": Compared(
        "brightness", lambda k, t: k.RandomBrightness((0.8, 1.2)), lambda v, x, d: v.adjust_brightness(x, d.uniform(0.8, 1.2))
    ),
    "contrast": Compared(
        "contrast", lambda k, t: k.RandomContrast((0.8, 1.2)), lambda v, x, d: v.adjust_contrast(x, d.uniform(0.8, 1.2))
    ),
    "saturation": Compared(
        "saturation", lambda k, t: k.RandomSaturation((0.8, 1.2)), lambda v, x, d: v.adjust_saturation(x, d.uniform(0.8, 1.2))
    ),
    "hue": Compared("hue", lambda k, t: k.RandomHue((-0.05, 0.05)), lambda v, x, d: v.adjust_hue(x, d.uniform(-0.05, 0.05))),
    "hsv_jitter": Compared(
        "hsv_jitter", lambda k, t: k.RandomHue((-0.05, 0.05)), lambda v, x, d: v.adjust_hue(x, d.uniform(-0.05, 0.05))
    ),
    "color_jitter": Compared("color_jitter", lambda k, t: k.ColorJiggle(0.2, 0.2, 0.2, 0.05), _jitter),
    "gamma": Compared("gamma", lambda k, t: k.RandomGamma((0.7, 1.5)), lambda v, x, d: v.adjust_gamma(x, d.uniform(0.7, 1.5))),
    "grayscale": Compared("grayscale", lambda k, t: k.RandomGrayscale(p=1.0), lambda v, x, d: v.rgb_to_grayscale(x, 3)),
    "invert": Compared("invert", lambda k, t: k.RandomInvert(p=1.0), lambda v, x, d: v.invert(x)),
    "posterize": Compared(
        "posterize", lambda k, t: k.RandomPosterize((3.0, 6.0), p=1.0), lambda v, x, d: v.posterize(x, d.randint(3, 6))
    ),
    "solarize": Compared(
        "solarize", lambda k, t: k.RandomSolarize(0.3, 0.0, p=1.0), lambda v, x, d: v.solarize(x, d.uniform(100, 200))
    ),
    "equalize": Compared("equalize", lambda k, t: k.RandomEqualize(p=1.0), lambda v, x, d: v.equalize(x)),
    "autocontrast": Compared("autocontrast", lambda k, t: k.RandomAutoContrast(), lambda v, x, d: v.autocontrast(x)),
    "clahe": Compared("clahe", lambda k, t: k.RandomClahe((2.0, 4.0), (8, 8), p=1.0), None),
    "rgb_shift": Compared("rgb_shift", lambda k, t: k.RandomRGBShift(0.1, 0.1, 0.1, p=1.0), None),
    "channel_drop": Compared("channel_drop", lambda k, t: k.RandomChannelDropout(p=1.0), None),
    "channel_shuffle": Compared("channel_shuffle", lambda k, t: k.RandomChannelShuffle(p=1.0), _channel_order),
    "temperature": Compared("temperature", lambda k, t: k.RandomPlanckianJitter(p=1.0), None),
    "illumination": Compared("illumination", lambda k, t: k.RandomLinearIllumination((0.1, 0.4), p=1.0), None),
    "sharpen": Compared(
        "sharpen", lambda k, t: k.RandomSharpness((1.2, 2.0), p=1.0), lambda v, x, d: v.adjust_sharpness(x, d.uniform(1.2, 2.0))
    ),
    "gaussian_blur": Compared(  # 7 taps or more for every sigma; augcli's number goes with sigma
        "gaussian_blur: {sigma_px: [0.7, 1.5]}",
        lambda k, t: k.RandomGaussianBlur((9, 9), (0.7, 1.5), p=1.0),
        lambda v, x, d: v.gaussian_blur(x, [9, 9], [d.uniform(0.7, 1.5)]),
    ),
    "box_blur": Compared("box_blur: {radius_px: 2}", lambda k, t: k.RandomBoxBlur((5, 5), p=1.0), None),
    "median_blur": Compared("median_blur: {radius_px: 1}", lambda k, t: k.RandomMedianBlur((3, 3), p=1.0), None),
    "median_blur 5": Compared("median_blur: {radius_px: 2}", lambda k, t: k.RandomMedianBlur((5, 5), p=1.0), None),
    "motion_blur": Compared(
        "motion_blur: {length_px: 9}", lambda k, t: k.RandomMotionBlur(9, (0.0, 180.0), (-1.0, 1.0), p=1.0), None
    ),
    "gaussian_noise": Compared(
        "gaussian_noise",
        lambda k, t: k.RandomGaussianNoise(0.0, 0.03, p=1.0),
        lambda v, x, d: v.gaussian_noise(x, 0.0, d.uniform(0.01, 0.05)),
    ),
    "salt_pepper": Compared("salt_pepper", lambda k, t: k.RandomSaltAndPepperNoise(p=1.0), None),
    "erasing": Compared("erasing: {fill: 0}", lambda k, t: k.RandomErasing(p=1.0), _erased),
    "rain": Compared("rain", lambda k, t: k.RandomRain(p=1.0), None),
    "snow": Compared("snow", lambda k, t: k.RandomSnow((0.2, 0.7), (1.0, 2.0)), None),
    "jpeg_compression": Compared(
        "jpeg_compression: {quality: 50}", lambda k, t: k.RandomJPEG(50.0), lambda v, x, d: v.jpeg(x, 50)
    ),
    "mixup": Compared("mixup", lambda k, t: k.RandomMixUpV2(p=1.0), None),
    "cutmix": Compared("cutmix", lambda k, t: k.RandomCutMixV2(p=1.0), None),
    "mosaic": Compared("mosaic", lambda k, t: k.RandomMosaic((HEIGHT, WIDTH), p=1.0), None),
}


def chosen(word: str) -> Iterator[tuple[str, Compared]]:
    """The rows whose name contains `word`."""
    return ((name, row) for name, row in COMPARED.items() if word in name)
