"""People who are not on the list: they hear nothing, and the log hears of each of them once an hour."""

import logging
from collections import OrderedDict
from typing import Final

from agent.ports import Clock

_log = logging.getLogger(__name__)

_HOUR: Final = 3600.0
_REMEMBERED: Final = 1000


class Strangers:
    """Remembers the latest thousand."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._noted: OrderedDict[int, float] = OrderedDict()

    def note(self, user_id: int) -> bool:
        """Whether it was worth a line in the log."""
        now = self._clock.monotonic()
        last = self._noted.get(user_id)
        if last is not None and now - last < _HOUR:
            return False
        self._noted[user_id] = now
        self._noted.move_to_end(user_id)
        if len(self._noted) > _REMEMBERED:
            self._noted.popitem(last=False)
        _log.warning("telegram.stranger", extra={"user": user_id})
        return True
