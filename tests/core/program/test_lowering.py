"""From steps to a fused program: what becomes one primitive, what does not, and how facts and text change along the way."""

from __future__ import annotations

import pytest

from augcli import ops
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.primitives.audio import Gain
from augcli.core.primitives.image import Blend, ColourMatrix, Fill, Filter, NormalNoise, Warp
from augcli.core.primitives.text import Pieces
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import Lowered, draw_steps, lower
from augcli.core.values.facts import AudioFacts, Facts, ImageFacts, TextFacts

ops.load()
UNIT = unit_key(1, "a.jpg", 0)
IMAGE = ImageFacts(500, 375)


def lowered(steps: str, facts: Facts = IMAGE, text: str = "", unit: bytes = UNIT) -> Lowered:
    modality = {ImageFacts: "image", AudioFacts: "audio", TextFacts: "text"}[type(facts)]
    compiled = CompiledPipeline(parse_pipeline(f"{modality}: {steps}").steps[modality])
    return lower(draw_steps(compiled, unit), State(facts, text, lambda number: ImageFacts(64, 48 + number)))


def kinds(steps: str) -> list[type]:
    return [type(primitive) for primitive in lowered(steps).program]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("[flip, rotate, crop, {resize: {size: [64, 48]}}]", [Warp]),
        ("[flip, rotate90, zoom, rotate, {crop: {size: 224}}, {resize: {size: 32}}]", [Warp]),
        ("[brightness, contrast, saturation, hue, grayscale]", [ColourMatrix]),
        ("[color_jitter, grayscale, contrast]", [ColourMatrix]),
        ("[flip, brightness, rotate]", [Warp, ColourMatrix, Warp]),  # never reordered
        ("[brightness, gaussian_noise, contrast]", [ColourMatrix, NormalNoise, ColourMatrix]),
        ("[flip, gaussian_noise, rotate]", [Warp, NormalNoise, Warp]),
        ("[flip, gaussian_blur, rotate]", [Warp, Filter, Warp]),
        ("[gaussian_blur, {gaussian_blur: {id: again}}]", [Filter, Filter]),
        ("[gaussian_noise, {gaussian_noise: {id: again}}]", [NormalNoise, NormalNoise]),
        ("[cutout, {cutout: {id: again, holes: 3}}]", [Fill]),
        ("[mixup, cutmix]", [Blend, Blend]),
        # barriers
        ("[{flip: {barrier: true}}, rotate]", [Warp, Warp]),
        ("[{brightness: {barrier: true}}, contrast, hue]", [ColourMatrix, ColourMatrix]),
        ("[{sequence: {barrier: true, steps: [flip, zoom]}}, rotate]", [Warp, Warp]),
        ("[flip, {hue: {p: 0, barrier: true}}, rotate]", [Warp]),  # one that does not fire ends nothing
        # hard crops, borders, interpolations
        ("[rotate, {crop: {hard: true}}, zoom]", [Warp, Warp]),
        ("[{rotate: {angle_deg: 15}}, {zoom: {factor: 1.2, border: edge}}]", [Warp]),  # zooming in stays inside
        ("[{rotate: {angle_deg: 15}}, {zoom: {factor: 0.8, border: edge}}]", [Warp, Warp]),
        ("[{rotate: {angle_deg: 15}}, {zoom: {factor: 0.8}}]", [Warp]),
        ("[{rotate: {border: constant}}, {zoom: {factor: 0.8, border: constant, fill: 9}}]", [Warp, Warp]),
        ("[{rotate: {border: edge}}, flip, {crop: {size: 99}}, rotate90]", [Warp]),
        ("[rotate, {resize: {size: 99, interpolation: nearest}}]", [Warp, Warp]),
        ("[flip, {resize: {size: 99, interpolation: nearest}}, rotate90]", [Warp]),
    ],
)  # fmt: skip
def test_what_becomes_one_primitive(steps: str, expected: list[type]) -> None:
    assert kinds(steps) == expected


def test_a_fused_warp_is_the_product_and_keeps_the_last_canvas() -> None:
    program = lowered("[flip, rotate90, {resize: {size: [64, 48]}}]").program
    (warp,) = program
    assert isinstance(warp, Warp)
    assert (warp.size, warp.interpolation, warp.border) == ((64, 48), "bilinear", "any")


def test_flips_alone_stay_exact() -> None:
    (warp,) = lowered("[flip, {flip: {id: again, axis: vertical}}, {rotate90: {turns: 2}}]").program
    assert isinstance(warp, Warp)
    assert warp.index_operation(IMAGE) is not None
    assert warp.matrix == (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)  # twice round: nothing at all


def test_every_step_sees_the_facts_that_the_ones_before_it_leave() -> None:
    result = lowered("[{rotate90: {turns: 1}}, {crop: {size: [80, 60]}}, {cutout: {size: 1, x: 0.5, y: 0.5}}]")
    assert result.facts == ImageFacts(80, 60)
    fill = result.program[-1]
    assert isinstance(fill, Fill)
    assert fill.regions[0][0] == (10, 0, 70, 60)  # a square of the shorter side, of the canvas at that step


def test_gains_multiply() -> None:
    result = lowered("[{gain: {gain_db: 6}}, polarity_inversion, {gain: {id: back, gain_db: -6}}]", AudioFacts(100, 8000))
    (gain,) = result.program
    assert isinstance(gain, Gain)
    assert gain.factor == pytest.approx(-1.0)
    assert result.facts == AudioFacts(100, 8000)


def test_texts_change_from_step_to_step() -> None:
    text = "one two three four five six seven eight"
    steps = "[{random_delete: {rate: 0.4}}, {random_swap: {rate: 0.9}}, {random_delete: {id: more, rate: 0.3}}]"
    for number in range(50):
        unit = unit_key(1, "a.txt", number)
        result = lowered(steps, TextFacts(len(text)), text, unit)
        current = text
        compiled = CompiledPipeline(parse_pipeline(f"text: {steps}").steps["text"])
        for step in draw_steps(compiled, unit):
            state = State(TextFacts(len(current)), current)
            for pieces in step[0].op.lower(step[1], state):
                current = pieces.apply(current)
        assert len(result.program) <= 1
        assert (result.program[0].apply(text) if result.program else text) == current
        assert result.facts == TextFacts(len(current))
        assert all(isinstance(primitive, Pieces) for primitive in result.program)


def test_a_step_that_does_nothing_adds_nothing() -> None:
    assert lowered("[random_delete, random_swap]", TextFacts(0), "").program == ()
    assert lowered("[{cutmix: {share: 1}}]").program == ()


def test_partners_that_a_program_uses_are_listed() -> None:
    result = lowered("[{cutmix: {share: 1}}, mixup, {cutmix: {id: again, share: 0.5, x: 0.5, y: 0.5}}]")
    assert result.partners == (1, 2)
    assert [layer.partner for blend in result.program if isinstance(blend, Blend) for layer in blend.layers] == [1, 2]


def test_what_was_drawn_is_kept_with_its_barriers() -> None:
    result = lowered("[{flip: {barrier: true}}, rotate]")
    again = lower(result.drawn, State(IMAGE))
    assert again.program == result.program
    assert len(again.program) == 2


# Decode scale: only what the program would average anyway may be decoded smaller

SCALES = (1, 2, 4, 8)
LARGE = ImageFacts(4000, 3000)


@pytest.mark.parametrize(
    ("steps", "scale"),
    [
        ("[{resize: {size: [500, 375]}}]", 8),
        ("[{resize: {size: [501, 375]}}]", 4),  # 7.9 source pixels a step: not whole blocks of 8
        ("[{resize: {size: [2000, 1500]}}]", 2),
        ("[{resize: {size: [2001, 1500]}}]", 1),
        ("[{resize: {size: [500, 3000]}}]", 1),  # both directions count
        ("[flip, {resize: {size: [500, 375]}}]", 8),
        ("[{crop: {area: 0.25, aspect: 1.3333, size: [250, 187]}}]", 8),
        ("[{resize: {size: [500, 375], interpolation: nearest}}]", 1),
        ("[brightness, {resize: {size: [500, 375]}}]", 1),  # something looks at all pixels before
        ("[{flip: {barrier: true}}, {resize: {size: [500, 375]}}]", 1),
        ("[flip]", 1),
        ("[]", 1),
    ],
)
def test_decode_scale(steps: str, scale: int) -> None:
    program = lowered(steps, LARGE).program if steps != "[]" else ()
    assert (program[0].decode_scale(LARGE, SCALES) if program else 1) == scale


def test_small_images_are_decoded_in_full() -> None:
    program = lowered("[{resize: {size: [62, 46]}}]").program
    assert program[0].decode_scale(IMAGE, SCALES) == 1


def test_only_scales_that_the_decoder_has_are_used() -> None:
    program = lowered("[{resize: {size: [500, 375]}}]", LARGE).program
    assert [program[0].decode_scale(LARGE, scales) for scales in ((1,), (1, 2), (1, 2, 4))] == [1, 2, 4]
