"""Light commands stay light: they import nothing that takes long to load."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

HEAVY = ["torch", "numpy", "cv2", "nlpaug", "torchvision", "torchaudio", "soundfile", "scipy", "PIL"]
RUN_COMMAND = """
import json, sys
sys.argv = ["augcli", *json.loads(sys.argv[1])]
from augcli.cli.app import main
code = 0
try:
    main()
except SystemExit as exit:
    code = exit.code or 0
sys.stdout.flush()
print("\\n" + json.dumps([code, sorted(set(json.loads({heavy!r})) & set(sys.modules))]))
"""


def python(script: str, *arguments: str, **environment: str) -> list:
    """The JSON in the last line that a script prints, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=120, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


PIPELINE = "image: [flip, {rotate: {p: 0.5}}, mixup]\naudio: [gain]\ntext: [random_swap]\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["run", "--help"],
        ["check", "--help"],
        ["check", "good.yaml"],
        ["ops"],
        ["ops", "show", "flip"],
        ["docs"],
        ["docs", "operations"],
    ],
    ids=" ".join,
)
def test_light_commands_import_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(PIPELINE)
    arguments = [str(tmp_path / "good.yaml") if argument == "good.yaml" else argument for argument in arguments]
    assert python(RUN_COMMAND.format(heavy=json.dumps(HEAVY)), json.dumps(arguments)) == [0, []]


def test_importing_the_package_costs_next_to_nothing() -> None:
    script = "import augcli, json, sys; print(json.dumps(sorted(name for name in sys.modules if name.startswith('augcli'))))"
    assert python(script) == ["augcli"]


def test_completion_after_import_shows_the_functions_and_imports_nothing() -> None:
    script = "import augcli, json, sys; print(json.dumps([dir(augcli), 'augcli.api' in sys.modules]))"
    names, imported_api = python(script)
    assert {"load_pipeline", "plan", "replay", "run", "__version__"} <= set(names) and not imported_api


RUN_IMAGES = """
import json, sys
from augcli.api import load_pipeline, run
from augcli.engine.state.options import RunOptions
summary = run(load_pipeline(sys.argv[1]), [sys.argv[2]], sys.argv[3], RunOptions(device="cpu"))
heavy = sorted({"torch", "nlpaug", "torchvision", "torchaudio"} & set(sys.modules))
print(json.dumps([sum(summary.made.values()), sum(summary.failed.values()), heavy]))
"""


def test_a_run_on_images_alone_imports_no_torch(tmp_path: Path) -> None:
    import cv2

    (tmp_path / "in").mkdir()
    for number, suffix in enumerate(("png", "jpg")):
        pixels = np.random.default_rng(number).integers(0, 256, (24, 32, 3), np.uint8)
        assert cv2.imwrite(str(tmp_path / "in" / f"{number}.{suffix}"), pixels)
    (tmp_path / "p.yaml").write_text(
        "copies: 2\nimage: [flip, rotate, {crop: {size: 16}}, color_jitter, gaussian_blur, cutout, gaussian_noise, mixup]\n"
    )
    arguments = (str(tmp_path / "p.yaml"), str(tmp_path / "in"), str(tmp_path / "out"))
    assert python(RUN_IMAGES, *arguments) == [4, 0, []]
