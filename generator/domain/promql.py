"""The few shapes of PromQL that the bundle is made of, in the canonical form of Prometheus' own printer.

Every function takes and gives text; whoever calls it decides what is measured. Shapes that are easy to get
wrong (ratios without traffic, counters born at one) live here once.
"""

import re
from collections.abc import Sequence

from generator.domain.duration import Duration
from generator.domain.selector import Selector

_SPAN = re.compile(r"(?:[0-9]+(?:ms|[smhdw]))+")
_SPANS = re.compile(rf"\[{_SPAN.pattern}(?::(?:{_SPAN.pattern})?)?\]|\boffset\s+-?{_SPAN.pattern}")


def by(labels: Sequence[str]) -> str:
    """The grouping clause, with a space on both sides, or nothing."""
    return f" by ({', '.join(labels)}) " if labels else ""


def aggregate(operator: str, labels: Sequence[str], expression: str) -> str:
    """`max by (a) (x)`, or `max(x)` over everything."""
    return f"{operator}{by(labels)}({expression})"


def rate(selector: Selector, window: Duration, labels: Sequence[str] = ()) -> str:
    """Events per second over the window, summed."""
    return aggregate("sum", labels, f"rate({selector}[{window}])")


def increase(selector: Selector, window: Duration, labels: Sequence[str] = ()) -> str:
    """Events in the window, summed; estimates at the window's edges as Prometheus does."""
    return aggregate("sum", labels, f"increase({selector}[{window}])")


def events(selector: Selector, window: Duration, labels: Sequence[str] = ()) -> str:
    """Events in the window, counted exactly.

    The peak of each series in the window less its value at the window's start. A series that was not there before
    (a counter born at one) or that fell below its start (a restart) counts whole. `increase()` sees neither a birth
    nor whole numbers: https://github.com/prometheus/prometheus/issues/1673. The value at the start is looked for in
    one more window before it: `offset` alone finds nothing where a scrape failed, and would count the series whole.
    """
    peak = f"max_over_time({selector}[{window}])"
    start = f"last_over_time({selector}[{window}] offset {window})"
    return aggregate("sum", labels, f"{peak} - {start} >= 0 or {peak}")


def ratio(part: str, total: str) -> str:
    """`part` over `total`: zero while `part` is missing, nothing at all while there is no traffic."""
    return f"({part} or {total} * 0) / ({total} > 0)"


def divided(expression: str, divisor: int) -> str:
    """An expression that a person wrote, with every range, resolution and offset divided."""
    return _SPANS.sub(
        lambda spans: _SPAN.sub(lambda span: str(Duration.parse(span[0]) // divisor), spans[0]), expression
    )


def exact_le(bound: str) -> str:
    """The regular expression for a bucket bound as any client library prints it: `5000` or `5000.0`.

    Prometheus 3 normalises `le` to the float form, 2.x keeps what the client wrote.
    https://prometheus.io/docs/prometheus/latest/migration/#le-and-quantile-label-values
    """
    return bound.replace(".", "\\.") if "." in bound else f"{bound}(\\.0)?"
