"""What every operation says about itself, and how operations are registered."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from every_op import OPS, REGISTRY

from augcli.core.draws.distributions import parse_distribution
from augcli.core.draws.fields import fit
from augcli.core.ops import op as core_op
from augcli.core.ops.op import Op
from augcli.core.pipeline.steps import COMBINATORS

LABEL_WORDS = re.compile(
    r"\b(labels?|box(es)?|points?|masks?|class(es)?|spans?|times|events?|transcripts?|meaning)\b", re.IGNORECASE
)


@pytest.mark.parametrize("op_id", OPS)
def test_docstrings_say_what_happens_and_what_becomes_of_labels(op_id: str) -> None:
    doc = inspect.cleandoc(REGISTRY[op_id].__doc__ or "")
    summary, _, rest = doc.partition("\n")
    assert 10 <= len(summary) <= 120
    assert summary.endswith("."), "the first line is one whole sentence"
    assert rest.startswith("\n"), "an empty line follows the summary"
    assert LABEL_WORDS.search(doc), "what becomes of labels is said"


@pytest.mark.parametrize("op_id", OPS)
def test_fields_say_what_they_mean_and_have_sane_defaults(op_id: str) -> None:
    op = REGISTRY[op_id]
    for name, field in op.model_fields.items():
        assert field.description, f"{name} needs a description"
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert name not in (*core_op.STEP_KEYS, "steps", "n", "times"), f"{name} has a meaning for every step"
        if name in op.spans:
            info, default = op.spans[name], field.default
            assert info.low < info.high
            assert fit(default, info) == default
            assert fit(parse_distribution(default.written()), info) == default
            assert not info.per or info.per in op.model_fields
    assert not set(op.keys) & set(op.model_fields)
    assert not {"p", "n", "partner"} & {*op.spans, *op.keys}, "these names are hashed for firing, counting and partners"
    assert op.version >= 1
    assert op.needs in ("facts", "targets", "content")
    assert op.partners == 0 or not op.keeps_label
    assert all(isinstance(reference, str) and len(reference) > 10 for reference in op.references)


@pytest.mark.parametrize("op_id", OPS)
def test_options_survive_being_written_and_read(op_id: str) -> None:
    """Fingerprints and `run.json` hold what `model_dump` gives."""
    op = REGISTRY[op_id]
    for example in op.examples:
        made = op.model_validate(example)
        dumped = json.loads(json.dumps(made.model_dump(mode="json")))
        assert op.model_validate(dumped) == made
    json.dumps(op.model_json_schema())


@pytest.mark.parametrize("op_id", OPS)
def test_ids_files_and_imports(op_id: str) -> None:
    op = REGISTRY[op_id]
    assert re.fullmatch(r"(image|audio|text)\.[a-z][a-z0-9_]*", op_id)
    assert op.name() not in COMBINATORS
    assert op.modality() == "text" or not op.name().startswith("random_"), "every op is random: the name says what it does"
    assert re.fullmatch(rf"augcli\.ops\.{op.modality()}(\.[a-z]+)?\.{op.name()}", op.__module__), "a file is called as its op"
    tree = ast.parse(inspect.getsource(importlib.import_module(op.__module__)))
    own = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    assert len([node for node in own if getattr(sys.modules[op.__module__], node.name, None) in REGISTRY.values()]) == 1
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module or ""]
        for name in names:
            outside = name.partition(".")[0] in {*sys.stdlib_module_names, "pydantic"}
            assert outside or name == "augcli.plugin" or name.startswith("augcli.core."), f"an op imports {name}"


def test_a_field_that_every_step_has_is_refused() -> None:
    with pytest.raises(TypeError, match=r"image\.heavy has a field called 'weight', which is a key of every step"):
        type(
            "Heavy",
            (Op,),
            {
                "id": "image.heavy",
                "__annotations__": {"id": "ClassVar[str]", "weight": float},
                "weight": 1.0,
                "__module__": __name__,
            },
        )
    assert "image.heavy" not in REGISTRY


def test_two_ops_of_one_name_are_refused() -> None:
    with pytest.raises(TypeError, match=r"two ops have the id image\.flip: augcli\.ops\.image\.geometry\.flip and"):
        type("Flip", (Op,), {"id": "image.flip", "__annotations__": {"id": "ClassVar[str]"}, "__module__": __name__})


# Third parties

THIRD_PARTY = dedent('''\
    from augcli.plugin import Draw, Fill, Op, Primitives, Span, State, span


    class Letterbox(Op):
        """Cover a bar at the top.

        Boxes below it are hidden.
        """

        id = "image.top_bar"
        height: Span = span(0.1, 0.2, within=(0, 1), unit="of the height", doc="of the bar")

        def lower(self, draw: Draw, state: State) -> Primitives:
            width, height = state.image[:2]
            return [Fill((((0, 0, width, round(draw.height * height)), (0.0, 0.0, 0.0)),))]
''')
USE_IT = """
import json
from augcli import ops
from augcli.core.program.compile import CompiledPipeline
from augcli.core.values.facts import ImageFacts
from augcli.core.draws.keys import unit_key
from augcli.core.program.lower import draw_steps, lower
from augcli.core.ops.op import State
from augcli.core.pipeline.model import parse_pipeline

assert "image.top_bar" in ops.load()
steps = parse_pipeline("image: [flip, {top_bar: {height: 0.5, p: 1}}]").steps["image"]
print(json.dumps(lower(draw_steps(CompiledPipeline(steps), unit_key(0, "a", 0)), State(ImageFacts(10, 8))).program[-1]))
"""


def test_ops_of_other_packages_come_in_by_an_entry_point(tmp_path: Path) -> None:
    (tmp_path / "top_bar.py").write_text(THIRD_PARTY)
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "top-bar"\nversion = "1"\n[project.entry-points."augcli.ops"]\ntop_bar = "top_bar"\n'
    )
    installed = tmp_path / "top_bar-1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: top-bar\nVersion: 1\n")
    (installed / "entry_points.txt").write_text("[augcli.ops]\ntop_bar = top_bar\n")
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-c", USE_IT], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[[[0, 0, 10, 4], [0.0, 0.0, 0.0]]]]
    assert "image.top_bar" not in REGISTRY
