"""Nothing in augcli draws random numbers except through core/draws/keys.py: an AST walk over all files, itself tested.

Draws are hashes (DESIGN.md §2.1). A generator with a state, a clock or the address of an object anywhere in the way
would make outputs depend on the order of work, and `replay` would lie.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import augcli

ROOT = Path(augcli.__file__).parent
# nlpaug draws through `random` and `numpy.random`: it is shut in, and fed words one at a time.
# Temporary files must have names that no other process and no other machine draws.
QUARANTINE = {"kernels/words/nlpaug_words.py", "dataset/write.py"}

FORBIDDEN = {
    "random", "secrets", "uuid.uuid1", "uuid.uuid4", "os.urandom", "os.getrandom",
    "numpy.random", "scipy.stats", "cv2.randu", "cv2.randn", "cv2.randShuffle", "cv2.setRNGSeed", "cv2.theRNG",
    "torch.manual_seed", "torch.seed", "torch.initial_seed", "torch.Generator", "torch.default_generator", "torch.random",
    "torch.rand", "torch.rand_like", "torch.randn", "torch.randn_like", "torch.randint", "torch.randint_like", "torch.randperm",
    "torch.bernoulli", "torch.multinomial", "torch.normal", "torch.poisson", "torch.binomial", "torch.distributions",
    "torch.dropout", "torch.nn.functional.dropout", "torch.nn.Dropout", "torch.cuda.manual_seed", "torch.cuda.manual_seed_all",
    "torch.get_rng_state", "torch.set_rng_state", "torch.Tensor.uniform_", "torch.Tensor.normal_",
    "torchvision.transforms", "albumentations", "imgaug",
}  # fmt: skip
# Methods that draw, on whatever they are called; and `hash`, whose value for a text differs from process to process.
FORBIDDEN_METHODS = {
    "uniform_", "normal_", "random_", "bernoulli_", "exponential_", "geometric_", "cauchy_", "log_normal_",
    "manual_seed", "standard_normal", "permutation", "default_rng",
}  # fmt: skip
FORBIDDEN_BUILTINS = {"hash"}


def offences(source: str) -> Iterator[tuple[int, str]]:
    """(line, what) of everything in this Python text that draws by chance."""
    tree = ast.parse(source)
    names: dict[str, str] = {}  # what a name in this file stands for
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.partition(".")[0]] = alias.name if alias.asname else alias.name.partition(".")[0]
                if forbidden(alias.name):
                    yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                if forbidden(f"{node.module}.{alias.name}"):
                    yield node.lineno, f"{node.module}.{alias.name}"
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            dotted = dotted_name(node, names)
            if dotted and forbidden(dotted):
                yield node.lineno, dotted
            elif node.attr in FORBIDDEN_METHODS:
                yield node.lineno, f".{node.attr}"
        elif isinstance(node, ast.Call):
            called = (
                node.func.id
                if isinstance(node.func, ast.Name)
                else node.func.attr
                if isinstance(node.func, ast.Attribute)
                else ""
            )
            if isinstance(node.func, ast.Name) and called in FORBIDDEN_BUILTINS - set(names) - defined:
                yield node.lineno, f"{called}()"
            by_name = called in ("import_module", "__import__") and node.args and isinstance(node.args[0], ast.Constant)
            if by_name and forbidden(str(node.args[0].value)):
                yield node.lineno, str(node.args[0].value)


def dotted_name(node: ast.Attribute, names: dict[str, str]) -> str | None:
    parts: list[str] = []
    inner: ast.expr = node
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    if not isinstance(inner, ast.Name) or inner.id not in names:
        return None
    return ".".join([names[inner.id], *reversed(parts)])


def forbidden(dotted: str) -> bool:
    return any(dotted == name or dotted.startswith(f"{name}.") for name in FORBIDDEN)


FILES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", [path for path in FILES if path not in QUARANTINE])
def test_nothing_draws_by_chance(path: str) -> None:
    assert not list(offences((ROOT / path).read_text(encoding="utf-8")))


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 80
    assert "core/draws/keys.py" in FILES


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "import random as chance",
        "from random import shuffle",
        "def f():\n    import random\n    return random.random()",
        "import numpy as np\nx = np.random.rand(3)",
        "import numpy as np\nx = np.random.default_rng(0)",
        "import numpy\nnumpy.random.seed(1)",
        "from numpy import random",
        "from numpy.random import default_rng",
        "import numpy.random",
        "import torch\nx = torch.rand(3)",
        "import torch as t\nx = t.randn_like(y)",
        "from torch import randint",
        "import torch\ntorch.manual_seed(0)",
        "import torch\ntorch.cuda.manual_seed_all(0)",
        "import torch\nx = torch.empty(3).uniform_()",
        "x = tensor.bernoulli_(0.5)",
        "import torch.nn.functional\nx = torch.nn.functional.dropout(y)",
        "import cv2\ncv2.randn(x, 0, 1)",
        "import importlib\nm = importlib.import_module('random')",
        "m = __import__('secrets')",
        "import os\nx = os.urandom(8)",
        "import uuid\nx = uuid.uuid4()",
        "key = hash('a.jpg')",
        "order = sorted(names, key=lambda name: hash(name))",
        "generator.standard_normal(4)",
        "from torchvision.transforms import v2",
    ],
)
def test_offenders_are_caught(source: str) -> None:
    assert list(offences(source))


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nx = np.add(1, 2)",
        "from augcli.core.draws.keys import draw_uniform\nx = draw_uniform(unit, field)",
        "from augcli.core.draws.chance import uniforms",
        "random = 3\nx = thing.random",
        "import torch\nx = torch.zeros(3)",
        "import hashlib\nx = hashlib.blake2b(b'')",
        "from .random_delete import RandomDelete",
        "x = 'random'  # random",
        "from uuid import UUID",
        "record.id",
    ],
)
def test_the_innocent_go_free(source: str) -> None:
    assert not list(offences(source))
