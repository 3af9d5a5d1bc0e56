"""Alertmanager's API, version 2: silences made, ended and listed, and what fires."""

import asyncio
import re
from typing import Final, NoReturn

from agent.adapters.alertmanager.silences import read_silence, written
from agent.adapters.json_api import Access, JsonApi
from agent.domain.incident_silence import Silence
from agent.errors import MonitoringError
from agent.ports import Standing

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""Names of labels that every Alertmanager takes; others came later, with UTF-8."""

_SILENCES: Final = "/api/v2/silences"
_ALERTS: Final = "/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true"


class Alertmanager:
    """Keeps `ports.Silencer`."""

    is_configured = True

    def __init__(self, access: Access) -> None:
        self._api = JsonApi("Alertmanager", access)

    async def silence(self, silence: Silence) -> str:
        if not any(matcher.value for matcher in silence.matchers):
            raise MonitoringError("A silence without a matcher would silence everything.")
        odd = next((each.name for each in silence.matchers if not _PLAIN.fullmatch(each.name)), "")
        refused, gone = (400,) if odd else (), (404,) if silence.id else ()
        answer = await self._api.call("POST", _SILENCES, written(silence), none_for=(*refused, *gone))
        if answer is None and silence.id:  # the silence to prolong is not known any more
            answer = await self._api.call("POST", _SILENCES, {**written(silence), "id": ""}, none_for=refused)
        if answer is None:
            raise MonitoringError(f"This Alertmanager cannot silence label names like {odd[:60]}.")
        made = answer.get("silenceID") if isinstance(answer, dict) else None
        if not isinstance(made, str) or not made:
            raise MonitoringError("Alertmanager's answer names no silence.")
        return made

    async def expire(self, silence_id: str) -> None:
        if not _ID.fullmatch(silence_id):
            raise MonitoringError("That is no id of a silence.")
        known = await self._api.call("GET", f"/api/v2/silence/{silence_id}", none_for=(404,))
        if known is None or _state(known) == "expired":
            return
        await self._api.call("DELETE", f"/api/v2/silence/{silence_id}", none_for=(404,))

    async def standing(self) -> Standing:
        silences, alerts = await asyncio.gather(self._api.call("GET", _SILENCES), self._api.call("GET", _ALERTS))
        if not isinstance(silences, list) or not isinstance(alerts, list):
            raise MonitoringError("Alertmanager's answer is no list.")
        active = [found for each in silences if _state(each) == "active" and (found := read_silence(each)) is not None]
        firing = [each.get("fingerprint") for each in alerts if isinstance(each, dict)]
        return Standing(tuple(active), frozenset(name for name in firing if isinstance(name, str)))

    async def close(self) -> None:
        """Give the connections back."""
        await self._api.close()


class NoAlertmanager:
    """Keeps `ports.Silencer` where none is configured."""

    is_configured = False

    async def silence(self, silence: Silence) -> str:
        self._refuse()

    async def expire(self, silence_id: str) -> None:
        self._refuse()

    async def standing(self) -> Standing:
        self._refuse()

    async def close(self) -> None:
        """Nothing was opened."""

    def _refuse(self) -> NoReturn:
        raise MonitoringError("No Alertmanager is configured; set ALERTMANAGER_URL.")


def _state(silence: object) -> str:
    status = silence.get("status") if isinstance(silence, dict) else None
    return str(status.get("state", "")) if isinstance(status, dict) else ""
