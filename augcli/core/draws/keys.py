"""Draws are hashes of named coordinates (scheme `augcli-key-1`), so nothing but those coordinates can change them.

unit  = BLAKE2b-32(scheme, seed, source id, copy, part)           once per unit
field = BLAKE2b-16(step id, iteration, field name, index)         once per pipeline
word  = BLAKE2b-8(unit ‖ field)                                   once per draw

Coordinates are encoded with their type and length, so ("a", "bc") and ("ab", "c"), or 1 and "1", stay apart.
Golden numbers in tests/golden pin the scheme: whoever changes it changes every dataset ever made.
"""

from __future__ import annotations

from hashlib import blake2b

SCHEME = "augcli-key-1"
_TO_UNIT = 2.0**-53


def encode_coordinates(*parts: str | int | bytes) -> bytes:
    """Encode coordinates so that different tuples never give the same bytes."""
    encoded: list[bytes] = []
    for part in parts:
        if isinstance(part, str):
            data = part.encode("utf-8", "surrogateescape")
            encoded += (b"s", len(data).to_bytes(4, "little"), data)
        elif isinstance(part, int):
            data = b"%d" % part
            encoded += (b"i", len(data).to_bytes(4, "little"), data)
        else:
            encoded += (b"b", len(part).to_bytes(4, "little"), part)
    return b"".join(encoded)


def unit_key(seed: int, source_id: str, copy: int, part: str = "") -> bytes:
    """The 32 bytes from which all draws of one unit (and part) derive."""
    return blake2b(encode_coordinates(SCHEME, seed, source_id, copy, part), digest_size=32).digest()


def field_id(step_id: str, iteration: tuple[int, ...], field: str, index: int = 0) -> bytes:
    """The 16 bytes that name one drawn field; `iteration` holds the counts of the `repeat`s around the step."""
    parts = encode_coordinates(step_id, len(iteration), *iteration, field, index)
    return blake2b(parts, digest_size=16).digest()


def draw_word(unit: bytes, field: bytes) -> int:
    """64 uniform bits for one field of one unit."""
    return int.from_bytes(blake2b(unit + field, digest_size=8).digest(), "little")


def draw_uniform(unit: bytes, field: bytes) -> float:
    """A number in [0, 1) with 53 random bits, the same on every machine."""
    return (int.from_bytes(blake2b(unit + field, digest_size=8).digest(), "little") >> 11) * _TO_UNIT


def ring_position(scope: str, source_id: str) -> int:
    """A source's position (64 bits) on the ring from which partners are chosen."""
    return int.from_bytes(blake2b(encode_coordinates(SCHEME, "ring", scope, source_id), digest_size=8).digest(), "little")
