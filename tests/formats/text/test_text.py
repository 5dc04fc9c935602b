from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcli.core.pipeline.settings import Limits
from augcli.formats.text import codec as text

LIMITS = Limits()
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
SENTENCE = "Grüße,\r\n世界 🌍\tlast line\u2028 without an end"


@pytest.mark.parametrize("encoding", MARKS)
def test_marks_decide_and_are_kept(encoding: str) -> None:
    data = MARKS[encoding] + SENTENCE.encode(encoding)
    content, header = text.decode(data, LIMITS)
    assert content == SENTENCE
    assert header == text.TextHeader(encoding, True, "\r\n", text.TextFacts(len(SENTENCE)))
    assert text.probe(data, LIMITS) == header
    assert text.encode(content, header) == data
    assert text.encode("new", header) == MARKS[encoding] + "new".encode(encoding)


@given(st.text(), st.sampled_from(["", *MARKS]))
def test_everything_comes_back_byte_for_byte(content: str, mark: str) -> None:
    data = MARKS.get(mark, b"") + content.encode(mark or "utf-8", "surrogatepass")
    try:
        decoded, header = text.decode(data, LIMITS)
    except text.SampleError as error:
        assert error.code in ("file.empty", "text.empty", "text.binary", "text.encoding")
        return
    assert text.encode(decoded, header) == data


@given(
    st.binary(max_size=60),
    st.sampled_from(["auto", "latin-1", "cp949", "gbk", "shift_jis", "utf-16", "iso2022_jp", "utf-7", "utf-8-sig"]),
)
def test_any_bytes_come_back_or_are_refused(data: bytes, encoding: str) -> None:
    try:
        decoded, header = text.decode(data, LIMITS, encoding)
    except text.SampleError as error:
        assert error.stage == "decode"
        return
    assert text.encode(decoded, header) == data


@pytest.mark.parametrize(
    ("data", "newline"),
    [
        (b"one", ""),
        (b"a\nb\n", "\n"),
        (b"a\r\nb", "\r\n"),
        (b"a\rb", "\r"),
        (b"a\r\nb\nc", "mixed"),
        (b"a\n\rb", "mixed"),
        (b"a\r\r\nb", "mixed"),
    ],
)
def test_newlines_are_told_and_left_alone(data: bytes, newline: str) -> None:
    content, header = text.decode(data, LIMITS)
    assert header.newline == newline
    assert content == data.decode()


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b"", "file.empty", ""),
        (b" \n\t\r\n", "text.empty", ""),
        ("\u2003\u00a0".encode(), "text.empty", ""),
        (codecs.BOM_UTF8, "text.empty", ""),
        (b"abc\0def", "text.binary", "byte 3 "),
        ("abc".encode("utf-16-le"), "text.binary", "byte 1 "),
        (codecs.BOM_UTF16_LE + "ab\0".encode("utf-16-le"), "text.binary", "character 2 "),
        (b"caf\xe9", "text.encoding", "byte 3 (e9)"),
        (codecs.BOM_UTF8 + b"caf\xe9!", "text.encoding", "byte 6 (e9)"),  # counted in the file
        (b"\xc0\xaf", "text.encoding", "byte 0 "),  # an overlong form
        (b"\xed\xa0\x80", "text.encoding", "byte 0 "),  # half of a surrogate pair
        (b"cut off \xe4\xb8", "text.encoding", "byte 8 "),
        (codecs.BOM_UTF16_LE + b"a\0b", "text.encoding", "byte 4 "),
    ],
)
def test_codes(data: bytes, code: str, message: str) -> None:
    with pytest.raises(text.SampleError) as caught:
        text.decode(data, LIMITS)
    assert (caught.value.code, caught.value.stage) == (code, "decode")
    assert message in caught.value.message


def test_other_encodings_on_demand(code_of) -> None:
    korean = "안녕하세요".encode("cp949")
    assert code_of(lambda: text.decode(korean, LIMITS)) == "text.encoding"
    content, header = text.decode(korean, LIMITS, "euc-kr")
    assert content == "안녕하세요"
    assert text.encode(content, header) == korean
    wide = "안녕".encode("utf-16-le")
    content, header = text.decode(wide, LIMITS, "utf-16")
    assert (content, text.encode(content, header)) == ("안녕", wide)
    assert text.decode(codecs.BOM_UTF16_BE + "안녕".encode("utf-16-be"), LIMITS, "utf-16")[0] == "안녕"
    assert text.decode(codecs.BOM_UTF8 + b"a", LIMITS, "UTF8")[0] == "a"
    assert code_of(lambda: text.decode(b"abc", LIMITS, "no-such")) == "text.encoding"
    assert code_of(lambda: text.decode(b"abc", LIMITS, "base64")) == "text.encoding"
    assert code_of(lambda: text.decode(b"\x1b$B\x1b(Babc", LIMITS, "iso2022_jp")) == "text.encoding"  # would not come back


def test_what_an_encoding_lacks_fails_the_output(code_of) -> None:
    _, header = text.decode(b"caf\xe9", LIMITS, "latin-1")
    with pytest.raises(text.SampleError) as caught:
        text.encode("café 世", header)
    assert (caught.value.code, caught.value.stage) == ("encode.encoding", "encode")
    assert "U+4E16" in caught.value.message


def test_too_long(code_of) -> None:
    assert code_of(lambda: text.decode("äöü".encode(), Limits(max_characters=2))) == "text.too_long"
    assert code_of(lambda: text.decode("äöü".encode(), Limits(max_characters=3))) == ""
