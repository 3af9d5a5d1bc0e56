"""Names for new things: random where nobody types them, short and never repeated where somebody does."""

import secrets
import time
import uuid
from collections.abc import Callable
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRTVWXYZ"
"""Without 0 O, 1 I L, S and U, which look or sound like others."""

_LENGTH: Final = 7
_ALL: Final = len(ALPHABET) ** _LENGTH
_TICKS_PER_SECOND: Final = 20
_BEGINNING: Final = 1_767_225_600  # 2026; all short names are used up 27 years later and then begin again
_SCATTER: Final = 7_368_787_157  # shares no factor with `_ALL`, so that neighbours look different and none repeats


class SystemIds:
    """Keeps `ports.Ids`. Short names count twentieths of a second, so no restart can give one again."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._last = 0

    def run(self) -> str:
        return str(uuid.uuid4())

    def short(self) -> str:
        tick = int((self._now() - _BEGINNING) * _TICKS_PER_SECOND)
        self._last = max(tick, self._last + 1)
        return _spelled(self._last * _SCATTER % _ALL)

    def trace(self) -> str:
        return _hexadecimal(16)

    def span(self) -> str:
        return _hexadecimal(8)


def _spelled(number: int) -> str:
    letters = []
    for _ in range(_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def _hexadecimal(count: int) -> str:
    while not (found := secrets.token_hex(count)).strip("0"):
        pass  # all zero means absent
    return found
