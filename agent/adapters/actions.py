"""Makes the calls of executable steps: only to hosts that are allowed, once, without following anybody anywhere."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Collection, Mapping
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from agent.domain.incident_action import Action, Answered
from agent.errors import Forbidden
from agent.settings.secret import Secret

_log = logging.getLogger(__name__)

IDEMPOTENCY_HEADER: Final = "Idempotency-Key"
KEY_HEADER: Final = "x-local-api-key"
LARGEST_ANSWER: Final = 65_536
LOOK_SECONDS: Final = 3.0
"""How long somebody who has tapped is kept waiting for what could as well be typed."""
_SHOWN: Final = 1500
_SCHEMES: Final = frozenset({"http", "https"})


class HttpActionRunner:
    """Keeps `ports.ActionRunner`.

    A step without a host goes to `base_url`, the agent's own API, with its `key`; the key goes nowhere else. Other
    hosts have to be among `hosts`, as `host` for any port of it or as `host:port`; they are spoken to over HTTPS
    unless the step itself says `http://`.
    """

    def __init__(
        self,
        base_url: str,
        key: Secret,
        hosts: Collection[str],
        *,
        timeout_seconds: float,
        redact: Callable[[str], str],
    ) -> None:
        self._base = base_url.rstrip("/")
        self._key = key
        self._hosts = frozenset(hosts)
        self._seconds = timeout_seconds
        self._redact = redact
        self._session: aiohttp.ClientSession | None = None

    def address(self, host: str, path: str) -> str:
        if not path.startswith("/") or path.startswith("//") or any(letter in path for letter in "\\\r\n#@ "):
            raise Forbidden("The step's path is not one that may be called.")
        if not host:
            if not self._base:
                raise Forbidden("The agent's own address is not configured; set ACTION_BASE_URL.")
            return self._base + path
        scheme, _, rest = host.rpartition("://")
        named = rest.lower()
        if scheme not in {"", *_SCHEMES} or not self._allows(named):
            raise Forbidden(f"The host {named[:100]} is not in ACTION_HOSTS; steps may not call it.")
        return f"{scheme or 'https'}://{named}{path}"

    async def look(self, host: str, path: str) -> object:
        try:
            url = self.address(host, path)
            async with asyncio.timeout(LOOK_SECONDS):
                status, said = await self._answer("GET", url, {"Accept": "application/json", **self._own_key(url)})
            return json.loads(self._redact(said)) if 200 <= status < 300 else None
        except Exception as error:  # noqa: BLE001 - the port never raises, and such texts may contain the address
            _log.info("action.not_looked", extra={"error": type(error).__name__})
            return None

    async def run(self, action: Action) -> Answered:
        if not self._may_go_to(action.url):
            return Answered(0, "its host is not allowed any more; nothing was sent")
        try:
            return await self._send(action)
        except aiohttp.ClientConnectorError:
            return Answered(0, "no connection; nothing was sent")
        except TimeoutError:
            return Answered(0, f"no answer within {self._seconds:g} s; it may have been carried out", sure=False)
        except Exception as error:  # noqa: BLE001 - the port never raises, and such texts may contain the address
            _log.warning("action.broken", extra={"action_id": action.id, "error": type(error).__name__})
            return Answered(0, "the connection broke before the answer came; it may have been carried out", sure=False)

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()

    async def _send(self, action: Action) -> Answered:
        status, said = await self._answer(action.method, action.url, self._headers(action), action.body)
        if 300 <= status < 400:
            said = "it answered with a redirect, which is not followed"
        return Answered(status, self._shown(said))

    async def _answer(self, method: str, url: str, headers: Mapping[str, str], body: str = "") -> tuple[int, str]:
        """Status and text, of which no more is read than anybody looks at."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=self._seconds)
            self._session = aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())
        async with self._session.request(
            method, url, data=body.encode() if body else None, headers=headers, allow_redirects=False
        ) as answer:
            kept = bytearray()
            while len(kept) < LARGEST_ANSWER and (part := await answer.content.read(LARGEST_ANSWER - len(kept))):
                kept += part
            return answer.status, kept.decode("utf-8", "replace")

    def _headers(self, action: Action) -> dict[str, str]:
        content = {"Content-Type": "application/json"} if action.body else {}
        return {IDEMPOTENCY_HEADER: action.id, "Accept": "application/json", **content, **self._own_key(action.url)}

    def _own_key(self, url: str) -> dict[str, str]:
        """The key goes to the agent's own API and nowhere else."""
        return {KEY_HEADER: self._key.reveal()} if self._is_own(url) and self._key else {}

    def _allows(self, named: str) -> bool:
        try:
            parts = urlsplit(f"https://{named}")
            host, port = parts.hostname, parts.port
        except ValueError:
            return False
        plain = named in {host, f"{host}:{port}"}  # no user, no path, nothing else hidden in it
        return plain and (named in self._hosts or host in self._hosts)

    def _is_own(self, url: str) -> bool:
        return bool(self._base) and url.startswith(f"{self._base}/")

    def _may_go_to(self, url: str) -> bool:
        parts = urlsplit(url)
        return self._is_own(url) or (parts.scheme in _SCHEMES and self._allows(parts.netloc))

    def _shown(self, said: str) -> str:
        with contextlib.suppress(ValueError, RecursionError):  # what is no JSON is shown as it is
            said = json.dumps(json.loads(said), indent=1, ensure_ascii=False)
        return self._redact(said)[:_SHOWN].strip()
