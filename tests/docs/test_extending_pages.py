"""The operations and the primitive that the documentation builds are built here from its text, and used."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from markdown_blocks import ROOT, Block, blocks_in, copy_few_samples

from augcli.core.ops.op import REGISTRY
from augcli.kernels.cpu.image import apply as cpu
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image import execute as on_torch


def files_of(page: str) -> dict[str, Block]:
    text = (ROOT / "augcli/docs" / f"{page}.md").read_text(encoding="utf-8")
    return {block.file: block for block in blocks_in(text) if block.file}


def module_of(name: str) -> ModuleType:
    """A file of the page about contributing as a module that the page's other files can import."""
    module = ModuleType(name)
    sys.modules[name] = module
    exec(compile(files_of("contributing")[f"{name}.py"].text, f"{name}.py", "exec"), module.__dict__)
    return module


@pytest.fixture
def contributed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """contributed(name): a file of the page, run; whatever it adds is forgotten afterwards."""
    names: list[str] = []
    added: set[str] = set()

    def load(name: str) -> ModuleType:
        before = set(REGISTRY)
        module = module_of(name)
        names.append(name)
        added.update(set(REGISTRY) - before)
        return module

    yield load
    for name in names:
        del sys.modules[name]
    for op_id in added:
        del REGISTRY[op_id]


def images() -> list[np.ndarray]:
    """Of several sizes, grey, RGB and RGBA, with 8 and with 16 bits."""
    rng = np.random.default_rng(5)
    shapes = [(7, 9, 3), (1, 1, 1), (16, 5, 4), (33, 40, 3), (8, 8, 1)]
    return [
        *[rng.integers(0, 256, shape, np.uint8) for shape in shapes],
        *[rng.integers(0, 65_536, shape, np.uint16) for shape in shapes],
    ]


def test_the_operation_works_as_its_page_says(contributed: Callable, make: Callable, samples: Path, tmp_path: Path) -> None:
    op = contributed("duotone").Duotone
    assert REGISTRY["image.duotone"] is op
    text = files_of("contributing")["duotone.yaml"].text
    summary = make(text, samples / "images", tmp_path / "out", overrides={"copies": "1"})
    assert summary.complete and sum(summary.made.values()) == 14
    (whole,) = op(strength=1).lower(op.draw_type(1.0), None)
    grey = np.full((1, 1, 3), 255, np.uint8)
    assert cpu.apply(grey, whole).tolist() == [[[255, 240, 200]]]
    assert cpu.apply(grey * 0, whole).tolist() == [[[20, 10, 60]]]


def test_the_primitive_is_the_same_on_both_backends(contributed: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    scanlines = contributed("scanlines").Scanlines
    monkeypatch.setattr(cpu, "_KERNELS", cpu._KERNELS | contributed("scanlines_cpu").KERNELS)
    monkeypatch.setattr(on_torch, "STEPS", on_torch.STEPS | contributed("scanlines_torch").STEPS)
    op = contributed("crt").Crt
    given = images()
    programs = [tuple(op().lower(op.draw_type(2 + number % 3, 0.37), None)) for number in range(len(given))]
    assert {type(primitive) for program in programs for primitive in program} == {scanlines}
    expected = [cpu.apply(image, program[0]) for image, program in zip(given, programs, strict=True)]
    rows = [BatchRow(number, program) for number, program in enumerate(programs)]
    together = on_torch.execute(given, rows)
    for number, (image, program) in enumerate(zip(given, programs, strict=True)):
        assert np.array_equal(together[number], expected[number])  # the tolerance that it declares is 0
        assert np.array_equal(
            together[number], on_torch.execute(given, rows[number : number + 1])[0]
        )  # rows do not see each other
        spacing = program[0].spacing_px
        changed = (image != together[number]).any(axis=(1, 2)).nonzero()[0]
        assert all(line % spacing == 0 for line in changed)
        if image.shape[2] == 4:
            assert np.array_equal(image[:, :, 3], together[number][:, :, 3])
        assert np.array_equal(together[number][0, 0, :3], np.rint(image[0, 0, :3] * np.float32(0.37)).astype(image.dtype))


def test_the_plugin_comes_in_through_its_entry_point(tmp_path: Path) -> None:
    """The page's package as pip would install it: its module, and the entry points that its pyproject.toml declares."""
    files = files_of("plugins")
    project = tomllib.loads(files["pyproject.toml"].text)["project"]
    (tmp_path / "night.py").write_text(files["night.py"].text)
    (tmp_path / "night.yaml").write_text(files["night.yaml"].text)
    information = tmp_path / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    points = project["entry-points"]["augcli.ops"]
    (information / "entry_points.txt").write_text("[augcli.ops]\n" + "".join(f"{key} = {points[key]}\n" for key in points))
    copy_few_samples(tmp_path / "data")
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{tmp_path}"}
    for command in (["ops", "show", "night"], ["check", "night.yaml"], ["run", "night.yaml", "data/images", "-o", "out"]):
        done = subprocess.run(
            [sys.executable, "-m", "augcli", *command], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "out").rglob("*__aug0.*"))) == 4
