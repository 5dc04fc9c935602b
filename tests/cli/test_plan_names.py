"""`augcli plan` says beforehand which outputs will have names that are too long."""

from __future__ import annotations

import json


def test_names_that_are_too_long_are_told_by_the_plan(augcli, samples, pipeline_file, tmp_path):
    pipeline = pipeline_file("image: [flip]\n")
    output = tmp_path / "/".join(["d" * 200] * 20)
    done = augcli("run", pipeline, samples / "images", "-o", output, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": the path has") == 14
    found = json.loads(augcli("run", pipeline, samples / "images", "-o", output, "--dry-run", "--json").stdout)
    assert len(found["unnamable"]) == 14 and "animal/cat__aug0.jpg" in {item["output"] for item in found["unnamable"]}
    assert json.loads(augcli("plan", pipeline, samples / "images", "--json").stdout)["unnamable"] == []
