"""Netpbm's formats: PBM, PGM and PPM (together PNM), as text or binary, and PAM. No library is needed for them.

Samples of up to 8 bits are worked on in 8 bits, all others in 16. Where the file's maxval is neither 255 nor 65535, samples are
scaled to the full range, and the record says that the maxval was not kept. What came as text is written in binary.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from augcli.core.values.outcome import SampleError
from augcli.formats.image.format import ImageFormat
from augcli.formats.image.header import ImageHeader, Pixels, check_size, corrupt, header, truncated
from augcli.formats.image.metadata.carried import NOTHING, Keeps, Metadata

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from augcli.core.pipeline.settings import ImageOutput, Limits

_NUMBER = re.compile(rb"(?>\s|#[^\r\n]*+)*+(\d{1,10}+)(?=[\s#]|\Z)")
_COMMENT = re.compile(rb"#[ \t]*([^\r\n]*)")
_PAM_KEYS = (b"WIDTH", b"HEIGHT", b"DEPTH", b"MAXVAL")
_PAM_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
_TUPLE_TYPES = {"1": "BLACKANDWHITE", "L": "GRAYSCALE", "LA": "GRAYSCALE_ALPHA", "RGB": "RGB", "RGBA": "RGB_ALPHA"}
_SAMPLES = {"1": 1, "L": 1, "LA": 2, "RGB": 3, "RGBA": 4}
_WHITE_SPACE = b" \t\n\v\f\r"
_TEXT_BLOCK = 1 << 20  # bytes of text that are taken apart at a time


class _Head(NamedTuple):
    variant: int  # the digit after the P
    width: int
    height: int
    mode: str  # without its depth
    maxval: int
    start: int  # of the pixels

    @property
    def sample_count(self) -> int:
        return self.width * self.height * _SAMPLES[self.mode]

    @property
    def is_text(self) -> bool:
        return self.variant <= 3

    @property
    def bytes_of_pixels(self) -> int:
        """How long the binary pixels are; of text, the least that they can take."""
        if self.variant == 1:
            return self.sample_count
        if self.variant == 4:
            return (self.width + 7) // 8 * self.height
        return 2 * self.sample_count - 1 if self.is_text else self.sample_count * (2 if self.maxval > 255 else 1)


def _head(data: bytes, at: int = 0) -> _Head:
    """The header at byte `at`. Raises SampleError `image.truncated`, `image.corrupt`."""
    variant = data[at + 1] - 48
    if variant == 7:
        return _pam_head(data, at)
    numbers: list[int] = []
    end = at + 2
    while len(numbers) < (2 if variant in (1, 4) else 3):
        found = _NUMBER.match(data, end)
        if found is None:
            rest = _COMMENT.sub(b"", data[end:]).strip()
            raise corrupt(f"its header needs a number after byte {end:,}") if rest else truncated("the header is incomplete")
        numbers.append(int(found[1]))
        end = found.end()
    if end >= len(data):
        raise truncated("there are no pixels after the header")
    maxval = numbers[2] if len(numbers) == 3 else 1
    mode = {1: "1", 2: "L", 3: "RGB"}[(variant - 1) % 3 + 1]
    head = _checked(_Head(variant, numbers[0], numbers[1], mode, maxval, end))
    return head if head.is_text else head._replace(start=_start_of_binary(data, head))


def _start_of_binary(data: bytes, head: _Head) -> int:
    """Binary pixels start after one byte of white space, or after the comment that takes its place."""
    at = head.start
    if data[at : at + 1] == b"#":
        end = data.find(b"\n", at)
        if end < 0:
            raise truncated("there are no pixels after the header")
        return end + 1
    # A line that ends in CR LF is a breach of the format. It can be told from a pixel by the length of the file.
    one_too_many = len(data) - (at + 1) == head.bytes_of_pixels + 1
    return at + 2 if one_too_many and data.startswith(b"\r\n", at) else at + 1


def _pam_head(data: bytes, at: int) -> _Head:
    said: dict[bytes, bytes] = {}
    while True:
        end = data.find(b"\n", at)
        if end < 0:
            raise truncated("the header is incomplete")
        words = data[at:end].split(None, 1)
        at = end + 1
        if words == [b"ENDHDR"]:
            break
        if len(words) == 2:
            said[words[0]] = words[1].strip()
    if not all(re.fullmatch(rb"\d{1,10}", said.get(key, b"")) for key in _PAM_KEYS):
        raise corrupt("a PAM header needs a number for each of WIDTH, HEIGHT, DEPTH and MAXVAL")
    width, height, depth, maxval = (int(said[key]) for key in _PAM_KEYS)
    if depth not in _PAM_MODES:
        raise corrupt(f"PAM DEPTH is {depth}; only 1 to 4 channels are supported")
    if said.get(b"TUPLTYPE", b"").startswith(b"CMYK"):
        raise SampleError("image.unsupported_mode", "CMYK PAM is not supported; convert it to RGB first")
    black_and_white = depth == 1 and said.get(b"TUPLTYPE") == b"BLACKANDWHITE" and maxval == 1
    return _checked(_Head(7, width, height, "1" if black_and_white else _PAM_MODES[depth], maxval, at))


def _checked(head: _Head) -> _Head:
    if not 1 <= head.maxval <= 65_535:
        raise corrupt(f"its maxval is {head.maxval}; 1 to 65535 are allowed")
    return head


def probe(data: bytes, limits: Limits) -> ImageHeader:
    """The first image's header; whether its pixels are all there is seen here, too, before memory is taken for them."""
    head = _head(data)
    check_size(head.width, head.height, limits)
    if head.start + head.bytes_of_pixels > len(data):
        there = max(0, len(data) - head.start)
        raise truncated(f"its pixels take at least {head.bytes_of_pixels:,} bytes, but there are {there:,}")
    lost: tuple[str, ...] = ("text form",) if head.is_text else ()
    if head.maxval not in (255, 65_535) and head.mode != "1":
        lost += (f"maxval {head.maxval}",)
    comments = tuple(_COMMENT.findall(data[: head.start]))
    return header(
        "pam" if head.variant == 7 else "pnm",
        (head.width, head.height),
        f"{head.mode};16" if head.maxval > 255 else head.mode,
        frames=_count(data, head, limits.max_frames),
        metadata=Metadata(comments=comments, lost=lost) if comments or lost else NOTHING,
    )


def _count(data: bytes, head: _Head, most: int) -> int:
    """How many images follow one another; only binary files may hold several. Counts up to `most`."""
    count = 1
    while not head.is_text and count < most:
        at = head.start + head.bytes_of_pixels
        if not _may_be(data[at : at + 3], b"1234567"):
            break
        try:
            head = _head(data, at)
        except SampleError:  # not an image after all, just trailing bytes
            break
        if head.start + head.bytes_of_pixels > len(data):
            break
        count += 1
    return count


def decode(data: bytes, header: ImageHeader, scale: int) -> Pixels:
    import numpy as np

    head = _head(data)
    values = _text_values(data, head) if head.is_text else _binary_values(data, head)
    full = 65_535 if head.maxval > 255 else 255
    if (head.is_text or head.maxval != full) and (most := int(values.max())) > head.maxval:
        raise corrupt(f"a sample is {most}, but the header's maxval is {head.maxval}")
    if head.maxval != full:
        values = (values.astype(np.uint32) * full + head.maxval // 2) // head.maxval
    pixels = values.astype(np.uint16 if full > 255 else np.uint8).reshape(head.height, head.width, -1)
    if head.mode == "LA":
        pixels = np.concatenate([np.repeat(pixels[:, :, :1], 3, 2), pixels[:, :, 1:]], 2)
    return pixels


def _binary_values(data: bytes, head: _Head) -> NDArray[Any]:
    import numpy as np

    if head.variant == 4:  # eight pixels a byte, 1 is black
        lines = np.frombuffer(data, np.uint8, head.bytes_of_pixels, head.start).reshape(head.height, -1)
        return 1 - np.unpackbits(lines, axis=1, count=head.width)
    return np.frombuffer(data, ">u2" if head.maxval > 255 else np.uint8, head.sample_count, head.start)


def _text_values(data: bytes, head: _Head) -> NDArray[Any]:
    import numpy as np

    text = _COMMENT.sub(b" ", data[head.start :])
    if head.variant == 1:  # digits, with or without white space between them; 1 is black
        digits = np.frombuffer(text.translate(None, _WHITE_SPACE)[: head.sample_count], np.uint8)
        if (digits >> 1 != 0x18).any():  # neither "0" nor "1"
            raise corrupt("its pixel data contains something other than 0 and 1")
        values: NDArray[Any] = ord("1") - digits
        at = len(values)
    else:
        values = np.empty(head.sample_count, np.uint16)
        at = start = 0
        while at < head.sample_count and start < len(text):
            stop = start + _TEXT_BLOCK
            while stop < len(text) and text[stop] not in _WHITE_SPACE:
                stop += 1
            numbers = _numbers(text[start:stop].split()[: head.sample_count - at])
            values[at : at + len(numbers)] = numbers
            at, start = at + len(numbers), stop
    if at < head.sample_count:
        raise truncated(f"only {at:,} of {head.sample_count:,} samples are present")
    return values


def _numbers(words: list[bytes]) -> NDArray[np.int64]:
    import numpy as np

    if any(not word.isdigit() or len(word) > 10 for word in words):
        raise corrupt("its pixel data contains something other than numbers")
    numbers = np.array(words, "S10").astype(np.int64)
    if len(words) and numbers.max() > 65_535:
        raise corrupt(f"a sample is {numbers.max()}; the maximum is 65535")
    return numbers


def _raw(pixels: Pixels, mode: str) -> bytes:
    """The samples in binary; 16 bits come with their high byte first."""
    samples = pixels[:, :, 2:] if mode.startswith("LA") else pixels
    return samples.astype(">u2" if mode.endswith(";16") else "u1").tobytes()


def _comments(kept: Metadata) -> bytes:
    return b"".join(b"# " + re.sub(rb"[\r\n]+", b" ", comment) + b"\n" for comment in kept.comments)


def encode(pixels: Pixels, mode: str, header: ImageHeader, output: ImageOutput, kept: Metadata) -> bytes:
    import numpy as np

    height, width, _ = pixels.shape
    size = b"%d %d\n" % (width, height)
    if mode == "1":
        return b"P4\n" + _comments(kept) + size + np.packbits(pixels[:, :, 0] == 0, axis=1).tobytes()
    start = b"P5\n" if mode.startswith("L") else b"P6\n"
    maxval = b"65535\n" if mode.endswith(";16") else b"255\n"
    return start + _comments(kept) + size + maxval + _raw(pixels, mode)


def encode_pam(pixels: Pixels, mode: str, header: ImageHeader, output: ImageOutput, kept: Metadata) -> bytes:
    height, width, _ = pixels.shape
    kind, _, depth = mode.partition(";")
    maxval = 1 if kind == "1" else 65_535 if depth else 255
    head = f"WIDTH {width}\nHEIGHT {height}\nDEPTH {_SAMPLES[kind]}\nMAXVAL {maxval}\nTUPLTYPE {_TUPLE_TYPES[kind]}\nENDHDR\n"
    return b"P7\n" + _comments(kept) + head.encode() + _raw(pixels // 255 if kind == "1" else pixels, mode)


def _recognise(head: bytes) -> bool:
    """Two characters prove little, since a text may begin with them: a whole header must follow, and pixels."""
    if not _may_be(head, b"123456"):
        return False
    try:
        found = _head(head)
    except SampleError:
        return False
    pixels = _COMMENT.sub(b"", head[found.start : found.start + 4096]).lstrip() if found.is_text else b"0"
    return not pixels or pixels[:1].isdigit()


def _recognise_pam(head: bytes) -> bool:
    return head.startswith((b"P7\n", b"P7\r\n")) and head[3:].lstrip().startswith((b"#", *_PAM_KEYS, b"TUPLTYPE"))


def _may_be(data: bytes, variants: bytes) -> bool:
    return data[:1] == b"P" and data[1:2] != b"" and data[1] in variants and (data[2:3] in (b"", b"#") or data[2:3].isspace())


PNM = ImageFormat(
    name="pnm",
    title="PNM",
    suffixes=(".pnm", ".pgm", ".ppm", ".pbm"),
    recognise=_recognise,
    might_be=lambda data: _may_be(data, b"123456"),
    starts_like_text=True,
    modes=frozenset({"1", "L", "RGB", "L;16", "RGB;16"}),
    keeps=Keeps(comments=True),
    probe=probe,
    decode=decode,
    encode=encode,
)
PAM = ImageFormat(
    name="pam",
    title="PAM",
    suffixes=(".pam",),
    recognise=_recognise_pam,
    might_be=lambda data: _may_be(data, b"7"),
    starts_like_text=True,
    modes=frozenset({"1", "L", "LA", "RGB", "RGBA", "L;16", "LA;16", "RGB;16", "RGBA;16"}),
    keeps=Keeps(comments=True),
    probe=probe,
    decode=decode,
    encode=encode_pam,
)
