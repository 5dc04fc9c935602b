"""The audio formats: one value or more in each file of `kinds`, found there. A new file is a new format."""

from __future__ import annotations

from augcli.formats.audio import kinds
from augcli.formats.audio.format import AudioFormat
from augcli.formats.format import Recogniser, discovered

FORMATS = discovered(kinds, AudioFormat)
BY_NAME = {one.name: one for one in FORMATS}
BY_BYTES = Recogniser(FORMATS)
