"""Shadow, sun, rain and snow on a photograph against closed forms: what they do to each pixel is what their fields say."""

from __future__ import annotations

import cv2
import numpy as np
import skimage.draw
from through_steps import CAT, facts_of, program, run

LUMA = np.array([0.299, 0.587, 0.114])


def test_a_hard_shadow_fills_its_outline() -> None:
    step = {"shadow": {"shadows": 1, "darkness": 0.6, "softness": 0}}
    (paint,) = program([step], facts_of(CAT), name="b")
    outline = np.array(paint.shape.outlines[0]).reshape(-1, 2)
    inside = skimage.draw.polygon2mask(CAT.shape[:2], outline[:, ::-1] - 0.5)
    assert 0.1 < inside.mean() < 0.9
    meant = np.where(inside[..., None], CAT * (1 - 0.6), CAT)
    apart = np.abs(run(CAT, step, name="b") - meant).max(2)
    # Lines are antialiased, up to half a pixel wider: pixels beside the edge are in between.
    away = np.logical_or(*(cv2.erode(part.astype(np.uint8), np.ones((5, 5))) > 0 for part in (inside, ~inside)))
    assert away.mean() > 0.95
    assert apart[away].max() <= 0.51


def test_a_sun_without_reflections_is_its_glow() -> None:
    step = {"sun_flare": {"x": 0.3, "y": 0.2, "size": 0.4, "strength": 0.8, "ghosts": 0}}
    (paint,) = program([step], facts_of(CAT))
    height, width = CAT.shape[:2]
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    near = np.maximum(0, 1 - np.hypot(x - 0.3 * width, y - 0.2 * height) / (0.4 * width))
    share = 0.8 * (1 - (1 - near**3) ** 2)[..., None]
    meant = CAT + (255 * np.array(paint.colour) - CAT) * share
    assert np.abs(run(CAT, step) - meant).max() <= 1.41  # the glow, its share and the result are rounded
    assert min(paint.colour) > 0.8


def test_rain_without_streaks_is_a_duller_scene() -> None:
    dull = run(CAT, {"rain": {"amount": 0, "dullness": 0.25}})
    grey = (CAT @ LUMA)[..., None]
    meant = (1 - 0.8 * 0.25) * (CAT + 0.25 * (grey - CAT))
    assert np.abs(dull - meant).max() <= 0.76


def test_snow_without_flakes_is_a_brighter_scene() -> None:
    bleached = run(CAT, {"snow": {"amount": 0, "bleach": 0.6}})
    share = CAT / 255
    assert np.abs(bleached - 255 * (share + 0.6 * share**2 * (1 - share))).max() <= 0.51
