"""How the code lies: imports point one way, files stay small, and light commands stay light."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import augcli

ROOT = Path(augcli.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
NAMES = [path.relative_to(ROOT).as_posix() for path in FILES]

# cli → engine → {ops, kernels, formats, dataset} → core; the four do not see each other, but dataset → formats.
# On top: what the package shows (api, load, __init__), which all but the command line may not see.
SEES = {
    "core": set(),
    "ops": {"core"},
    "kernels": {"core"},
    "formats": {"core"},
    "dataset": {"core", "formats"},
    "engine": {"core", "ops", "kernels", "formats", "dataset"},
    "top": {"core", "ops", "engine"},
    "cli": {"core", "engine", "ops", "top"},
    "__main__": {"cli"},
}


def layer(module: str) -> str:
    """The layer of a dotted name below augcli; "" for the package itself."""
    first = module.partition(".")[0]
    return "top" if first in ("", "api", "load") else first


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name below augcli) of everything of ours that a file imports, wherever in it."""
    package = path.relative_to(ROOT.parent).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: -node.level]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("importlib.import_module", "import_module", "__import__"):
            names = [str(node.args[0].value)] if node.args and isinstance(node.args[0], ast.Constant) else []
        for name in names:
            if name.partition(".")[0] == "augcli":
                yield node.lineno, name.removeprefix("augcli").removeprefix(".")


@pytest.mark.parametrize("name", NAMES)
def test_imports_point_one_way(name: str) -> None:
    own = layer(name.removesuffix(".py").removesuffix("/__init__").removesuffix("__init__").replace("/", "."))
    assert own in SEES, f"{name} belongs to no layer"
    for line, module in imported(ROOT / name):
        # `from augcli import __version__` is a fact that all may know
        if module != "__version__" and layer(module) != own:
            assert layer(module) in SEES[own], f"{name}:{line} ({own}) imports {module or 'augcli'}"


def test_the_import_check_sees_what_it_should(tmp_path: Path) -> None:
    text = "import augcli.engine.run\nfrom ..kernels import noise\nfrom augcli import cli\nfrom . import facts\nimport os\ndef f():\n    from augcli.formats.image import probe\n"
    path = ROOT / "core" / "not_there.py"
    path_text, Path.read_text = Path.read_text, lambda self, encoding=None: text if self == path else path_text(self, encoding)  # type: ignore[method-assign, assignment]
    try:
        found = [module for _, module in imported(path)]
    finally:
        Path.read_text = path_text  # type: ignore[method-assign]
    assert found == ["engine.run", "kernels.noise", "cli", "core.facts", "formats.image.probe"]
    assert [layer(module) for module in found] == ["engine", "kernels", "cli", "core", "formats"]
    assert layer("") == layer("api") == layer("load") == "top"


@pytest.mark.parametrize("name", NAMES)
def test_files_stay_small(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("name", NAMES)
def test_files_are_called_for_what_they_hold(name: str) -> None:
    words = set(name.removesuffix(".py").replace("/", "_").split("_"))
    assert not words & {"util", "utils", "helper", "helpers", "manager", "misc", "common", "base", "stuff", "tools"}
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body, "a file begins by saying what it is"
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.ClassDef) and node.name.endswith(("Manager", "Helper", "Util", "Utils"))), node.name


MODALITIES = {"image", "audio", "text"}


def asks_for_a_modality(source: str) -> Iterator[int]:
    """Lines that compare something with the name of one modality (or some of them): an `if` that the table should hold."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            for side in (node.left, *node.comparators):
                values = {item.value for item in ast.walk(side) if isinstance(item, ast.Constant) and isinstance(item.value, str)}
                literal = isinstance(side, ast.Constant | ast.Tuple | ast.List | ast.Set)
                if literal and values & MODALITIES and not values >= MODALITIES:  # all three together is "a modality at all"
                    yield node.lineno
        elif isinstance(node, ast.match_case):
            if any(isinstance(item, ast.Constant) and item.value in MODALITIES for item in ast.walk(node.pattern)):
                yield node.pattern.lineno


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name.startswith(("engine/", "cli/")) and name != "engine/modality.py"]
)
def test_nobody_asks_for_the_modality(name: str) -> None:
    assert not list(asks_for_a_modality((ROOT / name).read_text(encoding="utf-8")))


def test_the_modality_check_sees_what_it_should() -> None:
    asking = [
        'if modality == "image": pass',
        'x = "text" != kind',
        'if m in ("image", "audio"): pass',
        'match m:\n  case "text": pass',
    ]
    innocent = [
        'x = {"image": 1}',
        'if m in ("image", "audio", "text"): pass',
        'if name == "images": pass',
        'f("text")',
        'd["image"] == 3',
    ]
    assert all(list(asks_for_a_modality(source)) for source in asking)
    assert not any(list(asks_for_a_modality(source)) for source in innocent)


# What light commands import

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
    [["--help"], ["--version"], ["run", "--help"], ["check", "--help"], ["check", "good.yaml"], ["ops"], ["ops", "show", "flip"]],
    ids=" ".join,
)
def test_light_commands_import_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(PIPELINE)
    arguments = [str(tmp_path / "good.yaml") if argument == "good.yaml" else argument for argument in arguments]
    assert python(RUN_COMMAND.format(heavy=json.dumps(HEAVY)), json.dumps(arguments)) == [0, []]


def test_importing_the_package_costs_next_to_nothing() -> None:
    script = "import augcli, json, sys; print(json.dumps(sorted(name for name in sys.modules if name.startswith('augcli'))))"
    assert python(script) == ["augcli"]


RUN_PICTURES = """
import json, sys
from augcli.api import load_pipeline, run
from augcli.engine.options import RunOptions
summary = run(load_pipeline(sys.argv[1]), [sys.argv[2]], sys.argv[3], RunOptions(device="cpu"))
print(json.dumps([sum(summary.made.values()), sum(summary.failed.values()), sorted({"torch", "nlpaug", "torchvision", "torchaudio"} & set(sys.modules))]))
"""


def test_a_run_on_pictures_alone_imports_no_torch(tmp_path: Path) -> None:
    import cv2

    (tmp_path / "in").mkdir()
    for number, suffix in enumerate(("png", "jpg")):
        pixels = np.random.default_rng(number).integers(0, 256, (24, 32, 3), np.uint8)
        assert cv2.imwrite(str(tmp_path / "in" / f"{number}.{suffix}"), pixels)
    (tmp_path / "p.yaml").write_text(
        "copies: 2\nimage: [flip, rotate, {crop: {size: 16}}, color_jitter, gaussian_blur, cutout, gaussian_noise, mixup]\n"
    )
    arguments = (str(tmp_path / "p.yaml"), str(tmp_path / "in"), str(tmp_path / "out"))
    assert python(RUN_PICTURES, *arguments) == [4, 0, []]
