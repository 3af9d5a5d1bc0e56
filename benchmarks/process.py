"""Programs run as a user runs them, measured from outside."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
MEGABYTE = 1_000_000
_LAUNCHER = str(Path(__file__).with_name("launcher.py"))


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


def run(*command: str) -> Cost:
    """Run a program from the root of the repository.

    Raises:
        RuntimeError: when it fails; what it said is in the message.
    """
    done = subprocess.run(
        [PYTHON, "-I", "-S", _LAUNCHER, *command],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed with {done.returncode}:\n{done.stderr[-2000:]}")
    return Cost(*map(float, done.stdout.split()))


def typical(runs: int, command: Callable[[int], Sequence[str]], *, warm: bool = False) -> Cost:
    """The median of several runs, figure by figure.

    Args:
        runs: how many.
        command: the command of run number 1, 2, ...
        warm: whether to run it once more before, so that compiled modules are there and files are in memory.
    """
    if warm:
        run(*command(0))
    costs = [run(*command(number)) for number in range(1, runs + 1)]
    return Cost(
        median(cost.seconds for cost in costs), median(cost.cpu for cost in costs), median(cost.peak for cost in costs)
    )
