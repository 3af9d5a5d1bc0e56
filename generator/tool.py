"""An installed program: found or missed loudly, its version, one run of it."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from generator.domain.targets import Version
from generator.errors import ToolMissing

_VERSION = re.compile(r"version (\d+\.\d+)")
_PATIENCE = 300


@dataclass(frozen=True, slots=True)
class Tool:
    """A program on this machine.

    Attributes:
        path: where it is.
        version: major and minor.
    """

    path: str
    version: Version

    @classmethod
    def find(cls, name: str, package: str) -> "Tool":
        """The program of that name or path.

        Raises:
            ToolMissing: naming the Debian package that brings it.
        """
        path = shutil.which(name)
        if path is None:
            raise ToolMissing(f"{name} is not installed; `apt-get install {package}` brings it")
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=_PATIENCE)  # noqa: S603 - the user names the program
        found = _VERSION.search(told.stdout + told.stderr)
        if not found:
            raise ToolMissing(f"{path} does not tell its version; is it {package}'s?")
        return cls(path, Version.parse(found[1]))

    def run(self, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Run it in a folder and give back what it said."""
        return subprocess.run(  # noqa: S603 - arguments are file names and labels of our own
            [self.path, *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=_PATIENCE
        )
