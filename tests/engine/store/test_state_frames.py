"""Frames: what was written comes back as it was, or is told to be damaged; never anything else."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from augcli.engine.store.frames import MAGIC, Body, Damage, StateFrame, pack, scan

PARTS = st.binary(max_size=200) | st.just(MAGIC + b"W" + bytes(40))
BODIES = st.lists(st.builds(Body, st.sampled_from("PWSDI"), PARTS, PARTS, PARTS), max_size=6)


def packed(bodies: list[Body]) -> bytes:
    data = b""
    for sequence, body in enumerate(bodies):
        data += pack(body, sequence, len(data))[0]
    return data


def found(data: bytes) -> tuple[list[Body], int]:
    """The bodies of the frames in these bytes, and how often damage is told."""
    parts = list(scan(data))
    return [part.body(data) for part in parts if isinstance(part, StateFrame)], sum(isinstance(part, Damage) for part in parts)


@given(BODIES)
def test_what_goes_in_comes_out(bodies: list[Body]) -> None:
    assert found(packed(bodies)) == (bodies, 0)


def test_pack_tells_where_the_frame_will_be_found() -> None:
    first, _ = pack(Body("W", b"a", b"b", b"c"), 0)
    second, frame = pack(Body("S", b"x" * 9, MAGIC, b""), 1, len(first))
    assert list(scan(first + second))[1] == frame


SOME = [Body("W", random.Random(number).randbytes(300), b"\n{}\n" * number, MAGIC * (number % 2)) for number in range(12)]


def test_every_flipped_bit_is_told_and_costs_one_frame() -> None:
    data, rng = packed(SOME), random.Random(1)
    for place in rng.sample(range(8 * len(data)), 1500):
        damaged = bytearray(data)
        damaged[place // 8] ^= 1 << place % 8
        bodies, damage = found(bytes(damaged))
        assert damage and len(bodies) == len(SOME) - 1 and all(body in SOME for body in bodies)


def test_cut_anywhere_what_is_whole_is_found() -> None:
    data, rng = packed(SOME), random.Random(2)
    ends = [len(packed(SOME[:count])) for count in range(len(SOME) + 1)]
    for cut in rng.sample(range(len(data)), 500):
        for rest in (b"", bytes(300), b"\xff" * 77, data[:100]):
            bodies, damage = found(data[:cut] + rest)
            assert bodies == SOME[: len(bodies)] and len(bodies) == sum(end <= cut for end in ends) - 1
            assert damage or (cut in ends and not rest)


def test_missing_doubled_and_exchanged_frames_are_told() -> None:
    one, two, three = (pack(body, sequence)[0] for sequence, body in enumerate(SOME[:3]))
    for data, count in ((one + three, 2), (one + one + two, 2), (two + one + three, 2), (one + two + one, 2), (two, 1)):
        bodies, damage = found(data)
        assert damage and len(bodies) == count


def test_the_content_of_a_row_is_no_frame() -> None:
    """A row may hold what looks like a frame; after damage it must not be taken for one."""
    trap = pack(Body("W", b"not true"), 1)[0]
    data = packed([Body("W", b"", b"", trap), Body("W", b"true")])
    bodies, damage = found(b"?" + data[1:])
    assert damage and bodies == [Body("W", b"true")]
