"""No mistake hides another: duplicate keys, wrong options, duplicate ids and wrong orders are reported together."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from augcli import ops
from augcli.core.values.outcome import ConfigError, Problem
from augcli.load import load_pipeline

ops.load()


@pytest.fixture
def problems(tmp_path: Path):
    def find(text: str, overrides: dict[str, str] | None = None) -> list[Problem]:
        path = tmp_path / "p.yaml"
        path.write_text(text)
        with pytest.raises(ConfigError) as caught:
            load_pipeline(str(path), overrides)
        return caught.value.problems

    return find


ALL_AT_ONCE = dedent("""\
    seeds: 3
    copies: {cat: x, dog: -1}
    image:
      - flip: {axis: diagonal, p: 2}
      - one_of: []
      - rotat
      - rotate: {angle_deg: 999, border: wrap}
      - flip: {id: turn}
      - zoom: {id: turn}
    text:
      - random_delete: {rat: 0.5}
    output: {image: {quality: 0}}
""")


def test_all_mistakes_come_at_once_in_the_order_of_their_lines(problems) -> None:
    found = problems(ALL_AT_ONCE)
    assert [(problem.line, problem.where) for problem in found] == [
        (1, "seeds"),
        (2, "copies.cat"),
        (2, "copies.dog"),
        (4, "image[0].flip.axis"),
        (4, "image[0].flip.p"),
        (5, "image[1].one_of"),
        (6, "image[2].rotat"),
        (7, "image[3].rotate.angle_deg"),
        (7, "image[3].rotate.border"),
        (9, "image[5].zoom"),
        (11, "text[0].random_delete.rat"),
        (12, "output.image.quality"),
    ]


def test_doubled_keys_hide_nothing(problems) -> None:
    found = problems("copies: -1\nimage:\n  - flip: {p: 2, p: 0.5}\n  - rotat\nseed: x\nseed: 1\nimage: [nothing]\n")
    assert [(problem.line, problem.where, problem.message.split(" (")[0]) for problem in found] == [
        (1, "copies", "needs a whole number from 0 to 100000; got -1"),
        (3, "image[0].flip.p", "needs a probability from 0 to 1; got 2"),
        (3, "", 'duplicate key "p"; keep one'),
        (4, "image[1].rotat", "there is no image step 'rotat'"),
        (5, "seed", "needs a whole number; got 'x'"),
        (6, "", 'duplicate key "seed"; keep one'),
        (7, "", 'duplicate key "image"; keep one'),
    ]


def test_wrong_options_hide_neither_doubled_ids_nor_weights(problems) -> None:
    found = problems("image:\n  - flip: {axis: up, weight: 2}\n  - flip: {axis: down}\n  - some_of: {n: 2, steps: [rotat, hue]}")
    assert [(problem.line, problem.where) for problem in found] == [
        (2, "image[0].flip.axis"),
        (2, "image[0].flip.weight"),
        (3, "image[1].flip"),
        (3, "image[1].flip.axis"),
        (4, "image[2].some_of.steps[0].rotat"),
    ]


def test_unfit_orders_come_with_all_other_mistakes(problems) -> None:
    found = problems(
        "copies: -1\nimage:\n  - mixup\n  - flip\n  - flip\n  - some_of: {n: 2, steps: [rotat, hue]}\n  - zoom: {by: 1}\n"
    )
    assert [(problem.line, problem.where) for problem in found] == [
        (1, "copies"),
        (4, "step 'flip'"),
        (5, "image[2].flip"),
        (5, "step 'flip_2'"),
        (6, "image[3].some_of.steps[0].rotat"),
        (7, "image[4].zoom.by"),
    ]


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        ({"--copies": "-1"}, "--copies: needs a whole number from 0 to 100000; got -1"),
        ({"copies": "3", "--copies": "100001"}, "--copies: needs a whole number from 0 to 100000; got 100001"),
        ({"copies.cat": "x"}, "--set copies.cat: needs a whole number from 0 to 100000; got 'x'"),
        ({"seed": "x"}, "--set seed: needs a whole number; got 'x'"),
        ({"inner.angle_deg": "999"}, "--set inner.angle_deg: 999 is outside -180…180 deg"),
        ({"listed.axis": "up"}, "--set listed.axis: needs horizontal or vertical; got 'up'"),
        ({"output.image": "{qualty: 3}"}, "--set output.image: qualty: unknown option (did you mean 'quality'?)"),
        ({"output.imge.quality": "3"}, "--set output.imge.quality: unknown option (did you mean 'image'?)"),
        ({"sead": "3"}, "--set sead: 'sead' cannot be set (did you mean 'seed'?)"),
        ({"copy": "3"}, "--set copy: 'copy' cannot be set (did you mean 'copies'?)"),
        (
            {"outputs.originals": "x"},
            "--set outputs.originals: there is no step with the id 'outputs' (did you mean 'output.*'?)",
        ),
        ({"xyzzy.p": "1"}, "copies, flip, inner, input.*, limits.*, listed, one_of, output.*, seed, sequence)"),
    ],
    ids=str,
)
def test_a_value_of_a_flag_is_told_by_its_flag(problems, overrides, told) -> None:
    text = "seed: 1\ncopies: {cat: 1}\nimage:\n"
    text += "  - sequence: {steps: [rotate: {id: inner}]}\n  - one_of: [flip: {id: listed}, flip]\n"
    (found,) = problems(text, overrides)
    assert (found.line, found.column) == (0, 0) and told in str(found)
