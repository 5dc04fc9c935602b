"""Images that go through a lossy codec and come back."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from augcli.core.values.facts import ImageFacts

from .image import TOLERANCE_LEVELS


class Recode(NamedTuple):
    """Encode the image and decode it again, by libjpeg-turbo (at this `subsampling`) or libwebp (lossy, always 420).

    Host work: codecs run on no device, so on the torch backend a batch that holds some in mid-program comes to the host
    and goes back once more (`kernels/recode.py`). Colours only: alpha stays as it is, and colours that it hides go through
    the codec as they are. Codecs hold 8 bits: what has 16 is rounded to them before, and multiplied by 257 after. Grey
    images stay grey. Sides beyond what the codec takes are cut into tiles first.
    """

    codec: Literal["jpeg", "webp"]
    quality: int
    subsampling: Literal["420", "422", "444"] = "420"

    def then(self, later: Any, facts: ImageFacts) -> None:
        return None

    def facts_after(self, facts: ImageFacts) -> ImageFacts:
        return facts


TOLERANCE_LEVELS[Recode] = 0  # the same code for all backends
