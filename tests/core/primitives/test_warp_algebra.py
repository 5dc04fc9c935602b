"""Matrices and Warps: composition, inverses, exact index operations, what fuses and what does not."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from augcli.core.idioms.placement import cover
from augcli.core.primitives.image import ColourMatrix, IndexOperation, Warp
from augcli.core.values.facts import ImageFacts
from augcli.core.values.matrix import IDENTITY, Matrix, about, inverse, multiply, project, rotation, scaling, translation

NUMBERS = st.floats(-8, 8).map(lambda value: round(value, 6))
ANGLES = st.floats(-400, 400)
FACTORS = st.floats(0.2, 5) | st.floats(-5, -0.2)


def affine(angle: float, x: float, y: float, shear: float, dx: float, dy: float) -> Matrix:
    return multiply(translation(dx, dy), multiply(rotation(angle), (x, shear, 0.0, 0.0, y, 0.0, 0.0, 0.0, 1.0)))


AFFINE = st.builds(affine, ANGLES, FACTORS, FACTORS, st.floats(-1, 1), NUMBERS, NUMBERS)
PROJECTIVE = st.builds(
    lambda affine, g, h: multiply((1.0, 0.0, 0.0, 0.0, 1.0, 0.0, g, h, 1.0), affine),
    AFFINE,
    st.floats(-0.01, 0.01),
    st.floats(-0.01, 0.01),
)
MATRICES = AFFINE | PROJECTIVE
POINTS = st.tuples(NUMBERS, NUMBERS)


def close(p: Matrix, q: Matrix, slack: float = 1e-9) -> bool:
    scale = max(1.0, *(abs(value) for value in p), *(abs(value) for value in q))
    return all(abs(x - y) <= slack * scale for x, y in zip(p, q, strict=True))


@given(MATRICES, MATRICES)
def test_products_agree_with_numpy(p: Matrix, q: Matrix) -> None:
    expected = np.array(p).reshape(3, 3) @ np.array(q).reshape(3, 3)
    assert close(multiply(p, q), tuple(expected.ravel()), 1e-12)


@given(MATRICES)
def test_an_inverse_undoes(p: Matrix) -> None:
    back = multiply(inverse(p), p)
    assert close(tuple(value / back[8] for value in back), IDENTITY, 1e-6)


@given(MATRICES, POINTS)
def test_a_point_goes_there_and_back(p: Matrix, point: tuple[float, float]) -> None:
    assume(p[6] * point[0] + p[7] * point[1] + p[8] > 0.5)
    x, y = project(inverse(p), *project(p, *point))
    assert (x, y) == pytest.approx(point, abs=1e-5)


@given(MATRICES, MATRICES, POINTS)
def test_a_product_does_the_second_first(p: Matrix, q: Matrix, point: tuple[float, float]) -> None:
    x, y = project(q, *point)
    assume(q[6] * point[0] + q[7] * point[1] + q[8] > 0.5 and p[6] * x + p[7] * y + p[8] > 0.2)
    assert project(multiply(p, q), *point) == pytest.approx(project(p, x, y), abs=1e-4, rel=1e-6)


@pytest.mark.parametrize("turns", range(-9, 10))
def test_quarter_turns_are_whole_numbers(turns: int) -> None:
    exact = rotation(90.0 * turns)
    assert set(exact) <= {-1.0, 0.0, 1.0}
    cosine, sine = math.cos(turns * math.pi / 2), math.sin(turns * math.pi / 2)
    assert close(exact, (cosine, sine, 0, -sine, cosine, 0, 0, 0, 1))


def test_positive_angles_turn_counter_clockwise_as_seen() -> None:
    x, y = project(rotation(90), 1, 0)  # to the right of the origin
    assert (x, y) == (0, -1)  # y points down: now above it


@given(ANGLES, POINTS)
def test_a_turn_about_a_point_leaves_it_where_it_is(angle: float, point: tuple[float, float]) -> None:
    assert project(about(rotation(angle), *point), *point) == pytest.approx(point, abs=1e-9)


# Fusion


def warp(matrix: Matrix, size: tuple[int, int] = (50, 40), border: str = "reflect") -> Warp:
    return Warp(matrix, size, border, interpolation="bilinear")


FACTS = ImageFacts(60, 44)


@given(MATRICES, MATRICES, MATRICES)
def test_fusing_is_associative(p: Matrix, q: Matrix, r: Matrix) -> None:
    first, second, third = warp(p), warp(q), warp(r, (9, 7))
    left = first.then(second, FACTS).then(third, FACTS)
    right = first.then(second.then(third, FACTS), FACTS)
    assert left is not None
    assert close(left.matrix, right.matrix, 1e-8)
    assert left[1:] == right[1:] == third[1:]


@given(MATRICES)
def test_a_warp_and_its_inverse_are_nothing(p: Matrix) -> None:
    fused = warp(p).then(warp(inverse(p), FACTS[:2]), FACTS)
    assert close(tuple(value / fused.matrix[8] for value in fused.matrix), IDENTITY, 1e-6)


def test_only_the_last_canvas_cuts() -> None:
    small, back = Warp.cut((20, 10, 30, 20)), warp(translation(20, 10), (60, 44))
    fused = small.then(back, FACTS)
    assert (fused.size, fused.matrix) == ((60, 44), IDENTITY)
    assert fused.index_operation(FACTS) == IndexOperation(False, False, False, (0, 0, 60, 44))  # nothing is lost


def test_a_hard_warp_takes_no_later_one_in() -> None:
    hard = Warp.cut((0, 0, 10, 10), hard=True)
    assert hard.then(warp(IDENTITY), FACTS) is None
    assert warp(IDENTITY).then(hard, FACTS).hard  # but goes into an earlier one, and then ends it


@pytest.mark.parametrize(
    ("first", "second", "fused"),
    [
        (("reflect", (0.0,) * 3), ("reflect", (0.0,) * 3), ("reflect", (0.0,) * 3)),
        (("any", (0.0,) * 3), ("edge", (0.0,) * 3), ("edge", (0.0,) * 3)),
        (("edge", (0.0,) * 3), ("any", (0.0,) * 3), ("edge", (0.0,) * 3)),
        (("any", (0.0,) * 3), ("constant", (1.0,) * 3), ("constant", (1.0,) * 3)),
        (("constant", (1.0,) * 3), ("constant", (1.0,) * 3), ("constant", (1.0,) * 3)),
        (("constant", (1.0,) * 3), ("constant", (0.5,) * 3), None),
        (("reflect", (0.0,) * 3), ("edge", (0.0,) * 3), None),
        (("edge", (0.0,) * 3), ("constant", (0.0,) * 3), None),
    ],
)
def test_borders_must_agree(first: tuple, second: tuple, fused: tuple | None) -> None:
    one = Warp(about(rotation(20), 30, 22), (60, 44), *first, interpolation="bilinear")
    two = Warp(about(rotation(20), 30, 22), (60, 44), *second, interpolation="bilinear")
    result = one.then(two, FACTS)
    assert (result and (result.border, result.fill)) == fused


def test_other_borders_fuse_when_the_later_warp_stays_inside() -> None:
    one = Warp(about(rotation(20), 30, 22), (60, 44), "reflect", interpolation="bilinear")
    inner = Warp.cut((10, 10, 40, 30), (15, 10))._replace(border="constant", fill=(1.0, 1.0, 1.0))
    outer = Warp.cut((-1, 10, 40, 30), (15, 10))._replace(border="constant", fill=(1.0, 1.0, 1.0))
    assert one.then(inner, FACTS).border == "reflect"
    assert one.then(outer, FACTS) is None


def test_interpolations_must_agree() -> None:
    bilinear, nearest = warp(rotation(3)), warp(rotation(3))._replace(interpolation="nearest")
    assert bilinear.then(nearest, FACTS) is None
    assert nearest.then(bilinear, FACTS) is None
    exact = Warp.cut((1, 1, 20, 20))
    assert exact.then(nearest, FACTS).interpolation == nearest.then(exact, FACTS).interpolation == "nearest"
    assert exact.then(exact, FACTS).interpolation == "any"


def test_warps_fuse_with_warps_only() -> None:
    assert warp(IDENTITY).then(ColourMatrix.linear(IDENTITY), FACTS) is None


# Exact index operations: the eight elements of D4 and whole-pixel crops, against numpy's indexing

D4 = list(product((False, True), repeat=3))  # transpose, then flip x, then flip y


def d4_warp(width: int, height: int, transpose: bool, flip_x: bool, flip_y: bool) -> Warp:
    matrix, size = IDENTITY, (width, height)
    if transpose:
        matrix, size = (0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0), (height, width)
    if flip_x:
        matrix = multiply((-1.0, 0.0, float(size[0]), 0.0, 1.0, 0.0, 0.0, 0.0, 1.0), matrix)
    if flip_y:
        matrix = multiply((1.0, 0.0, 0.0, 0.0, -1.0, float(size[1]), 0.0, 0.0, 1.0), matrix)
    return Warp(matrix, size)


def indexed(pixels: np.ndarray, transpose: bool, flip_x: bool, flip_y: bool) -> np.ndarray:
    pixels = pixels.T if transpose else pixels
    pixels = pixels[:, ::-1] if flip_x else pixels
    return pixels[::-1] if flip_y else pixels


def done(pixels: np.ndarray, warp: Warp) -> np.ndarray:
    """What the exact index operation of a Warp says, done by numpy."""
    operation = warp.index_operation(ImageFacts(pixels.shape[1], pixels.shape[0]))
    assert operation is not None
    assert all(isinstance(value, int) for value in operation.region)
    left, top, right, bottom = operation.region
    return indexed(pixels, operation.transpose, operation.flip_x, operation.flip_y)[top:bottom, left:right]


def sampled(pixels: np.ndarray, warp: Warp) -> np.ndarray:
    """What the Warp's matrix says, pixel by pixel: the value under the centre of each pixel of the canvas."""
    back = inverse(warp.matrix)
    rows = []
    for y in range(warp.size[1]):
        sources = [project(back, x + 0.5, y + 0.5) for x in range(warp.size[0])]
        rows.append([pixels[math.floor(source_y), math.floor(source_x)] for source_x, source_y in sources])
    return np.array(rows).reshape(warp.size[1], warp.size[0])


SIZES = st.integers(1, 9)


@given(SIZES, SIZES, st.sampled_from(D4), st.data())
def test_index_operations_agree_with_numpy_and_with_their_matrix(
    width: int, height: int, element: tuple, data: st.DataObject
) -> None:
    pixels = np.arange(width * height).reshape(height, width)
    turned = d4_warp(width, height, *element)
    expected = indexed(pixels, *element)
    left, top = data.draw(st.integers(0, turned.size[0] - 1)), data.draw(st.integers(0, turned.size[1] - 1))
    right, bottom = data.draw(st.integers(left + 1, turned.size[0])), data.draw(st.integers(top + 1, turned.size[1]))
    cut = turned.then(Warp.cut((left, top, right, bottom)), ImageFacts(width, height))
    assert np.array_equal(done(pixels, turned), expected)
    assert np.array_equal(done(pixels, cut), expected[top:bottom, left:right])
    assert np.array_equal(sampled(pixels, cut), expected[top:bottom, left:right])


@given(SIZES, SIZES, st.lists(st.sampled_from(D4), min_size=1, max_size=6))
def test_flips_and_turns_stay_exact_however_many(width: int, height: int, elements: list[tuple]) -> None:
    pixels = np.arange(width * height).reshape(height, width)
    fused, expected, size = None, pixels, (width, height)
    for element in elements:
        step = d4_warp(*size, *element)
        fused, expected, size = (
            fused.then(step, ImageFacts(width, height)) if fused else step,
            indexed(expected, *element),
            step.size,
        )
    assert all(value == int(value) for value in fused.matrix)
    assert np.array_equal(done(pixels, fused), expected)


@pytest.mark.parametrize(
    "warp",
    [
        Warp(translation(0.5, 0), (10, 10)),
        Warp(translation(1, 0), (10, 10)),  # looks outside
        Warp(translation(0, -1), (10, 10)),
        Warp(rotation(45), (10, 10)),
        Warp(scaling(2, 2), (20, 20)),
        Warp((1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.001, 0.0, 1.0), (10, 10)),
        Warp((1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0), (5, 5)),
    ],
)
def test_what_is_no_index_operation_says_so(warp: Warp) -> None:
    assert warp.index_operation(ImageFacts(10, 10)) is None


# Facts, reduction, scaling, covering


@given(MATRICES, st.integers(1, 99), st.integers(1, 99))
def test_facts_after_a_warp_are_its_canvas(matrix: Matrix, width: int, height: int) -> None:
    assert warp(matrix, (width, height)).facts_after(ImageFacts(5, 6, 4, 16)) == ImageFacts(width, height, 4, 16)


@pytest.mark.parametrize(
    ("matrix", "interpolation", "expected"),
    [
        (scaling(0.25, 0.5), "bilinear", (4, 2)),
        (scaling(0.26, 0.34), "bilinear", (3, 2)),
        (scaling(0.51, 2), "bilinear", (1, 1)),
        (scaling(-0.25, 0.25), "bilinear", (4, 4)),
        (scaling(0.25, 0.25), "nearest", (1, 1)),
        (multiply(scaling(0.5, 0.25), rotation(90)), "bilinear", (4, 2)),  # the source's x is the canvas' y
        ((0.25, 0.0, 0.0, 0.0, 0.25, 0.0, 0.001, 0.0, 1.0), "bilinear", (1, 1)),
        (rotation(45), "bilinear", (1, 1)),
    ],
)
def test_reduction_is_how_many_source_pixels_one_step_passes(
    matrix: Matrix, interpolation: str, expected: tuple[int, int]
) -> None:
    assert warp(matrix)._replace(interpolation=interpolation).reduction() == expected


@given(AFFINE, st.sampled_from([1, 2, 4, 8]), POINTS)
def test_a_scaled_warp_means_the_same_on_a_smaller_source(matrix: Matrix, factor: int, point: tuple[float, float]) -> None:
    scaled = warp(matrix).scaled(factor, factor)
    assert project(scaled.matrix, point[0] / factor, point[1] / factor) == pytest.approx(project(matrix, *point), abs=1e-6)


@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 300), st.integers(1, 300))
def test_covering_covers_centred_without_stretching(width: int, height: int, canvas_width: int, canvas_height: int) -> None:
    placed = cover(ImageFacts(width, height), (canvas_width, canvas_height))
    assert placed.size == (canvas_width, canvas_height)
    assert placed.samples_inside(width, height)
    assert placed.matrix[0] == placed.matrix[4] >= max(canvas_width / width, canvas_height / height) - 1e-12
    middle = project(placed.matrix, width / 2, height / 2)
    assert middle == pytest.approx((canvas_width / 2, canvas_height / 2), abs=1e-6)
    (left, top), (right, bottom) = project(placed.matrix, 0, 0), project(placed.matrix, width, height)
    assert min(abs(right - left - canvas_width), abs(bottom - top - canvas_height)) < 1e-6  # one side fits exactly
