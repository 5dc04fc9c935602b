"""Noise: against closed forms and scikit-image, bit for bit on both backends."""

from __future__ import annotations

from hashlib import sha256
from random import Random

import numpy as np
import pytest
import skimage.data
import skimage.util
from scipy import stats
from through_steps import assert_backends_agree_to_the_bit

from augcli.core.ops.op import State
from augcli.core.primitives.grain import FillNoise, LevelNoise, PhotonNoise, Scatter
from augcli.core.primitives.image import BLACK, WHITE
from augcli.core.values.facts import ImageFacts
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.shared import noise
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image.execute import execute
from augcli.ops.image.cover.pixel_dropout import PixelDropout
from augcli.ops.image.noise.gaussian_noise import GaussianNoise
from augcli.ops.image.noise.iso_noise import IsoNoise
from augcli.ops.image.noise.salt_pepper import SaltPepper
from augcli.ops.image.noise.shot_noise import ShotNoise
from augcli.ops.image.noise.speckle import Speckle

ASTRONAUT = np.ascontiguousarray(skimage.data.astronaut()[:300, 100:450])


def applied(op: type, pixels: np.ndarray, options: dict | None = None, **draws: float) -> np.ndarray:
    made = op(**(options or {}))
    state = State(ImageFacts(pixels.shape[1], pixels.shape[0], pixels.shape[2]))
    for said in made.lower(op.draw_type(**{"key": 77, **draws}), state):
        pixels = cpu_image.apply(pixels, said)
    return pixels


def flat(level: int, channels: int = 3, edge: int = 400) -> np.ndarray:
    return np.full((edge, edge, channels), level, np.uint8)


# Distributions


@pytest.mark.parametrize("photons", [3, 12, 60, 1000])
@pytest.mark.parametrize("level", [0, 1, 40, 128])
def test_photons_have_the_mean_and_variance_of_poisson(photons: float, level: int) -> None:
    noisy = applied(ShotNoise, flat(level), photons=photons).astype(float)
    if level == 0:
        assert not noisy.any()
        return
    unit = 255 / photons
    expected = level * unit  # variance, in levels
    if level + 4 * expected**0.5 < 255 and level / unit > 0.5:  # else some is clamped, or the mean alone is promised
        assert abs(noisy.mean() - level) < 5 * (expected / noisy.size) ** 0.5 + 0.01
        assert abs(noisy.var() / (expected + 1 / 12) - 1) < 0.03
        assert stats.skew(noisy.ravel()) >= 0


def test_the_square_of_a_normal_has_the_moments_that_it_should() -> None:
    for photons in (1.0, 7.3, 255.0, 1e6):
        a, s = (np.array(table) for table in PhotonNoise(photons, 0).tables())
        unit = 255 / photons
        mean = np.arange(256) / unit
        assert np.allclose((a**2 + s**2) / unit, mean, rtol=1e-9)
        variance = (4 * a**2 * s**2 + 2 * s**4) / unit**2
        enough = mean > 0.5
        assert np.allclose(variance[enough], mean[enough], rtol=1e-6)


@pytest.mark.parametrize("level", [30, 128, 200])
def test_speckle_is_in_proportion_to_the_level(level: int) -> None:
    noisy = applied(Speckle, flat(level), std=0.08).astype(float)
    assert abs(noisy.std() / (0.08 * level) - 1) < 0.03
    assert abs(noisy.mean() - level) < 0.1
    theirs = skimage.util.random_noise(flat(level), "speckle", var=0.08**2, rng=1) * 255
    assert abs(noisy.std() / theirs.std() - 1) < 0.03
    assert np.abs(np.corrcoef(noisy[..., 0].ravel(), noisy[..., 1].ravel())[0, 1]) < 0.02


def test_without_channels_of_its_own_noise_is_grey() -> None:
    for op, option in ((Speckle, 0.2), (GaussianNoise, 0.1)):
        noisy = applied(op, flat(120), {"per_channel": False}, std=option)
        assert (noisy == noisy[..., :1]).all()
        assert abs(noisy.astype(float).std() / (option * (120 if op is Speckle else 255)) - 1) < 0.03


@pytest.mark.parametrize("level", [60, 128, 190])
def test_iso_noise_has_a_grey_and_a_coloured_part(level: int) -> None:
    noisy = applied(IsoNoise, flat(level), grey_std=0.04, colour_std=0.02).astype(float) - level
    growth = 255 * (0.1 + 0.9 * level / 255) ** 0.5
    common = np.mean([np.cov(noisy[..., one].ravel(), noisy[..., other].ravel())[0, 1] for one, other in ((0, 1), (1, 2))])
    assert abs(common**0.5 / (0.04 * growth) - 1) < 0.03
    assert abs((noisy[..., 0].var() - common) ** 0.5 / (0.02 * growth) - 1) < 0.05
    grey = applied(IsoNoise, flat(level, 1), grey_std=0.04, colour_std=0.02).astype(float)
    assert abs(grey.std() / (0.04 * growth) - 1) < 0.03


@pytest.mark.parametrize(("rate", "salt"), [(0.05, 0.5), (0.3, 0.2), (1.0, 1.0), (0.0, 0.5)])
def test_salt_and_pepper_come_in_their_shares(rate: float, salt: float) -> None:
    noisy = applied(SaltPepper, flat(100), rate=rate, salt=salt)
    assert (noisy == noisy[..., :1]).all()
    for share, level in ((rate * salt, 255), (rate * (1 - salt), 0), (1 - rate, 100)):
        found = (noisy[..., 0] == level).mean()
        assert abs(found - share) <= 5 * (share * (1 - share) / 400**2) ** 0.5 + 1e-9
    coloured = applied(SaltPepper, flat(100), {"per_channel": True}, rate=rate, salt=salt)
    assert abs((coloured != 100).mean() - rate) < 0.005
    assert rate in (0, 1) or (coloured != coloured[..., :1]).any()


def test_pixel_dropout_leaves_the_others_alone() -> None:
    dropped = applied(PixelDropout, ASTRONAUT, {"fill": (10, 20, 30)}, rate=0.1)
    changed = (dropped != ASTRONAUT).any(2)
    assert (dropped[changed] == (10, 20, 30)).all()
    assert abs(changed.mean() - 0.1) < 0.01
    assert (applied(PixelDropout, ASTRONAUT, rate=1.0) == 0).all()
    more = (applied(PixelDropout, ASTRONAUT, {"fill": (10, 20, 30)}, rate=0.2) != ASTRONAUT).any(2)
    assert (more | ~changed).all()  # a higher rate keeps those that were dropped


def test_noise_in_rectangles_is_uniform_and_stays_inside() -> None:
    region = (20, 30, 300, 290)
    pixels = flat(100)
    noisy = cpu_image.apply(pixels, FillNoise((region,), 5))
    inside = noisy[30:290, 20:300].copy()
    assert stats.chisquare(np.bincount(inside.ravel(), minlength=256)).pvalue > 1e-4
    noisy[30:290, 20:300] = 100
    assert np.array_equal(noisy, pixels)
    # The same value at the same place, whatever the rectangle.
    other = cpu_image.apply(pixels, FillNoise(((101, 31, 400, 400), (0, 0, 1, 1)), 5))
    assert np.array_equal(other[31:290, 101:300], inside[1:, 81:])


@pytest.mark.parametrize("bit", [0, 1, 30, 51])
def test_keys_give_noise_of_their_own(bit: int) -> None:
    for said in (LevelNoise(0.1, 0.0, (1, 0, 0), 9), LevelNoise(0.0, 0.1, (1, 0, 0), 9), PhotonNoise(50, 9)):
        one, other = (
            cpu_image.apply(flat(120), each).astype(float).ravel() for each in (said, said._replace(key=said.key ^ 1 << bit))
        )
        assert abs(np.corrcoef(one, other)[0, 1]) < 0.02


# Bits


def test_octets_of_torch_are_those_of_numpy() -> None:
    import torch

    for key, left, right in ((0, 0, 17), (2**64 - 1, 3, 70), (123456789, 8, 9)):
        low, high = (torch.tensor(word, dtype=torch.int32) for word in noise.key_words(key))
        first, second = noise.row_words_torch(low, high, torch.arange(5, 12, dtype=torch.int32))
        counter = torch.arange(left, right, dtype=torch.int32)
        found = noise.octets_torch(first[:, None], second[:, None], counter[None]).numpy()
        assert np.array_equal(found, noise.octets(key, 5, 12, left, right))
        assert np.array_equal(noise.halves_of_rows(key, 5, 12, 30), noise.halves(key, 12, 30)[5:])


GOLDEN = {
    "level": LevelNoise(0.1, 0.05, (0.1, 0.9, 0.0), 7),
    "photons": PhotonNoise(20.0, 7),
    "scatter": Scatter(((0.1, BLACK), (0.1, WHITE)), 7),
    "octets": FillNoise(((3, 5, 50, 60),), 7),
}
PINNED = {
    "level": "7cbf6bb09d412b36",
    "photons": "1f7d447aa243040d",
    "scatter": "680d74855d5c44f2",
    "octets": "bb06b8f25e11dafe",
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_numbers(name: str) -> None:
    """Whoever changes these changes every dataset ever made."""
    ramp = np.arange(64 * 64 * 3, dtype=np.int64).reshape(64, 64, 3) * 7 % 256
    assert sha256(cpu_image.apply(ramp.astype(np.uint8), GOLDEN[name]).tobytes()).hexdigest()[:16] == PINNED[name]


def primitives(rng: Random) -> list:
    key = rng.getrandbits(52)
    return [
        LevelNoise(rng.uniform(0, 0.3), rng.uniform(0, 0.3), (rng.random(), rng.random(), rng.random()), key),
        LevelNoise(2.0, 0.0, (0.0, 0.0, 1.0), key),
        LevelNoise(0.0, 0.2, (1.0, 0.0, 0.0), key),
        LevelNoise(0.0, 0.0, (1.0, 0.0, 0.0), key),
        PhotonNoise(10 ** rng.uniform(0, 6), key),
        Scatter(((0.1, BLACK), (0.3, (0.2, 1.0, 0.5)), (0.05, WHITE)), key, rng.random() < 0.5),
        Scatter(((1.0, (0.0, 0.2, 0.4)),), key),
        Scatter(((0.0, (0.0, 0.2, 0.4)),), key, True),
        FillNoise(((1, 2, 9, 9), (-3, 0, 4, 4), (5, 5, 5, 9), (100, 100, 120, 130)), key),
        FillNoise((), key),
    ]


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_backends_agree_to_the_bit_and_rows_do_not_see_each_other(channels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_backends_agree_to_the_bit(monkeypatch, channels, 12, primitives)


def test_backends_agree_to_the_bit_on_a_photograph() -> None:
    for said in primitives(Random(3)):
        assert np.array_equal(execute([ASTRONAUT], [BatchRow(0, (said,))])[0], cpu_image.apply(ASTRONAUT, said)), said


def test_strips_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from augcli.kernels.cpu.image import strips

    before = [cpu_image.apply(ASTRONAUT, said) for said in primitives(Random(4))]
    monkeypatch.setattr(strips, "STRIP_PIXELS", 700)
    for said, expected in zip(primitives(Random(4)), before, strict=True):
        assert np.array_equal(cpu_image.apply(ASTRONAUT, said), expected)
