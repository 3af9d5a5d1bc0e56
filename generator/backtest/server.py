"""A server that is asked: what it answers, and what it means when it does not.

Source: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from generator.backtest.address import Address, shown
from generator.errors import TocsinError

MOST_BYTES = 32 * 1024 * 1024
"""A larger answer is asked for again in smaller pieces."""

_PATIENCE: Final = 180.0
_LONGEST_SENTENCE: Final = 200
_TOO_LONG = re.compile(r"time range exceeds|query length|exceeded maximum resolution", re.IGNORECASE)
_TOO_MUCH = re.compile(
    r"too many samples|max-samples|err-mimir-max-|exceeded the maximum|limit exceeded", re.IGNORECASE
)
_TOO_SLOW = re.compile(r"timed out|deadline exceeded|timeout", re.IGNORECASE)
_GET_INSTEAD = frozenset({405, 501})


class Refused(Exception):
    """The server does not answer this question; its text is the reason, others may be answered."""


class TooMuch(Refused):
    """It would answer, if it were asked for less.

    Attributes:
        is_slow: whether it has already taken its time.
        is_long: whether the span alone was too long, so that no question about it would be answered.
    """

    def __init__(self, said: str, *, is_slow: bool = False, is_long: bool = False) -> None:
        super().__init__(said)
        self.is_slow = is_slow
        self.is_long = is_long


class Stopped(TocsinError):
    """The server answers nobody, or not us; no other question would be answered either."""


class _NotOkError(Exception):
    """An answer that is none, read and closed.

    Attributes:
        location: where it sends on to, if it does.
    """

    def __init__(self, error: urllib.error.HTTPError) -> None:
        with error:
            self.code, self.location = error.code, error.headers.get("Location", "")
            try:
                self.body = error.read(65_536)
            except (OSError, http.client.HTTPException):
                self.body = b""


class _NoDetours(urllib.request.HTTPRedirectHandler):
    """A redirected question would arrive without its words, and the credentials perhaps elsewhere."""

    def redirect_request(self, *_: object) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Server:
    """Prometheus, or what speaks as it does.

    Attributes:
        address: where it is.
        headers: what it wants to see.
        warnings: what it has said beside its answers, such as that some of them were not whole.
    """

    address: Address
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    warnings: set[str] = field(default_factory=set)
    _opener: urllib.request.OpenerDirector = field(
        default_factory=lambda: urllib.request.build_opener(_NoDetours), repr=False
    )

    def ask(self, what: str, form: Mapping[str, object]) -> list[Any]:
        """The result of a query, as the API has it.

        Raises:
            TooMuch: when it would answer less.
            Refused: when it refuses this question.
            Stopped: when it would refuse every other as well.
        """
        url, words = self.address.of(what), urllib.parse.urlencode(form)
        try:
            return self._result(self._body(urllib.request.Request(url, words.encode())))  # noqa: S310 - http or https, which Address checks
        except _NotOkError as error:
            if error.code not in _GET_INSTEAD:
                self._refuse(error)
        try:
            return self._result(self._body(urllib.request.Request(f"{url}?{words}")))  # noqa: S310 - as above
        except _NotOkError as error:
            self._refuse(error)

    def _body(self, request: urllib.request.Request) -> bytes:
        for name, value in self.headers.items():
            request.add_unredirected_header(name, value)
        try:
            with self._opener.open(request, timeout=_PATIENCE) as answer:
                body: bytes = answer.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            raise _NotOkError(error) from None
        except (OSError, http.client.HTTPException) as error:
            why = getattr(error, "reason", None) or error
            if isinstance(why, TimeoutError):
                raise TooMuch(f"no answer within {_PATIENCE:.0f} s", is_slow=True) from None
            raise Stopped(f"{self.address.url} does not answer: {why}") from None
        if len(body) > MOST_BYTES:
            raise TooMuch(f"the answer has more than {MOST_BYTES // 2**20} MiB")
        return body

    def _result(self, body: bytes) -> list[Any]:
        """The series; `null` is what some servers write for none."""
        try:
            said = json.loads(body)
            found = said["data"]["result"] or []
            self.warnings.update(short(str(each)) for each in said.get("warnings") or [])
        except (ValueError, KeyError, TypeError, AttributeError):
            found = None
        if not isinstance(found, list):
            raise Stopped(f"{self.address.url} does not answer as Prometheus does; is that its base URL?")
        return found

    def _refuse(self, error: _NotOkError) -> NoReturn:
        code, url = error.code, self.address.url
        if code in {401, 403}:
            raise Stopped(_closed(url, code, is_known="Authorization" in self.headers)) from None
        if 300 <= code < 400:
            raise Stopped(_elsewhere(url, code, error.location)) from None
        said = _sentence(error.body)
        if _TOO_LONG.search(said):
            raise TooMuch(said, is_long=True) from None
        if _TOO_MUCH.search(said):
            raise TooMuch(said) from None
        if code == 504 or _TOO_SLOW.search(said):
            raise TooMuch(said or f"{url} answers {code}", is_slow=True) from None
        if not said and code < 500:
            raise Stopped(f"{url} answers {code}; is that Prometheus' base URL?") from None
        raise Refused(said or f"{url} answers {code}") from None


def short(text: str) -> str:
    """One line that fits into a table."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SENTENCE else line[: _LONGEST_SENTENCE - 1].rstrip() + "…"


def _closed(url: str, code: int, *, is_known: bool) -> str:
    if is_known:
        return f"{url} answers {code}: it does not take this user or token; look at the file, and at --tenant"
    return (
        f"{url} answers {code}: it wants to know who asks; write --token-file FILE, "
        "--user NAME --password-file FILE, --header NAME=@FILE or --tenant NAME"
    )


def _elsewhere(url: str, code: int, location: str) -> str:
    where = shown(urllib.parse.urljoin(f"{url}/api/v1/query_range", location)) if location else "nowhere"
    base = where.removesuffix("/api/v1/query_range").removesuffix("/api/v1/query")
    return (
        f"{url} answers {code} and sends on to {base}; write that after --prometheus, if it is the server, "
        "or say who you are with --token-file or --user, if it is where one logs in"
    )


def _sentence(body: bytes) -> str:
    """What the server says; empty when it does not speak as Prometheus does."""
    try:
        return short(str(json.loads(body)["error"]))
    except (ValueError, KeyError, TypeError):
        text = short(body.decode("utf-8", "replace"))
        return text if _TOO_SLOW.search(text) else ""  # gateways say that in plain words; a page is no sentence
