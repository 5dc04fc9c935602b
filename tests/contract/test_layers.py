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
# On top: what the package shows (api, load, __init__), which only the command line sees. A layer may see all below it.
# `data` holds tables that kernels read as files, and the tools with which developers build them: nobody imports those.
SEES = {
    "core": set(),
    "ops": {"core", "plugin"},
    "plugin": {"core"},  # the door through which authors of operations get what they write with
    "kernels": {"core"},
    "formats": {"core"},
    "dataset": {"core", "formats"},
    "engine": {"core", "plugin", "ops", "kernels", "formats", "dataset"},
    "top": {"core", "ops", "engine"},
    "cli": {"core", "engine", "ops", "kernels", "formats", "dataset", "top"},
    "data": {"core", "kernels"},
    "__main__": {"cli"},
}


def layer(module: str) -> str:
    """The layer of a dotted name below augcli; "" for the package itself."""
    first = module.partition(".")[0]
    return "top" if first in ("", "api", "load") else first


def imported(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """(line, dotted name below augcli) of everything of ours that a file with this text imports, wherever in it."""
    package = path.relative_to(ROOT.parent).with_suffix("").parts
    for node in ast.walk(ast.parse(text)):
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
    for line, module in imported(ROOT / name, (ROOT / name).read_text(encoding="utf-8")):
        # `from augcli import __version__` is a fact that all may know
        if module != "__version__" and layer(module) != own:
            assert layer(module) in SEES[own], f"{name}:{line} ({own}) imports {module or 'augcli'}"


IMPORTS = """
import augcli.engine.run
from ..kernels import noise
from augcli import cli
from . import facts
import os
def late():
    from augcli.formats.image.codec import probe
    return importlib.import_module("augcli.dataset.write")
"""


def test_the_import_check_sees_what_it_should() -> None:
    found = [module for _, module in imported(ROOT / "core" / "not_there.py", IMPORTS)]
    assert sorted(found) == ["cli", "core.facts", "dataset.write", "engine.run", "formats.image.codec.probe", "kernels.noise"]
    assert {layer(module) for module in found} == {"cli", "core", "dataset", "engine", "formats", "kernels"}
    assert layer("") == layer("api") == layer("load") == "top"


def test_files_stay_small() -> None:
    tests = Path(__file__).parents[1].rglob("*.py")
    assert [path.name for path in (*FILES, *tests) if len(path.read_text(encoding="utf-8").splitlines()) > 300] == []


@pytest.mark.parametrize("name", NAMES)
def test_files_are_called_for_what_they_hold(name: str) -> None:
    words = set(name.removesuffix(".py").replace("/", "_").split("_"))
    assert not words & {"util", "utils", "helper", "helpers", "manager", "misc", "common", "base", "stuff", "tools"}
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    an_operation = name.startswith("ops/") and not name.endswith("__init__.py")  # its class says it
    assert ast.get_docstring(tree) or not tree.body or an_operation, "a file begins by saying what it is"
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.ClassDef) and node.name.endswith(("Manager", "Helper", "Util", "Utils"))), node.name


def classes_named_twice(sources: dict[str, str]) -> dict[str, list[str]]:
    """Names of classes that several places define, with their files."""
    places: dict[str, list[str]] = {}
    for name, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(name)
    return {name: found for name, found in places.items() if len(found) > 1}


def test_a_class_name_means_one_thing() -> None:
    assert classes_named_twice({name: (ROOT / name).read_text(encoding="utf-8") for name in NAMES}) == {}


def test_the_class_name_check_finds_what_it_should() -> None:
    sources = {"a.py": "class Row: pass\nclass Own: pass", "b.py": "def f():\n    class Row: pass\n    class Other: pass"}
    assert classes_named_twice(sources) == {"Row": ["a.py", "b.py"]}


MODALITIES = {"image", "audio", "text"}


def asks_for_a_modality(source: str) -> Iterator[int]:
    """Lines that compare something with the name of a modality, or with some of them: an `if` that the table should hold."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            for operator, side in zip((None, *node.ops), (node.left, *node.comparators), strict=True):
                if operator is None and isinstance(node.ops[0], ast.In | ast.NotIn):
                    continue  # `"image" in found` asks what there is, not what this is
                parts = side.elts if isinstance(side, ast.Tuple | ast.List | ast.Set) else [side]
                values = {part.value for part in parts if isinstance(part, ast.Constant)}
                if values & MODALITIES and not values >= MODALITIES:  # all three together: any modality at all
                    yield node.lineno
        elif isinstance(node, ast.match_case):
            names = {item.value for item in ast.walk(node.pattern) if isinstance(item, ast.Constant)}
            if names & MODALITIES:
                yield node.pattern.lineno


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name.startswith(("engine/", "cli/")) and not name.startswith("engine/modality/")]
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
        'if "image" in found: pass',
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
