"""How the code is laid out: imports point one way, between rooms and between files, and files and folders stay small."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

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


# The rooms of each layer, lowest tier first. Code may import from its own room and from lower tiers of its layer; rooms of
# one tier do not see each other. A room is a folder with what it holds, or a single file; "." is what lies beside the rooms.
ROOMS = {
    "core": ["values", "draws", "primitives", "ops", "labels", "pipeline", "program", "idioms", "plan.py", "rings.py"],
    "ops": ["image audio text", "."],
    "kernels": ["shared", "cpu torch/batch words", "torch/image torch/audio"],
    "formats": [
        "bytes format.py", "image/metadata", "image audio text", "image/kinds audio/kinds",
        "image/table.py audio/table.py", "image/codec.py audio/codec.py", "image/frames.py",
    ],
    "dataset": [".", "layouts"],
    "engine": ["modality resources store", "plan", "state", "make", "after about", "finish start", "work.py", "run.py"],
}  # fmt: skip
BLIND = {(f"kernels/torch/{one}", f"kernels/{other}") for one in ("image", "audio") for other in ("cpu", "words")}
MOST_FILES = 15


def room(name: str) -> tuple[str, int] | None:
    """The room of a file and its tier, if its layer has rooms."""
    top, _, rest = name.partition("/")
    if top not in ROOMS:
        return None
    found = {each: tier for tier, rooms in enumerate(ROOMS[top]) for each in rooms.split()}
    fitting = [each for each in found if rest == each or rest.startswith(each + "/")]
    own = max(fitting, key=len) if fitting else "." if "/" not in rest else ""
    if own not in found and name.endswith("__init__.py"):
        return None
    assert own in found, f"{name} belongs to no room"
    return f"{top}/{own}", found[own]


def imported_files(name: str, text: str, known: set[str]) -> Iterator[tuple[int, str]]:
    """(line, file) of each import of ours in a file with this text."""
    for line, module in imported(ROOT / name, text):
        path = module.replace(".", "/")
        while path:
            if found := {f"{path}.py", f"{path}/__init__.py"} & known:
                yield line, found.pop()
                break
            path = path.rpartition("/")[0]


def unseemly(sources: dict[str, str]) -> list[str]:
    """Imports that go up, or across, between the rooms of a layer."""
    problems = []
    for name, text in sources.items():
        own = room(name)
        for line, target in imported_files(name, text, set(sources)):
            other = room(target)
            if own is None or other is None or own == other or name.split("/")[0] != target.split("/")[0]:
                continue
            if other[1] >= own[1] or (own[0], other[0]) in BLIND:
                problems.append(f"{name}:{line} ({own[0]}) imports {target}")
    return problems


def circle(sources: dict[str, str]) -> list[str]:
    """Files that import each other in a circle, also by imports within functions or for types alone."""
    graph = {
        name: {target for _, target in imported_files(name, text, set(sources)) if target not in (name, "__init__.py")}
        for name, text in sources.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def too_full(names: list[str]) -> dict[str, int]:
    """Folders with more files than a reader takes in, but for operations: one file each."""
    counts = Counter(name.rpartition("/")[0] for name in names if not name.endswith("__init__.py"))
    return {folder: count for folder, count in counts.items() if count > MOST_FILES and folder.partition("/")[0] != "ops"}


def too_long(texts: dict[str, str]) -> list[str]:
    return [name for name, text in texts.items() if len(text.splitlines()) > 300]


SOURCES = {name: (ROOT / name).read_text(encoding="utf-8") for name in NAMES}


def test_rooms_see_only_what_lies_below_them() -> None:
    assert unseemly(SOURCES) == []


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circle(SOURCES) == []


def test_folders_and_files_stay_small() -> None:
    tests = Path(__file__).parents[1].rglob("*.py")
    assert too_full(NAMES) == {}
    assert too_long(SOURCES | {path.name: path.read_text(encoding="utf-8") for path in tests}) == []


def test_planted_violations_are_found() -> None:
    planted = {
        "core/values/low.py": "def late():\n    from augcli.core.primitives.high import High",
        "core/primitives/high.py": "from augcli.core.values import low",
        "core/values/__init__.py": "",
        "kernels/cpu/one.py": "from augcli.kernels.words import other",
        "kernels/words/other.py": "import augcli.kernels.shared.fine",
        "kernels/shared/fine.py": "from augcli.core.primitives.high import High",
        "kernels/torch/image/four.py": "from augcli.kernels.cpu.one import One\nfrom ..batch import five",
        "kernels/torch/batch/five.py": "from ...shared.fine import Fine",
        "formats/image/header.py": "from . import table",
        "formats/image/table.py": "from augcli.formats.image.kinds import kind",
        "formats/image/kinds/kind.py": "",
    }
    assert unseemly(planted) == [
        "core/values/low.py:2 (core/values) imports core/primitives/high.py",
        "kernels/cpu/one.py:1 (kernels/cpu) imports kernels/words/other.py",
        "kernels/torch/image/four.py:1 (kernels/torch/image) imports kernels/cpu/one.py",
        "formats/image/header.py:1 (formats/image) imports formats/image/table.py",
    ]
    assert set(circle(planted)) == {"core/values/low.py", "core/primitives/high.py"}
    assert circle({**planted, "core/values/low.py": ""}) == []
    with pytest.raises(AssertionError, match="belongs to no room"):
        room("core/attic/old.py")
    files = [f"{folder}/{number}.py" for folder in ("engine/make", "ops/image/blur") for number in range(16)]
    assert too_full(files) == {"engine/make": 16}
    assert too_long({"short.py": "x\n" * 300, "long.py": "x\n" * 301}) == ["long.py"]


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
    assert classes_named_twice(SOURCES) == {}


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
