"""Random images, primitives and programs, of every kind and with awkward sizes, from a `random.Random`."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import skimage.data

from augcli.core.primitives.image import Blend, ColourMatrix, Fill, Filter, NormalNoise, Warp
from augcli.core.primitives.layers import SO_FAR, Layer
from augcli.core.primitives.primitive import ImagePrimitive
from augcli.core.values.facts import ImageFacts
from augcli.core.values.matrix import IDENTITY, about, inverse, multiply, project, rotation, scaling, translation
from augcli.kernels.torch.batch.rows import BatchRow

KINDS = ("reindex", "resize", "crop", "turn", "nearest", "perspective", "colour", "noise", "filter", "fill", "blend")
EXACT = ("reindex", "nearest", "noise", "fill")  # kinds that are the same on every backend, to the bit
MIRROR = (-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def image(rng: Random, width: int, height: int, channels: int) -> np.ndarray:
    """White noise, the worst there is; RGBA with clear, half-clear and opaque pixels, or all opaque."""
    draw = np.random.default_rng(rng.getrandbits(32))
    pixels = draw.integers(0, 256, (height, width, channels), dtype=np.uint8)
    if channels == 4:
        choice = draw.random((height, width))
        pixels[:, :, 3] = np.where(choice < 0.3, 0, np.where(choice < 0.6, 255, pixels[:, :, 3]))
        if rng.random() < 0.2:
            pixels[:, :, 3] = 255
    return pixels


def length(rng: Random, most: int = 40) -> int:
    return rng.choice((1, 2, rng.randint(1, most), rng.randint(1, most), rng.randint(1, most)))


def primitive(rng: Random, kind: str, width: int, height: int, channels: int, partners: list[np.ndarray]) -> ImagePrimitive:
    size = length(rng), length(rng)
    if kind == "reindex":
        return reindex(rng, width, height)
    if kind == "resize":
        scale = scaling(size[0] / width, size[1] / height)
        return Warp(scale, size, rng.choice(("any", "edge", "reflect", "constant")), (1, 0, 0.5), "bilinear")
    if kind == "crop":
        left, top = rng.randrange(width), rng.randrange(height)
        matrix = Warp.cut((left, top, rng.randint(left + 1, width), rng.randint(top + 1, height)), size).matrix
        if rng.random() < 0.5:
            matrix = multiply(translation(size[0], 0), multiply(MIRROR, matrix))
        return Warp(matrix, size, rng.choice(("any", "edge", "reflect", "constant")), (0, 0.3, 0.5), "bilinear")
    if kind in ("turn", "nearest", "perspective"):
        return turn(rng, kind, width, height, size)
    if kind == "colour":
        m = tuple(one + rng.uniform(-0.5, 0.5) for one in IDENTITY)
        n = tuple(rng.uniform(-0.3, 0.3) for _ in IDENTITY) if rng.random() < 0.5 else (0.0,) * 9
        return ColourMatrix(m, n, (rng.uniform(-0.3, 0.3), rng.uniform(-0.3, 0.3), rng.uniform(-0.3, 0.3)))
    if kind == "noise":
        return NormalNoise("gaussian", rng.choice((0.0, rng.uniform(0, 0.3), 3.0)), rng.getrandbits(64))
    if kind == "filter":
        return Filter(smooth(rng), smooth(rng))
    if kind == "fill":
        covers = [(region(rng, width, height, 3), (rng.random(), rng.random(), rng.random())) for _ in range(rng.randint(0, 5))]
        return Fill(tuple(covers))
    return blend(rng, width, height, partners)


def reindex(rng: Random, width: int, height: int) -> Warp:
    """A flip, a quarter turn or both, and a whole-pixel crop."""
    matrix = multiply(rng.choice((IDENTITY, MIRROR)), rotation(90 * rng.randrange(4)))
    corners = [project(matrix, x, y) for x, y in ((0, 0), (width, height))]
    left, top = (min(corner[axis] for corner in corners) for axis in (0, 1))
    full = [int(abs(corners[0][axis] - corners[1][axis])) for axis in (0, 1)]
    left, top = left + rng.randrange(full[0]), top + rng.randrange(full[1])
    room = [int(max(corner[axis] for corner in corners) - origin) for axis, origin in ((0, left), (1, top))]
    warp = Warp(multiply(translation(-left, -top), matrix), (rng.randint(1, room[0]), rng.randint(1, room[1])))
    assert warp.index_operation(ImageFacts(width, height))
    return warp


def turn(rng: Random, kind: str, width: int, height: int, size: tuple[int, int]) -> Warp:
    scale = scaling(math.exp(rng.uniform(-1.5, 1)), math.exp(rng.uniform(-1.5, 1)))
    matrix = about(multiply(rotation(rng.choice((0.0, rng.uniform(-180, 180)))), scale), width / 2, height / 2)
    matrix = multiply(translation(rng.uniform(-10, 10), rng.uniform(-10, 10)), matrix)
    border, fill = rng.choice(("reflect", "edge", "constant")), (rng.random(), rng.random(), rng.random())
    if kind == "nearest":
        return Warp(matrix, size, border, fill, "nearest")
    if kind == "perspective":
        lean = rng.uniform(-0.2, 0.2) / max(size), rng.uniform(-0.2, 0.2) / max(size)
        leaning = multiply((1, 0, 0, 0, 1, 0, *lean, 1), matrix)
        g, h, i = inverse(leaning)[6:]
        depths = [g * x + h * y + i for x in (0, size[0]) for y in (0, size[1])]
        if min(depths) > 0.2 * max(depths):  # else the horizon is near, where nothing is defined
            matrix = leaning
    return Warp(matrix, size, border, fill, "bilinear")


def smooth(rng: Random) -> tuple[float, ...]:
    weights = [rng.random() for _ in range(2 * rng.choice((0, 1, 2, 3, 5, 7, 13)) + 1)]
    return tuple(weight / sum(weights) for weight in weights)


def region(rng: Random, width: int, height: int, beyond: int) -> tuple[int, int, int, int]:
    left, top = rng.randint(-beyond, width), rng.randint(-beyond, height)
    return left, top, rng.randint(left, width + beyond), rng.randint(top, height + beyond)


def blend(rng: Random, width: int, height: int, partners: list[np.ndarray]) -> Blend:
    layers = []
    for _ in range(rng.randint(0, 3)):
        weight = rng.choice((1.0, 1.0, rng.random()))
        if rng.random() < 0.3:
            mirrored = Warp(multiply(translation(width, 0), MIRROR), (width, height))
            covered = Fill(((region(rng, width, height, 3), (rng.random(), rng.random(), rng.random())),))
            own = tuple(rng.sample((mirrored, covered), rng.randint(0, 2)))
            layers.append(Layer(SO_FAR, own, weight, region(rng, width, height, 0)))
            continue
        partner = rng.randrange(len(partners))
        there = partners[partner].shape[1], partners[partner].shape[0]
        program: list[Warp] = []
        if there != (width, height) or rng.random() < 0.5:  # else it fits as it is
            if rng.random() < 0.3:
                program.append(turn(rng, "turn", *there, (length(rng), length(rng))))
                there = program[0].size
            onto = multiply(translation(rng.randint(-3, 3), rng.randint(-3, 3)), scaling(width / there[0], height / there[1]))
            border = rng.choice(("constant", "edge", "reflect"))
            program.append(Warp(onto, (width, height), border, (0.5, 0.2, 0.7), "bilinear"))
        layers.append(Layer(partner, tuple(program), weight, region(rng, width, height, 0)))
    return Blend(tuple(layers))


def sample(rng: Random, kind: str | None = None) -> tuple[list[np.ndarray], ImagePrimitive]:
    """An image, its two partners (the second of its own size), and a primitive for it."""
    channels = rng.choice((1, 3, 4))
    width, height = length(rng), length(rng)
    images = [
        image(rng, width, height, channels),
        image(rng, length(rng), length(rng), channels),
        image(rng, width, height, channels),
    ]
    if channels == 4:
        # A Blend mixes colours whatever their alpha, so those that a Warp leaves vague under a low alpha would show.
        images[1][:, :, 3] = images[2][:, :, 3] = 255
    return images, primitive(rng, kind or rng.choice(KINDS), width, height, channels, images[1:])


def program(rng: Random, images: list[np.ndarray], steps: int) -> tuple[ImagePrimitive, ...]:
    """Some primitives in a row for the first of the images."""
    height, width, channels = images[0].shape
    facts = ImageFacts(width, height, channels)
    chosen: list[ImagePrimitive] = []
    for _ in range(steps):
        chosen.append(primitive(rng, rng.choice(KINDS), facts.width, facts.height, channels, images[1:]))
        facts = chosen[-1].facts_after(facts)
    return tuple(chosen)


def batch(rng: Random, count: int, channels: tuple[int, ...] = (1, 3, 4)) -> tuple[list[np.ndarray], list[BatchRow]]:
    """Rows with images of all sizes and both depths, and programs of all lengths; some share an image."""
    photographs = [skimage.data.chelsea(), skimage.data.camera()[..., None], skimage.data.astronaut()]
    images: list[np.ndarray] = []
    rows: list[BatchRow] = []
    for place in range(count):
        own = [image(rng, length(rng), length(rng), rng.choice(channels))]
        if place % 4 == 0:
            own = [np.ascontiguousarray(rng.choice(photographs))]
        shape = own[0].shape
        own += [image(rng, length(rng), length(rng), shape[2]), image(rng, shape[1], shape[0], shape[2])]
        if place % 3 == 1:  # of 16 bits
            own = [each * np.uint16(257) ^ np.uint16(rng.getrandbits(4)) for each in own]
        first = len(images)
        images += own
        for _ in range(rng.choice((1, 1, 3))):
            rows.append(BatchRow(first, program(rng, own, rng.randint(0, 5)), (first + 1, first + 2)))
    return images, rows[:count]
