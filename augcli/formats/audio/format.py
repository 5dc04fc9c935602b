"""What an audio format says about itself, beside its names. libsndfile decodes and encodes all that are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from augcli.formats.format import FileFormat


@dataclass(frozen=True, kw_only=True, eq=False)
class AudioFormat(FileFormat):
    """A format without `check` is not read."""

    modality: str = "audio"
    container: str = ""  # libsndfile's name for it
    usual_subtype: str = "PCM_16"  # libsndfile's name for how its samples are mostly stored
    is_lossless: bool = False  # in its usual subtype
    converted: Mapping[str, str] = field(default_factory=dict)  # a source's subtype → the one written here; PCM_16 for all others
    choosable: bool = False  # whether output.audio.format may name it
    # libsndfile reads what there is of a damaged file without a word. This fails, or gives the bytes that it is to read:
    # nearly always the very same object.
    check: Callable[[bytes], bytes] | None = None
    finish: Callable[[bytes, str], bytes] | None = None  # (file written, subtype) -> the same without time or chance in it

    @property
    def is_read(self) -> bool:
        return self.check is not None
