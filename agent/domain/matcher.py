"""A condition on one label, as Alertmanager means it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_LONGEST_PATTERN: Final = 2000


@dataclass(frozen=True, slots=True)
class Matcher:
    """A condition on one label; a label that is not there is an empty one."""

    name: str
    value: str
    is_regex: bool = False
    is_equal: bool = True

    def covers(self, labels: Mapping[str, str]) -> bool:
        """Whether labels meet it. A pattern that cannot be read here meets nothing, so that nobody is kept quiet."""
        found = labels.get(self.name, "")
        if not self.is_regex:
            return (found == self.value) is self.is_equal
        pattern = _compiled(self.value)
        return pattern is not None and (pattern.fullmatch(found) is not None) is self.is_equal

    @property
    def text(self) -> str:
        """As `amtool` and the web page of Alertmanager write it."""
        sign = ("=~" if self.is_equal else "!~") if self.is_regex else ("=" if self.is_equal else "!=")
        value = self.value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{self.name}{sign}"{value}"'


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern) if len(pattern) <= _LONGEST_PATTERN else None
    except (re.error, OverflowError, RecursionError):
        return None
