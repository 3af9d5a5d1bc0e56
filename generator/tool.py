"""An installed program: found or missed loudly, its version, one run of it."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from generator.domain.targets import Version
from generator.errors import TocsinError, ToolMissing

_VERSION = re.compile(r"version (\d+\.\d+)")
_UNNUMBERED = re.compile(r"^(?:promtool|amtool|prometheus|alertmanager), version\b", re.MULTILINE)
PATIENCE = 300
"""Seconds after which a run is given up."""

QUICK = 10
"""Seconds after which a program that is only asked for its version is given up: it hangs."""


class ToolTimeout(TocsinError):
    """A program that did not end in time; its text says which and after how long."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program on this machine.

    Attributes:
        path: where it is.
        version: major and minor.
        is_assumed: whether the version is a guess, because the program was built without one.
    """

    path: str
    version: Version
    is_assumed: bool = False

    @classmethod
    def find(cls, name: str, package: str, assumed: Version | None = None) -> "Tool":
        """The program of that name or path.

        Args:
            name: a name to look for in PATH, or a path.
            package: the Debian package that brings it.
            assumed: the version of a program that names itself and has no number, as `go install` builds it.

        Raises:
            ToolMissing: when it is not there, or is another program.
            ToolTimeout: when it does not tell its version in time.
        """
        path = shutil.which(name)
        if path is None:
            raise ToolMissing(f"{name} is not installed; `apt-get install {package}` brings it")
        told = _version(path, package)
        text = told.stdout + told.stderr
        found = _VERSION.search(text)
        if found:
            return cls(path, Version.parse(found[1]))
        if assumed and _UNNUMBERED.search(text):
            return cls(path, assumed, is_assumed=True)
        raise ToolMissing(f"{path} does not tell its version; is it {package}'s?")

    def run(self, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Run it in a folder and give back what it said.

        Raises:
            ToolTimeout: when it does not end.
        """
        return _run([self.path, *arguments], folder, PATIENCE)


def _version(path: str, package: str) -> subprocess.CompletedProcess[str]:
    try:
        return _run([path, "--version"], None, QUICK)
    except ToolTimeout:
        raise ToolTimeout(
            f"{path} --version did not answer within {QUICK} s; run it by hand, or install {package} again"
        ) from None


def _run(command: list[str], folder: Path | None, patience: float) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 - the user names the program; arguments are files and labels of our own
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=patience
        )
    except subprocess.TimeoutExpired:
        raise ToolTimeout(f"{Path(command[0]).name} did not end within {patience} s") from None
    except OSError as error:
        raise ToolMissing(f"{command[0]} cannot be run: {error.strerror}; is it a program of this machine?") from None
