"""Thirty days of counters with one bad peak, and the truth about them."""

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

START = 1_704_067_200
"""2024-01-01 in Unix seconds. Fixed, so that every run reads the same samples; a multiple of every window's step."""

DAYS = 30
END = START + DAYS * 86_400
STEP = 30
PODS = 25
METRIC, ROUTE = "system_1_requests_total", "r0"
"""What the first objective of `synthetic` counts."""

GOOD, BAD = "200", "500"
SERIES = PODS * 2

_STEPS_PER_HOUR = 3600 // STEP
_QUIET = 30
_PEAK_HOURS = range(12 * 24 + 14, 12 * 24 + 16)
_PEAK_TIMES = 60
_PEAK_BAD = 25
_RARE = 40


def write(path: Path) -> None:
    """All series as OpenMetrics text, line by line: 260 MB in the file, little in memory."""
    with path.open("w", encoding="ascii", buffering=1 << 20) as file:
        file.write(f"# TYPE {METRIC.removesuffix('_total')} counter\n")
        for code in (GOOD, BAD):
            counted = list(accumulate(_increments(code), initial=0))
            for pod in range(PODS):
                head = f'{METRIC}{{route="{ROUTE}",pod="pod-{pod:02}",code="{code}"}}'
                file.writelines(
                    f"{head} {value + pod} {time}\n"
                    for value, time in zip(counted, range(START, END + 1, STEP), strict=True)
                )
        file.write("# EOF\n")


def true_ratio() -> float:
    """Bad events among all, each weighing the same."""
    bad, good = sum(_increments(BAD)), sum(_increments(GOOD))
    return bad / (bad + good)


def _increments(code: str) -> Iterator[int]:
    """New events of one pod at each step.

    Busier by day than by night. Two hours bring sixty times the traffic and four errors in a hundred requests;
    otherwise one request fails every twenty minutes.
    """
    for step in range((END - START) // STEP):
        hour = step // _STEPS_PER_HOUR
        events = _QUIET + 10 * (8 <= hour % 24 < 20)
        bad = int(step % _RARE == 0)
        if hour in _PEAK_HOURS:
            events *= _PEAK_TIMES
            bad = events // _PEAK_BAD
        yield bad if code == BAD else events - bad
