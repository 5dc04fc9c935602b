"""Keras preprocessing layers (Keras 3), and the options of ImageDataGenerator, which people write as steps."""

from __future__ import annotations

from .row import (
    AROUND_ONE,
    AS_IS,
    BETA,
    HALF,
    LOADER,
    OWN_FUNCTION,
    PLUS_MINUS,
    PLUS_MINUS_OF_255,
    TURNS,
    WORDS,
    ZOOM_OF,
    ZOOM_RANGE,
    Option,
    PeerTable,
    first,
    second,
)  # fmt: skip

_PLAIN: dict[str, tuple[()]] = {"interpolation": (), "value_range": (), "data_format": (), "seed": ()}
_FILL: dict[str, Option | tuple[()]] = {"fill_mode": WORDS("border"), "fill_value": WORDS("fill"), **_PLAIN}

TABLE = row = PeerTable("keras", "image")
row(
    "RandomFlip", "flip: {p: 0.5}", "both ways by default there; here `axis` says which, and p is 1 by default",
    mode=WORDS("axis"), seed=(),
)  # fmt: skip
row("RandomRotation", "rotate", "in turns there, in degrees here", factor=TURNS("angle_deg"), **_FILL)
row(
    "RandomZoom", "zoom: {factor: [0.83, 1.25]}", "0.2 there shows 20 % more; factor is the enlargement here",
    height_factor=ZOOM_OF("factor"), width_factor=(), **_FILL,
)  # fmt: skip
row("RandomTranslation", "translate", "", height_factor=PLUS_MINUS("y"), width_factor=PLUS_MINUS("x"), **_FILL)
row(
    "RandomShear", "shear", "a share there, degrees here: x_deg is atan(share)", x_factor=WORDS("x_deg"), y_factor=WORDS("y_deg"),
    **_FILL,
)  # fmt: skip
row("RandomCrop", "crop: {window: [224, 224]}", "", width=first("window"), height=second("window"), seed=())
row("CenterCrop", "center_crop: {size: [224, 224]}", "", width=first("size"), height=second("size"))
row("Resizing", "resize: {size: [224, 224]}", "", width=first("size"), height=second("size"), interpolation=())
row("RandomBrightness", "brightness: {factor: [0.8, 1.2]}", "added there, a factor here", factor=AROUND_ONE("factor"), **_PLAIN)
row("RandomContrast", "contrast: {factor: [0.8, 1.2]}", "", factor=AROUND_ONE("factor"), **_PLAIN)
row("RandomSaturation", "saturation: {factor: [0.8, 1.2]}", "", factor=WORDS("factor"), **_PLAIN)
row("RandomHue", "hue: {angle_deg: [-18, 18]}", "", factor=WORDS("angle_deg"), **_PLAIN)
row("RandomSharpness", "sharpen", "", factor=WORDS("factor"), **_PLAIN)
row(
    "RandomColorJitter", "color_jitter", "", brightness_factor=AROUND_ONE("brightness"), contrast_factor=AROUND_ONE("contrast"),
    **_PLAIN,
)  # fmt: skip
row("RandomPosterization", "posterize: {bits: 4}", "", factor=AS_IS("bits"), **_PLAIN)
row("RandomPerspective", "perspective", "", factor=AS_IS("p"), scale=HALF("distortion"), **_FILL)
row("RandomElasticTransform", "elastic", "", factor=AS_IS("p"), scale=WORDS("amplitude"), **_FILL)
row("RandomGaussianBlur", "gaussian_blur", "", factor=AS_IS("p"), sigma="sigma_px", kernel_size=(), **_PLAIN)
row("RandomErasing", "erasing", "", factor=AS_IS("p"), scale="area", **_PLAIN)
row("Equalization", "equalize", "", value_range=(), bins=())
row("Solarization", "solarize", "", **_PLAIN)
row("AutoContrast", "autocontrast", "", value_range=())
row("MixUp", "mixup: {share: {beta: [0.2, 0.2]}}", "", alpha=BETA("share"), seed=())
row("CutMix", "cutmix: {share: {beta: [1, 1]}}", "", factor=BETA("share"), seed=())
row("RandAugment", "rand_augment", "", num_ops="count", factor=WORDS("magnitude"), **_PLAIN)
row.none("Rescaling Normalization", LOADER)
row.none("RandomHeight RandomWidth", "there is no such step; affine and resize change proportions")

GENERATOR_TABLE = row = PeerTable("ImageDataGenerator", "image")
row(
    "rotation_range", "rotate: {angle_deg: [-15, 15]}", "fill_mode: nearest by default there is border: edge here",
    _=PLUS_MINUS("angle_deg"),
)  # fmt: skip
row("width_shift_range", "translate: {x: [-0.1, 0.1], y: 0}", "", _=PLUS_MINUS("x"))
row("height_shift_range", "translate: {x: 0, y: [-0.1, 0.1]}", "", _=PLUS_MINUS("y"))
row("shear_range", "shear: {x_deg: [-15, 15]}", "", _=PLUS_MINUS("x_deg"))
row("zoom_range", "zoom: {factor: [0.83, 1.25]}", "below 1 enlarges there, above 1 here", _=ZOOM_RANGE("factor"))
row("brightness_range", "brightness: {factor: [0.8, 1.2]}", "", _=AS_IS("factor"))
row(
    "channel_shift_range", "rgb_shift", "levels of 0…255 there, shares of full scale here",
    _=PLUS_MINUS_OF_255("red, green, blue"),
)  # fmt: skip
row("horizontal_flip", "flip: {p: 0.5}", "half of the copies there, all of them by default here", _=())
row("vertical_flip", "flip: {axis: vertical, p: 0.5}", "half of the copies there, all of them by default here", _=())
row.none(
    "rescale featurewise_center samplewise_center featurewise_std_normalization samplewise_std_normalization zca_whitening",
    LOADER,
)  # fmt: skip
row.none("fill_mode", "is an option of the steps that move the image: border: edge (nearest), reflect or constant")
row.none("preprocessing_function", OWN_FUNCTION)
row.none("validation_split", "is set by input: {splits: [train]}; augcli does not split datasets")
