"""Mistakes in pipelines: each is reported at its line and column, with the remedy, and all of them at once."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from augcli import ops
from augcli.core.pipeline.model import Pipeline, parse_pipeline
from augcli.core.values.outcome import ConfigError, Problem
from augcli.load import load_pipeline

ops.load()


def problems(text: str, **overrides: str) -> list[Problem]:
    with pytest.raises(ConfigError) as caught:
        parse_pipeline(text, overrides={key.replace("__", "."): value for key, value in overrides.items()})
    return caught.value.problems


# (what is written, line, column, what the message says)
MISTAKES = [
    # the file as a whole
    ("", 1, 1, "a pipeline is a mapping: version, seed, copies, and steps"),
    ("# nothing but a comment", 1, 1, "a pipeline is a mapping"),
    ("hello", 1, 1, "a pipeline is a mapping"),
    ("- flip", 1, 1, "a pipeline is a mapping"),
    ("seed: 1", 1, 1, "has no steps; list some under image, audio or text"),
    ("image: []", 1, 1, "has no steps"),
    ("image:", 1, 1, "has no steps"),
    # YAML itself
    ("image:\n\t- flip", 2, 1, "not valid YAML: a tab; indent with spaces"),
    ("image:\n  - rotate\n      angle_deg: 1", 3, 16, "write one key per line, and ':' after a name with options below it"),
    ("image:\n  - flip: {p: 0.5, p: 0.6}", 2, 20, 'duplicate key "p"; keep one'),
    ("image: [flip]\nseed: 1\nimage: [rotate]", 3, 1, 'duplicate key "image"; keep one'),
    (
        "image: [flip",
        1,
        13,
        "not valid YAML: expected ',' or ']', but got '<stream end>'; the bracket in line 1, column 8 is not",
    ),
    ('image: ["flip]', 1, 15, "not valid YAML: found unexpected end of stream"),
    ("image:\n  - flip\n  - rotate:\n      angle_deg: 1\n     p: 3", 5, 6, "not valid YAML"),
    ("image: [flip]\n---\nimage: [flip]", 2, 1, "not valid YAML: but found another document"),
    ("image: [*turn]", 1, 9, "not valid YAML: found undefined alias 'turn'"),
    ("image: [!!int some]", 0, 0, "not valid YAML: a value does not match its tag (invalid literal for int()"),
    ("image: [flip\0]", 0, 0, "not valid YAML: unacceptable character"),
    # keys at the top
    ("sead: 1\nimage: [flip]", 1, 1, "sead: unknown key (did you mean 'seed'?)"),
    ("images: [flip]\nseed: 1", 1, 1, "images: unknown key (did you mean 'image'?)"),
    ("version: 2\nimage: [flip]", 1, 1, "this augcli reads version 1, not 2"),
    ("image: [flip]\nseed: seven", 2, 1, "seed: needs a whole number; got 'seven'"),
    ("image: [flip]\nseed: 1.5", 2, 1, "seed: needs a whole number; got 1.5"),
    ("image: [flip]\nseed: true", 2, 1, "seed: needs a whole number; got true"),
    ("image: [flip]\nseed:", 2, 1, "seed: needs a whole number; got null"),
    ("image: [flip]\nseed: 2001-01-01", 2, 1, "seed: needs a whole number; got '2001-01-01'"),
    ("image: [flip]\ncopies: -1", 2, 1, "copies: needs a whole number from 0 to 100000; got -1"),
    ("image: [flip]\ncopies: 1e3", 2, 1, "copies: needs a whole number from 0 to 100000; got 1000.0"),
    ("image: [flip]\ncopies: {cat: 5, dog: x}", 2, 18, "copies.dog: needs a whole number from 0 to 100000; got 'x'"),
    # steps
    ("image: flip", 1, 1, "image: needs a list of steps, each beginning with '- '; got 'flip'"),
    ("image: {flip: {}}", 1, 1, "image: needs a list of steps"),
    ("image:\n  - 5", 2, 5, "image[0]: a step is a name, with or without options; got 5"),
    ("image:\n  - flip:\n    p: 0.5", 2, 5, "indent the options below the name; got {flip: null, p: 0.5}"),
    ("image:\n  - {flip: {p: 0.5}, rotate: {}}", 2, 5, "begin each step with a '- ' of its own; got {flip: {p: 0.5}"),
    ("image:\n  - flip: {}\n    rotate: {}", 2, 5, "a step is a name, with or without options"),
    ("image:\n  - flip\n  - flipp", 3, 5, "image[1].flipp: there is no image step 'flipp' (did you mean 'flip'?)"),
    ("image: [RandomRotate]", 1, 9, "did you mean 'rotate'?"),
    ("image: [horizontal_flip]", 1, 9, "there is no image step 'horizontal_flip'; write flip: {p: 0.5}"),
    ("image: [greyscale]", 1, 9, "did you mean 'grayscale'?"),
    ("image: [xyzzy]", 1, 9, "there is no image step 'xyzzy' and none with a similar name; augcli ops list shows all steps"),
    ("audio: [rotate]", 1, 9, "there is no audio step 'rotate': it is an image step and belongs under image:"),
    ("image:\n  - flip: 0.5", 2, 5, "image[0].flip: needs options as 'name: value'; got 0.5"),
    ("image:\n  - flip: {prob: 0.5}", 2, 12, "image[0].flip.prob: unknown option (did you mean 'p'?)"),
    ("image:\n  - rotate:\n      degrees: 5", 3, 7, "image[0].rotate.degrees: unknown option; write angle_deg: [-5, 5]"),
    ("image:\n  - flip: {hard: true}", 2, 12, "unknown option (choose from: axis, barrier, id, p, weight)"),
    ("image: [{? [flip, rotate] : 1}]", 1, 12, "there is no image step"),
    # what every step may have
    ("image:\n  - flip: {p: 1.5}", 2, 12, "image[0].flip.p: needs a probability from 0 to 1; got 1.5"),
    ("image:\n  - flip: {p: -0.1}", 2, 12, "needs a probability from 0 to 1; got -0.1"),
    ("image:\n  - flip: {p: yes}", 2, 12, "needs a probability from 0 to 1; got 'yes'"),
    ("image:\n  - flip: {p: .nan}", 2, 12, "needs a probability from 0 to 1; got nan"),
    ("image:\n  - flip: {p: }", 2, 12, "needs a probability from 0 to 1; got null"),
    ("image:\n  - flip: {weight: 3}", 2, 12, "image[0].flip.weight: only has an effect inside one_of and some_of"),
    ("image:\n  - one_of: [{sequence: [{flip: {weight: 3}}]}, hue]", 2, 34, "only has an effect inside one_of and some_of"),
    ("image:\n  - flip: {weight: 0}", 2, 12, "image[0].flip.weight: needs a number above 0; got 0"),
    ("image:\n  - flip: {weight: .inf}", 2, 12, "needs a number above 0; got inf"),
    ("image:\n  - flip: {weight: 1" + "0" * 400 + "}", 2, 12, "needs a number above 0; got 1000"),
    ("image:\n  - flip: {barrier: 3}", 2, 12, "image[0].flip.barrier: needs true or false; got 3"),
    ("image:\n  - flip: {id: a.b}", 2, 12, "needs a name without '.', '=' or line breaks; got 'a.b'"),
    ("image:\n  - flip: {id: 3}", 2, 12, "needs a name without '.', '=' or line breaks; got 3"),
    ("image:\n  - flip\n  - flip", 3, 5, "another image step already has the id 'flip'; give it its own: id: flip_2"),
    ("image:\n  - flip\n  - flip: {id: flip_2}\n  - flip", 4, 5, "give it its own: id: flip_3"),
    ("image:\n  - one_of: [flip, rotate]\n  - sequence: [flip]", 3, 16, "another image step already has the id 'flip'"),
    # drawn numbers
    ("image:\n  - rotate: {angle_deg: [15, -15]}", 2, 14, "[15, -15]: low is greater than high; write [-15, 15]"),
    ("image:\n  - rotate: {angle_deg: [1, 2, 3]}", 2, 14, "a range needs two numbers, [low, high]; got [1, 2, 3]"),
    ("image:\n  - rotate: {angle_deg: [-200, 15]}", 2, 14, "[-200, 15] is outside -180…180 deg"),
    ("image:\n  - rotate: {angle_deg: big}", 2, 14, "'big' is not a number"),
    ("image:\n  - rotate: {angle_deg: {uniform: [1, 2]}}", 2, 14, "there is no distribution 'uniform'"),
    ("image:\n  - rotate: {angle_deg: 1" + "0" * 400 + "}", 2, 14, "is not a number"),
    ("image:\n  - mixup: {share: {beta: [0, 1]}}", 2, 13, "beta needs two numbers from 0.01 to 1000; got [0, 1]"),
    ("image:\n  - rotate90: {turns: 1.5}", 2, 16, "1.5: only whole numbers are allowed here"),
    # plain options
    (
        "image:\n  - rotate: {border: wrap}",
        2,
        14,
        "image[0].rotate.border: needs reflect, edge or constant; got 'wrap'",
    ),
    ("image:\n  - rotate: {fill: 300}", 2, 14, "image[0].rotate.fill: needs a number of at most 255; got 300"),
    (
        "image:\n  - rotate: {fill: [1, 2]}",
        2,
        14,
        "image[0].rotate.fill: needs [red, green, blue], or one number for a grey; got [1, 2]",
    ),
    ("image:\n  - resize", 2, 5, "image[0].resize.size: is required; write [width, height], or one number for a square"),
    ("image:\n  - crop: {size: [40]}", 2, 12, "crop.size: needs [width, height], or one number for a square; got [40]"),
    ("image: [flip]\ncopies: [1, 2]", 2, 1, "or a number for each class, as in {cat: 3, dog: 1}; got [1, 2]"),
    (
        "image:\n  - resize: {size: [40]}",
        2,
        14,
        "image[0].resize.size: needs [width, height], or one number for a square; got [40]",
    ),
    ("image:\n  - resize: {size: [1, 2, 3]}", 2, 14, "needs [width, height], or one number for a square; got [1, 2, 3]"),
    ("image:\n  - resize: {size: 0}", 2, 14, "needs a number of at least 1; got 0"),
    ("image:\n  - cutout: {holes: [1, 3]}", 2, 14, "image[0].cutout.holes: needs a whole number; got [1, 3]"),
    # combinators
    ("image:\n  - one_of", 2, 5, "image[0].one_of: needs a list of steps, or 'steps:' with one"),
    ("image:\n  - one_of: []", 2, 5, "image[0].one_of: has no steps"),
    ("image:\n  - one_of: {p: 0.5}", 2, 5, "needs a list of steps, or 'steps:' with one; got {p: 0.5}"),
    (
        "image:\n  - one_of: {steps: [flip], n: 2}",
        2,
        29,
        "image[0].one_of.n: unknown option (choose from: barrier, id, p, steps, weight)",
    ),
    ("image:\n  - one_of: {steps: {flip: {}}}", 2, 14, "needs a list of steps"),
    ("image:\n  - oneof: [flip]", 2, 5, "there is no image step 'oneof' (did you mean 'one_of'?)"),
    ("image:\n  - one_of: [flip, {rotate: {angel_deg: 4}}]", 2, 30, "unknown option (did you mean 'angle_deg'?)"),
    ("image:\n  - some_of: {steps: [flip, rotate], n: 3}", 2, 38, "needs a whole number from 1 to 2, or [fewest, most]; got 3"),
    ("image:\n  - some_of: {steps: [flip, rotate], n: [2, 1]}", 2, 38, "or [fewest, most]; got [2, 1]"),
    ("image:\n  - some_of: {steps: [flip, rotate], n: 0}", 2, 38, "needs a whole number from 1 to 2"),
    ("image:\n  - repeat: {steps: [flip]}", 2, 5, "image[0].repeat.times: needs a whole number from 1 to 100; got null"),
    ("image:\n  - repeat: {steps: [flip], times: [1, 2]}", 2, 29, "needs a whole number from 1 to 100; got [1, 2]"),
    # settings
    ("output: {image: {qualty: 3}}\nimage: [flip]", 1, 18, "output.image.qualty: unknown option (did you mean 'quality'?)"),
    ("output: {image: {quality: 300}}\nimage: [flip]", 1, 18, "output.image.quality: needs a number of at most 100; got 300"),
    (
        "output:\n  originals: maybe\nimage: [flip]",
        2,
        3,
        "output.originals: needs none, link or copy; got 'maybe'",
    ),
    ("output: 5\nimage: [flip]", 1, 1, "output: needs options as 'name: value'; got 5"),
    ("limits: {max_pixel: 10}\nimage: [flip]", 1, 10, "limits.max_pixel: unknown option (did you mean 'max_pixels'?)"),
    ("limits: {max_pixels: 0}\nimage: [flip]", 1, 10, "limits.max_pixels: needs a number of at least 1; got 0"),
    ("input: {table: {txt: body}}\nimage: [flip]", 1, 17, "input.table.txt: unknown option (did you mean 'text'?)"),
    ("limits: {max_seconds: 0}\nimage: [flip]", 1, 10, "limits.max_seconds: needs a number above 0; got 0"),
    ("limits: {max_pixels: 1.5}\nimage: [flip]", 1, 10, "limits.max_pixels: needs a whole number; got 1.5"),
    ("input: {splits: 5}\nimage: [flip]", 1, 9, "input.splits: needs a list, or all; got 5"),
    ("image:\n  - cutout: {fill: 300}", 2, 14, "cutout.fill: needs a number of at most 255, or noise or random; got 300"),
    ("image:\n  - resize: {size: big}", 2, 14, "resize.size: needs [width, height], or one number for a square; got 'big'"),
    (
        "input: {layout: coco}\nimage: [flip]",
        1,
        9,
        "input.layout: needs auto, plain or class_folders; got 'coco'",
    ),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), MISTAKES, ids=lambda value: repr(value)[:60])
def test_each_mistake_has_its_place_and_its_remedy(text: str, line: int, column: int, message: str) -> None:
    found = problems(text)
    assert [(line, column)] == [(problem.line, problem.column) for problem in found], found
    assert message in str(found[0])


def test_there_are_enough_mistakes() -> None:
    assert len(MISTAKES) >= 40


def test_the_same_thing_is_said_once() -> None:
    assert len(problems("image: [{rotate: {fill: 300}}]")) == 1  # red, green and blue are all too large


def test_every_line_names_the_file() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_pipeline("image: [flipp, rotat]", "my.yaml")
    lines = str(caught.value).splitlines()
    assert [line.split(" ", 1)[0] for line in lines] == ["my.yaml:", "my.yaml:"]
    assert lines[0].startswith("my.yaml: line 1, column 9: image[0].flipp: there is no")
    assert caught.value.exit_code == 3


# Aliases, nesting, tags: what YAML allows and no pipeline needs


def bomb(levels: int, width: int = 9) -> str:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join([*lines, f"image: [*a{levels - 1}]"])


@pytest.mark.parametrize("levels", [7, 9, 30])
def test_an_alias_bomb_does_not_go_off(levels: int) -> None:
    assert "expands to more than 100,000 values" in problems(bomb(levels))[0].message


def test_an_alias_may_be_used_as_often_as_anyone_would() -> None:
    text = "image:\n  - rotate: {angle_deg: &range [-5, 5]}\n  - hue: {angle_deg: *range}"
    steps = parse_pipeline(text).steps["image"]
    assert steps[0].op.angle_deg == steps[1].op.angle_deg


@pytest.mark.parametrize(
    "text", ["image: &a [*a]", "image: &a [{rotate90: {turns: *a}}]", "image: [&a {flip: {p: *a}}]", "&a {image: *a}"]
)
def test_an_alias_inside_itself_is_a_mistake(text: str) -> None:
    assert problems(text)


@pytest.mark.parametrize("depth", [150, 1000])
def test_nesting_without_end_is_a_mistake(depth: int) -> None:
    assert "nested more than 100 levels deep" in str(problems(f"image: {'[' * depth}{']' * depth}")[0])


def test_tags_run_nothing(tmp_path: object) -> None:
    mark = f"{tmp_path}/ran"
    for tag in (f'!!python/object/apply:os.system ["touch {mark}"]', f'!!python/object/new:os.system ["touch {mark}"]'):
        assert problems(f"image: [{tag}]")
    import os

    assert not os.path.exists(mark)


YAML_WORDS = [
    "image:",
    "\n  - ",
    "flip",
    "rotate",
    ": ",
    "{",
    "}",
    "[",
    "]",
    "p: 0.5",
    "&a ",
    "*a",
    "? ",
    "!!bool ",
    "!!set ",
    "!x ",
    "<<: ",
    "|\n",
    "'",
    "\t",
    "é",
]


@given(st.lists(st.sampled_from(YAML_WORDS), max_size=12).map("".join) | st.text(max_size=30))
@example("image: [!!bool maybe]")
@example("image: [!!timestamp never]")
@example("<<: [1, 2]")
@example("a: !!omap [b]")
@example("a: !!binary '*'")
def test_whatever_is_written_ends_in_a_pipeline_or_a_config_error(text: str) -> None:
    try:
        assert isinstance(parse_pipeline(text), Pipeline)
    except ConfigError as error:
        assert error.problems


# Files


def test_a_file_that_is_no_utf8_says_so(tmp_path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("image: [flip]  # f\xfcr".encode("latin-1"))
    with pytest.raises(Exception, match=r"is not UTF-8 text \(byte 18\)") as caught:
        load_pipeline(str(path))
    assert caught.value.exit_code == 2


def test_a_missing_file_says_so(tmp_path) -> None:
    with pytest.raises(Exception, match=r"cannot read the pipeline .*: No such file") as caught:
        load_pipeline(str(tmp_path / "none.yaml"))
    assert caught.value.exit_code == 2


def test_a_byte_order_mark_does_no_harm(tmp_path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbfimage: [flip]\r\nseed: 3\r\n")
    assert load_pipeline(str(path)).seed == 3
