"""What the schema says of fields as data, for forms; and that its messages name what is wrong and where."""

from __future__ import annotations

from typing import Any

import pytest
from every_op import OPS, REGISTRY
from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from augcli.core.draws.distributions import parse_distribution
from augcli.engine.about.catalogue import facts_of
from augcli.engine.about.schema import FACTS, pipeline_schema

SCHEMA = pipeline_schema()
UNIT_BY_SUFFIX = {"_px": "px", "_deg": "deg", "_db": "dB", "_s": "s"}
SPELLINGS: dict[str, Any] = {
    "number": lambda low, high: high,
    "range": lambda low, high: [low, high],
    "value": lambda low, high: {"value": low},
    "choice": lambda low, high: {"choice": [low, high]},
    "normal": lambda low, high: {"normal": {"mean": low, "std": high - low, "low": low, "high": high}},
    "log_uniform": lambda low, high: {"log_uniform": [high / 2 if low <= 0 else low, high]},
    "beta": lambda low, high: {"beta": [1, 2]},
}


@pytest.mark.parametrize("op_id", OPS)
def test_fields_say_as_data_what_a_form_needs(op_id: str) -> None:
    op, properties = REGISTRY[op_id], SCHEMA["definitions"][op_id]["properties"]
    for order, name in enumerate(op.model_fields):
        facts = properties[name][FACTS]
        assert facts == facts_of(op, name) and facts["order"] == order
        if "whole" in facts:
            assert "unit" in facts, f"{name}: a number needs a unit, or unit='' for none"
            assert facts["scale"] in ("linear", "log")
        for suffix, unit in UNIT_BY_SUFFIX.items():
            if name.endswith(suffix) and "whole" in facts:
                assert facts["unit"] == unit, name
        if name in ("source", "reference", "file", "font", "lexicon") and name not in op.spans:
            assert facts.get("path") is True, name
        if facts.get("per", "copy") != "copy":
            assert facts["per"] in op.model_fields
        if info := op.spans.get(name):
            low, high = facts["useful"]
            assert info.low <= low < high <= info.high, f"{name}: the useful range lies within the limits"
            assert facts["scale"] == "linear" or low > 0, f"{name}: a logarithmic scale needs a useful range above 0"
            assert facts["whole"] == info.whole and "per" in facts


@pytest.mark.parametrize("op_id", OPS)
def test_fields_take_the_spellings_that_they_name_and_no_others(op_id: str) -> None:
    op = REGISTRY[op_id]
    for name, info in op.spans.items():
        validator = Draft7Validator({"definitions": SCHEMA["definitions"], **SCHEMA["definitions"][op_id]["properties"][name]})
        for kind, spelling in SPELLINGS.items():
            written = spelling(info.low, info.high)
            parse_distribution(written)
            assert validator.is_valid(written) == (kind in facts_of(op, name)["kinds"]), (name, kind)


def best_message(pipeline: dict[str, Any]) -> tuple[str, list[Any]]:
    error = best_match(Draft7Validator(SCHEMA).iter_errors(pipeline))
    assert error is not None
    return error.message, list(error.absolute_path)


WRONG: list[tuple[dict[str, Any], str, list[Any]]] = [
    ({"image": ["flip", {"rotat": {}}]}, "'rotat' is not one of", ["image", 1]),
    ({"image": ["rotat"]}, "'rotat' is not one of", ["image", 0]),
    ({"text": [{"one_of": ["synonym", {"synonyms": {"rate": 0.5}}]}]}, "'synonyms' is not one of", ["text", 0, "one_of", 1]),
    ({"audio": [{"some_of": {"n": 1, "steps": ["gian"]}}]}, "'gian' is not one of", ["audio", 0, "some_of", "steps", 0]),
    ({"image": [{"rotate": {"angel_deg": 5}}]}, "'angel_deg' was unexpected", ["image", 0, "rotate"]),
    ({"image": [{"rotate": {"angle_deg": 200}}]}, "200 is greater than the maximum of 180", ["image", 0, "rotate", "angle_deg"]),
    ({"image": [{"rotate": {"angle_deg": "x"}}]}, "'x' is not of type", ["image", 0, "rotate", "angle_deg"]),
    ({"image": [{"rotate": {"angle_deg": [0, 999]}}]}, "999 is greater than", ["image", 0, "rotate", "angle_deg", 1]),
    ({"image": [{"rotate": {"angle_deg": {"uniform": [1, 2]}}}]}, "'uniform' was", ["image", 0, "rotate", "angle_deg"]),
    ({"image": [{"flip": {"p": 2}}]}, "2 is greater than the maximum of 1", ["image", 0, "flip", "p"]),
    ({"image": [{"flip": {"axis": "diagonal"}}]}, "'diagonal' is not one of", ["image", 0, "flip", "axis"]),
]


@pytest.mark.parametrize(("pipeline", "message", "path"), WRONG, ids=[message for _, message, _ in WRONG])
def test_an_editor_is_told_what_is_wrong_and_where(pipeline: dict[str, Any], message: str, path: list[Any]) -> None:
    told, where = best_message(pipeline)
    assert message in told and where == path
