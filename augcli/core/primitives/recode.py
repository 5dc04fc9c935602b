"""Images that are encoded by a lossy codec and decoded again."""

from __future__ import annotations

from typing import Literal

from .primitive import ImagePrimitive


class Recode(ImagePrimitive, tolerance_levels=0, planes="kept"):
    """Encode the image and decode it again, by libjpeg-turbo (at this `subsampling`) or libwebp (lossy, always 420).

    Host work: codecs run on no device, so on the torch backend a batch that holds some in mid-program comes to the host
    and goes back once more (`kernels/shared/recode.py`). Colours only: alpha stays as it is, and colours that it hides go through
    the codec as they are. Codecs hold 8 bits: what has 16 is rounded to them before, and multiplied by 257 after. Grey
    images stay grey. Sides beyond what the codec takes are cut into tiles first.
    """

    codec: Literal["jpeg", "webp"]
    quality: int
    subsampling: Literal["420", "422", "444"] = "420"
