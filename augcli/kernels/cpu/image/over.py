"""One image laid over another by its alpha, on a CPU."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from augcli.kernels.shared.depth import full_scale

from .neighbours import without_alpha


def laid_over(below: NDArray[Any], laid: NDArray[Any], weight: float) -> NDArray[Any]:
    """`laid` (RGBA, whole levels) over `below` of the same size, whose dtype the result has: rounded if that is an integer type.

    The colours of `below` move towards those of `laid` by the share that `laid` has in the result's alpha.
    """
    channels = below.shape[2]
    full = full_scale(laid)
    shares = laid[:, :, 3] * np.float32(weight / full)
    alpha = None
    if channels == 4:
        alpha = shares + below[:, :, 3] * np.float32(1 / full) * (1 - shares)
        shares = np.divide(shares, alpha, out=np.zeros_like(shares), where=alpha > 0)
        alpha *= full
    colours = without_alpha(below)
    over = cv2.extractChannel(laid, 0) if channels == 1 else without_alpha(laid)
    towards = cv2.subtract(over, colours, dtype=cv2.CV_32F)
    added = cv2.multiply(towards, shares if channels == 1 else cv2.merge([shares, shares, shares]))
    mixed: NDArray[Any] = cv2.add(colours, added, dtype=_DEPTHS[below.dtype.type])
    if alpha is None:
        return mixed.reshape(below.shape)
    return np.dstack([mixed, np.rint(alpha).astype(below.dtype) if below.dtype != np.float32 else alpha])


_DEPTHS: dict[Any, int] = {np.uint8: cv2.CV_8U, np.uint16: cv2.CV_16U, np.float32: cv2.CV_32F}
