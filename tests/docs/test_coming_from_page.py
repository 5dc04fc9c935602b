"""The page for people who come from other libraries holds every name that `check` knows of theirs."""

from __future__ import annotations

from augcli.core.pipeline.peers.lookup import rows
from augcli.engine.about.pages import page

PAGE = page("coming-from")


def section(library: str) -> str:
    found = PAGE.partition(f"\n### {library}\n")[2].partition("\n### ")[0]
    assert found, f"no section for {library}"
    return found


def test_every_name_of_every_library_is_there() -> None:
    for peer in rows():
        if peer.library:
            assert f"`{peer.name}`" in section(peer.library), (peer.library, peer.name)


def test_every_row_says_what_to_write_here() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("| `")]
    assert len(lines) > 100
    for line in lines:
        assert line.replace("\\|", "").count("|") == 4, line
        assert line.split(" | ")[1].startswith("`"), line


def test_what_has_no_step_says_why() -> None:
    for line in section("torchvision").splitlines():
        if line.startswith("- `"):
            names, colon, why = line.partition(": ")
            assert colon and why and names.count("`") % 2 == 0
    assert "`Normalize`" in section("torchvision").partition("\n- ")[2]
