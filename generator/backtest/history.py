"""Range queries against a Prometheus server, in pieces that it answers and that fit into memory.

Source: https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
"""

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from generator.errors import TocsinError

MOST_POINTS = 11_000
"""The most points per series that Prometheus answers in one query."""

MOST_BYTES = 32 * 1024 * 1024
"""A larger answer is asked for again in halves."""

FEWEST_POINTS = 10
_PATIENCE = 180.0

Labels: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the history.

    Attributes:
        moments: every evaluation in it, in Unix milliseconds.
        results: per series the moments at which it had a result.
    """

    moments: range
    results: dict[Labels, frozenset[int]]


class TooMuch(Exception):
    """The answer is too large; ask for less."""


class History:
    """A server that is asked.

    Args:
        url: its base URL, such as `http://localhost:9090`.

    Raises:
        TocsinError: when it is no HTTP address.
    """

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise TocsinError(f"--prometheus: {url!r} is no address; write http://host:9090")
        self._url = url.rstrip("/")

    def pieces(self, expression: str, start: int, end: int, step: int) -> Iterator[Piece]:
        """The whole span, piece by piece, in order.

        Args:
            expression: PromQL.
            start: the first moment, in milliseconds, a multiple of the step.
            end: the last one.
            step: between two moments, in milliseconds.

        Raises:
            TocsinError: when the server does not answer, or refuses.
        """
        at, points = start, MOST_POINTS
        while at <= end:
            last = min(at + (points - 1) * step, end)
            try:
                yield self._piece(expression, at, last, step)
            except TooMuch:
                points = max((last - at) // step // 2, 1)
                if points < FEWEST_POINTS:
                    raise TocsinError(
                        f"the server's answer is too large even for {points} moments: {expression}"
                    ) from None
                continue
            at = last + step

    def _piece(self, expression: str, start: int, end: int, step: int) -> Piece:
        form = {"query": expression, "start": start / 1000, "end": end / 1000, "step": step / 1000}
        found = self._ask("query_range", form)
        results = {_labels(each["metric"]): _moments(each["values"]) for each in found["result"]}
        return Piece(range(start, end + 1, step), results)

    def _ask(self, what: str, form: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever the server says
        url = f"{self._url}/api/v1/{what}"
        try:
            with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode(), timeout=_PATIENCE) as answer:  # noqa: S310 - http or https, checked above
                body = answer.read(MOST_BYTES + 1)
            if len(body) > MOST_BYTES:
                raise TooMuch
            return json.loads(body)["data"]
        except urllib.error.HTTPError as error:
            raise _refusal(error) from None
        except (OSError, http.client.HTTPException) as error:
            raise TocsinError(f"{self._url} does not answer: {getattr(error, 'reason', None) or error}") from None
        except (ValueError, KeyError, TypeError):
            raise TocsinError(f"{url} does not answer as Prometheus does; is that its base URL?") from None


def _refusal(error: urllib.error.HTTPError) -> Exception:
    """What the server says of a query; too many samples at once is no refusal, but a wish for smaller pieces."""
    try:
        said = str(json.loads(error.read(65_536))["error"])
    except (ValueError, KeyError, TypeError, OSError):
        return TocsinError(f"{error.url} answers {error.code}; is that Prometheus' base URL?")
    if "too many samples" in said or "exceeded maximum resolution" in said:
        return TooMuch()
    return TocsinError(f"the server refuses a query: {said}")


def _labels(metric: dict[str, str]) -> Labels:
    return tuple(sorted((name, value) for name, value in metric.items() if name != "__name__"))


def _moments(values: list[list[Any]]) -> frozenset[int]:
    return frozenset(round(float(at) * 1000) for at, _ in values)
