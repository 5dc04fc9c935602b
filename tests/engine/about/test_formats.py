"""What users read about formats is generated from the formats themselves."""

from __future__ import annotations

from typing import get_args

import pytest

from augcli import ops
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.pipeline.settings import AudioOutput, ImageOutput
from augcli.engine.about.formats import audio_formats, image_formats, unread_formats, unwritable_frames
from augcli.formats.audio.table import FORMATS as AUDIO
from augcli.formats.image.table import BY_NAME
from augcli.formats.image.table import FORMATS as IMAGE

ops.load()


@pytest.mark.parametrize(("target", "told"), [("source", ""), ("jpeg", "animations and TIFFs"), ("png", "TIFFs"), ("tiff", "")])
def test_a_format_that_cannot_hold_all_frames_is_told(target: str, told: str) -> None:
    options = f"output: {{image: {{format: {target}}}}}\nimage: [flip]"
    assert unwritable_frames(parse_pipeline(options)) == []
    found = unwritable_frames(parse_pipeline("input: {image: {frames: all}}\n" + options))
    assert len(found) == bool(told) and all(hint.startswith(f"with frames: all, {told}") for hint in found)


def test_a_pipeline_can_choose_the_formats_that_say_so() -> None:
    for model, formats in ((ImageOutput, IMAGE), (AudioOutput, AUDIO)):
        names = {one.name for one in formats if one.choosable and one.is_read}
        assert set(get_args(model.model_fields["format"].annotation)) == {"source", *names}


def test_the_table_names_every_format_that_is_read_and_what_it_holds() -> None:
    lines = [*image_formats().splitlines(), *audio_formats().splitlines(), unread_formats()]
    for one in (*IMAGE, *AUDIO):
        assert any(line.startswith(f"| {one.title} | `{one.suffixes[0]}`") for line in lines) == one.is_read, one.name
    (tiff,) = (line for line in lines if line.startswith("| TIFF"))
    assert tiff == "| TIFF | `.tif`, `.tiff` | itself | 1, 8, 16, 32 (float) | yes | pages | EXIF, ICC | no limit |"
    assert "JPEG XL" in lines[-1] and "Speex" in lines[-1]


def test_what_a_format_says_of_itself_agrees() -> None:
    for one in IMAGE:
        assert (one.probe is None) == (one.decode is None), one.name
        assert bool(one.modes) == (one.is_written or one.animate is not None), one.name
        assert one.is_written or not one.is_read or (BY_NAME[one.written_as].is_written and one.sample), one.name
        assert all(suffix.startswith(".") for suffix in one.known_suffixes)
