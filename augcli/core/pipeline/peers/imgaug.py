"""imgaug 0.4 and kornia 0.8: the names that differ from torchvision's and albumentations'."""

from __future__ import annotations

from .row import AS_IS, BETA, NOT_YET, OF_255, PLUS_MINUS, TURNS, WORDS, PeerTable

TABLE = row = PeerTable("imgaug", "image")
row("Fliplr", "flip: {p: 0.5}", "p is 1 by default in both", _=AS_IS("p"))
row("Flipud", "flip: {axis: vertical, p: 0.5}", "p is 1 by default in both", _=AS_IS("p"))
row("Rot90", "rotate90", "", k="turns", keep_size=())
row("PerspectiveTransform", "perspective", "", scale="distortion", keep_size=())
row(
    "ElasticTransformation", "elastic", "alpha and sigma are pixels there; shares of the shorter side here",
    alpha=WORDS("amplitude"), sigma=WORDS("spacing"),
)  # fmt: skip
row("Multiply", "brightness", "", mul="factor", per_channel=())
row(
    "Add", "rgb_shift", "levels of 0…255 there, shares of full scale here; one shift per colour",
    value=OF_255("red, green, blue"), per_channel=(),
)  # fmt: skip
row("LinearContrast", "contrast", "", alpha="factor", per_channel=())
row("GammaContrast", "gamma", "", gamma="gamma", per_channel=())
row("AddToHueAndSaturation", "hsv_jitter", "", value=WORDS("hue_deg, saturation"))
row("MultiplySaturation", "saturation", "", mul="factor")
row(
    "AdditiveGaussianNoise", "gaussian_noise", "levels of 0…255 there, a share of full scale here", scale=OF_255("std"), loc=(),
    per_channel="per_channel",
)  # fmt: skip
row("AverageBlur", "box_blur", "a kernel of 2 r + 1 pixels there, the radius r here", k=WORDS("radius_px"))
row("Dropout", "pixel_dropout", "", _=AS_IS("rate"), p=AS_IS("rate"), per_channel="per_channel")
row("Snowflakes", "snow")
row("Clouds", "fog")
row("Sometimes", "sequence: {p: 0.5, steps: [flip, rotate]}", "", then_list=WORDS("steps"))
row.none("EdgeDetect DirectedEdgeDetect Superpixels Voronoi Canny", NOT_YET)

KORNIA_TABLE = row = PeerTable("kornia", "image")
row("ColorJiggle", "color_jitter", "hue is in turns there, in degrees here", hue=TURNS("hue_deg"))
row("RandomMotionBlur", "motion_blur", "", kernel_size="length_px", angle=PLUS_MINUS("angle_deg"), direction=())
row("RandomBoxBlur", "box_blur", "a kernel of 2 r + 1 pixels there, the radius r here", kernel_size=WORDS("radius_px"))
row("RandomMixUpV2", "mixup: {share: {beta: [1, 1]}}", "", lambda_val=WORDS("share"))
row("RandomCutMixV2", "cutmix: {share: {beta: [1, 1]}}", "", beta=BETA("share"), num_mix=(), cut_size=WORDS("share"))
row("RandomJigsaw", "grid_shuffle", "", grid="tiles")
row("RandomFisheye", "optical: {model: fisheye}", "")
row("RandomPlanckianJitter", "temperature", "", mode=())
row.none("RandomPlasmaShadow RandomPlasmaBrightness RandomPlasmaContrast", f"{NOT_YET}; shadow and illumination come near")
row.none("Denormalize", "belongs in the data loader")
