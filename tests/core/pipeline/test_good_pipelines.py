"""Valid pipelines: what is read, YAML 1.2, `--set`, and pipelines rebuilt from their `source`."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import pytest

from augcli import ops
from augcli.core.draws.distributions import Choice, Constant, LogUniform, Uniform, WholeUniform
from augcli.core.pipeline.located import Located, read_scalar
from augcli.core.pipeline.model import Pipeline, build, parse_pipeline
from augcli.core.plan import signature
from augcli.core.values.outcome import ConfigError

ops.load()

FULL = dedent("""\
    version: 1
    seed: 7
    copies: {cat: 5, dog: 1}
    image:
      - flip
      - rotate: {angle_deg: [-15, 15], p: 0.7, id: turn}
      - one_of:
          id: soften
          p: 0.5
          steps:
            - gaussian_blur: {sigma_px: {normal: {mean: 1, std: 0.2}}, weight: 3}
            - gaussian_noise: {std: 0.02, barrier: true}
      - repeat:
          times: 2
          steps:
            - some_of: {steps: [brightness, contrast, {zoom: {factor: {log_uniform: [0.5, 2]}}}], n: [0, 2]}
      - sequence: [{cutout: {holes: 2, size: [0.1, 0.2], fill: 128}}, {resize: {size: [40, 24]}}]
    audio:
      - gain: {gain_db: {choice: [-6, 0, 6]}}
    text:
      - random_delete: {rate: 0.1}
    output: {image: {format: png}, originals: link}
    limits: {max_pixels: 1000}
    input: {splits: all, table: {text: body}}
""")


def signatures(pipeline: Pipeline) -> dict[str, bytes]:
    return {name: signature(steps, {}, pipeline.seed, "cpu", 1) for name, steps in pipeline.steps.items()}


def test_everything_that_may_be_written_is_read() -> None:
    pipeline = parse_pipeline(FULL)
    assert pipeline.seed == 7
    assert [pipeline.copies_of(label) for label in ("cat", "dog", "cow", None)] == [5, 1, 1, 1]
    assert pipeline.most_copies == 5
    assert (pipeline.output.image.format, pipeline.output.originals) == ("png", "link")
    assert pipeline.limits.max_pixels == 1000
    assert (pipeline.input.splits, pipeline.input.table.text) == ("all", "body")
    flip, turn, soften, repeat, sequence = pipeline.steps["image"]
    assert (flip.kind, flip.id, flip.p, flip.op.axis) == ("image.flip", "flip", 1.0, "horizontal")
    assert (turn.id, turn.p, turn.op.angle_deg) == ("turn", 0.7, Uniform(-15, 15))
    assert (soften.kind, soften.p, [child.weight for child in soften.children]) == ("one_of", 0.5, [3.0, 1.0])
    assert [child.barrier for child in soften.children] == [False, True]
    assert repeat.count == (2, 2)
    assert repeat.children[0].count == (0, 2)
    assert repeat.children[0].children[2].op.factor == LogUniform(0.5, 2)
    assert (sequence.children[0].op.fill, sequence.children[1].op.size) == ((128, 128, 128), (40, 24))
    assert pipeline.steps["audio"][0].op.gain_db == Choice((-6, 0, 6))


def test_steps_know_their_lines() -> None:
    lines = FULL.splitlines()
    for top in parse_pipeline(FULL).steps["image"]:
        for step in top.walk():
            line, column = step.place
            name = step.kind.removeprefix("image.")
            assert lines[line - 1][column - 1 :].startswith(name), (step.id, step.place)


def test_the_shortest_pipeline() -> None:
    pipeline = parse_pipeline("text: [random_swap]")
    assert (pipeline.seed, pipeline.copies_of("x"), pipeline.steps["text"][0].op.rate) == (0, 1, Constant(0.1))


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1e-3", 0.001), ("1E-3", 0.001), ("1", 1.0), ("0.5", 0.5), (".5", 0.5), ("+0.5", 0.5)],
)
def test_numbers_are_read_as_yaml_1_2(written: str, meant: float) -> None:
    assert parse_pipeline(f"image: [{{flip: {{p: {written}}}}}]").steps["image"][0].p == meant


@pytest.mark.parametrize(("written", "meant"), [("012", 12), ("0o14", 12), ("0x1F", 31), ("-3", -3), ("1" + "0" * 40, 10**40)])
def test_whole_numbers_are_read_as_yaml_1_2(written: str, meant: int) -> None:
    assert parse_pipeline(f"image: [flip]\nseed: {written}").seed == meant


def test_norway_and_other_words_stay_words() -> None:
    pipeline = parse_pipeline("image: [flip]\ncopies: {NO: 3, on: 2, yes: 4, y: 5, 1: 6, 1.5: 7, 12:30: 8}")
    assert {name: pipeline.copies_of(name) for name in ("NO", "on", "yes", "y", "1", "1.5", "12:30", "SE")} == {
        "NO": 3, "on": 2, "yes": 4, "y": 5, "1": 6, "1.5": 7, "12:30": 8, "SE": 1,
    }  # fmt: skip


def test_a_named_star_is_every_other_class() -> None:
    pipeline = parse_pipeline("image: [flip]\ncopies: {cat: 0, '*': 4}")
    assert [pipeline.copies_of(label) for label in ("cat", "dog", None)] == [0, 4, 4]


def test_merge_keys_work() -> None:
    text = "image:\n  - flip: &often {p: 0.25}\n  - rotate: {<<: *often, angle_deg: 5}\n  - hue: {<<: *often, p: 1}"
    assert [step.p for step in parse_pipeline(text).steps["image"]] == [0.25, 0.25, 1.0]


def test_a_tuple_is_never_a_range_and_a_range_never_a_tuple() -> None:
    steps = parse_pipeline("image: [{resize: {size: [20, 40]}}, {rotate90: {turns: [0, 2]}}]").steps["image"]
    assert (steps[0].op.size, steps[1].op.turns) == ((20, 40), WholeUniform(0, 2))


# Made again from what it was made of (this is what the output folder keeps)


@pytest.mark.parametrize("text", [FULL, "text: [random_swap]"])
def test_a_pipeline_is_made_again_from_its_source(text: str) -> None:
    first = parse_pipeline(text)
    again = build(Located(json.loads(json.dumps(first.source)), {}))
    assert signatures(again) == signatures(first)
    assert (again.seed, again.copies, again.output, again.limits, again.input) == (
        first.seed, first.copies, first.output, first.limits, first.input,
    )  # fmt: skip


def test_overrides_are_part_of_the_source() -> None:
    first = parse_pipeline(FULL, overrides={"turn.p": "0.25", "seed": "9"})
    again = build(Located(json.loads(json.dumps(first.source)), {}))
    assert (again.seed, again.steps["image"][1].p) == (9, 0.25)
    assert signatures(again) == signatures(first) != signatures(parse_pipeline(FULL))


CHANGES = [
    ("seed: 7", "seed: 8"),
    ("p: 0.7", "p: 0.71"),
    ("id: turn", "id: tilt"),
    ("[-15, 15]", "[-15, 16]"),
    ("weight: 3", "weight: 2"),
    ("barrier: true", "barrier: false"),
    ("times: 2", "times: 3"),
    ("n: [0, 2]", "n: [1, 2]"),
    ("fill: 128", "fill: 129"),
    ("- flip\n", "- flip: {axis: vertical}\n"),
    ("- one_of:", "- some_of:"),
    ("[brightness, contrast,", "[contrast, brightness,"),
]


@pytest.mark.parametrize(("old", "new"), CHANGES, ids=lambda change: str(change)[:30])
def test_whatever_decides_an_output_changes_the_signature(old: str, new: str) -> None:
    assert old in FULL
    changed, first = parse_pipeline(FULL.replace(old, new, 1)), parse_pipeline(FULL)
    assert signatures(changed)["image"] != signatures(first)["image"]
    assert (signatures(changed)["audio"] == signatures(first)["audio"]) == (old != "seed: 7")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("copies: {cat: 5, dog: 1}", "copies: 9"),
        ("  - flip\n", "  - flip: {}  # the mirror\n"),
        ("p: 0.7", "p: 7e-1"),
        ("limits", "\n\nlimits"),
    ],
)
def test_what_decides_no_output_does_not(old: str, new: str) -> None:
    assert old in FULL
    assert signatures(parse_pipeline(FULL.replace(old, new, 1))) == signatures(parse_pipeline(FULL))


def test_the_signature_holds_backend_kernels_options_and_op_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = parse_pipeline(FULL).steps["image"]
    first = signature(steps, {"quality": 95}, 7, "cpu", 1)
    assert first not in (
        signature(steps, {"quality": 90}, 7, "cpu", 1),
        signature(steps, {"quality": 95}, 7, "torch", 1),
        signature(steps, {"quality": 95}, 7, "cpu", 2),
    )
    monkeypatch.setattr(type(steps[0].op), "version", 99)
    assert signature(steps, {"quality": 95}, 7, "cpu", 1) != first


# --set


def step_after(sets: dict[str, str], number: int = 1) -> Any:
    return parse_pipeline(FULL, overrides=sets).steps["image"][number]


def test_set_by_step_id() -> None:
    assert step_after({"turn.angle_deg": "-5..5"}).op.angle_deg == Uniform(-5, 5)
    assert step_after({"turn.angle_deg": "[-4, 4]"}).op.angle_deg == Uniform(-4, 4)
    assert step_after({"turn.angle_deg": "{choice: [1, 2]}"}).op.angle_deg == Choice((1, 2))
    assert step_after({"turn.p": "1e-2"}).p == 0.01
    assert step_after({"turn.border": "edge"}).op.border == "edge"
    assert step_after({"flip.p": "0.5"}, 0).p == 0.5  # a bare name gets options
    assert step_after({"soften.p": "1"}, 2).p == 1.0
    assert step_after({"gaussian_blur.weight": "9"}, 2).children[0].weight == 9.0
    assert step_after({"brightness.factor": "2"}, 3).children[0].children[0].op.factor == Constant(2)
    assert step_after({"resize.size": "[8, 9]"}, 4).children[1].op.size == (8, 9)


def test_set_by_path() -> None:
    sets = {"seed": "11", "copies": "2", "output.image.quality": "80", "limits.max_seconds": "5", "input.table.id": "key"}
    pipeline = parse_pipeline(FULL, overrides=sets)
    assert (pipeline.seed, pipeline.copies_of("cat"), pipeline.output.image.quality) == (11, 2, 80)
    assert (pipeline.output.image.format, pipeline.limits.max_pixels) == ("png", 1000)  # neighbours stay
    assert (pipeline.limits.max_seconds, pipeline.input.table.id) == (5.0, "key")
    assert parse_pipeline("image: [flip]\noutput:", overrides={"output.image.quality": "80"}).output.image.quality == 80
    assert parse_pipeline("image: [flip]", overrides={"copies.cat": "3"}).copies_of("cat") == 3


@pytest.mark.parametrize(
    ("sets", "where", "message"),
    [
        ({"trun.p": "1"}, "--set trun.p", "there is no step with the id 'trun' (did you mean 'turn'?)"),
        ({"image": "1"}, "--set image", "'image' cannot be set (choose from: "),
        ({"turn.angel_deg": "1"}, "--set turn.angel_deg", "unknown option (did you mean 'angle_deg'?)"),
        ({"turn.p": "2"}, "--set turn.p", "needs a probability from 0 to 1; got 2"),
        ({"turn.p": ""}, "--set turn.p", "needs a probability from 0 to 1; got null"),
        ({"turn.angle_deg": "5..-5"}, "--set turn.angle_deg", "[5, -5]: low is greater than high"),
        ({"turn.p": "[1"}, "--set turn.p", "not valid YAML"),
        ({"seed": "x"}, "--set seed", "needs a whole number; got 'x'"),
        ({"seed.x": "1"}, "--set seed.x", "'seed' has no settings inside it"),
        ({"output.image.quality.x": "1"}, "--set output.image.quality.x", "needs a whole number"),
        ({"output.image.qualty": "1"}, "--set output.image.qualty", "unknown option (did you mean 'quality'?)"),
    ],
    ids=str,
)
def test_wrong_sets_are_found_with_everything_else(sets: dict[str, str], where: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_pipeline(FULL.replace("version: 1", "verzion: 1"), overrides=sets)
    found = caught.value.problems
    assert [problem.where for problem in found if problem.where != "verzion"] == [where]
    assert any(problem.where == "verzion" for problem in found)
    assert message in next(problem.message for problem in found if problem.where == where)


def test_an_id_that_two_steps_have_cannot_be_set() -> None:
    text = "image: [{flip: {id: x}}]\naudio: [{gain: {id: x}}]"
    assert parse_pipeline(text).steps["audio"][0].id == "x"  # draws of different modalities never meet
    with pytest.raises(ConfigError, match="several steps have the id 'x'"):
        parse_pipeline(text, overrides={"x.p": "1"})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1..2", [1, 2]), ("-5..5", [-5, 5]), ("0.1..1e3", [0.1, 1000.0]), ("1...5", [1, 0.5]), ("..", ".."), ("a..b", "a..b"),
        ("1%..2.5%", ["1%", "2.5%"]), ("1..2%", [1, "2%"]),
        ("3", 3), ("x", "x"), ("NO", "NO"), ("", None), ("null", None), ("[1, 2]", [1, 2]), ("{a: 1}", {"a": 1}),
    ],
)  # fmt: skip
def test_values_of_set(text: str, value: Any) -> None:
    assert read_scalar(text) == value
