"""The words that people write into the label `severity`, and what each of them means here.

Foreign rules say `page`, `CRITICAL`, `P1` or `error`. Case, blanks and hyphens do not count, so `Sev-1` is `sev1`.

`high` and `major` are missing on purpose: beside `critical` they are the lesser, without it they
are the worst. Like every word that nobody here knows, they count as a warning, but as one that may not wait.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_CRITICAL: Final = "critical crit page p0 p1 sev0 sev1 emergency emerg fatal disaster panic"
_WARNING: Final = "warning warn error err ticket p2 p3 sev2 sev3 minor medium moderate average"
_INFO: Final = "info informational information none debug notice low p4 p5 sev4 sev5"
_MEANT: Final[Mapping[str, str]] = MappingProxyType(
    {
        word: meant
        for meant, words in (("critical", _CRITICAL), ("warning", _WARNING), ("info", _INFO))
        for word in words.split()
    }
)


def meaning(word: str) -> str:
    """`critical`, `warning` or `info`; empty for a word that nobody here knows."""
    return _MEANT.get("".join(letter for letter in word.casefold() if letter.isalnum()), "")
