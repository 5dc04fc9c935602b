"""The steps that published policies (AutoAugment, RandAugment, TrivialAugment, AugMix) draw from, and how strong they are.

As in torchvision, a level is one of a number of bins, from no change to the strongest. No step changes the image's size.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from augcli.core.primitives import BARRIER, Barrier, Primitive
from augcli.core.primitives.image import Colour, Interpolation, Warp
from augcli.core.primitives.neighbours import Filter2D
from augcli.core.primitives.tone import Adapt, Curve, inverted_from, top_bits
from augcli.core.values.facts import ImageFacts
from augcli.core.values.matrix import Matrix, rotation, translation

from . import colour, taps

WIDE: tuple[str, ...] = (
    "identity", "shear_x", "shear_y", "translate_x", "translate_y", "rotate", "brightness", "color", "contrast", "sharpness",
    "posterize", "solarize", "autocontrast", "equalize",
)  # fmt: skip
MIXED = ("shear_x", "shear_y", "translate_x", "translate_y", "rotate", "posterize", "solarize", "autocontrast", "equalize")
CORRUPTING = ("brightness", "color", "contrast", "sharpness")
WIDE_DOC = ", ".join(f"{number} {name}" for number, name in enumerate(WIDE))

_HAIR = 1e-4  # so that a level meant to be whole counts as whole


class Space(NamedTuple):
    """The strongest setting of each step of a policy; `bins` levels lead there from no change."""

    bins: int
    shear: float  # pixels aside for each pixel down or across
    shift_share: float  # of the side
    shift_px: float
    turn_deg: float
    change: float  # of the factor, which is 1 in the middle
    bits: int  # that posterize keeps at the lowest level
    lost_bits: int


RAND = Space(31, 0.3, 150 / 331, 0, 30, 0.9, 8, 4)
TRIVIAL = Space(31, 0.99, 0, 32, 135, 0.99, 8, 6)
AUTO = RAND._replace(bins=10)
AUGMIX = Space(10, 0.3, 1 / 3, 0, 30, 0.9, 4, 4)


class Look(NamedTuple):
    """How warped images are resampled, and what fills their corners."""

    interpolation: Interpolation
    fill: Colour


def step_of(space: Space, name: str, level: int, negative: bool, facts: ImageFacts, look: Look) -> Primitive | None:
    """One step at a level from 0 to bins − 1, with a sign for steps that have one; None if nothing changes."""
    strength = level / (space.bins - 1)
    signed = -strength if negative else strength
    if name in ("autocontrast", "equalize", "invert", "solarize", "posterize"):
        return _table_step(space, name, strength, facts.bits)
    if not strength or name == "identity":
        return None
    if name in CORRUPTING:
        factor = 1 + signed * space.change
        if name == "sharpness":
            return Filter2D(taps.sharpness(factor), "keep", colours_only=True)
        return {"brightness": colour.brightness, "color": colour.saturation, "contrast": colour.contrast}[name](factor)
    if name == "rotate":
        turned = Warp.about_centre(facts, rotation(signed * space.turn_deg), "constant", look.fill)
        return turned._replace(interpolation=look.interpolation)
    sideways = name.endswith("_x")
    if name.startswith("shear"):
        slant = signed * space.shear
        matrix: Matrix = (1.0, -slant if sideways else 0.0, 0.0, 0.0 if sideways else -slant, 1.0, 0.0, 0.0, 0.0, 1.0)
        return Warp(matrix, facts[:2], "constant", look.fill, look.interpolation)
    shift = strength * (space.shift_share * facts[0 if sideways else 1] + space.shift_px)
    whole = float(int(shift + _HAIR))
    if not whole:
        return None
    way = -whole if negative else whole
    return Warp(translation(way, 0.0) if sideways else translation(0.0, way), facts[:2], "constant", look.fill)


def _table_step(space: Space, name: str, strength: float, bits: int) -> Primitive | None:
    if name == "autocontrast":
        return Adapt("stretch")
    if name == "equalize":
        return Adapt("equalize")
    if name == "invert":
        return colour.INVERTED
    if name == "solarize":
        return Curve.alike(inverted_from(1 - strength, bits))
    kept = round(space.bits - space.lost_bits * strength)
    return Curve.alike(top_bits(kept, bits)) if kept < 8 else None


def in_turn(steps: Iterable[Primitive | None]) -> list[Primitive | Barrier]:
    """Steps separated by barriers, so that each rounds, clamps and cuts as in the published policies."""
    parted: list[Primitive | Barrier] = []
    for step in steps:
        if step is not None:
            parted += [BARRIER, step] if parted else [step]
    return parted
