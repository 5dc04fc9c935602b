"""Image primitives carried out on a CPU by OpenCV and numpy, one sample at a time.

An image is a C-contiguous uint8 or uint16 array (height, width, channels) of 1 (grey), 3 (RGB) or 4 (RGBA, colours not
multiplied by alpha) channels, values 0…255 or 0…65535; the result has the same dtype. Kernels never write into
their input.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from augcli.core.primitives.image import Blend, Fill, NormalNoise, Warp
from augcli.core.primitives.layers import SO_FAR
from augcli.core.primitives.primitive import Primitive
from augcli.core.values.matrix import about
from augcli.kernels.shared import recode
from augcli.kernels.shared.depth import Pixels, full_scale, whole_levels
from augcli.kernels.shared.noise import halves, normal_levels
from augcli.kernels.shared.resample import Reduce, Reindex, Resample, clipped, fill_levels, layer_program, lower_warp, whole_crop

from . import colour, displace, grain, neighbours, paint, tone
from .colour import opaque
from .nearest import nearest
from .over import laid_over
from .shift import shifted
from .strips import strips

cv2.setNumThreads(1)  # the engine runs one sample per thread

_BORDERS = {"reflect": cv2.BORDER_REFLECT_101, "edge": cv2.BORDER_REPLICATE, "constant": cv2.BORDER_CONSTANT}
_LINEAR = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
_last = threading.local()


def apply(pixels: Pixels, primitive: Primitive, partners: Sequence[Pixels] = ()) -> Pixels:
    """Apply one primitive to one image; `partners` are the images that a Blend lays over it, with as many channels.

    Partners that are laid by their alpha have four channels, whatever the image has.
    """
    return _KERNELS[type(primitive)](pixels, primitive, partners)


def _warp(pixels: Pixels, warp: Warp, partners: Sequence[Pixels]) -> Pixels:
    for step in lower_warp(warp, pixels.shape[1], pixels.shape[0]):
        if isinstance(step, Reindex):
            pixels = _reindex(pixels, step)
        elif isinstance(step, Reduce):
            pixels = _reduce(pixels, step)
        elif (moved := shifted(pixels, step)) is not None:
            pixels = moved
        elif step.nearest:
            pixels = nearest(pixels, step)
        else:
            pixels = _bilinear(pixels, step)
    return pixels


def _reindex(pixels: Pixels, step: Reindex) -> Pixels:
    left, top, right, bottom = step.part
    view = pixels[top:bottom, left:right]
    if not step.transpose:
        if step.flip_x:
            return _shaped(_flip(view, True, step.flip_y), step.size, pixels.shape[2])
        return (view[::-1] if step.flip_y else view).copy()
    if step.flip_x != step.flip_y:
        view = cv2.rotate(view, cv2.ROTATE_90_CLOCKWISE if step.flip_x else cv2.ROTATE_90_COUNTERCLOCKWISE)
    else:
        view = cv2.transpose(view)
        if step.flip_x:
            view = cv2.flip(view, -1)
    return _shaped(view, step.size, pixels.shape[2])


def _reduce(pixels: Pixels, step: Reduce) -> Pixels:
    kx, ky = step.kx, step.ky
    left, top, right, bottom = step.part
    (width, height), channels = step.size, pixels.shape[2]
    view = pixels[top * ky : bottom * ky, left * kx : right * kx]
    missing_y, missing_x = height * ky - view.shape[0], width * kx - view.shape[1]
    if missing_x or missing_y:
        view = cv2.copyMakeBorder(view, 0, missing_y, 0, missing_x, cv2.BORDER_REPLICATE)
    if channels != 4 or opaque(view):
        # For 8 bits, OpenCV's resize halves and averages odd blocks to the same bits as the sums below, many times faster.
        fast = {(2, 2): cv2.INTER_AREA, (2, 1): cv2.INTER_LINEAR, (1, 2): cv2.INTER_LINEAR, (3, 3): cv2.INTER_AREA}
        if (kx, ky) in fast and pixels.dtype == np.uint8:
            return _shaped(cv2.resize(view, (width, height), interpolation=fast[kx, ky]), step.size, channels)
        sums = _block_sums(view.reshape(height * ky, width * kx, channels), kx, ky)
        return _rounded_mean(sums, kx * ky).astype(pixels.dtype)
    *colours, alpha = cv2.split(view)
    wide = alpha.astype(np.uint16 if pixels.dtype == np.uint8 else np.uint64)
    weights = _block_sums(alpha[:, :, None], kx, ky)[:, :, 0]
    reduced = _rounded_mean(weights, kx * ky).astype(pixels.dtype)
    seen, twice = reduced > 0, np.maximum(2 * weights, 1)
    means = []
    for plane in colours:
        sums = _block_sums((plane * wide)[:, :, None], kx, ky)[:, :, 0]
        # Rounded down by the cast. Quotients of such whole numbers are exact enough in float64, which is ten times as fast.
        means.append(((2 * sums + weights) / twice * seen).astype(pixels.dtype))
    return cv2.merge([*means, reduced])  # type: ignore[no-any-return]


def _block_sums(values: NDArray[Any], kx: int, ky: int) -> NDArray[Any]:
    """Sums (uint32, or uint64 of such) over blocks of kx × ky pixels of (height, width, channels).

    Rows first, because they are contiguous.
    """
    height, width, channels = values.shape
    rows: NDArray[Any] = values.reshape(height // ky, ky, width * channels)
    narrow = values.dtype == np.uint8 and kx * ky * 255 < 1 << 16
    sum_type = np.uint16 if narrow else np.promote_types(values.dtype, np.uint32)
    rows = np.sum(rows, axis=1, dtype=sum_type).reshape(height // ky, width, channels)
    if narrow and channels > 1:
        # Four 16-bit channels form one number whose sums never carry into the next channel: numpy adds them four times as fast.
        rows = (cv2.cvtColor(rows, cv2.COLOR_RGB2RGBA) if channels == 3 else rows).view(np.uint64)
    rows = rows.reshape(height // ky, width // kx, kx, -1)
    sums = rows[:, :, 0].copy()
    for column in range(1, kx):
        sums += rows[:, :, column]
    return sums.view(sum_type)[:, :, :channels].astype(np.promote_types(values.dtype, np.uint32))


def _rounded_mean(sums: NDArray[Any], count: int) -> NDArray[Any]:
    """sums / count, halves up."""
    return (2 * sums + sums.dtype.type(count)) // sums.dtype.type(2 * count)  # type: ignore[no-any-return]


def _bilinear(pixels: Pixels, step: Resample) -> Pixels:
    height, width, channels = pixels.shape
    clear = step.border == "constant" and fill_levels(step.fill, 4)[3] < 255
    if channels == 4 and (clear or not opaque(pixels)):
        return _bilinear_alpha(pixels, step)
    crop = whole_crop(step, width, height)
    if crop is not None:
        left, top, right, bottom = crop.part
        resized = cv2.resize(pixels[top:bottom, left:right], step.size, interpolation=cv2.INTER_LINEAR)
        if crop.flip_x or crop.flip_y:
            resized = _flip(resized, crop.flip_x, crop.flip_y)
    else:
        fill = fill_levels(step.fill, channels, full_scale(pixels))
        if channels == 3:
            resized = cv2.cvtColor(_cv_warp(_in_fours(pixels), step, (*fill, 0)), cv2.COLOR_RGBA2RGB)
        else:
            resized = _cv_warp(pixels, step, fill)
    return _shaped(resized, step.size, channels)


def _bilinear_alpha(pixels: Pixels, step: Resample) -> Pixels:
    """Weight colours by alpha, so that colours under fully transparent pixels do not bleed; those come out black."""
    full = full_scale(pixels)
    fill = fill_levels(step.fill, 4, full)
    values = pixels.astype(np.float32)
    for part in (values[strip] for strip in strips(values)):
        alpha = cv2.extractChannel(part, 3)
        cv2.multiply(part, cv2.merge([alpha, alpha, alpha, np.ones_like(alpha)]), dst=part)
    warped = _cv_warp(values, step, (*[fill[3] * level for level in fill[:3]], fill[3]))
    for part in (warped[strip] for strip in strips(warped)):
        alpha = cv2.extractChannel(part, 3)
        alpha[alpha <= 0.5] = np.inf  # rounds to nothing
        cv2.divide(part, cv2.merge([alpha, alpha, alpha, np.ones_like(alpha)]), dst=part)
    return whole_levels(warped, full)  # type: ignore[no-any-return]


def _in_fours(pixels: Pixels) -> Any:
    """A colour image with a fourth channel for padding: OpenCV warps four channels twice as fast as three.

    The copies of one source follow one another on one thread, so the last image is cached.
    """
    if getattr(_last, "pixels", None) is not pixels:
        _last.pixels, _last.padded = pixels, cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA)
    return _last.padded


def _cv_warp(values: Any, step: Resample, fill: tuple[int, ...]) -> Any:
    # OpenCV counts positions from the centre of the first pixel, a Resample from its corner.
    back = np.array(about(step.back, -0.5, -0.5)).reshape(3, 3)
    border = _BORDERS[step.border]
    if step.projective:
        return cv2.warpPerspective(values, back, step.size, flags=_LINEAR, borderMode=border, borderValue=fill)
    return cv2.warpAffine(values, back[:2], step.size, flags=_LINEAR, borderMode=border, borderValue=fill)


def _noise(pixels: Pixels, noise: NormalNoise, partners: Sequence[Pixels]) -> Pixels:
    if noise.kind != "gaussian":
        raise ValueError(f"no such noise: {noise.kind}")
    height, width, channels = pixels.shape
    colours = min(channels, 3)
    counted = halves(noise.key, height, width * colours)
    full = full_scale(pixels)
    levels = grain.looked_up(counted, normal_levels(noise.amount, full)).reshape(height, width, colours)
    result = np.empty_like(pixels)
    np.add(pixels[:, :, :colours], levels, out=levels)
    np.clip(levels, 0, full, out=result[:, :, :colours], casting="unsafe")
    result[:, :, colours:] = pixels[:, :, colours:]
    return result


def _fill(pixels: Pixels, fill: Fill, partners: Sequence[Pixels]) -> Pixels:
    height, width, channels = pixels.shape
    result = pixels.copy()
    for region, shade in fill.regions:
        left, top, right, bottom = clipped(region, width, height)
        levels = fill_levels(shade, channels, full_scale(pixels))
        if channels == 4:
            result[top:bottom, left:right, :3] = levels[:3]
        elif left < right and top < bottom:
            cv2.rectangle(result, (left, top, right - left, bottom - top), levels, cv2.FILLED)
    return result


def _blend(pixels: Pixels, blend: Blend, partners: Sequence[Pixels]) -> Pixels:
    height, width, _ = pixels.shape
    # Rounded once: where several layers are translucent, the canvas stays in float32 until the end.
    through = sum(layer.weight != 1 or layer.alpha for layer in blend.layers) > 1
    canvas: NDArray[Any] = pixels.astype(np.float32) if through else pixels.copy()
    for layer in blend.layers:
        laid = pixels if layer.partner == SO_FAR else partners[layer.partner]
        region = clipped(layer.region, width, height)
        if not layer.program:
            region = clipped(region, laid.shape[1], laid.shape[0])
        left, top, right, bottom = region
        if left == right or top == bottom:
            continue
        if layer.program:
            for primitive in layer_program(layer, region):
                laid = apply(laid, primitive)
        else:
            laid = laid[top:bottom, left:right]
        below = canvas[top:bottom, left:right]
        if layer.alpha:
            below[:] = laid_over(np.ascontiguousarray(below), laid, layer.weight)
        elif layer.weight == 1:
            below[:] = laid
        else:
            over = laid.astype(np.float32) if through else laid
            below[:] = cv2.addWeighted(below, 1 - layer.weight, over, layer.weight, 0).reshape(below.shape)
    return np.clip(np.rint(canvas), 0, full_scale(pixels)).astype(pixels.dtype) if through else canvas


def _flip(pixels: Any, flip_x: bool, flip_y: bool) -> Any:
    """Mirror along x, y, or both."""
    return cv2.flip(pixels, -1 if flip_x and flip_y else 1 if flip_x else 0)


def _shaped(values: Any, size: tuple[int, int], channels: int) -> Pixels:
    """Restore the axis of a single channel, which OpenCV drops."""
    shaped: Pixels = values.reshape(size[1], size[0], channels)
    return shaped


_Kernel = Callable[[Pixels, Any, Sequence[Pixels]], Pixels]
_KERNELS: dict[type, _Kernel] = {Warp: _warp, NormalNoise: _noise, Fill: _fill, Blend: _blend}
_KERNELS |= colour.KERNELS | displace.KERNELS | tone.KERNELS | grain.KERNELS | neighbours.KERNELS | paint.KERNELS | recode.KERNELS
