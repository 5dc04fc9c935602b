"""Image formats that are not read. Whoever has such files wants to hear of each of them."""

from __future__ import annotations

from augcli.formats.image.format import ImageFormat

JPEG_2000 = ImageFormat(
    name="jp2",
    title="JPEG 2000",
    suffixes=(".jp2", ".j2k", ".jpf", ".jpx"),
    signatures=((0, b"\0\0\0\x0cjP  "), (0, b"\xff\x4f\xff\x51")),
)
JPEG_XL = ImageFormat(name="jxl", title="JPEG XL", suffixes=(".jxl",), signatures=((0, b"\0\0\0\x0cJXL "), (0, b"\xff\x0a")))
PHOTOSHOP = ImageFormat(name="psd", title="PSD", suffixes=(".psd",), signatures=((0, b"8BPS"),))
OPENEXR = ImageFormat(name="exr", title="OpenEXR", suffixes=(".exr",), signatures=((0, b"v/1\x01"),))
DICOM = ImageFormat(name="dicom", title="DICOM", suffixes=(".dcm", ".dicom"), signatures=((128, b"DICM"),))
# Most raw formats of cameras are TIFFs whose first page is a thumbnail.
CAMERA_RAW = ImageFormat(
    name="raw",
    title="camera raw",
    suffixes=(".nef", ".cr2", ".cr3", ".dng", ".arw", ".orf", ".rw2", ".raf", ".pef", ".srw"),
    signatures=((4, b"ftypcrx "),),
    recognise=lambda head: head[:4] in (b"II*\0", b"MM\0*") and head[8:10] == b"CR",
    disguised_as="tiff",
)
