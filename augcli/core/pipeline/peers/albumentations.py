"""albumentations 2.0, with the options of 1.x that were renamed since."""

from __future__ import annotations

from .row import (
    AROUND_ONE,
    BLACK,
    ELASTIC,
    HALF_DEGREES,
    HEIGHT_WIDTH,
    JITTER,
    KERNEL_SIGMA,
    LOADER,
    MINUS_ONE,
    NORMAL,
    NOT_YET,
    OF_255,
    ONE_PLUS,
    OWN_FUNCTION,
    PERCENT,
    PLUS_MINUS,
    PLUS_MINUS_OF_255,
    RADIUS,
    ROOT_OF_255,
    ROWS_COLUMNS,
    TURNS,
    UNCHANGED,
    WORDS,
    Option,
    PeerTable,
    first,
    second,
)  # fmt: skip

_EDGES: dict[str, str | Option | tuple[()]] = {
    "border_mode": WORDS("border"), "fill": "fill", "value": "fill",
    "interpolation": (), "mask_interpolation": (), "fill_mask": (), "mask_value": (), "rotate_method": (),
}  # fmt: skip
_SIZE: dict[str, Option] = {"width": first("size"), "height": second("size")}

TABLE = row = PeerTable("albumentations", "image", p=0.5)
row("HorizontalFlip", "flip", "p is 0.5 by default there, 1 here")
row("VerticalFlip", "flip: {axis: vertical}", "p is 0.5 by default there, 1 here")
row("Flip", "flip", "horizontally, vertically or both there; here `axis` says which")
row("Transpose", "transpose")
row("RandomRotate90", "rotate90: {turns: [0, 3], p: 1}", "turns: [1, 3] by default here: always turned")
row("D4", "d4: {p: 1}")
row("SquareSymmetry", "d4: {p: 1}")
row("Rotate", "rotate: {angle_deg: [-90, 90]}", BLACK, limit=PLUS_MINUS("angle_deg"), crop_border=WORDS("canvas"), **_EDGES)
row(
    "SafeRotate", "rotate: {angle_deg: [-90, 90], canvas: expand}",
    "the canvas grows here; there the image shrinks into its old canvas", limit=PLUS_MINUS("angle_deg"), **_EDGES,
)  # fmt: skip
row(
    "ShiftScaleRotate",
    "affine: {x: [-0.0625, 0.0625], y: [-0.0625, 0.0625], scale: [0.9, 1.1], angle_deg: [-45, 45], shear_x_deg: 0}", BLACK,
    shift_limit=(PLUS_MINUS("x"), PLUS_MINUS("y")), shift_limit_x=PLUS_MINUS("x"), shift_limit_y=PLUS_MINUS("y"),
    scale_limit=ONE_PLUS("scale"), rotate_limit=PLUS_MINUS("angle_deg"), **_EDGES,
)  # fmt: skip
row(
    "Affine", "affine: {angle_deg: 0, scale: [0.8, 1.2], x: 0, y: 0, shear_x_deg: 0}",
    f"one number is a fixed value there and here; {BLACK}", {"scale": 1}, rotate="angle_deg", scale="scale",
    shear=PLUS_MINUS("shear_x_deg"), translate_percent=(PLUS_MINUS("x"), PLUS_MINUS("y")),
    translate_px=WORDS("x, y (shares of the width and height)"), fit_output=(), keep_ratio=(), **_EDGES,
)  # fmt: skip
row(
    "RandomScale", "zoom: {factor: [0.9, 1.1]}", "the canvas keeps its size here", scale_limit=ONE_PLUS("factor"),
    interpolation=(),
)  # fmt: skip
row("Perspective", "perspective: {distortion: [0.05, 0.1]}", "", scale="distortion", keep_size=(), fit_output=(), **_EDGES)
row(
    "ElasticTransform", "elastic", ELASTIC,
    alpha=WORDS("amplitude"), sigma=WORDS("spacing"), alpha_affine=(), approximate=(), same_dxdy=(), **_EDGES,
)  # fmt: skip
row(
    "GridElasticDeform", "elastic", "pixels there; here amplitude and spacing are shares of the shorter side",
    num_grid_xy=WORDS("spacing"), magnitude=WORDS("amplitude"),
)  # fmt: skip
row(
    "PiecewiseAffine", "thin_plate_spline", "both bend the image at a grid of points", scale=WORDS("amplitude"),
    nb_rows=WORDS("points"), nb_cols=WORDS("points"), **_EDGES,
)  # fmt: skip
row("ThinPlateSpline", "thin_plate_spline", "", num_control_points="points", scale_range=WORDS("amplitude"), **_EDGES)
row(
    "GridDistortion", "grid_distortion", "", num_steps=("columns", "rows"), distort_limit=(PLUS_MINUS("x"), PLUS_MINUS("y")),
    normalized=(), **_EDGES,
)  # fmt: skip
row(
    "OpticalDistortion", "optical", "strength is not distort_limit: 1 is the strongest here", distort_limit=WORDS("strength"),
    mode=WORDS("model"), shift_limit=(), **_EDGES,
)  # fmt: skip
row(
    "RandomResizedCrop", "crop: {area: [0.08, 1], size: 224, p: 1}", "area is [0.25, 1] by default here, [0.08, 1] there",
    size=HEIGHT_WIDTH("size"), scale="area", ratio="aspect",
    interpolation=(), **_SIZE,
)  # fmt: skip
row(
    "RandomCrop", "crop: {window: [224, 224], p: 1}", "", width=first("window"), height=second("window"), pad_if_needed=(),
)  # fmt: skip
row(
    "RandomSizedCrop", "crop: {size: 224, p: 1}", "the part is a share of the area here, a height in pixels there",
    min_max_height=WORDS("area"), size=HEIGHT_WIDTH("size"), w2h_ratio="aspect", **_SIZE,
)  # fmt: skip
row("CenterCrop", "center_crop: {size: [224, 224], p: 1}", "", pad_if_needed=(), **_SIZE, **_EDGES)
row("Resize", "resize: {size: [224, 224], p: 1}", "[width, height] here", interpolation=(), mask_interpolation=(), **_SIZE)
row("LongestMaxSize", "longest_side: {length_px: 1024, p: 1}", "", max_size="length_px", interpolation=())
row("SmallestMaxSize", "shortest_side: {length_px: 1024, p: 1}", "", max_size="length_px", interpolation=())
row(
    "PadIfNeeded", "pad: {size: [1024, 1024], p: 1}", "", min_width=first("size"), min_height=second("size"),
    pad_height_divisor=WORDS("multiple"), pad_width_divisor=WORDS("multiple"), position=WORDS("anchor"), **_EDGES,
)  # fmt: skip
row(
    "Pad",
    "pad: {size: [256, 256], p: 1}",
    "here `size` is the size of the result, not the width of the margin",
    padding=WORDS("size"),
)
row("RandomGridShuffle", "grid_shuffle", "", grid=ROWS_COLUMNS("tiles"))
row(
    "RandomBrightnessContrast", "color_jitter: {brightness: [0.8, 1.2], contrast: [0.8, 1.2], saturation: 1, hue_deg: 0}",
    "brightness is added there and a factor here", brightness_limit=ONE_PLUS("brightness"), contrast_limit=ONE_PLUS("contrast"),
    brightness_by_max=(),
)  # fmt: skip
row("RandomBrightness", "brightness", "added there, a factor here", limit=ONE_PLUS("factor"))
row("RandomContrast", "contrast", "", limit=ONE_PLUS("factor"))
row(
    "ColorJitter", "color_jitter: {brightness: [0.8, 1.2], contrast: [0.8, 1.2], saturation: [0.8, 1.2], hue_deg: [-180, 180]}",
    JITTER, brightness=AROUND_ONE("brightness"),
    contrast=AROUND_ONE("contrast"), saturation=AROUND_ONE("saturation"), hue=TURNS("hue_deg"),
)  # fmt: skip
row(
    "HueSaturationValue", "hsv_jitter: {hue_deg: [-40, 40]}",
    "hue in steps of 2 degrees and shifts of 0…255 there; degrees and factors here", hue_shift_limit=HALF_DEGREES("hue_deg"),
    sat_shift_limit=WORDS("saturation (a factor)"), val_shift_limit=WORDS("value (a factor)"),
)  # fmt: skip
row(
    "RGBShift", "rgb_shift", "levels of 0…255 there, shares of full scale here", r_shift_limit=PLUS_MINUS_OF_255("red"),
    g_shift_limit=PLUS_MINUS_OF_255("green"), b_shift_limit=PLUS_MINUS_OF_255("blue"),
)  # fmt: skip
row("RandomGamma", "gamma: {gamma: [0.8, 1.2]}", "per cent there", gamma_limit=PERCENT("gamma"))
row("RandomToneCurve", "tone_curve", "", scale=WORDS("shadows and highlights"), per_channel=WORDS("curves: 3"))
row("CLAHE", "clahe", "", clip_limit="clip", tile_grid_size=WORDS("tiles"))
row("Equalize", "equalize", "each colour separately here", mode=(), by_channels=(), mask=())
row("AutoContrast", "autocontrast", "a share here, per cent there", cutoff=PERCENT("cutoff"), ignore=(), method=())
row("FancyPCA", "fancy_pca", "", alpha=(NORMAL("first"), NORMAL("second"), NORMAL("third")))
row("PlanckianJitter", "temperature", "", temperature_limit="kelvin", mode=(), sampling_method=())
row(
    "HistogramMatching", "histogram_match: {reference: looks/}", "", reference_images=WORDS("reference (a file or folder)"),
    blend_ratio="strength",
)  # fmt: skip
row("ChannelShuffle", "channel_shuffle")
row("ChannelDropout", "channel_drop", "one channel here", channel_drop_range=WORDS("only"), fill="fill", fill_value="fill")
row("ToGray", "grayscale", "", num_output_channels=(), method=())
row("ToSepia", "sepia: {strength: 1}")
row("InvertImg", "invert")
row("Posterize", "posterize: {bits: 4}", "", num_bits="bits")
row("Solarize", "solarize", "a share of full scale in 2.x and here", threshold_range="threshold", threshold=OF_255("threshold"))
row("Illumination", "illumination", "", intensity_range="strength", angle_range="angle_deg", mode=(), effect_type=())
row(
    "Sharpen", "unsharp_mask", "alpha blends with a sharpened image there; amount is how much detail is added here",
    alpha=WORDS("amount"), lightness=(),
)  # fmt: skip
row("UnsharpMask", "unsharp_mask", "", alpha="amount", sigma_limit="sigma_px", threshold="threshold", blur_limit=())
row("Emboss", "emboss", "", strength="strength", alpha=())
row("Blur", "box_blur", "a kernel of 2 r + 1 pixels there, the radius r here", blur_limit=RADIUS("radius_px"))
row(
    "MedianBlur", "median_blur", "a kernel of 2 r + 1 pixels there, the radius r here (at most 3)",
    blur_limit=RADIUS("radius_px"),
)  # fmt: skip
row(
    "GaussianBlur", "gaussian_blur: {sigma_px: [0.5, 3]}", "a kernel of k pixels is sigma_px: 0.3 * ((k - 1) / 2 - 1) + 0.8",
    sigma_limit="sigma_px", blur_limit=KERNEL_SIGMA("sigma_px"),
)  # fmt: skip
row(
    "AdvancedBlur", "gaussian_blur", "round and without noise here", sigma_x_limit="sigma_px", sigma_y_limit=(),
    blur_limit=KERNEL_SIGMA("sigma_px"),
)  # fmt: skip
row("MotionBlur", "motion_blur: {length_px: [3, 7]}", "", blur_limit="length_px", angle_range="angle_deg", allow_shifted=())
row("GlassBlur", "glass_blur: {radius_px: 4, sigma_px: 0.7}", "", max_delta="radius_px", sigma="sigma_px", iterations=(), mode=())
row("Defocus", "defocus: {radius_px: [3, 10]}", "", radius="radius_px", alias_blur=())
row(
    "ZoomBlur", "zoom_blur: {amount: [0.001, 0.31]}", "the largest factor there, the share on top of 1 here",
    max_factor=MINUS_ONE("amount"), step_factor=(),
)  # fmt: skip
row(
    "GaussNoise", "gaussian_noise: {std: [0.2, 0.44]}",
    "var_limit is a variance of levels 0…255: std is its root / 255; std_range is a share of full scale, as here",
    var_limit=ROOT_OF_255("std"), std_range="std", per_channel="per_channel", mean=(), mean_range=(), noise_scale_factor=(),
)  # fmt: skip
row(
    "ISONoise", "iso_noise", "two kinds of grain here, shifts in HLS there", color_shift=WORDS("colour_std"),
    intensity=WORDS("grey_std"),
)  # fmt: skip
row(
    "MultiplicativeNoise", "speckle", "uniform factors there; std is the spread of normal ones here", multiplier=WORDS("std"),
    per_channel="per_channel", elementwise=(),
)  # fmt: skip
row("ShotNoise", "shot_noise", "strength there; here fewer photons mean more noise", scale_range=WORDS("photons"))
row("SaltAndPepper", "salt_pepper", "", amount="rate", salt_vs_pepper=WORDS("salt"))
row(
    "PixelDropout", "pixel_dropout: {rate: 0.01}", "", dropout_prob="rate", per_channel="per_channel", drop_value="fill",
    mask_drop_value=(),
)  # fmt: skip
row(
    "CoarseDropout", "coarse_dropout: {holes: [1, 2], width: [0.1, 0.2], height: [0.1, 0.2]}", "shares of the image here",
    num_holes_range="holes", hole_height_range="height", hole_width_range="width", min_holes=first("holes"),
    max_holes=second("holes"), max_height=WORDS("height (a share)"), max_width=WORDS("width (a share)"), min_height=(),
    min_width=(), fill="fill", fill_value="fill", fill_mask=(),
)  # fmt: skip
row(
    "Cutout", "cutout", "shares of the shorter side here, pixels there", num_holes="holes", max_h_size=WORDS("size"),
    max_w_size=WORDS("size"), fill_value="fill",
)  # fmt: skip
row(
    "GridDropout", "grid_mask: {ratio: 0.5}", "", ratio="ratio", unit_size_range=WORDS("cells"), holes_number_xy=WORDS("cells"),
    fill="fill", fill_value="fill", random_offset=(), fill_mask=(),
)  # fmt: skip
row("Erasing", "erasing", "ratio is height by width there", scale="area", ratio=WORDS("aspect"), fill="fill", fill_mask=())
row(
    "Downscale", "downscale", "", scale_range="scale", scale_min=first("scale"), scale_max=second("scale"),
    interpolation_pair=WORDS("shrink, enlarge"),
)  # fmt: skip
row(
    "ImageCompression", "jpeg_compression", "for WebP: webp_compression", quality_range="quality", quality_lower=first("quality"),
    quality_upper=second("quality"), compression_type=(),
)  # fmt: skip
row("JpegCompression", "jpeg_compression", "", quality_lower=first("quality"), quality_upper=second("quality"))
row(
    "RandomFog", "fog", "", fog_coef_range="density", fog_coef_lower=first("density"), fog_coef_upper=second("density"),
    alpha_coef=(),
)  # fmt: skip
row(
    "RandomRain", "rain", "", slant_range="angle_deg", drop_length=WORDS("length"), drop_width=(), blur_value=(),
    brightness_coefficient=WORDS("dullness"), rain_type=(),
)  # fmt: skip
row("RandomSnow", "snow", "", snow_point_range="amount", brightness_coeff=WORDS("bleach"), method=())
row(
    "RandomShadow", "shadow", "", num_shadows_limit="shadows", shadow_intensity_range="darkness", shadow_roi=(),
    shadow_dimension=(),
)  # fmt: skip
row(
    "RandomSunFlare", "sun_flare", "", num_flare_circles_range="ghosts", src_radius=WORDS("size"), flare_roi=WORDS("x, y"),
    angle_range=(),
)  # fmt: skip
row("OverlayElements", "overlay_image: {source: stickers/}", "")
row(
    "TextImage", "overlay_text", "", font_path="font", fraction_range=(), font_size_fraction_range="size",
    font_color=WORDS("colour"),
)  # fmt: skip
row(
    "Mosaic", "mosaic", "always this image and three others, on this image's canvas", center_range=("x", "y"), grid_yx=(),
    target_size=(),
)  # fmt: skip
row(
    "OneOf", "one_of: {p: 0.5, steps: [flip, rotate]}",
    "p is 0.5 by default there, 1 here; weights are a step's weight here, its p there", transforms=WORDS("steps"),
)  # fmt: skip
row("SomeOf", "some_of: {n: 2, steps: [flip, rotate, grayscale]}", "", transforms=WORDS("steps"), n="n", replace=())
row("Sequential", "sequence: {p: 0.5, steps: [flip, rotate]}", "p is 0.5 by default there, 1 here", transforms=WORDS("steps"))
row.none("Normalize ToFloat FromFloat ToTensorV2 ToRGB", LOADER)
row.none("RandomOrder", "there is no step for a random order: steps run in the order in which they are listed")
row.none("Lambda", OWN_FUNCTION)
row.none("NoOp", UNCHANGED)
row.none("CropAndPad RandomCropFromBorders", f"{NOT_YET}; crop and pad come near")
row.none(
    "BBoxSafeRandomCrop RandomSizedBBoxSafeCrop AtLeastOneBBoxRandomCrop "
    "RandomCropNearBBox CropNonEmptyMaskIfExists MaskDropout ConstrainedCoarseDropout",
    f"{NOT_YET}: boxes and masks are not read yet",
)  # fmt: skip
row.none("FDA PixelDistributionAdaptation", f"{NOT_YET}; histogram_match comes near")
row.none("XYMasking TimeMasking FrequencyMasking", f"{NOT_YET}; time_mask (under audio:) silences parts of audio files")
row.none("Superpixels Spatter ChromaticAberration RingingOvershoot Morphological RandomGravel HEStain", NOT_YET)
row.none("PlasmaShadow PlasmaBrightnessContrast", f"{NOT_YET}; shadow and illumination come near")
row.none("AdditiveNoise", f"{NOT_YET}; gaussian_noise comes near")
