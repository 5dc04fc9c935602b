"""The dot law: what an operation moves lands where its primitives say. For every registered operation."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from every_op import EXAMPLES, REGISTRY, draws, op_of, state_of

from augcli.core.draws.keys import unit_key
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.primitives.image import Warp
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import draw_steps, lower
from augcli.core.values.facts import ImageFacts
from augcli.core.values.matrix import inverse, project


def moves(primitive: Any) -> bool:
    return isinstance(primitive, Warp) or hasattr(primitive, "moved")


def landing(primitive: Any, x: float, y: float, facts: ImageFacts) -> tuple[float, float]:
    """Where a primitive says that a point goes."""
    if isinstance(primitive, Warp):
        return project(primitive.matrix, x, y)
    if "points" in inspect.signature(primitive.moved).parameters:
        ((x, y),) = primitive.moved(np.array([[x, y]], float), facts)
        return float(x), float(y)
    moved: tuple[float, float] = primitive.moved(x, y, facts)
    return moved


def dots(primitive: Any, facts: ImageFacts) -> Iterator[tuple[np.ndarray, tuple[float, float], tuple[int, int, int, int]]]:
    """(image with one dot, where its centre should land, where its light may fall), for dots that stay in sight."""
    shrink, side = 1.9, 3  # a field may shrink nearly to a half
    if isinstance(primitive, Warp):
        back = inverse(primitive.matrix)
        shrink = max(1.0, *(abs(back[at]) for at in (0, 1, 3, 4)))
        side = 1 if shrink <= 1.01 else 2 * math.ceil(shrink) + 1  # what is averaged away cannot be found again
        if primitive.interpolation == "nearest":
            side = max(side, 5)  # nor can what is passed over
    margin = side + 4 + math.ceil(3 * shrink)  # so that no border mirrors it into sight
    after = primitive.facts_after(facts)
    for share_x, share_y in ((0.5, 0.5), (0.3, 0.6), (0.7, 0.35), (0.45, 0.25), (0.62, 0.71)):
        left, top = int(share_x * facts.width), int(share_y * facts.height)
        if not (margin <= left <= facts.width - margin - side and margin <= top <= facts.height - margin - side):
            continue
        corners = [(left - 1, top - 1), (left + side + 1, top - 1), (left - 1, top + side + 1), (left + side + 1, top + side + 1)]
        xs, ys = zip(*(landing(primitive, *corner, facts) for corner in corners), strict=True)
        window = (math.floor(min(xs)) - 1, math.floor(min(ys)) - 1, math.ceil(max(xs)) + 1, math.ceil(max(ys)) + 1)
        if window[0] < 0 or window[1] < 0 or window[2] > after.width or window[3] > after.height:
            continue
        rigid = primitive.tolerance_levels == 0
        if rigid and (max(xs) - min(xs), max(ys) - min(ys)) != (side + 2, side + 2):
            continue  # torn apart between two tiles
        pixels = np.zeros((facts.height, facts.width, 1), np.uint8)
        pixels[top : top + side, left : left + side] = 255
        yield pixels, landing(primitive, left + side / 2, top + side / 2, facts), window


def centroid(pixels: np.ndarray, window: tuple[int, int, int, int]) -> tuple[float, float]:
    left, top, right, bottom = window
    part = pixels[top:bottom, left:right, 0].astype(float)
    assert part.sum() > 0, "the dot is gone"
    rows, columns = np.indices(part.shape)
    return left + float((part * (columns + 0.5)).sum() / part.sum()), top + float((part * (rows + 0.5)).sum() / part.sum())


def assert_dots_land(program: tuple[Any, ...], facts: ImageFacts) -> int:
    """How many dots were followed through each moving primitive of a program."""
    from augcli.kernels.cpu.image.apply import apply

    checked = 0
    for primitive in program:
        if moves(primitive):
            for pixels, expected, window in dots(primitive, facts):
                x, y = centroid(apply(pixels, primitive), window)
                # To the nearest pixel is up to half a pixel along either axis.
                near = 0.75 if getattr(primitive, "interpolation", "") == "nearest" else 0.6
                assert math.hypot(x - expected[0], y - expected[1]) <= near, (primitive, expected, (x, y))
                checked += 1
        facts = primitive.facts_after(facts)
    return checked


DOT_FACTS = [ImageFacts(160, 120, 1), ImageFacts(121, 161, 1), ImageFacts(500, 375, 1)]


def programs(case: tuple[str, int], count: int) -> Iterator[tuple[tuple[Any, ...], ImageFacts]]:
    for step, draw in draws(*op_of(case), count):
        for facts in DOT_FACTS:
            yield lower([(step, draw)], state_of(facts)).program, facts


IMAGE_CASES = [case for case in EXAMPLES if case[0].startswith("image.")]
MOVERS = [case for case in IMAGE_CASES if any(moves(one) for program, _ in programs(case, 3) for one in program)]


@pytest.mark.parametrize("case", MOVERS, ids=lambda case: f"{case[0]}-{case[1]}")
def test_dots_land_where_the_primitives_say(case: tuple[str, int]) -> None:
    checked = sum(assert_dots_land(program, facts) for program, facts in programs(case, 6))
    assert checked >= 10, "hardly any dot stayed in sight: the law was not tested"


@pytest.mark.parametrize("case", IMAGE_CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_whatever_moves_or_hides_can_say_where_and_what(case: tuple[str, int]) -> None:
    """Labels are carried by asking primitives; one that cannot answer would leave them behind."""
    for program, _ in programs(case, 2):
        for primitive in program:
            if primitive.moves_or_hides:
                assert moves(primitive) or hasattr(primitive, "regions") or hasattr(primitive, "hides"), type(primitive).__name__
            else:
                assert not moves(primitive)
                assert primitive.facts_after(DOT_FACTS[0])[:2] == DOT_FACTS[0][:2]


def test_dots_land_through_fused_programs() -> None:
    """All ops that only resample at once, in several orders: every dot where the fused matrix says."""
    movers = sorted(
        {case[0] for case in MOVERS if all(isinstance(one, Warp) for program, _ in programs(case, 3) for one in program)}
    )
    assert len(movers) >= 5
    checked = 0
    for turn in range(8):
        chosen = [movers[(turn * 5 + 3 * number) % len(movers)] for number in range(5)]
        steps = [{REGISTRY[op_id].name(): dict(REGISTRY[op_id].examples[0])} for op_id in dict.fromkeys(chosen)]
        pipeline = CompiledPipeline(parse_pipeline(json.dumps({"image": steps})).steps["image"])
        for number in range(6):
            for facts in DOT_FACTS:
                drawn = draw_steps(pipeline, unit_key(0, f"{number}.jpg", turn))
                checked += assert_dots_land(lower(drawn, state_of(facts)).program, facts)
    assert checked >= 60
