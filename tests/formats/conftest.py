"""Real files for the format tests, generated on the fly."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from augcli.core.values.outcome import SampleError

TO_CV = {3: cv2.COLOR_RGB2BGR, 4: cv2.COLOR_RGBA2BGRA}
DEEP: dict[str, Callable[[np.ndarray], tuple[str, np.ndarray]]] = {
    "png16": lambda pixels: (".png", pixels.astype(np.uint16) * 257),
    "tiff16": lambda pixels: (".tiff", pixels.astype(np.uint16) * 257),
    "tiff32": lambda pixels: (".tiff", pixels.astype(np.float32) / 100 - 1),
}


@pytest.fixture(scope="session")
def image() -> Callable[..., np.ndarray]:
    """image(height, width, channels): smooth, with an edge and some noise; every corner looks different."""

    def make(height: int = 45, width: int = 61, channels: int = 3) -> np.ndarray:
        rng = np.random.default_rng(7)
        small = rng.uniform(0, 255, (3, 4, channels)).astype(np.float32)
        smooth = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC).reshape(height, width, channels)
        smooth[: height // 3, : width // 2] *= 0.5
        return np.clip(smooth + rng.normal(0, 3, smooth.shape), 0, 255).astype(np.uint8)

    return make


@pytest.fixture(scope="session")
def saved() -> Callable[..., bytes]:
    """saved(pixels, "PNG", mode="P", **options): a file by Pillow."""

    def make(pixels: np.ndarray, form: str, mode: str = "", **options: Any) -> bytes:
        if form in DEEP:  # by OpenCV: Pillow writes no colours of 16 bits
            planes = cv2.cvtColor(pixels, TO_CV[pixels.shape[2]]) if pixels.shape[2] > 1 else pixels
            return cv2.imencode(*DEEP[form](planes))[1].tobytes()
        image = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
        file = io.BytesIO()
        (image.convert(mode) if mode else image).save(file, form, **options)
        return file.getvalue()

    return make


@pytest.fixture(scope="session")
def code_of() -> Callable[[Callable[[], object]], str]:
    """code_of(function): the code of the SampleError that it raises, or "" when it raises none."""

    def call(function: Callable[[], object]) -> str:
        try:
            function()
        except SampleError as error:
            assert error.message
            return error.code
        return ""

    return call
