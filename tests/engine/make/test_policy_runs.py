"""Policies and mixes of several images through whole runs: alike on both backends, and regenerated from their records."""

from __future__ import annotations

import json

import numpy as np
from PIL import Image

from augcli.engine.after.explain import explain, find
from augcli.engine.after.replay import replay
from augcli.engine.after.verify import verify

POLICIES = """
copies: 2
image:
  - crop: {size: 96}
  - rand_augment: {count: 3}
  - trivial_augment: {p: 0.5}
  - auto_augment: {policy: svhn}
  - augmix: {p: 0.7}
  - mosaic: {p: 0.5}
output: {image: {format: png}}
"""


def test_policies_run_alike_on_both_backends_and_are_made_again(make, samples, tmp_path):
    data = samples / "images" / "animal"
    for backend in ("cpu", "torch"):
        summary = make(POLICIES, data, tmp_path / backend, backend=backend)
        assert summary.complete and not summary.failed
        assert verify(str(tmp_path / backend)).differences == []
        assert {result.verdict for result in replay(str(tmp_path / backend))} == {"same"}
    lines = (tmp_path / "cpu" / "manifest.jsonl").read_text().splitlines()
    apart = []
    for record in map(json.loads, lines):
        one, other = (np.asarray(Image.open(tmp_path / backend / record["output"])).astype(int) for backend in ("cpu", "torch"))
        assert one.shape == other.shape == (96, 96, 3)
        apart.append(float((np.abs(one - other) > 24).mean()))
    # A level of difference may fall on either side of a threshold, which inverts it; equalize spreads what is left.
    assert np.mean(apart) < 0.02


def test_explain_tells_which_primitives_a_policy_became(make, samples, tmp_path):
    text = """
    image:
      - rand_augment: {count: 2, which: 6, magnitude: 9, sign: 0}
      - brightness: {factor: 0.5}
      - rand_augment: {id: nothing, which: 0}
      - augmix: {share: 1, severity: 10}
    """
    make(text, samples / "images" / "animal", tmp_path / "out")
    record = json.loads((tmp_path / "out" / "manifest.jsonl").read_text().splitlines()[0])
    assert record["steps"][2]["no_effect"]
    folder, root, (found,) = find(str(tmp_path / "out" / record["output"]), None)
    told = explain(folder, root, found)
    assert [(one.kind, one.steps) for one in told.trace.primitives] == [
        ("ColourMatrix", ("rand_augment",)),
        ("ColourMatrix", ("rand_augment", "brightness")),
        ("Blend", ("augmix",)),
    ]
    assert told.trace.idle == ("nothing",)
