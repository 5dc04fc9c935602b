"""What the class of a primitive declares, and what it need not declare."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import ClassVar

import pytest

from augcli import plugin
from augcli.core.primitives import ImagePrimitive, Primitive
from augcli.core.values.facts import ImageFacts


class Dot(ImagePrimitive, tolerance_levels=2, planes="kept"):
    """A primitive with nothing but fields, one of them optional, and a constant."""

    x: int
    y: int = 7
    unit: ClassVar[str] = "px"


def concrete(kind: type[Primitive]) -> Iterator[type[Primitive]]:
    for one in kind.__subclasses__():
        if one.__module__.startswith("augcli.") and one is not ImagePrimitive:
            yield one
        yield from concrete(one)


PRIMITIVES = sorted(set(concrete(Primitive)), key=lambda kind: kind.__name__)


def test_a_primitive_that_forgets_a_declaration_is_an_error_at_import() -> None:
    with pytest.raises(TypeError, match="tolerance_levels"):

        class Intolerant(ImagePrimitive, planes="kept"):  # type: ignore[call-arg]
            x: int

    with pytest.raises(TypeError, match="planes"):

        class Planeless(ImagePrimitive, tolerance_levels=0):  # type: ignore[call-arg]
            x: int


def test_fields_without_a_default_come_first() -> None:
    with pytest.raises(TypeError, match="Late: fields without a default come first"):

        class Late(Primitive):
            x: int = 1
            y: int


def test_what_is_not_said_is_the_default() -> None:
    facts = ImageFacts(4, 3)
    dot = Dot(1)
    assert (dot.then(dot, facts), dot.facts_after(facts), dot.decode_scale(facts, (1, 2))) == (None, facts, 1)
    assert (Dot.tolerance_levels, Dot.planes, Dot.moves_or_hides, dot.unit) == (2, "kept", False, "px")


def test_a_primitive_is_a_named_tuple() -> None:
    dot = Dot(1)
    assert dot == (1, 7) and repr(dot) == "Dot(x=1, y=7)" and hash(dot) == hash((1, 7))
    assert dot._replace(y=2) == Dot(1, 2)
    assert type(pickle.loads(pickle.dumps(dot))) is Dot
    with pytest.raises(AttributeError):
        dot.x = 3  # type: ignore[misc]
    with pytest.raises(AttributeError):
        dot.z = 3  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        Dot()  # type: ignore[call-arg]


def test_labels_are_asked_about_wherever_pixels_move_or_vanish() -> None:
    found = {kind.__name__: kind.planes for kind in PRIMITIVES if issubclass(kind, ImagePrimitive)}
    assert {name for name, planes in found.items() if planes == "moved"} == {"Warp", "Displace", "Tiles"}
    assert {name for name, planes in found.items() if planes == "erased"} == {"Fill", "FillNoise", "Cover"}
    assert {name for name, planes in found.items() if planes == "laid"} == {"Blend"}
    assert {kind.__name__ for kind in PRIMITIVES if kind.moves_or_hides} == {
        "Warp", "Displace", "Tiles", "Fill", "FillNoise", "Cover"
    }  # fmt: skip


def test_primitives_have_no_trivial_rules_of_their_own() -> None:
    """A rule that says what the base class says is left out."""
    assert len(PRIMITIVES) > 30 and plugin.Warp in PRIMITIVES
    trivial = {rule.__code__.co_code for rule in (Primitive.then, Primitive.facts_after)}
    for kind in PRIMITIVES:
        own = [getattr(kind, name) for name in ("then", "facts_after") if name in vars(kind)]
        assert not [rule for rule in own if rule.__code__.co_code in trivial], kind
