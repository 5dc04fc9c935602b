"""Mistakes in third-party operations: told with the step where no sample is needed, else left to the record of each sample."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint

import pytest
from pydantic import field_validator

from augcli import ops
from augcli.core.ops.op import REGISTRY, Op
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.program.unfit import costly_orders, unfit_orders
from augcli.core.values.outcome import ConfigError, UserError
from augcli.ops import _load_foreign

ops.load()


@pytest.fixture(autouse=True)
def operations() -> Iterator[None]:
    class Broken(Op):
        """Crashes where its option says."""

        id = "image.broken"
        at: str = ""

        @field_validator("at")
        @classmethod
        def _check(cls, value):
            return value.nothing if value == "options" else value

        def resources(self):
            return None if self.at == "resources" else ()

        def partner_count(self):
            return "2" if self.at == "partners" else 0

        def lower(self, draw, state):
            return draw.nothing

    assert REGISTRY["image.broken"] is Broken
    yield
    del REGISTRY["image.broken"]


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ("options", "AttributeError: 'str' object has no attribute 'nothing'"),
        ("resources", "TypeError: 'NoneType' object is not iterable"),
        ("partners", "TypeError: partner_count() returns '2', which is not a whole number"),
    ],
)
def test_a_crash_without_a_sample_names_the_step_and_the_module(at: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_pipeline(f"image:\n  - flip\n  - broken: {{at: {at}}}\n  - flipp\n")
    first, second = caught.value.problems
    assert (first.line, first.where) == (3, "image[1].broken") and "flipp" in second.where
    assert first.message.startswith(f"{__name__}.Broken crashed on these options: {message}")


def test_a_crash_in_lower_is_left_to_the_samples() -> None:
    pipeline = parse_pipeline("image: [mixup, broken, rotate]\n")
    with pytest.raises(ConfigError) as caught:
        unfit_orders(pipeline)
    assert [problem.where for problem in caught.value.problems] == ["step 'rotate'"]
    unfit_orders(parse_pipeline("image: [mixup, broken]\n"))
    assert costly_orders(parse_pipeline("image: [broken, rotate]\n")) == []


def test_a_package_that_leaves_while_it_is_imported_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(self: EntryPoint) -> None:
        raise SystemExit(0)

    monkeypatch.setattr(EntryPoint, "load", leave)
    with pytest.raises(UserError, match=r"cannot load the operations of an installed package \(gone\): SystemExit: 0"):
        _load_foreign(EntryPoint("x", "gone", "augcli.ops"))
