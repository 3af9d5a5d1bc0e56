"""A JSON API of the monitoring that is asked over HTTP: bounded in time and size, and never led elsewhere."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from agent.errors import MonitoringError
from agent.settings.secret import Secret

LARGEST_ANSWER: Final = 16 * 1024 * 1024
_SAID: Final = 200


@dataclass(frozen=True, slots=True)
class Access:
    """Where it is and how it is entered: with a token, or with user and password, or freely.

    `tenant` is whose data Mimir, Cortex or Loki shall answer from: https://grafana.com/docs/mimir/latest/manage/secure/
    """

    url: str
    token: Secret = Secret("")
    user: str = ""
    password: Secret = Secret("")
    timeout_seconds: float = 5.0
    tenant: str = ""

    def headers(self) -> dict[str, str]:
        """The headers that open it."""
        tenant = {"X-Scope-OrgID": self.tenant} if self.tenant else {}
        if self.token:
            return {**tenant, "Authorization": f"Bearer {self.token.reveal()}"}
        if self.user:
            pair = b64encode(f"{self.user}:{self.password.reveal()}".encode()).decode()
            return {**tenant, "Authorization": f"Basic {pair}"}
        return tenant


class JsonApi:
    """One server. No redirect is followed, and no answer is read further than it may be long.

    Args:
        name: what people call it, for the sentences of errors.
        access: where it is.
    """

    def __init__(self, name: str, access: Access) -> None:
        self._name = name
        self._access = access
        self._session: aiohttp.ClientSession | None = None

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        form: Mapping[str, str] | None = None,
        none_for: tuple[int, ...] = (),
    ) -> Any:  # noqa: ANN401 - JSON
        """What it answers, `{}` for nothing, and None for a status in `none_for`.

        Raises `MonitoringError` with one sentence when it does not answer, refuses, or answers no JSON.
        """
        try:
            status, text = await self._answer(method, path, body, form)
        except TimeoutError:
            raise MonitoringError(f"{self._name} did not answer within {self._access.timeout_seconds:g} s.") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise MonitoringError(f"{self._name} cannot be reached ({type(error).__name__}).") from None
        if status in none_for:
            return None
        if not 200 <= status < 300:
            raise MonitoringError(f"{self._name} refused with {status}: {' '.join(text[:_SAID].split())}")
        try:
            return json.loads(text) if text.strip() else {}
        except (ValueError, RecursionError):
            raise MonitoringError(f"{self._name}'s answer is not JSON.") from None

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()

    async def _answer(self, method: str, path: str, body: object, form: Mapping[str, str] | None) -> tuple[int, str]:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=self._access.timeout_seconds)
            self._session = aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())
        async with self._session.request(
            method,
            self._access.url + path,
            json=body,
            data=form,
            headers=self._access.headers(),
            allow_redirects=False,
        ) as answer:
            return answer.status, await self._bounded(answer)

    async def _bounded(self, answer: aiohttp.ClientResponse) -> str:
        kept = bytearray()
        async for chunk in answer.content.iter_chunked(65_536):
            kept += chunk
            if len(kept) > LARGEST_ANSWER:
                raise MonitoringError(f"{self._name}'s answer is too large.")
        return kept.decode("utf-8", "replace")
