"""`augcli ops show`: operations, keys, and names from other libraries."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from augcli import ops
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.pipeline.settings import Input, Limits, Output, Settings
from augcli.core.pipeline.steps import COMBINATORS
from augcli.core.values.outcome import UserError
from augcli.engine.about.key_entries import KeyEntry, find_key, key_entries, names_of_keys, step_keys
from augcli.engine.about.shown import shown

ops.load()
KEYS = list(key_entries())


def show(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "augcli", "ops", "show", *arguments], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("entry", KEYS, ids=[entry.name for entry in KEYS])
def test_every_example_is_a_pipeline(entry: KeyEntry) -> None:
    assert entry.description and parse_pipeline(entry.example).steps


@pytest.mark.parametrize("entry", KEYS, ids=[entry.name for entry in KEYS])
def test_every_example_uses_its_key(entry: KeyEntry) -> None:
    if entry.kind != "way to write a drawn number" and entry.kind != "not a key yet":
        assert f"{entry.name.rpartition('.')[2]}:" in entry.example


def paths(model: type[Settings], prefix: str) -> list[str]:
    found = []
    for name, info in model.model_fields.items():
        inner = info.annotation
        found.append(f"{prefix}.{name}")
        if isinstance(inner, type) and issubclass(inner, Settings):
            found += paths(inner, f"{prefix}.{name}")
    return found


def test_every_key_that_there_is_has_an_entry() -> None:
    names = [entry.name for entry in KEYS]
    settings = [path for key, model in (("output", Output), ("limits", Limits), ("input", Input)) for path in paths(model, key)]
    top = ["version", "seed", "copies", "image", "audio", "text", "output", "limits", "input"]
    assert set(names) >= {*COMBINATORS, "p", "id", "weight", "barrier", *top, *settings, "severity", "labels"}
    assert len(names) == len(set(names))
    assert set(names) >= {"number", "range", "choice", "normal", "log_uniform", "beta"}


def test_no_key_is_hidden_by_an_operation() -> None:
    assert not {entry.name for entry in KEYS} & {op.name() for op in ops.load().values()}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("originals", "output.originals"),
        ("quality", "output.image.quality"),
        ("max_pixels", "limits.max_pixels"),
        ("splits", "input.splits"),
        ("image", "image"),
        ("id", "id"),
        ("output.image", "output.image"),
    ],
)
def test_the_end_of_a_name_is_enough(name: str, found: str) -> None:
    entry = find_key(name)
    assert entry is not None and entry.name == found


def test_limits_and_defaults_are_those_of_the_settings() -> None:
    (quality,) = shown("output.image.quality").keys[0].fields
    assert (quality.default, quality.limits) == ("95", "1…100, whole or source")
    (pixels,) = shown("max_pixels").keys[0].fields
    assert (pixels.default, pixels.limits) == ("100000000", "from 1, whole")
    progressive = next(field for field in shown("output").keys[0].fields if field.name == "image.progressive")
    assert progressive.limits == "source | true | false"


def test_p_is_1_by_default() -> None:
    by_name = {field.name: field for field in step_keys()}
    assert list(by_name) == ["p", "id", "weight", "barrier"]
    assert by_name["p"].default == "1" and by_name["weight"].limits == "above 0"


@pytest.mark.parametrize("name", ["one_of", "some_of", "sequence", "repeat", "p", "copies", "limits", "labels", "normal"])
def test_keys_are_shown_as_text_and_as_json(name: str) -> None:
    text, value = show(name), show(name, "--json")
    assert text.returncode == value.returncode == 0, text.stderr + value.stderr
    assert text.stdout.startswith(f"{name} (") and "Example:" in text.stdout
    entry = json.loads(value.stdout)
    assert entry["name"] == name and parse_pipeline(entry["example"])
    assert all(entry["example"].splitlines()[0] in line for line in text.stdout.splitlines() if line == entry["example"])


def test_an_operation_ends_with_the_keys_of_every_step_and_its_names_elsewhere() -> None:
    text = show("crop").stdout
    assert text.index("Examples:") < text.index("Every step also takes:") < text.index("Elsewhere:")
    assert "torchvision RandomResizedCrop: size → size: [width, height]" in text and "scale → area; ratio → aspect" in text
    value = json.loads(show("crop", "--json").stdout)
    assert [field["name"] for field in value["step_keys"]] == ["p", "id", "weight", "barrier"]
    row = value["elsewhere"][0]
    assert (row["library"], row["name"], row["options"]["scale"]) == ("torchvision", "RandomResizedCrop", ["area"])


def test_a_name_from_elsewhere_shows_the_operation_and_what_differs() -> None:
    text = show("RandomResizedCrop").stdout
    first, _, second = text.splitlines()[:3]
    assert first.startswith("RandomResizedCrop (torchvision) is written here: crop: {area: [0.08, 1], size: 224} – area is")
    assert ("image.crop" in text and second.startswith("RandomResizedCrop (albumentations)")) or second == "image.crop"
    value: Any = shown("RandomResizedCrop").as_json()
    assert value["id"] == "image.crop" and value["remarks"][0] == first


def test_a_name_that_means_two_steps_shows_both() -> None:
    found = shown("Resize")
    assert [entry.name for entry in found.operations] == ["shortest_side", "resize"] and len(found.remarks) == 2


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("PitchShift", "there is no audio step 'PitchShift' yet; speed changes pitch"),
        ("Normalize", "there is no image step 'Normalize': it belongs in the data loader"),
        ("antonym", "there is no text step 'antonym' yet: an antonym changes"),
        ("rotatt", "there is no operation 'rotatt' (did you mean 'rotate'?)"),
        ("blurr", "there is no operation 'blurr' (did you mean 'blur'?)"),
        ("percentages", "there is no operation 'percentages' (did you mean 'percentage'?)"),
        ("xyzzy", "there is no operation 'xyzzy'; augcli ops list shows all"),
    ],
)
def test_what_there_is_not(name: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        shown(name)
    assert message in str(caught.value) and caught.value.exit_code == 2


def test_completion_knows_keys() -> None:
    names = [name for name, _ in names_of_keys()]
    assert {"one_of", "p", "output", "limits.max_pixels", "severity"} <= set(names)


@pytest.mark.parametrize(
    ("name", "option", "said"),
    [
        ("defocus", "radius_px", "20 px (the limit) at 4000 × 3000"),
        ("motion_blur", "length_px", "54…100 px (the limit) at 4000 × 3000"),
        ("glass_blur", "radius_px", "12…20 px (the limit) at 4000 × 3000"),
        ("median_blur", "radius_px", "3 px (the limit) at 4000 × 3000"),
        ("box_blur", "radius_px", "12…39 px at 4000 × 3000"),
    ],
)
def test_it_says_where_percentages_stop_growing(name: str, option: str, said: str) -> None:
    (field,) = (field for field in shown(name).operations[0].fields if field.name == option)
    assert field.meaning.endswith(said)
    assert field.limits.endswith("% of the shorter side, cut off at these limits")
