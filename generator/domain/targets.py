"""The oldest versions that the output must load in, and what each of them lacks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from generator.errors import ValueProblem

_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})(?:\.\d{1,4})?")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A major and a minor number; patches change no configuration."""

    major: int
    minor: int

    @classmethod
    def parse(cls, text: str) -> "Version":
        """Read `2.42` or `v2.42.0`.

        Raises:
            ValueProblem: for anything else.
        """
        found = _VERSION.fullmatch(text.removeprefix("v"))
        if not found:
            raise ValueProblem(f"{text!r} is not a version", "write major.minor, such as 2.42")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


@dataclass(frozen=True, slots=True)
class Targets:
    """One version for each program that reads the output."""

    prometheus: Version
    alertmanager: Version
    grafana: Version

    OLDEST: ClassVar[Mapping[str, Version]] = {
        "prometheus": Version(2, 42),
        "alertmanager": Version(0, 25),
        "grafana": Version(10, 0),
    }

    def with_version(self, program: str, version: Version) -> "Targets":
        """The same targets with one changed.

        Raises:
            ValueProblem: for a program that is no target, or a version older than any we support.
        """
        if program not in self.OLDEST:
            raise ValueProblem(f"{program!r} is no target", f"choose one of {', '.join(self.OLDEST)}")
        if version < self.OLDEST[program]:
            raise ValueProblem(f"{program} {version} is too old", f"the oldest supported is {self.OLDEST[program]}")
        return replace(self, **{program: version})
