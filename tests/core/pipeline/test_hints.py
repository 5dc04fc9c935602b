"""Suggestions: what a user may have meant by an unknown name."""

from __future__ import annotations

import pytest

from augcli.core.pipeline.suggestions import did_you_mean

KNOWN = ["p", "id", "angle_deg", "border", "factor", "flip", "copies", "image", "grayscale", "one_of", "area", "sigma_px"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("angel_deg", "angle_deg"),
        ("degrees", "angle_deg"),
        ("prob", "p"),
        ("hflip", "flip"),
        ("horizontal_flip", "flip"),
        ("Horizontal-Flip", "flip"),
        ("random_flip", "flip"),
        ("RandomFlip", "flip"),
        ("RandomHorizontalFlip", "flip"),
        ("greyscale", "grayscale"),
        ("n_copies", "copies"),
        ("oneof", "one_of"),
        ("OneOf", "one_of"),
        ("strength", "factor"),
        ("scale", "area"),
        ("sigma", "sigma_px"),
        ("images", "image"),
    ],
)
def test_what_was_meant(word: str, meant: str) -> None:
    assert did_you_mean(word, KNOWN) == f" (did you mean '{meant}'?)"


def test_what_there_is_when_nothing_is_near() -> None:
    assert did_you_mean("xyzzy", ["b", "a"]) == " (there is: a, b)"
    assert did_you_mean("xyzzy", []) == ""


def test_other_libraries_names_are_not_offered_where_they_do_not_belong() -> None:
    assert did_you_mean("degrees", ["rate", "p"]) == " (there is: p, rate)"
