"""What a user may have meant: names that people type first, and what they are told."""

from __future__ import annotations

import pytest

from augcli import ops
from augcli.core.pipeline.model import parse_partly
from augcli.core.pipeline.suggestions import did_you_mean

ops.load()
KNOWN = ["p", "id", "angle_deg", "border", "factor", "flip", "copies", "image", "grayscale", "one_of", "area", "sigma_px"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("angel_deg", "angle_deg"),
        ("degrees", "angle_deg"),
        ("prob", "p"),
        ("random_flip", "flip"),
        ("RandomFlip", "flip"),
        ("Flips", "flip"),
        ("greyscale", "grayscale"),
        ("GreyScale", "grayscale"),
        ("copy", "copies"),
        ("oneof", "one_of"),
        ("OneOf", "one_of"),
        ("one-of", "one_of"),
        ("strength", "factor"),
        ("scale", "area"),
        ("sigma", "sigma_px"),
        ("images", "image"),
        ("imgae", "image"),
        ("boarder", "border"),
    ],
)
def test_what_was_meant(word: str, meant: str) -> None:
    assert did_you_mean(word, KNOWN) == f" (did you mean '{meant}'?)"


def test_what_there_is_when_nothing_is_near() -> None:
    assert did_you_mean("xyzzy", ["b", "a"]) == " (choose from: a, b)"
    assert did_you_mean("xyzzy", []) == ""


@pytest.mark.parametrize(("word", "other"), [("antonym", "synonym"), ("reverb", "reverse"), ("fog", "dog"), ("crop", "drop_cap")])
def test_a_name_that_is_another_word_is_not_offered(word: str, other: str) -> None:
    assert did_you_mean(word, [other]) == f" (choose from: {other})"


def test_other_libraries_names_are_not_offered_where_they_do_not_belong() -> None:
    assert did_you_mean("degrees", ["rate", "p"]) == " (choose from: p, rate)"


# (what was written, what is said), for steps: modality, name or step, and how the message goes on after the name
STEPS = [
    ("image", "RandomResizedCrop", "; write crop: {area: [0.08, 1], size: 224} (torchvision: area is [0.25, 1] by default here"),
    ("image", "random_resized_crop", "; write crop: {area: [0.08, 1], size: 224}"),
    ("image", "{RandomResizedCrop: {size: [200, 224], scale: [0.5, 1]}}", "; write crop: {area: [0.5, 1], size: [224, 200]}"),
    ("image", "RandomResizedCorp", "; write crop: {area: [0.08, 1], size: 224}"),
    ("image", "RandomHorizontalFlip", "; write flip: {p: 0.5}"),
    ("image", "HorizontalFlip", "; write flip: {p: 0.5}"),
    ("image", "horizontal_flip", "; write flip: {p: 0.5}"),
    ("image", "hflip", "; write flip: {p: 0.5}"),
    ("image", "Fliplr", "; write flip: {p: 0.5}"),
    ("image", "RandomVerticalFlip", "; write flip: {axis: vertical, p: 0.5}"),
    ("image", "RandomFlip", "; write flip: {p: 0.5} (keras: both ways by default there"),
    ("image", "RandomRotation", "; write rotate (torchvision: uncovered corners are black there"),
    ("image", "{RandomRotation: {degrees: 30}}", "; write rotate: {angle_deg: [-30, 30]}"),
    ("image", "{Rotate: {limit: [-90, 45]}}", "; write rotate: {angle_deg: [-90, 45], p: 0.5}"),
    ("image", "RandomRotate", " (did you mean 'rotate'?)"),
    ("image", "rotation", "; write rotate: {angle_deg: [-15, 15]}"),
    ("image", "{rotation_range: 40}", "; write rotate: {angle_deg: [-40, 40]}"),
    ("image", "{zoom_range: 0.2}", "; write zoom: {factor: [0.8333, 1.25]}"),
    ("image", "{width_shift_range: 0.2}", '; write translate: {x: [-0.2, 0.2], "y": 0}'),
    ("image", "{RandomAffine: {degrees: 5}}", '; write affine: {angle_deg: [-5, 5], x: 0, "y": 0, scale: 1, shear_x_deg: 0}'),
    ("image", "ShiftScaleRotate", "; write affine: {x: [-0.0625, 0.0625]"),
    ("image", "ColorJitter", "; write color_jitter: {brightness: [0.8, 1.2]"),
    (
        "image",
        "{ColorJitter: {brightness: 0.2, hue: 0.1}}",
        "{brightness: [0.8, 1.2], contrast: 1, saturation: 1, hue_deg: [-36, 36]}",
    ),
    ("image", "colour_jitter", " (did you mean 'color_jitter'?)"),
    ("image", "RandomBrightnessContrast", "; write color_jitter: {brightness: [0.8, 1.2], contrast: [0.8, 1.2], saturation: 1"),
    ("image", "{HueSaturationValue: {hue_shift_limit: 10}}", "; write hsv_jitter: {hue_deg: [-20, 20], p: 0.5}"),
    ("image", "{RGBShift: {r_shift_limit: 51}}", "; write rgb_shift: {red: [-0.2, 0.2], p: 0.5}"),
    ("image", "greyscale", " (did you mean 'grayscale'?)"),
    ("image", "ToGray", "; write grayscale: {p: 0.5}"),
    ("image", "Normalize", ": it belongs in the data loader: it changes how numbers are stored, not what the image shows"),
    ("image", "ToTensor", ": it belongs in the data loader"),
    ("image", "ToTensorV2", ": it belongs in the data loader"),
    ("image", "rescale", ": it belongs in the data loader"),
    ("image", "CoarseDropout", "; write coarse_dropout: {holes: [1, 2], width: [0.1, 0.2], height: [0.1, 0.2], p: 0.5}"),
    ("image", "Cutout", "; write cutout: {p: 0.5}"),
    ("image", "RandomErasing", "; write erasing: {p: 0.5}"),
    ("image", "GridDropout", "; write grid_mask: {ratio: 0.5, p: 0.5}"),
    ("image", "{GaussNoise: {var_limit: [10, 50]}}", "; write gaussian_noise: {std: [0.0124, 0.02773], p: 0.5}"),
    ("image", "gauss_noise", "; write gaussian_noise: {std: [0.2, 0.44], p: 0.5}"),
    ("image", "GaussianBlur", "; write gaussian_blur: {sigma_px: [0.1, 2]}"),
    ("image", "blur", "; write gaussian_blur"),
    ("image", "Blur", "; write box_blur: {p: 0.5} (albumentations: a kernel of 2 r + 1 pixels there"),
    ("image", "noise", "; write gaussian_noise"),
    ("image", "MotionBlur", "; write motion_blur: {length_px: [3, 7], p: 0.5}"),
    ("image", "ImageCompression", "; write jpeg_compression: {p: 0.5}"),
    ("image", "{Resize: {size: 256}}", "; write shortest_side: {length_px: 256}"),
    ("image", "{Resize: {height: 256, width: 300}}", "; write resize: {size: [300, 256], p: 1}"),
    ("image", "Resize", ", or resize: {size: [224, 224], p: 1}"),
    ("image", "{RandomCrop: {height: 20, width: 30}}", "; write crop: {window: [30, 20], p: 1}"),
    ("image", "{random_crop: {size: 32}}", "; write crop: {window: 32}"),
    ("image", "MixUp", "; write mixup: {share: {beta: [1, 1]}}"),
    ("image", "{CutMix: {alpha: 0.5}}", "; write cutmix: {share: {beta: [0.5, 0.5]}}"),
    ("image", "TrivialAugmentWide", "; write trivial_augment"),
    ("image", "RandAugment", "; write rand_augment"),
    ("image", "ElasticTransform", "; write elastic (torchvision: alpha and sigma are pixels there"),
    ("image", "sharpness", "; write sharpen"),
    ("image", "OneOf", "; write one_of: {p: 0.5, steps: [flip, rotate]}"),
    ("image", "oneof", " (did you mean 'one_of'?)"),
    ("image", "Compose", "; write sequence: [flip, rotate]"),
    ("image", "flipp", " (did you mean 'flip'?)"),
    ("image", "reverse", ": it is an audio step and belongs under audio:"),
    ("image", "TimeStretch", ": 'time_stretch' is an audio step and belongs under audio:"),
    ("image", "SynonymAug", ": 'synonym' is a text step and belongs under text:"),
    ("image", "xyzzy", " and none with a similar name; augcli ops list shows all steps"),
    ("audio", "PitchShift", " yet; speed changes pitch and tempo together"),
    ("audio", "pitch_shift", " yet; speed changes pitch and tempo together"),
    ("audio", "reverb", " yet; nothing adds reverberation"),
    ("audio", "ApplyImpulseResponse", " yet; nothing adds reverberation"),
    ("audio", "AddBackgroundNoise", " yet; nothing mixes in recordings, but noise adds steady noise"),
    ("audio", "LowPassFilter", " yet; nothing filters audio files"),
    ("audio", "AddGaussianNoise", "; write noise: {p: 0.5} (audiomentations: an amplitude there"),
    ("audio", "{AddGaussianSNR: {min_snr_in_db: 5, max_snr_in_db: 30}}", "; write noise: {snr_db: [5, 30], p: 0.5}"),
    ("audio", "{Gain: {min_gain_in_db: -6, max_gain_in_db: 3}}", "; write gain: {gain_db: [-6, 3], p: 0.5}"),
    ("audio", "TimeStretch", "; write time_stretch: {rate: [0.8, 1.25], p: 0.5}"),
    ("audio", "TimeMasking", "; write time_mask"),
    ("audio", "TimeInversion", "; write reverse: {p: 0.5}"),
    ("audio", "SpecAugment", ": it works on spectrograms"),
    ("audio", "volume", "; write gain"),
    ("audio", "rotate", ": it is an image step and belongs under image:"),
    ("text", "antonym", " yet: an antonym changes what a text says, so its label would be wrong"),
    ("text", "AntonymAug", " yet: an antonym changes what a text says"),
    ("text", "SynonymAug", "; write synonym (nlpaug: rate is a share of the words in both"),
    ("text", "{SynonymAug: {aug_p: 0.1}}", "; write synonym: {rate: 0.1}"),
    ("text", "BackTranslationAug", " yet; nothing rewrites whole sentences"),
    ("text", "back_translation", " yet; nothing rewrites whole sentences"),
    ("text", "ContextualWordEmbsAug", " yet; nothing uses a language model"),
    ("text", "KeyboardAug", "; write keyboard_typo: {rate: 0.09}"),
    ("text", "RandomWordAug", "; write random_delete: {rate: 0.3} (nlpaug: action: swap is random_swap here"),
    ("text", "synonym_replacement", "; write synonym: {rate: 0.1}"),
    ("text", "{EDA: {alpha_sr: 0.1}}", "; write one_of: [synonym, random_insert, random_swap, random_delete]"),
    ("text", "{EDA: {p: 0.3}}", "; write one_of: {steps: [synonym, random_insert, random_swap, random_delete], p: 0.3}"),
    ("text", "typo", "; write keyboard_typo"),
    ("text", "RandomSwap", " (did you mean 'random_swap'?)"),
]


def told(text: str) -> list[str]:
    return [problem.message for problem in parse_partly(text)[1]]


@pytest.mark.parametrize(("modality", "step", "goes_on"), STEPS, ids=[f"{modality} {step}" for modality, step, _ in STEPS])
def test_steps_by_the_names_that_people_type_first(modality: str, step: str, goes_on: str) -> None:
    (message,) = told(f"{modality}: [{step}]")
    assert message.startswith("there is no ") and goes_on in message and len(message) < 350


@pytest.mark.parametrize(
    ("step", "name", "message"),
    [
        ("rotate", "degrees: 15", "write angle_deg: [-15, 15] (torchvision's degrees: x is [-x, x] here)"),
        ("rotate", "limit: 30", "write angle_deg: [-30, 30] (albumentations' limit: x is [-x, x] here)"),
        ("rotate", "interpolation: bilinear", "drop it: rotate has no equivalent of interpolation"),
        ("rotate", "border_mode: 4", "write border instead"),
        ("mixup", "alpha: 0.2", "write share: {beta: [0.2, 0.2]}"),
        ("gaussian_blur", "sigma: [0.1, 2]", "write sigma_px: [0.1, 2]"),
        ("gaussian_blur", "blur_limit: 7", "write sigma_px: 1.4"),
        ("box_blur", "blur_limit: 7", "write radius_px: 3"),
        ("motion_blur", "blur_limit: 7", "write length_px: 7"),
        ("gaussian_noise", "var_limit: [10, 50]", "write std: [0.0124, 0.02773]"),
        ("color_jitter", "hue: 0.1", "write hue_deg: [-36, 36]"),
        ("color_jitter", "brightness_limit: 0.2", "write brightness: [0.8, 1.2]"),
        ("crop", "scale: [0.5, 1]", "write area: [0.5, 1]"),
        ("crop", "ratio: [0.75, 1.33]", "write aspect: [0.75, 1.33]"),
        ("erasing", "ratio: [0.25, 2]", "write aspect: [0.5, 4]"),
        ("flip", "always_apply: true", "drop it: p is 1 by default"),
        ("flip", "prob: 0.5", "(did you mean 'p'?)"),
        ("flip", "seed: 3", "seed is one key for the whole pipeline, at the top: seed: 7"),
        ("resize", "height: 5", "write size: […, 5]"),
        ("coarse_dropout", "max_holes: 8", "write holes: […, 8]"),
        ("rotate", "angel_deg: 8", "(did you mean 'angle_deg'?)"),
        ("rotate", "xyzzy: 8", "(choose from: angle_deg, barrier, border, canvas, fill, id, p, weight)"),
    ],
)  # fmt: skip
def test_options_by_the_names_of_other_libraries(step: str, name: str, message: str) -> None:
    needed = "size: 9, " if step == "resize" else ""
    (found,) = told(f"image:\n  - {step}: {{{needed}{name}}}")
    assert found.startswith("unknown option") and message in found


@pytest.mark.parametrize(
    ("modality", "step", "name", "message"),
    [
        ("audio", "gain", "min_gain_in_db: -6", "write gain_db: [-6, …] (audiomentations' min_gain_in_db)"),
        ("audio", "noise", "max_snr_db: 20", "write snr_db: […, 20]"),
        ("audio", "time_mask", "max_band_part: 0.1", "write share: […, 0.1]"),
        ("text", "synonym", "aug_p: 0.2", "write rate: 0.2 (nlpaug's aug_p)"),
        ("text", "keyboard_typo", "aug_char_p: 0.2", "write rate: 0.2"),
    ],
)
def test_options_of_audio_and_text(modality: str, step: str, name: str, message: str) -> None:
    (found,) = told(f"{modality}:\n  - {step}: {{{name}}}")
    assert message in found


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("labels: {min_visible: 0.3}", "class labels (folders, table columns) are carried over automatically; boxes, masks and"),
        ("transforms: [flip]", "steps go in a list under image:, audio: or text:"),
        ("augmentations: [flip]", "steps go in a list under image:, audio: or text:"),
        ("pipeline: [flip]", "steps go in a list under image:, audio: or text:"),
        ("steps: [flip]", "steps go in a list under image:, audio: or text:"),
        ("num_copies: 3", "the number of outputs per sample is copies: 3"),
        ("n: 3", "the number of outputs per sample is copies: 3"),
        ("random_state: 3", "write seed: 7"),
        ("output_dir: out", "augcli run PIPELINE INPUT -o OUTPUT"),
        ("input_dir: data", "augcli run PIPELINE INPUT -o OUTPUT"),
        ("train: [flip]", "write input: {splits: [train]}"),
        ("val: [flip]", "write input: {splits: [train]}"),
        ("workers: 4", "is set by a flag of augcli run: --workers 4"),
        ("device: cuda", "is set by a flag of augcli run: --device cuda"),
        ("quality: 90", "write output: {image: {format: jpeg, quality: 95}}"),
        ("p: 0.5", "the probability is set on each step: flip: {p: 0.5}"),
        ("flip: {p: 0.5}", "a step belongs in the list under image:"),
        ("RandomHorizontalFlip: {p: 0.5}", "a step belongs in the list under image:"),
        ("gain: {gain_db: 3}", "a step belongs in the list under audio:"),
        ("images: [flip]", "(did you mean 'image'?)"),
        ("sead: 1", "(did you mean 'seed'?)"),
        ("xyzzy: 1", "(choose from: audio, copies, image, input, limits, output, seed, text, version)"),
    ],
)
def test_keys_at_the_top_of_the_file(key: str, message: str) -> None:
    (found,) = told(f"{key}\nimage: [hue]")
    assert found.startswith("unknown key") and message in found
