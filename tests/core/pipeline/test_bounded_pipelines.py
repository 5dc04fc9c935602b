"""A pipeline file costs little to check, whatever is in it: its size, depth, steps and mistakes have limits."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from augcli import ops
from augcli.core.pipeline.located import Located, read_yaml
from augcli.core.pipeline.model import build, parse_pipeline
from augcli.core.pipeline.steps import MOST_STEPS, unrolled
from augcli.core.values.outcome import ConfigError, Problem, UserError
from augcli.load import load_pipeline

ops.load()


def problems(text: str, overrides: dict[str, str] | None = None) -> list[Problem]:
    with pytest.raises(ConfigError) as caught:
        parse_pipeline(text, overrides=overrides)
    return caught.value.problems


def repeats(*times: int) -> str:
    steps = "[flip]"
    for number, count in enumerate(times):
        steps = f"[repeat: {{id: r{number}, times: {count}, steps: {steps}}}]"
    return f"image: {steps}"


@pytest.mark.parametrize("text", ["[" * 5000, "{a: " * 5000, "- " * 5000, "? " * 5000, "[{" * 60_000])
def test_reading_stops_at_the_level_that_is_too_deep(text: str) -> None:
    (problem,) = problems(text)
    assert "is nested more than 100 levels deep; use fewer levels" in problem.message
    assert (problem.line, problem.column > 100) == (1, True)


def test_reading_stops_at_the_value_with_which_there_are_too_many() -> None:
    (problem,) = problems("image: [" + "a," * 200_000 + "]")
    assert (problem.line, problem.message) == (1, "has more than 100,000 values; use fewer")


def test_a_long_text_is_not_parsed() -> None:
    (problem,) = problems("#" * 1_000_001)
    assert problem.message == "has 1,000,001 characters; at most 1,000,000 are read"


def test_values_that_were_never_yaml_may_not_be_too_deep_either() -> None:
    steps: list[object] = ["flip"]
    for _ in range(500):
        steps = [{"sequence": steps}]
    with pytest.raises(ConfigError, match="nested more than 100 levels deep"):
        build(Located({"image": steps}, {}))


def test_a_set_value_has_the_same_limits() -> None:
    (problem,) = problems("image: [flip]", {"flip.p": "[" * 5000})
    assert problem.where == "--set flip.p"
    assert "nested more than 100 levels deep" in problem.message
    (problem,) = problems("image: [flip]", {"flip.p": "1" * 1_000_001})
    assert "at most 1,000,000 are read" in problem.message


@pytest.mark.parametrize("times", [(100, 100, 2), (100, 100, 100, 100, 100), (1, 100, 100, 100)])
def test_repeats_in_repeats_are_counted_before_they_are_unrolled(times: tuple[int, ...]) -> None:
    (problem,) = problems(repeats(*times))
    assert problem.where == "image[0].repeat"
    assert problem.message.endswith("counting every iteration of repeat; at most 10,000 are possible")


def test_as_many_steps_as_are_possible_are_possible() -> None:
    pipeline = parse_pipeline(repeats(100, 100))
    assert unrolled(pipeline.steps["image"][0]) == MOST_STEPS
    assert "brings the pipeline to 10,001 steps" in problems(repeats(100, 100)[:-1] + ", zoom]")[0].message


def test_steps_of_a_repeat_in_a_choice_count_as_well() -> None:
    assert "brings the pipeline to" in problems(f"image: [one_of: [sequence: {repeats(100, 100, 2)[7:]}]]")[0].message


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("image:\n" + "".join(f"  - rotat{n}\n" for n in range(3000)), 2900),
        ("image:\n" + "".join(f"  - rotate: {{id: a{n}, angl: 1}}\n" for n in range(300)), 200),
        ("image:\n" + "".join(f"  - one_of: {{id: a{n}, of: 1, steps: [d4: {{id: b{n}}}]}}\n" for n in range(300)), 200),
        ("image:\n" + "  - flip\n" * 300, 199),
        ("".join(f"key{n}: 1\n" for n in range(3000)), 2900),
    ],
)
def test_a_hundred_problems_are_listed_and_the_others_counted(text: str, more: int) -> None:
    found = problems(text)
    assert len(found) == 101
    assert all(problem.message and problem.line for problem in found[:100])
    assert found[100] == Problem(0, 0, "", f"{more:,} more problems are not listed")


def test_one_more_problem_is_one() -> None:
    assert problems("image:\n" + "  - flip\n" * 102)[-1].message == "1 more problem is not listed"
    assert len(problems("image:\n" + "  - flip\n" * 101)) == 100


def test_long_names_are_cut_before_they_are_compared_and_shown() -> None:
    for text in (f"image: [{'rotat' * 20_000}]", f"{'k' * 100_000}: 1\nimage: [flip]", f"image: [flip: {{{'p' * 50_000}: 1}}]"):
        for problem in problems(text):
            assert len(str(problem)) < 1000


def test_what_is_no_file_is_no_pipeline(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="/dev/zero is not a file"):
        load_pipeline("/dev/zero")
    os.mkfifo(tmp_path / "nobody_writes")
    with pytest.raises(ConfigError):
        load_pipeline(str(tmp_path / "nobody_writes"))


def test_a_large_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # a hole of a terabyte: whoever reads it all does not come back
    with pytest.raises(UserError, match="is larger than 4,000,000 bytes"):
        load_pipeline(str(path))


def test_a_pipe_is_read(tmp_path: Path) -> None:
    read, write = os.pipe()
    writer = threading.Thread(target=lambda: (os.write(write, b"image: [flip]\n"), os.close(write)))
    writer.start()
    try:
        assert len(load_pipeline(f"/dev/fd/{read}").steps["image"]) == 1
    finally:
        writer.join()
        os.close(read)


def test_ordinary_pipelines_are_far_from_any_limit() -> None:
    classes = ", ".join(f"class_{number}: 3" for number in range(5000))
    assert len(read_yaml(f"copies: {{{classes}}}\nimage: [flip]").value["copies"]) == 5000
