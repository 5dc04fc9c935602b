"""What a user may have meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

# Names that other libraries use, which no edit distance finds.
_ELSEWHERE = {
    "prob": "p",
    "probability": "p",
    "degrees": "angle_deg",
    "angle": "angle_deg",
    "limit": "angle_deg",
    "sigma": "sigma_px",
    "horizontal_flip": "flip",
    "hflip": "flip",
    "vertical_flip": "flip",
    "vflip": "flip",
    "random_resized_crop": "crop",
    "colour_jitter": "color_jitter",
    "grey": "grayscale",
    "gray": "grayscale",
    "greyscale": "grayscale",
    "coarse_dropout": "cutout",
    "random_erasing": "cutout",
    "erase": "cutout",
    "blur": "gaussian_blur",
    "noise": "gaussian_noise",
    "hue_saturation_value": "hsv_jitter",
    "hsv": "hsv_jitter",
    "photometric_distort": "color_jitter",
    "planckian_jitter": "temperature",
    "color_temperature": "temperature",
    "white_balance": "temperature",
    "pca_lighting": "fancy_pca",
    "lighting": "fancy_pca",
    "negative": "invert",
    "invert_img": "invert",
    "bgr": "channel_shuffle",
    "histogram_equalization": "equalize",
    "compose": "sequence",
    "n_copies": "copies",
    "count": "copies",
    "images": "image",
    "sound": "audio",
    "texts": "text",
    "name": "id",
    "db": "gain_db",
    "range": "factor",
    "value": "factor",
    "strength": "factor",
    "oneof": "one_of",
    "someof": "some_of",
    "scale": "area",
    "ratio": "aspect",
}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ " (did you mean 'x'?)", or what there is to choose from."""
    names = sorted(known)
    snake = re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", word).lower().replace("-", "_")
    plain = snake.removeprefix("random_")
    if _ELSEWHERE.get(plain) in names:
        return f" (did you mean '{_ELSEWHERE[plain]}'?)"
    close = get_close_matches(snake, names, 1, 0.6) or get_close_matches(plain, names, 1, 0.6)
    if close:
        return f" (did you mean '{close[0]}'?)"
    return f" (there is: {', '.join(names)})" if names else ""
