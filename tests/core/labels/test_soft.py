"""Soft labels: the weights of classes in an output that shows several samples."""

from __future__ import annotations

import pytest

from augcli.core.labels.soft import soft_label


@pytest.mark.parametrize(
    ("label", "shares", "partners", "expected"),
    [
        ("cat", {-1: 0.7, 0: 0.3}, {0: "dog"}, {"cat": 0.7, "dog": 0.3}),
        ("cat", {-1: 0.7, 0: 0.3}, {0: "cat"}, {"cat": 1.0}),
        ("cat", {-1: 0.25, 0: 0.25, 1: 0.5}, {0: "dog", 1: "ape"}, {"ape": 0.5, "cat": 0.25, "dog": 0.25}),
        ("cat", {-1: 1.0, 0: 0.0}, {0: "dog"}, {"cat": 1.0}),
        ("cat", {-1: 1 / 3, 0: 2 / 3}, {0: "dog"}, {"cat": 0.333333333, "dog": 0.666666667}),
        (None, {-1: 0.7, 0: 0.3}, {0: "dog"}, None),
        ("cat", {-1: 0.7, 0: 0.3}, {0: None}, None),
    ],
)
def test_soft_labels(label: str | None, shares: dict, partners: dict, expected: dict | None) -> None:
    assert soft_label(label, shares, partners) == expected
