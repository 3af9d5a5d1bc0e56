"""Programs run as a user runs them, measured from outside."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
IMPORT_ONLY = (PYTHON, "-c", "import generator.cli.commands.render")
MEGABYTE = 1_000_000
_LAUNCHER = str(Path(__file__).with_name("launcher.py"))


Command = Callable[[int], Sequence[str]]
"""The command line of run number 0, 1, 2, ..."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a program took.

    Attributes:
        seconds: wall time from before the process exists until after it is gone.
        cpu: seconds of processor time, user and system; far below the wall time on a busy machine.
        peak: the most memory that it held at once, in bytes.
    """

    seconds: float
    cpu: float
    peak: float

    @property
    def megabytes(self) -> float:
        """The peak in MB."""
        return self.peak / MEGABYTE


def run(*command: str, given: str = os.devnull, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a program from the root of the repository.

    Args:
        command: the program and its arguments.
        given: the file on its standard input.
        environment: variables beside our own.

    Raises:
        RuntimeError: when it fails; what it said is in the message.
    """
    with Path(given).open("rb") as stdin:
        done = subprocess.run(
            [PYTHON, "-I", "-S", _LAUNCHER, *command],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": "0"} | dict(environment or {}),
            stdin=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed with {done.returncode}:\n{done.stderr[-2000:]}")
    return Cost(*map(float, done.stdout.split()))


def typical(
    runs: int, *commands: Command, given: str = os.devnull, environment: Mapping[str, str] | None = None
) -> list[Cost]:
    """For each command the median of several runs, figure by figure; `given` and `environment` are as for `run`.

    All commands run once first, so that compiled modules are there and files are in memory. Then they take turns, so
    that a busy moment of the machine hits them alike.
    """
    for command in commands:
        run(*command(0), given=given, environment=environment)
    turns = [
        [run(*command(number), given=given, environment=environment) for command in commands]
        for number in range(1, runs + 1)
    ]
    return [middle(costs) for costs in zip(*turns, strict=True)]


def middle(costs: Sequence[Cost]) -> Cost:
    """The median, figure by figure."""
    return Cost(
        median(cost.seconds for cost in costs), median(cost.cpu for cost in costs), median(cost.peak for cost in costs)
    )
