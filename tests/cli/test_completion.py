"""Shell completion: commands, options and names of operations, without importing anything heavy."""

from __future__ import annotations

import os
import subprocess
import sys

COMPLETE = """
import sys
from augcli.cli.app import main
sys.argv = ["augcli", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
print("heavy:", *sorted({"numpy", "torch", "cv2", "soundfile", "PIL"} & set(sys.modules)), file=sys.stderr)
"""


def as_augcli(*arguments: str, **environment: str) -> str:
    """What the program called "augcli" prints; fails when it imported anything heavy."""
    done = subprocess.run(
        [sys.executable, "-c", COMPLETE, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )
    assert done.stderr.splitlines()[-1] == "heavy:", done.stderr
    return done.stdout


def completed(*words: str) -> list[str]:
    """What bash would be offered for the last of these words."""
    line = " ".join(("augcli", *words))
    return as_augcli(_AUGCLI_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=str(len(words))).split()


def test_the_shell_completes_commands() -> None:
    assert {"run", "plan", "check", "init", "explain", "doctor", "ops"} <= set(completed(""))
    assert completed("ver") == ["verify"]
    assert {"list", "show", "schema", "docs"} <= set(completed("ops", ""))


def test_the_shell_completes_options() -> None:
    assert {"--backend", "--batch-size"} <= set(completed("run", "--b"))


def test_the_shell_completes_names_of_operations() -> None:
    assert completed("ops", "show", "rotate") == ["rotate", "rotate90"]
    assert completed("ops", "show", "image.cro") == ["image.crop"]
    assert set(completed("ops", "show", "")) >= {"flip", "gain", "random_delete"}


def test_the_shell_completes_topics_of_the_documentation() -> None:
    assert completed("docs", "pip") == ["pipeline"]


def test_the_completion_script_is_there() -> None:
    assert "_AUGCLI_COMPLETE=complete_bash" in as_augcli("--show-completion", "bash")
