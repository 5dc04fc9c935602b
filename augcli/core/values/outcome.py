"""The outcome of a unit, `Done` or `Failure` (both are values), and the exceptions for users' mistakes.

UserError                a mistake by the user; the command line prints it and exits with `exit_code`
├── ConfigError          the pipeline is wrong: all problems at once, with line and column (exit 3)
├── Unfinished           the output's run was stopped; the same command resumes it (exit 1)
├── NothingToDo          no input matched (exit 4)
├── Mismatch             verify or replay found a difference (exit 5)
└── OutputError          the output folder cannot be used (exit 73), or the disk is full (exit 74)
SampleError              one sample is bad; the engine turns it into a Failure, it never leaves the engine
"""

from __future__ import annotations

from typing import Any, NamedTuple

# Failures of the machine, not of the data: the unit stays missing, and the next run tries it again. A unit that takes too long
# or brings its worker down has done so twice when it fails, so trying it in every run would never end.
PLACE_CODES = ("io.", "memory", "worker.device")


class Failure(NamedTuple):
    """A unit that could not be made. `code` is stable; same bytes in, same code out (except for codes of the machine)."""

    code: str
    stage: str  # read | decode | lower | execute | encode | write
    message: str

    @property
    def of_place(self) -> bool:
        return self.code.startswith(PLACE_CODES)


class Done(NamedTuple):
    """A unit that was made and written."""

    bytes: int
    sha256: str
    record: dict[str, Any]


class SampleError(Exception):
    """One sample is bad. Carries the stable code and the stage of the Failure that the engine makes of it."""

    def __init__(self, code: str, message: str, stage: str = "decode") -> None:
        super().__init__(message)
        self.code, self.stage, self.message = code, stage, message

    def failure(self) -> Failure:
        return Failure(self.code, self.stage, self.message)


class UserError(Exception):
    """A mistake that the user can fix; the message says how."""

    exit_code = 2


class Unfinished(UserError):
    exit_code = 1


class NothingToDo(UserError):
    exit_code = 4


class Mismatch(UserError):
    exit_code = 5


class OutputError(UserError):
    exit_code = 73


class Problem(NamedTuple):
    """One thing wrong with a pipeline, with its address (line and column count from 1; 0 when unknown)."""

    line: int
    column: int
    where: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line else ""
        return f"{place}{self.where}: {self.message}" if self.where else f"{place}{self.message}"


MOST_PROBLEMS = 100  # that are listed


class ConfigError(UserError):
    """Everything that is wrong with a pipeline, in the order of its lines; at most 100 problems, and how many more there are.

    Problems without a message only count.
    """

    exit_code = 3

    def __init__(self, problems: list[Problem], path: str = "") -> None:
        found = set(problems)
        self.problems = sorted(problem for problem in found if problem.message)[:MOST_PROBLEMS]
        if more := len(found) - len(self.problems):
            self.problems.append(Problem(0, 0, "", f"{more:,} more problem{'s are' if more > 1 else ' is'} not listed"))
        self.path = path
        super().__init__("\n".join(f"{path}: {problem}" if path else str(problem) for problem in self.problems))
