"""Takes what Alertmanager posts, commits it, and only then says so.

Alertmanager delivers at least once and repeats only after a 5xx, so a full disk is answered with 503 and load never
with 4xx, which would throw the notification away.

What counts as a repetition: the same bytes again within a few seconds, as after a lost answer. The same bytes later are
no repetition but news: Alertmanager re-sends an unchanged group every `repeat_interval`, and for a watchdog that very
re-send is the heartbeat, so a key made of the body alone would stop a heart. Every notification gets a key of its own,
and only a repetition shares that of the one before. Two Alertmanagers of a pair differ in `externalURL`, and a restart
forgets what was just taken; such doubles pass, and whoever handles groups sees that nothing about them has changed.
"""

import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from agent.domain.inbox import Source
from agent.errors import Malformed
from agent.ports import Clock, Store
from agent.settings.secret import Secret

LARGEST_BODY: Final = 16 * 1024 * 1024
"""Some 8000 alerts of the bundle. On two cores they were answered in 0.3 s and in the chat within 2 s, for which the
agent grew from 71 to 265 MiB; the bundle's `max_alerts` keeps a group at a tenth of that."""

REPEATED_SECONDS: Final = 3.0
_REMEMBERED: Final = 1024
_ALERTNAME: Final = re.compile(rb'"alertname"\s*:\s*("(?:[^"\\]|\\.){1,200}")')


@dataclass(frozen=True, slots=True)
class _Taken:
    key: str
    at: float


class AlertIntake:
    """The door for alerts. It depends on the database alone. Without a token it takes nothing."""

    def __init__(self, store: Store, clock: Clock, token: Secret, wake: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._token = token
        self._wake = wake
        self._recent: OrderedDict[str, _Taken] = OrderedDict()

    def knows(self, token: str) -> bool:
        """Whether the caller has the token."""
        return bool(self._token) and self._token.matches(token)

    async def take(self, body: bytes) -> bool:
        """Commit one notification; False for a repetition. Raises `Malformed`, and `StoreError` when nothing was kept.

        Only the outermost shape is checked: fields come and go between versions of Alertmanager.
        """
        text = _checked(body)
        key = self._key(body)
        async with self._store.transaction() as records:
            new = await records.inbox.accept(Source.ALERTMANAGER, key, text, self._clock.now())
        self._wake()
        return new

    async def turn_away(self, beginning: bytes, size: int) -> None:
        """Leave word for the chat of what was too large, once per alert and hour: Alertmanager will not repeat it.

        `beginning` is what of it is known, `size` its bytes, or 0 for unknown. Raises `StoreError`.
        """
        now, name = self._clock.now(), _alertname(beginning)
        hour = f"{now.astimezone(UTC):%Y-%m-%d %H}:00 UTC"
        what = f"{size / 2**20:.1f} MiB were" if size > LARGEST_BODY else "A notification was"
        why = (
            f"{what} refused in the hour from {hour}; {LARGEST_BODY // 2**20} MiB are taken at most. Alertmanager does"
            " not repeat it: give its webhook_configs max_alerts: 1000."
        )
        body = json.dumps({"refused": why, "groupLabels": {"alertname": name}})
        async with self._store.transaction() as records:
            await records.inbox.accept(Source.ALERTMANAGER, f"too-large:{hour}:{name}", body, now)
        self._wake()

    def _key(self, body: bytes) -> str:
        digest, now = hashlib.sha256(body).hexdigest(), self._clock.monotonic()
        before = self._recent.get(digest)
        if before is None or now - before.at > REPEATED_SECONDS:
            before = _Taken(f"{digest[:32]}@{self._clock.now().isoformat()}", now)
        self._recent[digest] = before
        self._recent.move_to_end(digest)
        while len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)
        return before.key


def _alertname(beginning: bytes) -> str:
    """The name of the first alert: the labels of the group come after all alerts."""
    found = _ALERTNAME.search(beginning)
    try:
        return str(json.loads(found[1])) if found else ""
    except ValueError:
        return ""


def _checked(body: bytes) -> str:
    try:
        text = body.decode()
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("This is no JSON.") from None
    if not isinstance(found, dict) or not isinstance(found.get("alerts"), list):
        raise Malformed("This is no notification of Alertmanager: it has no list of alerts.")
    return text
