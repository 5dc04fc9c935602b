"""Soft labels: the class of an output that shows several samples, as a weight for each of their classes."""

from __future__ import annotations

from collections.abc import Mapping


def soft_label(
    label: str | None, shares: Mapping[int, float], partner_labels: Mapping[int, str | None]
) -> dict[str, float] | None:
    """Weights by class name, summed over parents; None when a parent has no class."""
    weights: dict[str, float] = {}
    for parent, share in shares.items():
        name = label if parent == -1 else partner_labels[parent]
        if name is None:
            return None
        weights[name] = weights.get(name, 0.0) + share
    return {name: float(f"{weight:.9g}") for name, weight in sorted(weights.items()) if weight > 0}
