"""torchvision.transforms, v1 and v2 (0.26)."""

from __future__ import annotations

from .row import (
    AROUND_ONE,
    BETA,
    BLACK,
    ELASTIC,
    HALF,
    HEIGHT_WIDTH,
    INVERSE,
    JITTER,
    LOADER,
    OF_255,
    OWN_FUNCTION,
    PLUS_MINUS,
    TURNS,
    UNCHANGED,
    WORDS,
    PeerTable,
)  # fmt: skip

_JITTER = {
    "brightness": AROUND_ONE("brightness"),
    "contrast": AROUND_ONE("contrast"),
    "saturation": AROUND_ONE("saturation"),
    "hue": TURNS("hue_deg"),
}

TABLE = row = PeerTable("torchvision", "image")
row("RandomHorizontalFlip", "flip: {p: 0.5}", "p is 0.5 by default there, 1 here")
row("RandomVerticalFlip", "flip: {axis: vertical, p: 0.5}", "p is 0.5 by default there, 1 here")
row("RandomRotation", "rotate", BLACK, degrees=PLUS_MINUS("angle_deg"), expand=WORDS("canvas"), fill="fill", interpolation=())
row(
    "RandomAffine", "affine: {angle_deg: [-15, 15], x: [-0.1, 0.1], y: [-0.1, 0.1], scale: 1, shear_x_deg: 0}",
    f"{BLACK}; translate: (a, b) is x: [-a, a], y: [-b, b]", {"angle_deg": 0, "scale": 1, "x": 0, "y": 0},
    degrees=PLUS_MINUS("angle_deg"), scale="scale", shear=PLUS_MINUS("shear_x_deg"), translate=WORDS("x, y"), fill="fill",
    interpolation=(),
)  # fmt: skip
row(
    "RandomPerspective", "perspective: {p: 0.5}", f"x moves a corner by up to x / 2 of the side; {BLACK}",
    distortion_scale=HALF("distortion"), fill="fill", interpolation=(),
)  # fmt: skip
row(
    "RandomResizedCrop", "crop: {area: [0.08, 1], size: 224}", "area is [0.25, 1] by default here, [0.08, 1] there",
    size=HEIGHT_WIDTH("size"), scale="area", ratio="aspect", interpolation=(), antialias=(),
)  # fmt: skip
row(
    "RandomCrop", "crop: {window: 224}", "padding is a separate step before it: pad", size=HEIGHT_WIDTH("window"),
    padding=WORDS("pad, a step before it"), fill=(), padding_mode=(), pad_if_needed=(),
)  # fmt: skip
row("CenterCrop", "center_crop: {size: 224}", "", size=HEIGHT_WIDTH("size"))
row("FiveCrop", "five_crop: {size: 224}", "one part per copy: set copies: 5", size=HEIGHT_WIDTH("size"))
row(
    "TenCrop", "ten_crop: {size: 224}", "one part per copy: set copies: 10", size=HEIGHT_WIDTH("size"),
    vertical_flip=WORDS("axis"),
)  # fmt: skip
row(
    "Resize", "shortest_side: {length_px: 256}",
    "one number is the length of the shorter side there; for a fixed size write resize: {size: [width, height]}",
    size="length_px", interpolation=(), antialias=(),
)  # fmt: skip
row("RandomShortestSize", "shortest_side: {length_px: [256, 320]}", "", min_size="length_px", interpolation=(), antialias=())
row(
    "RandomZoomOut", "zoom: {factor: [0.25, 1], border: constant, p: 0.5}", "the canvas keeps its size here",
    side_range=INVERSE("factor"), fill="fill",
)  # fmt: skip
row(
    "ScaleJitter", "zoom: {factor: [0.5, 2]}", "the canvas keeps its size here", scale_range="factor", target_size=(),
    interpolation=(), antialias=(),
)  # fmt: skip
row(
    "Pad", "pad: {size: [256, 256]}", "here `size` is the size of the result, not the width of the margin",
    padding_mode=WORDS("border"), fill="fill", padding=WORDS("size"),
)  # fmt: skip
row(
    "ColorJitter", "color_jitter: {brightness: [0.8, 1.2], contrast: [0.8, 1.2], saturation: [0.8, 1.2], hue_deg: [-18, 18]}",
    JITTER,
    {"brightness": 1, "contrast": 1, "saturation": 1, "hue_deg": 0}, **_JITTER,
)  # fmt: skip
row(
    "RandomPhotometricDistort",
    "color_jitter: {brightness: [0.875, 1.125], contrast: [0.5, 1.5], saturation: [0.5, 1.5], hue_deg: [-18, 18], p: 0.5}",
    "hue is in turns there, in degrees here", **_JITTER,
)  # fmt: skip
row("Grayscale", "grayscale", "always three channels here", num_output_channels=())
row("RandomGrayscale", "grayscale: {p: 0.1}", "p is 0.1 by default there, 1 here")
row(
    "GaussianBlur", "gaussian_blur: {sigma_px: [0.1, 2]}", "the kernel's size follows from sigma_px here", sigma="sigma_px",
    kernel_size=(),
)  # fmt: skip
row("RandomAdjustSharpness", "sharpen: {factor: 2, p: 0.5}", "", sharpness_factor="factor")
row("RandomAutocontrast", "autocontrast: {p: 0.5}")
row("RandomEqualize", "equalize: {p: 0.5}")
row("RandomInvert", "invert: {p: 0.5}")
row("RandomPosterize", "posterize: {bits: 4, p: 0.5}", "", bits="bits")
row(
    "RandomSolarize", "solarize: {threshold: 0.5, p: 0.5}", "a level of 0…255 there, a share of full scale here",
    threshold=OF_255("threshold"),
)  # fmt: skip
row(
    "RandomErasing", "erasing: {p: 0.5}",
    "p is 0.5 by default there; ratio is height by width there, aspect is width by height here", scale="area",
    ratio=INVERSE("aspect"), value=WORDS("fill"), inplace=(),
)  # fmt: skip
row("GaussianNoise", "gaussian_noise: {std: 0.1}", "", sigma="std", mean=(), clip=())
row("RandomChannelPermutation", "channel_shuffle", "never the same order here")
row("JPEG", "jpeg_compression: {quality: [30, 90]}", "", quality="quality")
row(
    "ElasticTransform", "elastic", ELASTIC,
    alpha=WORDS("amplitude"), sigma=WORDS("spacing"), fill="fill", interpolation=(),
)  # fmt: skip
row(
    "MixUp", "mixup: {share: {beta: [1, 1]}}", "share: {beta: [0.4, 0.4]} by default here, 1 there", alpha=BETA("share"),
    num_classes=(), labels_getter=(),
)  # fmt: skip
row("CutMix", "cutmix: {share: {beta: [1, 1]}}", "", alpha=BETA("share"), num_classes=(), labels_getter=())
row("AutoAugment", "auto_augment", "", policy="policy", interpolation="interpolation", fill="fill")
row(
    "RandAugment", "rand_augment", "", num_ops="count", magnitude="magnitude", num_magnitude_bins=(),
    interpolation="interpolation", fill="fill",
)  # fmt: skip
row("TrivialAugmentWide", "trivial_augment", "", num_magnitude_bins=(), interpolation="interpolation", fill="fill")
row(
    "AugMix", "augmix: {all_steps: true}", "", severity="severity", mixture_width="width", chain_depth="depth",
    alpha=BETA("share"), all_ops="all_steps", interpolation="interpolation", fill="fill",
)  # fmt: skip
row(
    "Compose", "sequence: [flip, rotate]",
    "the list under image: already is one; a sequence inside it is applied as a whole or not at all", transforms=WORDS("steps"),
)  # fmt: skip
row("RandomApply", "sequence: {p: 0.5, steps: [flip, rotate]}", "", transforms=WORDS("steps"))
row("RandomChoice", "one_of: [flip, rotate]", "set the weight on each step: weight: 2", transforms=WORDS("steps"))
row.none("RandomOrder", "there is no step for a random order: steps run in the order in which they are listed")
row.none(
    "Normalize ToTensor PILToTensor ToImage ToPILImage ToDtype ConvertImageDtype ToPureTensor LinearTransformation RGB", LOADER,
)  # fmt: skip
row.none("Lambda", OWN_FUNCTION)
row.none("RandomIoUCrop SanitizeBoundingBoxes SanitizeKeyPoints", "there is no such step yet: boxes and points are not read yet")
row.none("Identity", UNCHANGED)
row.none("UniformTemporalSubsample", "there is no such step: videos are not read")
row.none("RandomResize", "there is no such step; shortest_side and resize give sizes")
