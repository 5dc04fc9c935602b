"""`augcli ops`: the schema for editors agrees with `check`, and the reference with the registry."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from augcli import ops
from augcli.core.ops.op import Op
from augcli.core.pipeline.located import read_yaml
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.pipeline.steps import COMBINATORS
from augcli.core.values.outcome import ConfigError
from augcli.engine.about.catalogue import entries, limits_of
from augcli.engine.about.schema import pipeline_schema

ROOT = Path(__file__).parent.parent.parent
SCHEMA = pipeline_schema()
VALIDATOR = Draft7Validator(SCHEMA)
OPS = sorted((op for op in ops.load().values() if op.__module__.startswith("augcli.")), key=lambda op: op.id)
EXAMPLES = [(op, example) for op in OPS for example in op.examples]


def accepts(value: Any) -> bool:
    return VALIDATOR.is_valid(value)


def checked(value: Any) -> bool:
    """Whether `check` takes it. JSON is YAML."""
    try:
        parse_pipeline(json.dumps(value))
    except ConfigError:
        return False
    return True


# The schema


def test_the_schema_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)
    text = json.dumps(SCHEMA)
    assert "prefixItems" not in text and "$defs" not in text  # newer than draft-07


def test_the_sample_pipeline_is_valid() -> None:
    VALIDATOR.validate(read_yaml((ROOT / "sample_data" / "pipeline.yaml").read_text(encoding="utf-8")).value)


@pytest.mark.parametrize(("op", "example"), EXAMPLES, ids=[f"{op.id} {json.dumps(example)}" for op, example in EXAMPLES])
def test_every_example_is_valid(op: type[Op], example: dict[str, Any]) -> None:
    step = {op.name(): {**example, "p": 0.5, "id": "a", "weight": 2, "barrier": True}}
    for steps in ([{op.name(): example}], [step], [{"one_of": [step]}], [{"repeat": {"times": 2, "steps": [step]}}]):
        VALIDATOR.validate({op.modality(): steps})


@pytest.mark.parametrize("op", OPS, ids=[op.id for op in OPS])
def test_a_bare_name_is_valid_where_nothing_is_needed(op: type[Op]) -> None:
    for step in (op.name(), {op.name(): None}, {op.name(): {}}):
        value = {op.modality(): [step]}
        assert accepts(value) == checked(value)


@pytest.mark.parametrize("op", OPS, ids=[op.id for op in OPS])
def test_every_option_is_described_with_its_default(op: type[Op]) -> None:
    properties = SCHEMA["definitions"][op.id]["properties"]
    severity = ["severity"] if op.severities else []
    assert list(properties) == [*op.model_fields, *severity, "p", "id", "weight", "barrier"]
    needed = {name: op.examples[0][name] for name, field in op.model_fields.items() if field.is_required()}
    for name, field in op.model_fields.items():
        assert properties[name]["description"]
        if not field.is_required():  # the default as it is shown must be one that may be written
            value = {op.modality(): [{op.name(): {**needed, name: properties[name]["default"]}}]}
            assert accepts(value) and checked(value)


def test_every_key_beside_the_steps_is_described() -> None:
    def undescribed(schema: dict[str, Any], where: str) -> list[str]:
        found = [] if schema.get("description") else [where]
        return found + [
            bad for name, inner in schema.get("properties", {}).items() for bad in undescribed(inner, f"{where}.{name}")
        ]

    assert [bad for key, schema in SCHEMA["properties"].items() for bad in undescribed(schema, key)] == []


@pytest.mark.parametrize("op", OPS, ids=[op.id for op in OPS])
def test_limits_of_drawn_fields_are_those_of_check(op: type[Op]) -> None:
    example = op.examples[0]
    for name, info in op.spans.items():
        step = 1 if info.whole else 1e-6
        inside: list[Any] = [info.low, info.high, [info.low, info.high], {"choice": [info.low, info.high]}]
        outside: list[Any] = [info.low - step, info.high + step, [info.low - step, info.high], {"choice": [info.high + step]}]
        outside += [{"normal": {"mean": 0.1, "std": 0}}, {"log_uniform": [-1, 1]}, {"beta": [0, 1]}, {}, "x", True, None, []]
        for good, candidates in ((True, inside), (False, outside)):
            for candidate in candidates:
                value = {op.modality(): [{op.name(): {**example, name: candidate}}]}
                assert accepts(value) == good, (name, candidate)
                if not good:
                    assert not checked(value), (name, candidate)


GOOD: list[dict[str, Any]] = [
    {"image": ["flip"], "output": {"image": {"quality": "source", "subsampling": "444", "progressive": False}}},
    {"image": ["flip"], "output": {"image": {"progressive": "source", "metadata": "drop"}}},
    {"image": ["flip"]},
    {"version": 1, "seed": -3, "copies": 0, "image": None, "text": ["random_swap"]},
    {"copies": {"cat": 3, "*": 1}, "image": [{"rotate": None}]},
    {"image": [{"rotate": {"angle_deg": {"normal": {"mean": 0, "std": 5}}}}]},
    {"image": [{"rotate": {"angle_deg": {"choice": [-90, 90]}, "id": "turn"}}, "rotate"]},
    {"image": [{"zoom": {"factor": {"log_uniform": [0.5, 2]}}}]},
    {"image": [{"crop": {"size": 32}}, {"resize": {"size": [32, 24]}}]},
    {"image": [{"cutout": {"holes": 3, "fill": 9}}]},
    {"image": [{"one_of": ["flip", {"sequence": {"steps": ["rotate", "zoom"], "p": 0.5}}]}]},
    {"image": [{"some_of": {"n": [0, 2], "steps": ["flip", "rotate"]}}]},
    {"image": [{"repeat": {"times": 2, "steps": [{"one_of": {"id": "o", "steps": ["flip", "hue"]}}]}}]},
    {"audio": [{"gain": {"gain_db": 3}}], "output": {"audio": {"format": "flac"}, "originals": "copy"}},
    {"text": ["random_delete"], "input": {"splits": "all", "table": {"text": "review"}}, "limits": {"max_pixels": 9}},
    {"text": ["random_delete"], "input": {"splits": ["train", "val"]}, "output": None},
]


@pytest.mark.parametrize("value", GOOD, ids=json.dumps)
def test_good_pipelines_are_valid(value: dict[str, Any]) -> None:
    VALIDATOR.validate(value)
    assert checked(value)


BAD: list[Any] = [
    [],
    {},
    {"image": []},
    {"image": {"flip": {}}},
    {"images": ["flip"]},
    {"image": ["flipp"]},
    {"image": ["gain"]},
    {"image": ["one_of"]},
    {"image": [3]},
    {"image": [{"flip": {"p": 0.5}, "rotate": {}}]},
    {"image": [{"flip": {"p": 1.5}}]},
    {"image": [{"flip": {"p": "often"}}]},
    {"image": [{"flip": {"prob": 0.5}}]},
    {"image": [{"flip": {"axis": "diagonal"}}]},
    {"image": [{"flip": 0.5}]},
    {"image": [{"flip": {"id": "a.b"}}]},
    {"image": [{"flip": {"id": ""}}]},
    {"image": [{"flip": {"barrier": "yes"}}]},
    {"image": [{"flip": {"weight": 0}}]},
    {"image": [{"rotate": {"angle_deg": 200}}]},
    {"image": [{"rotate": {"angle_deg": [1, 2, 3]}}]},
    {"image": [{"rotate": {"angle_deg": "-15..15"}}]},
    {"image": [{"rotate": {"angle_deg": {"uniform": [1, 2]}}}]},
    {"image": [{"rotate": {"angle_deg": {"normal": {"mean": 0}}}}]},
    {"image": [{"rotate": {"fill": [0, 0]}}]},
    {"image": [{"rotate": {"fill": 256}}]},
    {"image": ["resize"]},
    {"image": [{"resize": {}}]},
    {"image": [{"resize": {"size": 0}}]},
    {"image": [{"resize": {"size": [10, 20, 30]}}]},
    {"image": [{"cutout": {"holes": 0}}]},
    {"image": [{"cutout": {"holes": 1.5}}]},
    {"image": [{"one_of": []}]},
    {"image": [{"one_of": {"p": 0.5}}]},
    {"image": [{"one_of": {"steps": ["flip"], "n": 1}}]},
    {"image": [{"some_of": {"n": 0, "steps": ["flip"]}}]},
    {"image": [{"some_of": {"n": [1, 2, 3], "steps": ["flip", "hue", "zoom"]}}]},
    {"image": [{"repeat": ["flip"]}]},
    {"image": [{"repeat": {"times": 0, "steps": ["flip"]}}]},
    {"image": ["flip"], "seed": "seven"},
    {"image": ["flip"], "copies": -1},
    {"image": ["flip"], "copies": {"cat": 1.5}},
    {"image": ["flip"], "version": 2},
    {"image": ["flip"], "output": {"image": {"quality": 101}}},
    {"image": ["flip"], "output": {"image": {"quality": "sauce"}}},
    {"image": ["flip"], "output": {"image": {"subsampling": "421"}}},
    {"image": ["flip"], "output": {"image": {"progressive": "no"}}},
    {"image": ["flip"], "output": {"image": {"metadata": True}}},
    {"image": ["flip"], "output": {"image": {"format": "gif"}}},
    {"image": ["flip"], "output": {"original": "copy"}},
    {"image": ["flip"], "limits": {"max_pixels": 0}},
    {"image": ["flip"], "input": {"layout": "tree"}},
    {"image": ["flip"], "input": {"splits": "train"}},
]


@pytest.mark.parametrize("value", BAD, ids=json.dumps)
def test_what_check_rejects_the_schema_rejects(value: Any) -> None:
    assert not checked(value)
    assert not accepts(value)


def test_every_combinator_is_in_the_schema() -> None:
    for modality in ("image", "audio", "text"):
        assert all(f"{modality}.{name}" in SCHEMA["definitions"] for name in COMBINATORS)


def test_the_command_writes_the_schema(augcli: Callable[..., Any], tmp_path: Path) -> None:
    printed = augcli("ops", "schema")
    told = json.loads(printed.stdout)
    assert told["$schema"] == SCHEMA["$schema"] and {op.id for op in OPS} <= set(told["definitions"])
    written = augcli("ops", "schema", "-o", tmp_path / "augcli.schema.json")
    assert written.returncode == 0 and (tmp_path / "augcli.schema.json").read_text(encoding="utf-8") == printed.stdout
    nowhere = augcli("ops", "schema", "-o", tmp_path / "no" / "such" / "folder.json")
    assert nowhere.returncode == 73 and "cannot write" in nowhere.stderr


# list and show


@pytest.mark.parametrize("op", OPS, ids=[op.id for op in OPS])
def test_every_option_is_documented(op: type[Op]) -> None:
    entry = next(entry for entry in entries() if entry.id == op.id)
    assert entry.summary and "\n" not in entry.summary
    assert [field.name for field in entry.fields] == [*op.model_fields, *(["severity"] if op.severities else [])]
    assert all(field.meaning for field in entry.fields)
    for example in entry.examples:
        assert read_yaml(f"{op.modality()}:\n  {example}\n").value[op.modality()]


def test_limits_are_told() -> None:
    registry = ops.load()
    assert limits_of(registry["image.rotate"], "angle_deg") == "-180…180 deg"
    assert limits_of(registry["image.rotate"], "border") == "reflect | edge | constant"
    assert limits_of(registry["image.cutout"], "holes") == "1…1000, whole"
    assert limits_of(registry["image.crop"], "size") == "1…65535, whole"
    assert limits_of(registry["image.crop"], "hard") == "true | false"


def test_show_as_json_is_one_object(augcli: Callable[..., Any]) -> None:
    told = json.loads(augcli("ops", "show", "image.crop", "--json").stdout)
    assert told["id"] == "image.crop" and told["fields"][0]["default"] == "[0.25, 1]"


def test_an_unknown_name_is_answered_with_a_guess(augcli: Callable[..., Any]) -> None:
    done = augcli("ops", "show", "rotat")
    assert done.returncode == 2 and "did you mean 'rotate'" in done.stderr


# docs


def test_the_reference_names_every_operation_and_option(augcli: Callable[..., Any]) -> None:
    text = augcli("ops", "docs").stdout
    for op in OPS:
        section = text.partition(f"### `{op.name()}`\n")[2].partition("\n### ")[0]
        assert section and all(f"| `{name}` |" in text for name in op.model_fields)
    for line in text.splitlines():
        if line.startswith("| `") and "—" not in line:
            assert line.replace("\\|", "").count("|") == 7, line  # a bar in a cell would break the table
