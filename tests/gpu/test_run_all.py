"""The script for GPU machines, as far as it goes without one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from run_all import CHAINS, outcomes, print_times

SCRIPT = Path(__file__).parent / "run_all.py"


@pytest.mark.skipif(torch.cuda.is_available(), reason="has a CUDA device")
def test_without_a_gpu_it_says_so_and_succeeds() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "no CUDA device: nothing to check here\n")


def test_every_chain_is_timed(capsys: pytest.CaptureFixture[str]) -> None:
    print_times("cpu", 2, 1)
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line[:20].strip() for line in lines] == list(CHAINS)
    assert all(float(number) > 0 for line in lines for number in line[20:].split())


def test_outcomes_of_tests_are_told_apart() -> None:
    report = """<testsuites><testsuite>
        <testcase name="a" time="1.5"/><testcase name="b" time="0"><skipped/></testcase>
        <testcase name="c" time="2"><failure>no</failure></testcase><testcase name="d"><error/></testcase>
    </testsuite></testsuites>"""
    assert outcomes(report) == [("a", "passed", 1.5), ("b", "skipped", 0.0), ("c", "FAILED", 2.0), ("d", "FAILED", 0.0)]
