"""What the wheel holds: all that runs, with the tables, and not what built them."""

from __future__ import annotations

from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[1]


def test_the_wheel_holds_the_tables_and_not_their_builders() -> None:
    held = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    source = {path.relative_to(ROOT).as_posix() for path in (ROOT / "augcli").rglob("*") if path.is_file()}
    builders = {f"augcli/data/{name}" for name in ("build_synonyms.py", "inflect.py", "wordnet.py", "reviewed_en.txt")}
    assert builders <= source
    assert held == {name for name in source - builders if "__pycache__" not in name}
    assert {"augcli/data/synonyms_en.tsv.gz", "augcli/data/real_words_en.txt.gz", "augcli/py.typed"} <= held
