"""Who may: API keys with scopes, and, where there is no key, nobody but this machine and no page in its browser."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from agent.adapters.http.correlation import header, note_caller
from agent.adapters.http.refusals import Refused
from agent.adapters.http.route import OPEN, Route
from agent.settings.model import ApiKey, Http

KEY_HEADER: Final = "x-local-api-key"
ALL: Final = "admin:*"
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="tocsin"'}


class Gate:
    """Admits a request to a route, or raises `Refused`: 401 without a key that we know, 403 without its scope."""

    def __init__(self, http: Http) -> None:
        self._keys = http.keys

    def admit(self, request: web.Request, route: Route) -> None:
        """Return when the caller may."""
        if route.scopes == OPEN:
            return
        if not self._keys:
            _require_local(request)
            note_caller(request)
            return
        key = self._known(_told(request))
        note_caller(request, f"key {self._keys.index(key) + 1}")
        if not key.scopes & (route.scopes | {ALL}):
            scopes = " or ".join(sorted(route.scopes))
            raise Refused(403, "forbidden", f"This key lacks the scope {scopes}.")

    def _known(self, told: str) -> ApiKey:
        if not told:
            raise Refused(401, "unauthorized", f"Send a key as {KEY_HEADER} or as a bearer token.", headers=_CHALLENGE)
        found = [key for key in self._keys if key.key.matches(told)]  # all of them: the time must not tell which
        if not found:
            raise Refused(401, "unauthorized", "This key is not known.", headers=_CHALLENGE)
        return found[0]


def bearer(request: web.Request) -> str:
    """The token of `Authorization: Bearer`, or empty."""
    scheme, _, token = header(request, "Authorization").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _told(request: web.Request) -> str:
    return header(request, KEY_HEADER) or bearer(request)


def _require_local(request: web.Request) -> None:
    """Without keys we listen on loopback only; what could still come are pages in a browser on this machine."""
    if not is_loopback(f"//{header(request, 'Host')}"):
        raise Refused(403, "foreign_host", "Without an API key this is for localhost only; set LOCAL_API_KEYS.")
    origin = header(request, "Origin")
    if origin and not is_loopback(origin):
        raise Refused(403, "foreign_origin", "Pages from elsewhere may not use the API; set LOCAL_API_KEYS.")


def is_loopback(address: str) -> bool:
    """Whether a URL's host is this machine."""
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
