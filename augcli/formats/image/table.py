"""The image formats: one value in each file of `kinds`, found there. A new file is a new format."""

from __future__ import annotations

from augcli.formats.format import Recogniser, discovered
from augcli.formats.image import kinds
from augcli.formats.image.format import ImageFormat

FORMATS = discovered(kinds, ImageFormat)
BY_NAME = {one.name: one for one in FORMATS}
BY_BYTES = Recogniser(FORMATS)
