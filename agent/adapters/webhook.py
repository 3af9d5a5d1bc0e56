"""The receiver of outgoing alerts, reached over HTTP: the documented body, signed, once, within the deadline."""

import hashlib
import hmac
import json
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from agent.domain.alert import Alert
from agent.settings.secret import Secret

ID_HEADER: Final = "X-Tocsin-Alert-Id"
SIGNATURE_HEADER: Final = "X-Tocsin-Signature"
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class WebhookSink:
    """Keeps `ports.AlertSink`. What it answers never contains the address, whose path is often a secret.

    The signature is `sha256=` and the HMAC of the body in hexadecimal; without a secret there is none.
    """

    def __init__(self, url: str, secret: Secret, timeout_seconds: float) -> None:
        self._url = url
        self._secret = secret
        self._seconds = timeout_seconds
        self._session: aiohttp.ClientSession | None = None

    async def send(self, alert: Alert) -> str:
        problem = _problem_of(self._url)
        if problem:
            return problem
        body = json.dumps(alert.payload).encode()
        try:
            status = await self._post(body, self._headers(alert, body))
        except Exception as error:  # noqa: BLE001 - the port never raises, and these texts may contain the address
            return self._reason(error)
        return _judged(status)

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()

    async def _post(self, body: bytes, headers: dict[str, str]) -> int:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._seconds),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=True,
            )
        async with self._session.post(self._url, data=body, headers=headers, allow_redirects=False) as answer:
            return answer.status

    def _headers(self, alert: Alert, body: bytes) -> dict[str, str]:
        headers = {"Content-Type": "application/json", ID_HEADER: str(alert.id)}
        if self._secret:
            digest = hmac.new(self._secret.reveal().encode(), body, hashlib.sha256).hexdigest()
            headers[SIGNATURE_HEADER] = f"sha256={digest}"
        trace = {"traceparent": alert.traceparent, "tracestate": alert.tracestate}
        return headers | {name: value for name, value in trace.items() if value}

    def _reason(self, error: Exception) -> str:
        match error:
            case TimeoutError():
                return f"no answer within {self._seconds:g} s"
            case aiohttp.ClientSSLError():
                return "the connection is not secure: its certificate or encryption was refused"
            case aiohttp.ClientConnectorError():
                return "no connection"
            case aiohttp.ClientError():
                return "the connection broke before the answer came"
            case _:
                return f"could not be sent: {type(error).__name__}"


def _problem_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "the address of the webhook is not valid"
    if not host or parts.scheme not in {"http", "https"}:
        return "the address of the webhook is not valid"
    if parts.scheme != "https" and host not in _LOOPBACK:
        return "the address of the webhook is not HTTPS"
    return ""


def _judged(status: int) -> str:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return ""
    if status < HTTPStatus.BAD_REQUEST:
        return f"answered {status}; redirects are not followed"
    return f"answered {status}"
