"""`partner: other_class`: linear where classes are lopsided, and an error of the plan where there is no other class."""

from __future__ import annotations

import shutil
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from augcli import plan
from augcli.core.draws.keys import draw_word, ring_position, unit_key
from augcli.core.plan import Source
from augcli.core.program.compile import CompiledPipeline
from augcli.core.rings import partner_scope
from augcli.core.values.outcome import UserError
from augcli.engine.plan.partners import Partners
from augcli.load import load_pipeline

STEPS = """
- one_of: [mosaic: {partner: other_class}, flip]
- mixup: {partner: other_class}
- mixup: {id: any, p: 0.3}
- cutmix: {partner: same_class}
"""


def source(number: int, split: str, label: str | None) -> Source:
    name = f"{split}/{label}/{number}.png"
    return Source(name, 0, name, "image", "png", 9, number, name[:-4], ".png", split, label)


class _Listed:
    """A pool that counts how often it is looked into."""

    def __init__(self, sources: list[Source]) -> None:
        self._sources, self.looked_at = sources, 0

    def __iter__(self) -> Iterator[tuple[int, Source]]:
        return iter(enumerate(self._sources))

    def at(self, number: int) -> Source:
        self.looked_at += 1
        return self._sources[number]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory) -> CompiledPipeline:
    path = tmp_path_factory.mktemp("pipeline") / "p.yaml"
    path.write_text("image:\n" + STEPS)
    return CompiledPipeline(load_pipeline(str(path)).steps["image"])


def found_by_going_round(sources: list[Source], one: Source, option: str, word: int) -> Source | None:
    scope = partner_scope(one, option)
    ring = sorted((ring_position(scope, each.id), each.id, each) for each in sources if partner_scope(each, option) == scope)
    start = bisect_left(ring, (word,))
    for _, _, other in ring[start:] + ring[:start]:
        if other.id != one.id and not (option == "other_class" and other.label == one.label):
            return other
    return None


@given(st.lists(st.tuples(st.sampled_from(["train", "val", ""]), st.sampled_from(["cat", "dog", None])), max_size=30))
def test_partners_are_those_found_by_going_round(compiled: CompiledPipeline, pool: list[tuple[str, str | None]]) -> None:
    sources = [source(number, *one) for number, one in enumerate(pool)]
    partners = Partners({"image": compiled}, 5, _Listed(sources))
    for one in sources:
        for copy in range(2):
            unit = unit_key(5, one.id, copy)
            expected = [
                found_by_going_round(sources, one, option, draw_word(unit, field)) for field, option in compiled.partner_fields
            ]
            assert partners.of(one, copy) == expected
        assert partners.of(one, -1) == []


def test_a_partner_costs_one_look_however_rare_its_class_is(compiled: CompiledPipeline) -> None:
    sources = [source(number, "", "rare" if number < 5 else "common") for number in range(3000)]
    listed = _Listed(sources)
    partners = Partners({"image": compiled}, 0, listed)
    chosen = [partners.of(one, 0) for one in sources]
    looks = len(compiled.partner_fields) * len(sources)
    assert listed.looked_at < 1.01 * looks  # some are the first on the ring themselves, and take the next one
    of_common = {others[0].id for one, others in zip(sources, chosen, strict=True) if one.label == "common" and others[0]}
    assert of_common <= {one.id for one in sources[:5]}


# One class alone


def folder(root: Path, *paths: str) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (8, 8), len(path)).save(root / path)
    return root


ONE_CLASS = {
    "folder": (["cat/1.png", "cat/2.png"], "the 2 samples are all in the folder 'cat'; add a folder for each other class"),
    "setting": (["cat/1.png", "cat/2.png"], "the 2 samples are all of the class 'cat'; add another class"),
    "root": (["1.png", "2.png", "3.png"], "the 3 samples have no class; put samples into one folder per class"),
    "depths": (["a/1.png", "b/c/2.png"], "the 2 samples have no class; put samples into one folder per class"),
    "single": (["1.png"], "the only sample has no class"),
    "split": (
        ["train/a/1.png", "train/a/2.png", "val/a/1.png", "val/b/1.png"],
        "the 2 samples of the split train are all of the class 'a'; add another class",
    ),
}


@pytest.mark.parametrize("case", ONE_CLASS)
def test_one_class_is_an_error_of_the_plan_before_anything_is_written(make, pipeline_file, tmp_path, case):
    paths, told = ONE_CLASS[case]
    root = folder(tmp_path / "in", *paths)
    setting = "input: {layout: class_folders}\n" if case == "setting" else ""
    text = f"{setting}image: [flip, repeat: {{times: 2, steps: [mixup: {{id: blend, p: 0.1, partner: other_class}}]}}]"
    expected = rf"the image step blend needs samples of a second class .*{told}.*, or use partner: any"
    with pytest.raises(UserError, match=expected), plan(load_pipeline(pipeline_file(text)), [str(root)]):
        pass
    with pytest.raises(UserError, match=expected):
        make(text, root, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_output_stays_as_it_is_when_only_one_class_is_left(make, tmp_path, contents):
    root = folder(tmp_path / "in", "cat/1.png", "dog/1.png")
    text = "image: [mixup: {partner: other_class}]"
    make(text, root, tmp_path / "out")
    before = contents(tmp_path / "out")
    shutil.rmtree(root / "dog")
    with pytest.raises(UserError, match="second class"):
        make(text, root, tmp_path / "out")
    assert contents(tmp_path / "out") == before
    folder(root, "dog/1.png")
    assert make(text, root, tmp_path / "out", redo=True).complete


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("image: [mixup: {partner: other_class}]", ["train/a/1.png", "train/b/1.png", "val/a/1.png"]),  # no copies of val
        ("copies: {'*': 0, b: 1}\nimage: [mixup: {partner: other_class}]", ["a/1.png", "b/1.png"]),
        ("image: [mixup: {partner: same_class}]", ["a/1.png", "a/2.png"]),
        ("image: [mixup]", ["1.png", "2.png"]),
    ],
)
def test_what_is_no_error(make, tmp_path, text, paths):
    assert make(text, folder(tmp_path / "in", *paths), tmp_path / "out").complete
