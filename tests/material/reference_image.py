"""A reference for the image primitives, in float64 and as plain as possible; both backends are compared with it. Slow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from augcli.core.primitives.image import LUMA, Blend, ColourMatrix, Fill, Filter, NormalNoise, Warp
from augcli.core.primitives.layers import SO_FAR
from augcli.core.primitives.primitive import ImagePrimitive
from augcli.core.values.facts import ImageFacts
from augcli.core.values.matrix import inverse, multiply, scaling
from augcli.kernels.shared import noise


def levels(colour: Sequence[float], channels: int) -> np.ndarray:
    """A colour as levels of an image's channels."""
    if channels == 1:
        colour = [float(np.dot(colour, LUMA))]
    return np.array([*np.rint(255 * np.array(colour)), 255.0][:channels])


def mirror(index: np.ndarray, length: int) -> np.ndarray:
    if length == 1:
        return np.zeros_like(index)
    index = np.abs(index) % (2 * length - 2)
    return np.minimum(index, 2 * length - 2 - index)


def taps(pixels: np.ndarray, x: np.ndarray, y: np.ndarray, border: str, fill: np.ndarray) -> np.ndarray:
    """Pixels at whole coordinates, inside or outside, as float64."""
    height, width, _ = pixels.shape
    if border == "reflect":
        return pixels[mirror(y, height), mirror(x, width)].astype(float)
    found = pixels[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)].astype(float)
    if border == "constant":
        found[(x < 0) | (y < 0) | (x >= width) | (y >= height)] = fill
    return found


def positions(back: Sequence[float], size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.meshgrid(np.arange(size[0]) + 0.5, np.arange(size[1]) + 0.5)
    w = back[6] * x + back[7] * y + back[8]
    return (back[0] * x + back[1] * y + back[2]) / w, (back[3] * x + back[4] * y + back[5]) / w


def premultiplied(pixels: np.ndarray) -> np.ndarray:
    pixels = pixels.astype(float)
    if pixels.shape[2] == 4:
        pixels[:, :, :3] *= pixels[:, :, 3:] / 255
    return pixels


def unmultiplied(pixels: np.ndarray) -> np.ndarray:
    """Colours from premultiplied ones; black where alpha rounds to nothing."""
    if pixels.shape[2] == 4:
        alpha = pixels[:, :, 3:]
        pixels[:, :, :3] = np.where(np.rint(alpha) > 0, pixels[:, :, :3] * 255 / np.where(alpha > 0, alpha, 1), 0)
    return pixels


def warp(pixels: np.ndarray, said: Warp) -> np.ndarray:
    """Float values, before rounding."""
    height, width, channels = pixels.shape
    border = "edge" if said.border == "any" else said.border
    fill = levels(said.fill, channels)
    back = inverse(said.matrix)
    if said.interpolation == "nearest" or said.index_operation(ImageFacts(width, height)):
        x, y = (np.floor(position).astype(int) for position in positions(back, said.size))
        return taps(pixels, x, y, border, fill)
    kx, ky = said.reduction()
    if (kx, ky) != (1, 1):
        padded = np.pad(pixels, ((0, -height % ky), (0, -width % kx), (0, 0)), mode="edge")
        blocks = premultiplied(padded).reshape(padded.shape[0] // ky, ky, padded.shape[1] // kx, kx, channels).mean((1, 3))
        # Quotients are multiples of 1/(2·k·k·255) at the least, so 1e-9 cannot move one over a half.
        pixels = np.floor(unmultiplied(blocks) + 0.5 + 1e-9).astype(np.uint8)
        back = inverse(multiply(said.matrix, scaling(kx, ky)))
    x, y = positions(back, said.size)
    x, y = x - 0.5, y - 0.5
    x0, y0 = np.floor(x).astype(int), np.floor(y).astype(int)
    fx, fy = (x - x0)[..., None], (y - y0)[..., None]
    source = premultiplied(pixels)
    top, bottom = (
        taps(source, x0, row, border, fill) * (1 - fx) + taps(source, x0 + 1, row, border, fill) * fx for row in (y0, y0 + 1)
    )
    return unmultiplied(top * (1 - fy) + bottom * fy)


def colour(pixels: np.ndarray, said: ColourMatrix) -> np.ndarray:
    channels = pixels.shape[2]
    rgb = np.repeat(pixels, 3, 2).astype(float) if channels == 1 else pixels[:, :, :3].astype(float)
    seen = pixels[:, :, 3] > 0 if channels == 4 else np.ones(pixels.shape[:2], bool)
    mean = rgb[seen].mean(0) if seen.any() else np.zeros(3)
    m, n = np.array(said.m).reshape(3, 3), np.array(said.n).reshape(3, 3)
    result = rgb @ m.T + n @ mean + 255 * np.array(said.t)
    if channels == 1:
        return (result @ LUMA)[..., None]
    return np.concatenate([result, pixels[:, :, 3:]], 2)


def filtered(pixels: np.ndarray, said: Filter) -> np.ndarray:
    height, width, _ = pixels.shape
    middle_x, middle_y = len(said.taps_x) // 2, len(said.taps_y) // 2
    rows = sum(tap * pixels[:, mirror(np.arange(width) + k - middle_x, width)] for k, tap in enumerate(said.taps_x))
    return sum(tap * rows[mirror(np.arange(height) + k - middle_y, height)] for k, tap in enumerate(said.taps_y))


def noisy(pixels: np.ndarray, said: NormalNoise) -> np.ndarray:
    height, width, channels = pixels.shape
    colours = min(3, channels)
    added = np.rint(noise.gaussian(said.key, height, width, colours) * np.float32(said.amount * 255))
    return np.concatenate([pixels[:, :, :colours] + added, pixels[:, :, colours:]], 2)


def covered(pixels: np.ndarray, said: Fill) -> np.ndarray:
    result = pixels.astype(float)
    for (left, top, right, bottom), shade in said.regions:
        for y in range(max(0, top), min(bottom, pixels.shape[0])):
            for x in range(max(0, left), min(right, pixels.shape[1])):
                result[y, x, :3] = levels(shade, pixels.shape[2])[:3]
    return result


def blended(pixels: np.ndarray, said: Blend, partners: Sequence[np.ndarray]) -> np.ndarray:
    result = pixels.astype(float)
    for layer in said.layers:
        over = pixels if layer.partner == SO_FAR else partners[layer.partner]
        for step in layer.program:
            over = rounded(apply(over, step))
        left, top, right, bottom = layer.region
        here = (slice(max(0, top), max(0, bottom)), slice(max(0, left), max(0, right)))
        if layer.alpha:
            result[here] = over_each_other(result[here], over[here], layer.weight)
        else:
            result[here] = (1 - layer.weight) * result[here] + layer.weight * over[here]
    return result


def over_each_other(below: np.ndarray, laid: np.ndarray, weight: float) -> np.ndarray:
    """Porter and Duff's "over", on colours that are not multiplied by alpha."""
    above = weight * laid[:, :, 3:] / 255
    if below.shape[2] < 4:
        return above * laid[:, :, : below.shape[2]] + (1 - above) * below
    beneath = below[:, :, 3:] / 255 * (1 - above)
    alpha = above + beneath
    colours = (above * laid[:, :, :3] + beneath * below[:, :, :3]) / np.where(alpha > 0, alpha, 1)
    return np.concatenate([np.where(alpha > 0, colours, below[:, :, :3]), alpha * 255], 2)


def rounded(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def apply(pixels: np.ndarray, said: ImagePrimitive, partners: Sequence[np.ndarray] = ()) -> np.ndarray:
    """What comes out, as float64 before rounding, clamped."""
    if isinstance(said, Blend):
        values = blended(pixels, said, partners)
    else:
        work = {Warp: warp, ColourMatrix: colour, Filter: filtered, NormalNoise: noisy, Fill: covered}
        values = work[type(said)](pixels, said)
    return np.clip(values, 0, 255)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """The largest difference in levels; colours count by their alpha, since what is hardly seen may differ more."""
    assert one.shape == other.shape
    apart = np.abs(one.astype(float) - other)
    if one.shape[2] == 4:
        apart[:, :, :3] *= np.maximum(one, other)[:, :, 3:] / 255
    return float(apart.max(initial=0))
