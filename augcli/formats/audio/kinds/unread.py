"""Audio formats that are not read. Whoever has such files wants to hear of each of them."""

from __future__ import annotations

from augcli.formats.audio import mpeg
from augcli.formats.audio.format import AudioFormat
from augcli.formats.audio.kinds.ogg import first_packet
from augcli.formats.bytes.isobmff import brands


def _is_m4a(head: bytes) -> bool:
    """By its brand, or by the kinds of its tracks where its index comes first."""
    brand = brands(head)[:1]
    if brand in ((), (b"M4A ",), (b"M4B ",)):
        return brand != ()
    return brand != (b"qt  ",) and b"hdlr" in head and b"soun" in head and b"vide" not in head


def _is_mp4(head: bytes) -> bool:
    return head[4:8] == b"ftyp"


def _is_layer_2(head: bytes) -> bool:
    found = mpeg.first_frame(head)
    return found is not None and found.layer != 3


M4A = AudioFormat(name="m4a", title="M4A/MP4", suffixes=(".m4a", ".m4b"), recognise=_is_m4a, might_be=_is_mp4)
AAC = AudioFormat(
    name="aac",
    title="AAC",
    suffixes=(".aac",),
    recognise=lambda head: head.startswith((b"\xff\xf1", b"\xff\xf9"), mpeg.after_tags(head)),
)
WMA = AudioFormat(name="wma", title="WMA", suffixes=(".wma",), signatures=((0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),))
AMR = AudioFormat(name="amr", title="AMR", suffixes=(".amr",), signatures=((0, b"#!AMR"),))
CAF = AudioFormat(name="caf", title="CAF", suffixes=(".caf",), signatures=((0, b"caff\0\1"),))
AU = AudioFormat(name="au", title="AU", suffixes=(".au", ".snd"), signatures=((0, b".snd\0"),))
W64 = AudioFormat(name="w64", title="W64", suffixes=(".w64",), signatures=((0, b"riff\x2e\x91\xcf\x11"),))
SPHERE = AudioFormat(name="sphere", title="NIST SPHERE", suffixes=(".sph", ".nist"), signatures=((0, b"NIST_1A\n"),))
OGG_FLAC = AudioFormat(
    name="oggflac",
    title="FLAC in Ogg",
    suffixes=(".ogg", ".oga"),
    recognise=lambda head: first_packet(head).startswith(b"\x7fFLAC"),
)
SPEEX = AudioFormat(
    name="speex", title="Speex", suffixes=(".spx", ".ogg"), recognise=lambda head: first_packet(head).startswith(b"Speex   ")
)
MP2 = AudioFormat(name="mp2", title="MPEG layer II", suffixes=(".mp2", ".mpga"), recognise=_is_layer_2, asked_last=True)
MATROSKA = AudioFormat(
    name="mka",
    title="Matroska/WebM",
    suffixes=(".mka", ".weba"),
    recognise=lambda head: head.startswith(b"\x1a\x45\xdf\xa3") and b"A_" in head and b"V_" not in head,
    might_be=lambda data: data.startswith(b"\x1a\x45\xdf\xa3"),
)
