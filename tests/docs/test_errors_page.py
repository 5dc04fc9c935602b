"""The page about errors names every failure code that the source can give, and every exit code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from markdown_blocks import ROOT

from augcli import ops
from augcli.core.values.outcome import UserError
from augcli.dataset.write import DiskFull

PAGE = (ROOT / "augcli/docs/errors.md").read_text(encoding="utf-8")
DOCUMENTED = {code for row in re.findall(r"^\| (`[^|]+) \|", PAGE, re.MULTILINE) for code in re.findall(r"`([^`]+)`", row)}
RAISERS = {"SampleError", "Failure"}
DOTTED = re.compile(r"[a-z]+\.[a-z_]+")


def codes_in(source: str) -> Iterator[str]:
    """Codes that a file raises, or gives as the reason for leaving a file out; an inserted part is shown as *."""
    families = {code.partition(".")[0] for code in DOCUMENTED if "." in code}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in RAISERS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield str(first.value)
            elif isinstance(first, ast.JoinedStr):
                yield "".join(part.value if isinstance(part, ast.Constant) else "*" for part in first.values)
        elif isinstance(node, ast.Constant) and DOTTED.fullmatch(str(node.value)):
            family, _, rest = node.value.partition(".")
            if family in families or rest == "crashed":
                yield node.value


def is_documented(code: str) -> bool:
    if code == "*.*":  # `{role}.{code of the file}`: the roles are a row of their own
        return all(f"{role}.*" in DOCUMENTED for role in ("background", "overlay", "reference"))
    return code in DOCUMENTED


def test_every_code_in_the_source_is_documented() -> None:
    ops_ids = set(ops.load())
    found: dict[str, str] = {}
    for path in sorted((ROOT / "augcli").rglob("*.py")):
        if path.relative_to(ROOT / "augcli").parts[0] not in ("cli", "ops"):
            found |= dict.fromkeys(codes_in(path.read_text(encoding="utf-8")), path.name)
    assert len(found) > 40
    assert {code: file for code, file in found.items() if code not in ops_ids and not is_documented(code)} == {}


def test_every_documented_code_is_in_the_source() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "augcli").rglob("*.py"))
    for code in DOCUMENTED:
        if "*" not in code:
            assert f'"{code}"' in sources, f"{code} is documented, but nothing gives it"


def test_the_search_for_codes_sees_what_it_should() -> None:
    lines = (
        'raise SampleError("audio.odd", "")',
        'Failure("sudden", "", "")',
        'x = ("text.empty", "")',
        'SampleError(f"io.{role}", "")',
    )
    source = "\n".join(lines)
    assert set(codes_in(source)) == {"audio.odd", "sudden", "text.empty", "io.*"}


def test_every_exit_code_is_documented() -> None:
    def below(kind: type[UserError]) -> Iterator[type[UserError]]:
        yield kind
        for child in kind.__subclasses__():
            yield from below(child)

    assert DiskFull.exit_code == 74
    section = PAGE.partition("## Exit codes")[2].partition("\n## ")[0]
    numbers = {int(number) for row in re.findall(r"^\| ([\d, ]+) \|", section, re.MULTILINE) for number in row.split(",")}
    raised = {kind.exit_code for kind in below(UserError) if kind.__module__.startswith("augcli")}
    assert numbers == raised | {0, 70, 75, 130, 143}
