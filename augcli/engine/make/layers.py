"""The images that the layers of a Blend show, and the classes that they bring along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from augcli.core.primitives import Primitive
from augcli.core.primitives.image import Blend
from augcli.core.primitives.layers import SHOWN, SO_FAR, Layer
from augcli.core.values.facts import ImageFacts
from augcli.core.values.resources import Shown

Program = tuple[Primitive, ...]


def laid_by_alpha(program: Program) -> frozenset[int]:
    """The numbers of the partners that any layer lays by their alpha."""
    return frozenset(layer.partner for layer in _layers(program) if layer.alpha)


def with_shown(program: Program, first: int, image_of: Callable[[Shown, bool], Any]) -> tuple[Program, list[Any]]:
    """The program with numbers in place of what its layers show, from `first` on, and the images with those numbers.

    `image_of(shown, alpha)` gives an image as a layer takes it.
    """
    numbers: dict[tuple[Shown | None, bool], int] = {}
    changed: list[Primitive] = []
    for primitive in program:
        if isinstance(primitive, Blend) and any(layer.partner == SHOWN for layer in primitive.layers):
            layers = [
                layer._replace(partner=numbers.setdefault((layer.shown, layer.alpha), first + len(numbers)), shown=None)
                if layer.partner == SHOWN
                else layer
                for layer in primitive.layers
            ]
            primitive = Blend(tuple(layers))
        changed.append(primitive)
    return tuple(changed), [image_of(shown, alpha) for shown, alpha in numbers if shown is not None]


def shares_of(program: Program, facts: ImageFacts, images: Mapping[int, Any] | Sequence[Any]) -> dict[int, float]:
    """The share of the result of each partner whose class counts; SO_FAR stands for the image itself.

    Several Blends all lie on the last canvas, since nothing moves after one. Layers of the image so far, and those
    whose class does not count, have the shares of what they lie on.
    """
    layers = tuple(layer for layer in _layers(program) if layer.partner >= 0 and layer.labelled)
    if not any(layer.alpha for layer in layers):
        return Blend(layers).shares(facts)
    return _by_pixels(layers, facts, images)


def _by_pixels(layers: Sequence[Layer], facts: ImageFacts, images: Mapping[int, Any] | Sequence[Any]) -> dict[int, float]:
    """Shares by pixel, the same on every backend: the CPU kernels decide how much of a pixel a layer covers."""
    import numpy

    from augcli.kernels.cpu.image import apply as cpu_image
    from augcli.kernels.shared.resample import clipped, layer_program

    planes = {SO_FAR: numpy.ones((facts.height, facts.width))}
    for layer in layers:
        left, top, right, bottom = region = clipped(layer.region, facts.width, facts.height)
        laid = images[layer.partner]
        for primitive in layer_program(layer, region):
            laid = cpu_image.apply(laid, primitive)
        here = slice(top, bottom), slice(left, right)
        over = layer.weight * (laid[:, :, 3] / numpy.iinfo(laid.dtype).max if layer.alpha else 1.0)
        for plane in planes.values():
            plane[here] *= 1 - over
        planes.setdefault(layer.partner, numpy.zeros((facts.height, facts.width)))[here] += over
    return {parent: float(plane.mean()) for parent, plane in planes.items()}


def _layers(program: Program) -> list[Layer]:
    return [layer for primitive in program if isinstance(primitive, Blend) for layer in primitive.layers]
