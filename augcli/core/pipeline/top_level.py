"""Keys that people write at the top of a pipeline file, which belong somewhere else or are called differently."""

from __future__ import annotations

from collections.abc import Iterable

from augcli.core.ops.op import op_called
from augcli.core.values.facts import MODALITIES

from .spelling import cut, squeezed
from .suggestions import did_you_mean, peer_step

_RUN = "is set by a flag of augcli run"
_TOP_LEVEL = (
    (
        "transforms transform augmentations augmentation augment augmenters augs pipeline steps step ops operations compose "
        "train_transforms",
        "steps go in a list under image:, audio: or text:",
    ),
    (
        "num_copies n_copies copy n num count times multiplier repeat num_augmentations n_augmentations augmentations_per_image "
        "per_image samples",
        "the number of outputs per sample is copies: 3",
    ),
    ("random_state random_seed rng manual_seed", "write seed: 7"),
    (
        "output_dir output_folder output_path out_dir out outdir save_to save_dir destination dest target",
        "the output folder is given on the command line: augcli run PIPELINE INPUT -o OUTPUT",
    ),
    (
        "input_dir input_folder input_path source sources src path data dataset data_dir root folder",
        "the input folder is given on the command line: augcli run PIPELINE INPUT -o OUTPUT",
    ),
    ("train val valid validation test split splits", "write input: {splits: [train]}"),
    (
        "labels label annotations targets classes",
        "class labels (folders, table columns) are carried over automatically; boxes, masks and keypoints are not read yet",
    ),
    ("workers num_workers n_jobs jobs", f"the number of workers {_RUN}: --workers 4"),
    ("batch_size batch", f"the batch size {_RUN}: --batch-size 64"),
    ("device gpu cuda backend", f"the device {_RUN}: --device cuda"),
    ("limit max_samples", f"the number of samples {_RUN}: --limit 10"),
    ("format quality image_format", "write output: {image: {format: jpeg, quality: 95}}"),
    ("originals keep_originals include_originals keep_original", "write output: {originals: copy}"),
    ("encoding", "write input: {text: {encoding: latin-1}}"),
    ("table columns text_column", "write input: {table: {text: COLUMN, label: COLUMN}}"),
    ("layout", "write input: {layout: class_folders}"),
    ("size image_size img_size target_size", "to set the image size, add a step: image: [resize: {size: [224, 224]}]"),
    ("sample_rate sampling_rate sr", "there is no setting for the sample rate: outputs keep their source's sample rate"),
    ("p prob probability", "the probability is set on each step: flip: {p: 0.5}"),
)


def unknown_key(key: str, known: Iterable[str]) -> str:
    """The message for a key at the top of the file that there is not."""
    key = cut(key)
    for names, hint in _TOP_LEVEL:
        if squeezed(key) in (squeezed(name) for name in names.split()):
            return f"unknown key; {hint}"
    for modality in MODALITIES:
        if op_called(modality, key) or peer_step(modality, key):
            return f"unknown key: a step belongs in the list under {modality}:"
    return f"unknown key{did_you_mean(key, known)}"
