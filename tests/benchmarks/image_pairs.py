"""Image operations that albumentations also has: for each of ours, its class there and equivalent parameters.

Ranges are the same on both sides where the two count alike; where they do not (fog, rain, elastic, noise of a camera), they
are set so that images change about as much, which `image_ops.py --sheet` shows. albumentations gets the fastest of its
ways to do the same. Of what both have, only overlay_text is left out: there it wants a font file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import cv2

PHOTOS = Path(__file__).parents[2] / "sample_data" / "data" / "images"
STICKER = PHOTOS / "thing" / "scissors.png"  # with alpha
STICKER_BOX = (0.1, 0.1, 0.4, 0.1 + 0.3 * 183 / 320 * 500 / 375)  # left, top, right, bottom: where albumentations lays it
SIZE = (500, 375)  # width, height
_MIRRORED = {"border_mode": cv2.BORDER_REFLECT_101}
_CENTRED = {"allow_shifted": False, "direction_range": (0, 0)}
_HALF_AREA = {"downscale": cv2.INTER_AREA, "upscale": cv2.INTER_LINEAR}
_BLOCKS = {"downscale": cv2.INTER_AREA, "upscale": cv2.INTER_NEAREST}


class Pair(NamedTuple):
    """One operation here and there; `others` is the argument with which albumentations takes further images."""

    op: str
    fields: dict[str, Any]
    peer: str
    arguments: dict[str, Any]
    others: str = ""


_PAIRS = (
    Pair("affine", {"border": "reflect"}, "Affine", {
        "scale": (0.8, 1.25), "translate_percent": (-0.1, 0.1), "rotate": (-15, 15), "shear": {"x": (-5, 5), "y": (0, 0)},
        **_MIRRORED}),
    Pair("autocontrast", {}, "AutoContrast", {"method": "pil"}),
    Pair("box_blur", {"radius_px": 2}, "Blur", {"blur_limit": (5, 5)}),
    Pair("brightness", {}, "RandomBrightnessContrast", {"brightness_limit": 0, "contrast_limit": 0.2}),
    Pair("center_crop", {"size": 224}, "CenterCrop", {"height": 224, "width": 224}),
    Pair("channel_drop", {}, "ChannelDropout", {}),
    Pair("channel_shuffle", {}, "ChannelShuffle", {}),
    Pair("clahe", {}, "CLAHE", {"clip_limit": (1, 4)}),
    Pair("coarse_dropout", {}, "CoarseDropout", {
        "num_holes_range": (3, 8), "hole_height_range": (0.05, 0.2), "hole_width_range": (0.05, 0.2)}),
    Pair("color_jitter", {}, "ColorJitter", {"hue": (-0.05, 0.05)}),
    Pair("contrast", {}, "ColorJitter", {"brightness": (1, 1), "saturation": (1, 1), "hue": (0, 0)}),
    Pair("crop", {"size": 224}, "RandomResizedCrop", {"size": (224, 224), "scale": (0.25, 1.0)}),
    Pair("crop window", {"window": 224}, "RandomCrop", {"height": 224, "width": 224}),
    Pair("cutout", {}, "CoarseDropout", {
        "num_holes_range": (1, 1), "hole_height_range": (0.2, 0.4), "hole_width_range": (0.2, 0.4)}),
    Pair("d4", {}, "D4", {}),
    Pair("defocus", {"radius_px": [3, 5]}, "Defocus", {"radius": (3, 5)}),
    Pair("downscale", {}, "Downscale", {"scale_range": (0.25, 0.6), "interpolation_pair": _HALF_AREA}),
    Pair("elastic", {}, "ElasticTransform", {"alpha": 300, "sigma": 25, "approximate": True, **_MIRRORED}),
    Pair("emboss", {}, "Emboss", {}),
    Pair("equalize", {}, "Equalize", {}),
    Pair("erasing", {"fill": 0}, "Erasing", {}),
    Pair("fancy_pca", {}, "FancyPCA", {}),
    Pair("flip", {}, "HorizontalFlip", {}),
    Pair("flip upright", {"axis": "vertical"}, "VerticalFlip", {}),
    Pair("fog", {}, "RandomFog", {}),
    Pair("gamma", {}, "RandomGamma", {"gamma_limit": (80, 125)}),
    Pair("gaussian_blur", {}, "GaussianBlur", {"sigma_limit": (0.3, 1.5)}),
    Pair("gaussian_noise", {}, "GaussNoise", {"std_range": (0.01, 0.05)}),
    Pair("glass_blur", {"radius_px": 2, "sigma_px": 0.7}, "GlassBlur", {"max_delta": 2, "iterations": 1}),
    Pair("grayscale", {}, "ToGray", {}),
    Pair("grid_distortion", {}, "GridDistortion", {**_MIRRORED}),
    Pair("grid_mask", {"cells": 6}, "GridDropout", {"unit_size_range": (62, 63)}),
    Pair("grid_shuffle", {}, "RandomGridShuffle", {"grid": (3, 3)}),
    Pair("histogram_match", {"reference": str(PHOTOS / "thing" / "coffee.jpg")}, "HistogramMatching", {}, "hm_metadata"),
    Pair("hsv_jitter", {}, "HueSaturationValue", {"hue_shift_limit": 3, "sat_shift_limit": 60, "val_shift_limit": 50}),
    Pair("hue", {}, "ColorJitter", {"brightness": (1, 1), "contrast": (1, 1), "saturation": (1, 1), "hue": (-0.05, 0.05)}),
    Pair("illumination", {}, "Illumination", {"intensity_range": (0.1, 0.2)}),
    Pair("invert", {}, "InvertImg", {}),
    Pair("iso_noise", {}, "ISONoise", {}),
    Pair("jpeg_compression", {"quality": [30, 90]}, "ImageCompression", {"quality_range": (30, 90)}),
    Pair("longest_side", {}, "LongestMaxSize", {"max_size": 256}),
    Pair("median_blur", {}, "MedianBlur", {"blur_limit": (3, 5)}),
    Pair("mosaic", {}, "Mosaic", {"target_size": SIZE[::-1], "cell_shape": SIZE[::-1]}, "mosaic_metadata"),
    Pair("motion_blur", {"length_px": 7}, "MotionBlur", {"blur_limit": (7, 7), **_CENTRED}),
    Pair("motion_blur long", {"length_px": 21}, "MotionBlur", {"blur_limit": (21, 21), **_CENTRED}),
    Pair("optical", {}, "OpticalDistortion", {"distort_limit": (-0.4, 0.4), **_MIRRORED}),
    Pair("overlay_image", {"source": str(STICKER), "size": 0.3, "angle_deg": 0}, "OverlayElements", {}, "overlay_metadata"),
    Pair("pad", {}, "PadIfNeeded", {"min_height": 500, "min_width": 500}),
    Pair("perspective", {}, "Perspective", {"scale": (0.05, 0.1), **_MIRRORED}),
    Pair("pixel_dropout", {"rate": 0.03}, "PixelDropout", {"dropout_prob": 0.03}),
    Pair("pixelate", {"block_px": 4}, "Downscale", {"scale_range": (0.25, 0.25), "interpolation_pair": _BLOCKS}),
    Pair("posterize", {"bits": [4, 7]}, "Posterize", {"num_bits": (4, 7)}),
    Pair("rain", {"amount": 0.33}, "RandomRain", {"rain_type": "heavy"}),
    Pair("resize", {"size": [373, 280]}, "Resize", {"height": 280, "width": 373}),
    Pair("rgb_shift", {}, "RGBShift", {}),
    Pair("rotate", {}, "Rotate", {"limit": (-15, 15), **_MIRRORED}),
    Pair("rotate90", {}, "RandomRotate90", {}),
    Pair("salt_pepper", {}, "SaltAndPepper", {}),
    Pair("saturation", {}, "ColorJitter", {"brightness": (1, 1), "contrast": (1, 1), "hue": (0, 0)}),
    Pair("sepia", {"strength": 1}, "ToSepia", {}),
    Pair("shadow", {}, "RandomShadow", {}),
    Pair("sharpen", {}, "Sharpen", {}),
    Pair("shear", {}, "Affine", {"shear": {"x": (-15, 15), "y": (0, 0)}, **_MIRRORED}),
    Pair("shortest_side", {}, "SmallestMaxSize", {"max_size": 256}),
    Pair("shot_noise", {}, "ShotNoise", {}),
    Pair("snow", {}, "RandomSnow", {"method": "texture"}),
    Pair("solarize", {}, "Solarize", {}),
    Pair("speckle", {}, "MultiplicativeNoise", {"multiplier": (0.8, 1.2), "elementwise": True, "per_channel": True}),
    Pair("sun_flare", {}, "RandomSunFlare", {"src_radius": 100}),
    Pair("temperature", {}, "PlanckianJitter", {}),
    Pair("thin_plate_spline", {}, "ThinPlateSpline", {"scale_range": (0.05, 0.05), **_MIRRORED}),
    Pair("tone_curve", {}, "RandomToneCurve", {}),
    Pair("translate", {}, "Affine", {"translate_percent": (-0.1, 0.1), **_MIRRORED}),
    Pair("transpose", {}, "Transpose", {}),
    Pair("unsharp_mask", {}, "UnsharpMask", {"blur_limit": (7, 13), "sigma_limit": (0.8, 2), "alpha": (0.3, 1), "threshold": 0}),
    Pair("vignette", {}, "Illumination", {"mode": "gaussian", "effect_type": "darken", "intensity_range": (0.1, 0.2)}),
    Pair("webp_compression", {}, "ImageCompression", {"compression_type": "webp", "quality_range": (30, 90)}),
    Pair("zoom", {}, "Affine", {"scale": (0.8, 1.25), **_MIRRORED}),
    Pair("zoom_blur", {"amount": 0.1}, "ZoomBlur", {"max_factor": (1.1, 1.1), "step_factor": (0.01, 0.01)}),
)  # fmt: skip

PAIRS = {pair.op: pair for pair in _PAIRS}  # "crop window" is crop with other fields, timed by itself
