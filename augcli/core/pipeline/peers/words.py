"""Words of no particular library: what people call a thing before they have seen a list."""

from __future__ import annotations

from .row import NOT_YET, OWN_FUNCTION, PLUS_MINUS, SOUND_LOADER, PeerTable

IMAGE = row = PeerTable("", "image")
for _name in ("hflip", "mirror", "fliplr", "left_right_flip", "flip_lr"):
    row(_name, "flip: {p: 0.5}")
for _name in ("vflip", "flip_ud", "flipud", "top_bottom_flip"):
    row(_name, "flip: {axis: vertical, p: 0.5}")
for _name in ("rotation", "turn", "angle"):
    row(_name, "rotate: {angle_deg: [-15, 15]}", "", _=PLUS_MINUS("angle_deg"))
for _name, _example in {
    "blur": "gaussian_blur",
    "noise": "gaussian_noise",
    "grey": "grayscale",
    "to_grey": "grayscale",
    "black_and_white": "grayscale",
    "desaturate": "grayscale",
    "bw": "grayscale",
    "negative": "invert",
    "erase": "erasing",
    "dropout": "coarse_dropout",
    "mask": "cutout",
    "occlusion": "cutout",
    "jitter": "color_jitter",
    "color": "color_jitter",
    "color_augmentation": "color_jitter",
    "photometric_distortion": "color_jitter",
    "hsv": "hsv_jitter",
    "color_temperature": "temperature",
    "white_balance": "temperature",
    "pca_lighting": "fancy_pca",
    "lighting": "fancy_pca",
    "pca_color_augmentation": "fancy_pca",
    "bgr": "channel_shuffle",
    "histogram_equalization": "equalize",
    "adaptive_histogram_equalization": "clahe",
    "histogram_matching": "histogram_match: {reference: looks/}",
    "compression": "jpeg_compression",
    "jpeg": "jpeg_compression",
    "webp": "webp_compression",
    "watermark": "overlay_image: {source: stickers/}",
    "sticker": "overlay_image: {source: stickers/}",
    "caption": "overlay_text",
    "text_overlay": "overlay_text",
    "letterbox": "pad: {size: 640, letterbox: true}",
    "lens_distortion": "optical",
    "barrel_distortion": "optical",
    "jigsaw": "grid_shuffle",
    "shift": "translate",
    "translation": "translate",
    "scale": "zoom",
    "scaling": "zoom",
    "warp": "perspective",
    "thumbnail": "longest_side",
    "low_resolution": "downscale",
    "out_of_focus": "defocus",
    "poisson_noise": "shot_noise",
    "sharpness": "sharpen",
    "adjust_sharpness": "sharpen",
    "sunflare": "sun_flare",
}.items():
    row(_name, _example)
row.none("rain_drops", f"{NOT_YET}; rain adds falling rain")
row.none("lambda function custom", OWN_FUNCTION)

AUDIO = row = PeerTable("", "audio")
for _name, _example in {
    "volume": "gain",
    "loudness": "gain",
    "vol": "gain",
    "white_noise": "noise",
    "pink_noise": "noise: {color: pink}",
    "gaussian_noise": "noise",
    "add_noise": "noise",
    "stretch": "time_stretch",
    "tempo": "time_stretch",
    "speed_perturb": "speed",
    "time_shift": "shift",
    "roll": "shift",
    "backwards": "reverse",
    "time_reverse": "reverse",
    "invert": "polarity_inversion",
    "invert_polarity": "polarity_inversion",
    "silence": "time_mask",
    "mute": "time_mask",
    "spec_augment": "time_mask",
}.items():
    row(_name, _example)
row.none("reverb reverberation room impulse_response convolve echo", f"{NOT_YET}; nothing adds reverberation")
row.none("pitch", f"{NOT_YET}; speed changes pitch and tempo together")
row.none("background_noise babble_noise", f"{NOT_YET}; nothing mixes in recordings, but noise adds steady noise")
row.none(
    "resample compress compressor mp3 codec clipping distortion equalizer eq "
    "lowpass highpass low_pass high_pass bandpass trim fade", NOT_YET,
)  # fmt: skip
row.none("normalize", SOUND_LOADER)

TEXT = row = PeerTable("", "text")
for _name, _example in {
    "synonyms": "synonym",
    "thesaurus": "synonym",
    "wordnet": "synonym",
    "typo": "keyboard_typo",
    "typos": "keyboard_typo",
    "keyboard": "keyboard_typo",
    "ocr": "ocr_typo",
    "delete": "random_delete",
    "drop_words": "random_delete",
    "word_dropout": "random_delete",
    "swap": "random_swap",
    "swap_words": "random_swap",
    "shuffle_words": "random_swap",
    "insert": "random_insert",
    "misspell": "spelling",
    "spelling_error": "spelling",
}.items():
    row(_name, _example)
row.none("antonym", f"{NOT_YET}: an antonym changes what a text says, so its label would be wrong")
row.none(
    "back_translation backtranslation translate paraphrase summarize rewrite", f"{NOT_YET}; nothing rewrites whole sentences"
)
row.none(
    "contextual bert word_embeddings embedding word2vec glove",
    f"{NOT_YET}; nothing uses a language model, but synonym replaces words from a lexicon",
)  # fmt: skip
row.none("lowercase uppercase casing punctuation noise", NOT_YET)
