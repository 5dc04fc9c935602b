"""The facts that primitives predict are those that the kernels produce, for every operation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from every_op import EXAMPLES, IMAGES, RESOURCES, SOUNDS, TEXTS, draws, op_of, state_of

from augcli.core.program.lower import lower
from augcli.core.values.facts import ImageFacts, TextFacts
from augcli.core.values.resources import Shown
from augcli.engine.make.layers import laid_by_alpha, with_shown
from augcli.engine.modality.table import MODALITIES


def image(facts: ImageFacts, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (facts.height, facts.width, facts.channels), np.uint8)


def bound(program: Any, partners: int, facts: ImageFacts) -> tuple[Any, list[np.ndarray]]:
    """A program as kernels get it, and the images that it lays over others: partners, then those of resources."""
    sample = image(facts)
    cut_out = laid_by_alpha(program)
    others = [image(ImageFacts(64, 48 + number, 4 if number in cut_out else facts.channels), 1) for number in range(partners)]

    def image_of(shown: Shown, by_alpha: bool) -> Any:
        return MODALITIES["image"].as_partner(RESOURCES.get(shown.request).pixels(*shown.which), sample, by_alpha)

    program, shown = with_shown(program, partners, image_of)
    return program, others + shown


@pytest.mark.parametrize(
    "case", [case for case in EXAMPLES if case[0].startswith("image.")], ids=lambda case: f"{case[0]}-{case[1]}"
)
def test_images_come_out_as_their_facts_say(case: tuple[str, int]) -> None:
    from augcli.kernels.cpu.image.apply import apply

    op, options = op_of(case)
    for step, draw in draws(op, options, 2):
        for facts in IMAGES:
            pixels = image(facts)
            program, partners = bound(lower([(step, draw)], state_of(facts)).program, op.partners, facts)
            kept = [pixels.copy(), *(partner.copy() for partner in partners)]
            current: Any = facts
            for primitive in program:
                pixels_after = apply(pixels, primitive, partners)
                assert pixels_after.dtype == np.uint8
                assert all(np.array_equal(one, other) for one, other in zip(kept, [pixels, *partners], strict=True))
                pixels, current = pixels_after, primitive.facts_after(current)
                kept[0] = pixels.copy()
                assert pixels.shape == (current.height, current.width, current.channels)


@pytest.mark.parametrize(
    "case", [case for case in EXAMPLES if case[0].startswith("audio.")], ids=lambda case: f"{case[0]}-{case[1]}"
)
def test_sounds_come_out_as_their_facts_say(case: tuple[str, int]) -> None:
    from augcli.kernels.torch.audio import execute as torch_audio

    op, options = op_of(case)
    for step, draw in draws(op, options, 2):
        rows, expected = [], []
        for facts in SOUNDS:
            samples = np.random.default_rng(0).uniform(-0.5, 0.5, (facts.channels, facts.frames)).astype(np.float32)
            result = lower([(step, draw)], state_of(facts))
            rows.append((samples, result.program))
            expected.append((result.facts.channels, result.facts.frames))  # type: ignore[union-attr]
        assert [done.shape for done in torch_audio.execute(rows, "cpu")] == expected


@pytest.mark.parametrize(
    "case", [case for case in EXAMPLES if case[0].startswith("text.")], ids=lambda case: f"{case[0]}-{case[1]}"
)
def test_texts_come_out_as_their_facts_say(case: tuple[str, int]) -> None:
    op, options = op_of(case)
    for step, draw in draws(op, options, 10):
        for text in TEXTS:
            state = state_of(TextFacts(len(text)), text)
            result = lower([(step, draw)], state)
            assert result.facts == TextFacts(len(state.text))
