"""The key scheme: typed, length-prefixed, and with the same numbers for ever.

Who relies on the golden numbers: every dataset ever made with augcli (same seed and files give the same outputs only
while these hold), `augcli replay` and `verify`, resumed and sharded runs whose parts were made by different versions,
and partner choices. Whoever must change them bumps `SCHEME` instead, and keeps the old numbers for the old scheme.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcli.core.draws.chance import uniform, uniforms
from augcli.core.draws.keys import SCHEME, draw_uniform, draw_word, encode_coordinates, field_id, ring_position, unit_key
from augcli.core.plan import word

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "keys.json").read_text(encoding="utf-8"))


def test_the_scheme_is_the_one_that_is_pinned() -> None:
    assert GOLDEN["scheme"] == SCHEME == "augcli-key-1"


@pytest.mark.parametrize("case", GOLDEN["units"], ids=lambda case: str(case["of"]))
def test_golden_units(case: dict) -> None:
    assert unit_key(*case["of"]).hex() == case["hex"]


@pytest.mark.parametrize("case", GOLDEN["fields"], ids=lambda case: str(case["of"]))
def test_golden_fields(case: dict) -> None:
    step, iteration, name, index = case["of"]
    assert field_id(step, tuple(iteration), name, index).hex() == case["hex"]


@pytest.mark.parametrize("case", GOLDEN["draws"], ids=lambda case: case["field"])
def test_golden_words_and_uniforms(case: dict) -> None:
    unit, field = bytes.fromhex(case["unit"]), bytes.fromhex(case["field"])
    assert draw_word(unit, field) == case["word"]
    assert draw_uniform(unit, field) == case["uniform"] == (case["word"] >> 11) / 2**53


@pytest.mark.parametrize("case", GOLDEN["rings"], ids=lambda case: str(case["of"]))
def test_golden_ring_positions(case: dict) -> None:
    assert ring_position(*case["of"]) == case["position"]


@pytest.mark.parametrize("case", GOLDEN["counted"], ids=lambda case: str(case["key"]))
def test_golden_counted_numbers(case: dict) -> None:
    assert uniforms(case["key"], len(case["uniforms"])) == case["uniforms"]
    assert uniform(case["key"], 1) == case["uniforms"][1]


@pytest.mark.parametrize("case", GOLDEN["words"], ids=lambda case: str(case["of"]))
def test_golden_words_of_the_state(case: dict) -> None:
    assert word(*case["of"]) == case["word"]


def test_the_encoding_is_what_the_scheme_says() -> None:
    """Spelled out byte by byte, so that the golden file cannot have been made by a scheme of another kind."""
    encoded = (
        b"s\x0c\x00\x00\x00augcli-key-1"
        + b"i\x01\x00\x00\x007"
        + b"s\x06\x00\x00\x00\xea\xb0\x80.py"
        + b"i\x02\x00\x00\x00-1"
        + b"s\x00\x00\x00\x00"
    )
    assert encode_coordinates(SCHEME, 7, "가.py", -1, "") == encoded
    assert unit_key(7, "가.py", -1) == blake2b(encoded, digest_size=32).digest()


COORDINATES = st.lists(st.one_of(st.text(max_size=4), st.integers(-3, 300), st.binary(max_size=4)), max_size=4).map(tuple)


@given(COORDINATES, COORDINATES)
def test_different_coordinates_never_give_the_same_bytes(left: tuple, right: tuple) -> None:
    same = [(type(part), part) for part in left] == [(type(part), part) for part in right]
    assert (encode_coordinates(*left) == encode_coordinates(*right)) == same


@pytest.mark.parametrize(
    ("left", "right"),
    [(("a", "bc"), ("ab", "c")), (("1",), (1,)), (("a",), (b"a",)), ((), ("",)), ((1, 23), (12, 3)), (("s\x01",), ("s", "\x01"))],
)
def test_look_alikes_stay_apart(left: tuple, right: tuple) -> None:
    assert encode_coordinates(*left) != encode_coordinates(*right)


def test_names_that_are_not_utf8_have_keys_of_their_own() -> None:
    names = [b"\xff.jpg", b"\xfe.jpg", b"a.jpg"]
    assert len({unit_key(0, name.decode("utf-8", "surrogateescape"), 0) for name in names}) == 3


def test_every_coordinate_counts() -> None:
    units = [unit_key(*of) for of in [(7, "a", 0, ""), (8, "a", 0, ""), (7, "b", 0, ""), (7, "a", 1, ""), (7, "a", 0, "mask")]]
    fields = [field_id(*of) for of in [("s", (), "f", 0), ("t", (), "f", 0), ("s", (), "g", 0), ("s", (), "f", 1)]]
    fields += [field_id("s", iteration, "f", 0) for iteration in [(0,), (1,), (0, 1)]]
    words = [draw_word(unit, field) for unit in units for field in fields]
    assert len(set(words)) == len(units) * len(fields)


def test_an_iteration_is_no_index() -> None:
    assert field_id("s", (1,), "f", 0) != field_id("s", (), "f", 1)


def test_bits_of_words_are_fair_and_independent() -> None:
    """Each of 64 bits is set about half of the time, and says nothing about its neighbours (fixed keys: never flaky)."""
    count = 4000
    words = [draw_word(unit_key(0, f"{number}.jpg", 0), b"f" * 16) for number in range(count)]
    bits = [[word >> bit & 1 for word in words] for bit in range(64)]
    assert all(abs(sum(one) - count / 2) < 4.5 * (count / 4) ** 0.5 for one in bits)
    for one, other in combinations(range(0, 64, 7), 2):
        agreeing = sum(x == y for x, y in zip(bits[one], bits[other], strict=True))
        assert abs(agreeing - count / 2) < 4.5 * (count / 4) ** 0.5, (one, other)


def test_uniforms_stay_below_one() -> None:
    assert 0.0 <= min(uniforms(2**52 - 1, 5000)) < 0.001
    assert 0.999 < max(uniforms(2**52 - 1, 5000)) < 1.0


def test_counted_numbers_of_neighbouring_keys_are_unlike() -> None:
    first, second = uniforms(1, 4000), uniforms(2, 4000)
    assert len({*first, *second}) == 8000
    mean = sum((x - 0.5) * (y - 0.5) for x, y in zip(first, second, strict=True)) / 4000
    assert abs(mean) < 4.5 / 12 / 4000**0.5
