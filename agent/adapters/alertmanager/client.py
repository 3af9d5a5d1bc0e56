"""Alertmanager's API, version 2: silences made, ended and listed, and what fires."""

import asyncio
import json
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import aiohttp

from agent.adapters.alertmanager.silences import read_silence, written
from agent.domain.incident_silence import Silence
from agent.errors import MonitoringError
from agent.ports import Standing
from agent.settings.secret import Secret

LARGEST_ANSWER: Final = 16 * 1024 * 1024
_SAID: Final = 200
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
_ALERTS: Final = "/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true"


@dataclass(frozen=True, slots=True)
class Access:
    """Where it is and how it is entered: with a token, or with user and password, or freely."""

    url: str
    token: Secret = Secret("")
    user: str = ""
    password: Secret = Secret("")
    timeout_seconds: float = 5.0

    def headers(self) -> dict[str, str]:
        """The header that opens it."""
        if self.token:
            return {"Authorization": f"Bearer {self.token.reveal()}"}
        if self.user:
            pair = b64encode(f"{self.user}:{self.password.reveal()}".encode()).decode()
            return {"Authorization": f"Basic {pair}"}
        return {}


class Alertmanager:
    """Keeps `ports.Silencer`. No redirect is followed, and no answer is read further than it may be long."""

    is_configured = True

    def __init__(self, access: Access) -> None:
        self._access = access
        self._session: aiohttp.ClientSession | None = None

    async def silence(self, silence: Silence) -> str:
        if not any(matcher.value for matcher in silence.matchers):
            raise MonitoringError("A silence without a matcher would silence everything.")
        answer = await self._call("POST", "/api/v2/silences", written(silence), none_for=(404,) if silence.id else ())
        if answer is None:  # the silence to prolong is not known any more
            answer = await self._call("POST", "/api/v2/silences", {**written(silence), "id": ""})
        made = answer.get("silenceID") if isinstance(answer, dict) else None
        if not isinstance(made, str) or not made:
            raise MonitoringError("Alertmanager's answer names no silence.")
        return made

    async def expire(self, silence_id: str) -> None:
        if not _ID.fullmatch(silence_id):
            raise MonitoringError("That is no id of a silence.")
        known = await self._call("GET", f"/api/v2/silence/{silence_id}", none_for=(404,))
        if known is None or _state(known) == "expired":
            return
        await self._call("DELETE", f"/api/v2/silence/{silence_id}", none_for=(404,))

    async def standing(self) -> Standing:
        silences, alerts = await asyncio.gather(self._call("GET", "/api/v2/silences"), self._call("GET", _ALERTS))
        if not isinstance(silences, list) or not isinstance(alerts, list):
            raise MonitoringError("Alertmanager's answer is no list.")
        active = [found for each in silences if _state(each) == "active" and (found := read_silence(each)) is not None]
        firing = [each.get("fingerprint") for each in alerts if isinstance(each, dict)]
        return Standing(tuple(active), frozenset(name for name in firing if isinstance(name, str)))

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()

    async def _call(self, method: str, path: str, body: object = None, none_for: tuple[int, ...] = ()) -> Any:  # noqa: ANN401 - JSON
        try:
            status, text = await self._answer(method, path, body)
        except TimeoutError:
            raise MonitoringError(f"Alertmanager did not answer within {self._access.timeout_seconds:g} s.") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise MonitoringError(f"Alertmanager cannot be reached ({type(error).__name__}).") from None
        if status in none_for:
            return None
        if not 200 <= status < 300:
            raise MonitoringError(f"Alertmanager refused with {status}: {' '.join(text[:_SAID].split())}")
        try:
            return json.loads(text) if text.strip() else {}
        except (ValueError, RecursionError):
            raise MonitoringError("Alertmanager's answer is not JSON.") from None

    async def _answer(self, method: str, path: str, body: object) -> tuple[int, str]:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=self._access.timeout_seconds)
            self._session = aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())
        async with self._session.request(
            method,
            self._access.url + path,
            json=body,
            headers=self._access.headers(),
            allow_redirects=False,
        ) as answer:
            return answer.status, await _bounded(answer)


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


async def _bounded(answer: aiohttp.ClientResponse) -> str:
    kept = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        kept += chunk
        if len(kept) > LARGEST_ANSWER:
            raise MonitoringError("Alertmanager's answer is too large.")
    return kept.decode("utf-8", "replace")


def _state(silence: object) -> str:
    status = silence.get("status") if isinstance(silence, dict) else None
    return str(status.get("state", "")) if isinstance(status, dict) else ""
