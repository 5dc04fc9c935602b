"""copy_paste: whose pixels show where, what class comes out, on both backends and through whole runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage.data
from PIL import Image
from pydantic import ValidationError
from through_steps import facts_of

from augcli.core.ops.op import State
from augcli.core.primitives.image import Blend
from augcli.engine.after.replay import replay
from augcli.engine.make.layers import shares_of
from augcli.engine.modality.table import MODALITIES
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image.execute import execute
from augcli.ops.image.mix.copy_paste import CopyPaste

PHOTO = np.ascontiguousarray(skimage.data.astronaut()[:200, :300])
CUP = skimage.data.coffee()[50:170, 100:280]


def cut_out(pixels: np.ndarray) -> np.ndarray:
    """An ellipse in the middle of the image, its edge two pixels soft."""
    height, width = pixels.shape[:2]
    y, x = np.mgrid[:height, :width]
    distance = 1 - np.hypot((x - width / 2 + 0.5) / width * 2, (y - height / 2 + 0.5) / height * 2)
    alpha = np.clip(distance * min(width, height) / 4, 0, 1) * 255
    return np.dstack([pixels, alpha.astype(np.uint8)])


def blend(pixels: np.ndarray, partner: np.ndarray, options: dict[str, Any], **draw: Any) -> Blend | None:
    op = CopyPaste(**options)
    state = State(facts_of(pixels), partner_facts=lambda number: facts_of(partner))
    drawn = {"which": 0, "scale": 1, "x": 0.5, "y": 0.5, "angle_deg": 0, "opacity": 1, "edge_px": 0, "key": 1, **draw}
    made = op.lower(op.draw_type(**drawn), state)
    return made[0] if made else None


def pasted(pixels: np.ndarray, partner: np.ndarray, options: dict[str, Any], **draw: Any) -> np.ndarray:
    """Both backends agree."""
    said = blend(pixels, partner, options, **draw)
    assert said is not None
    laid = MODALITIES["image"].as_partner(partner, pixels, True)
    result = cpu_image.apply(pixels, said, [laid])
    other = execute([pixels, laid], [BatchRow(0, (said,), (1,))])[0]
    assert np.abs(result.astype(int) - other).max() <= 1
    return result


@pytest.mark.parametrize("flip", [0, 1])
def test_pixels_of_the_cut_out_are_the_partners(flip: float) -> None:
    partner = cut_out(CUP)
    scale = 1 / min(300 / 180, 200 / 120)  # its own size
    result = pasted(PHOTO, partner, {"flip": flip, "overhang": 0}, scale=scale, x=1, y=0.25)
    expected, mask = partner[:, ::-1] if flip else partner, np.zeros((200, 300), np.uint8)
    left, top = 120, 20
    mask[top : top + 120, left : left + 180] = expected[:, :, 3]
    placed = np.zeros_like(PHOTO)
    placed[top : top + 120, left : left + 180] = expected[:, :, :3]
    assert np.array_equal(result[mask == 255], placed[mask == 255])
    assert np.array_equal(result[mask == 0], PHOTO[mask == 0])
    over = Image.alpha_composite(
        Image.fromarray(np.dstack([PHOTO, np.full((200, 300), 255, np.uint8)])), Image.fromarray(np.dstack([placed, mask]))
    )
    assert np.abs(result.astype(int) - np.asarray(over)[:, :, :3]).max() <= 1


@pytest.mark.parametrize(("x", "y"), [(0, 0), (1, 1), (0, 1), (1, 0)])
def test_it_hangs_over_by_no_more_than_is_said(x: float, y: float) -> None:
    partner = np.full((40, 60, 4), 255, np.uint8)
    black = np.zeros((200, 300, 3), np.uint8)
    result = pasted(black, partner, {"overhang": 0.25}, scale=1 / 5, x=x, y=y)
    rows, columns = np.nonzero(result[:, :, 0])
    assert (rows.min(), rows.max()) == ((170, 199) if y else (0, 29))
    assert (columns.min(), columns.max()) == ((255, 299) if x else (0, 44))


def test_it_may_be_larger_than_the_image_and_be_turned() -> None:
    partner = cut_out(CUP)
    large = pasted(PHOTO, partner, {"flip": 0}, scale=3.7, angle_deg=40)
    assert np.abs(large[100, 150].astype(int) - CUP[60, 90]).max() <= 2  # the middle stays the middle
    upside_down = pasted(PHOTO, partner, {"flip": 0}, scale=0.6, angle_deg=180)
    turned = pasted(np.ascontiguousarray(PHOTO[::-1, ::-1]), partner, {"flip": 0}, scale=0.6)[::-1, ::-1]
    assert np.abs(upside_down.astype(int) - turned).max() <= 2
    said = blend(PHOTO, partner, {}, scale=0.6, angle_deg=45)
    assert said is not None
    changed = np.argwhere((pasted(PHOTO, partner, {}, scale=0.6, angle_deg=45) != PHOTO).any(2))
    ((left, top, right, bottom),) = said.hides
    assert (changed.min(0) >= (top, left)).all() and (changed.max(0) < (bottom, right)).all()


@pytest.mark.parametrize("angle_deg", [0, 90, 180])
def test_edges_fade_in_over_so_many_pixels(angle_deg: float) -> None:
    white, black = np.full((50, 50, 4), 255, np.uint8), np.zeros((200, 200, 3), np.uint8)
    result = pasted(black, white, {"overhang": 0}, scale=0.25, x=0.5, y=0.5, angle_deg=angle_deg, edge_px=6)[:, :, 0]
    middle = result[100, 75:125].astype(float)
    assert np.array_equal(middle, middle[::-1]) and (middle[6:-6] == 255).all() and (np.diff(middle[:7]) > 0).all()
    assert middle[0] == pytest.approx(255 / 13, abs=1)  # the mean over 13 pixels, 7 of which are white, twice, less 1
    assert not result[:75].any() and not result[125:].any() and result[75, 75] == 0
    hard = pasted(PHOTO, cut_out(CUP), {"flip": 0}, scale=0.7)
    soft = pasted(PHOTO, cut_out(CUP), {"flip": 0}, scale=0.7, edge_px=9)
    assert np.array_equal(hard[100, 130:170], soft[100, 130:170])
    far, near = np.abs(hard - PHOTO.astype(int)).any(2), np.abs(soft - PHOTO.astype(int)).any(2)
    assert not (near & ~far).any() and np.abs(soft.astype(int) - hard).max() > 20


def test_a_faded_cut_out_may_hang_over() -> None:
    whole = pasted(np.zeros((200, 300, 3), np.uint8), cut_out(CUP), {"flip": 0, "overhang": 0.5}, scale=0.5, edge_px=5)
    at_edge = pasted(np.zeros((200, 300, 3), np.uint8), cut_out(CUP), {"flip": 0, "overhang": 0.5}, scale=0.5, x=0, edge_px=5)
    assert np.array_equal(at_edge[:, :75], whole[:, 150:225])


def test_what_is_not_seen_is_not_done() -> None:
    assert blend(PHOTO, cut_out(CUP), {}, opacity=0) is None
    said = blend(PHOTO, cut_out(CUP), {}, opacity=0.3)
    assert said is not None and said.hides == ()


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_every_kind_of_image_takes_it(channels: int) -> None:
    base = {1: PHOTO[:, :, :1].copy(), 3: PHOTO, 4: np.dstack([PHOTO, np.full((200, 300), 60, np.uint8)])}[channels]
    result = pasted(base, cut_out(CUP), {"flip": 0}, scale=0.6, angle_deg=10)
    assert result.shape == base.shape
    middle = result[100, 150]
    colour = Image.fromarray(CUP).convert("L").getpixel((90, 60)) if channels == 1 else CUP[60, 90]
    assert np.abs(middle[:3].astype(int) - colour).max() <= 4
    if channels == 4:
        assert middle[3] == 255 and result[0, 0, 3] == 60


def test_soft_labels_are_the_pixels_covered() -> None:
    partner = cut_out(CUP)
    said = blend(PHOTO, partner, {"label": "mix", "overhang": 0.5}, scale=0.8, x=0, y=1, angle_deg=20, opacity=0.7)
    assert said is not None
    shares = shares_of((said,), facts_of(PHOTO), [partner])
    white = cpu_image.apply(np.zeros_like(PHOTO), said, [np.dstack([np.full_like(CUP, 255), partner[:, :, 3]])])
    assert sum(shares.values()) == pytest.approx(1)
    assert shares[0] == pytest.approx(white.mean() / 255, abs=1e-3)
    assert shares[0] < 0.25
    kept = blend(PHOTO, partner, {}, scale=0.8)
    assert kept is not None and shares_of((kept,), facts_of(PHOTO), [partner]) == {-1: 1.0}


def test_a_folder_has_no_classes() -> None:
    with pytest.raises(ValidationError, match="label: mix needs source: partner"):
        CopyPaste(source="cuts", label="mix")
    assert (CopyPaste(source="cuts").partner_count(), CopyPaste().partner_count()) == (0, 1)


# Whole runs


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Two classes of images with alpha, flat in one colour: half of each is clear."""
    root = tmp_path / "data"
    for label, colour in (("red", (250, 0, 0)), ("blue", (0, 0, 250))):
        (root / label).mkdir(parents=True)
        for number in range(3):
            pixels = np.zeros((40, 60 + number, 4), np.uint8)
            pixels[:, :] = (*colour, 255)
            pixels[:, 30:, 3] = 0
            Image.fromarray(pixels).save(root / label / f"{number}.png")
    return root


def records(output: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (output / "manifest.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("backend", ["cpu", "torch"])
@pytest.mark.parametrize("label", ["keep", "mix"])
def test_labels_in_records(make: Callable[..., Any], dataset: Path, tmp_path: Path, backend: str, label: str) -> None:
    text = f"image: [copy_paste: {{label: {label}, partner: other_class, scale: 0.5, overhang: 0, angle_deg: 0}}]"
    assert not make(text, dataset, tmp_path / "out", backend=backend).failed
    for record in records(tmp_path / "out"):
        (partner,) = record["partners"]
        if label == "keep":
            assert record["label"] != partner["label"] and "soft_label" not in record
        else:
            share = record["soft_label"][partner["label"]]
            assert share == pytest.approx(0.25 / 2, abs=0.02)
            assert record["soft_label"][record["label"]] == pytest.approx(1 - share)


def test_partners_without_alpha_fail_the_output_and_say_why(make: Callable[..., Any], samples: Path, tmp_path: Path) -> None:
    summary = make("image: [copy_paste]", samples / "images" / "animal", tmp_path / "out")
    assert dict(summary.failed) == {"partner.image.no_alpha": summary.planned}


def test_cut_outs_of_a_folder_go_into_photographs_and_can_be_made_again(
    make: Callable[..., Any], dataset: Path, samples: Path, tmp_path: Path
) -> None:
    text = f"copies: 3\nimage: [rotate, copy_paste: {{source: '{dataset}', angle_deg: [-40, 40]}}, flip, hue]"
    summary = make(text, samples / "images" / "animal", tmp_path / "out")
    assert (summary.exit_code, dict(summary.failed)) == (0, {})
    assert all("partners" not in record for record in records(tmp_path / "out"))
    assert {result.verdict for result in replay(str(tmp_path / "out"))} == {"same"}
