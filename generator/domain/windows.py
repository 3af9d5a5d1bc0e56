"""Multi-window, multi-burn-rate alert windows.

A person decides how much of the budget may burn before someone is told; the factor follows, exactly.
Source: https://sre.google/workbook/alerting-on-slos/ (tables 5-6 and 5-8, and the expression below them).
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from generator.domain.duration import Duration

MINUTE = Duration(60_000)
HOUR = Duration(3_600_000)
SHORT_PART = 12
"""The short window is one twelfth of the long one: long enough to see an event, short enough to clear soon."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How much of the budget may burn in how long before someone hears of it.

    Attributes:
        budget: the share of the whole budget.
        long: in how much time.
        pages: whether it wakes someone.
    """

    budget: Fraction
    long: Duration
    pages: bool


WORKBOOK = (
    Policy(Fraction(2, 100), HOUR, pages=True),
    Policy(Fraction(5, 100), HOUR * 6, pages=True),
    Policy(Fraction(10, 100), HOUR * 24, pages=False),
    Policy(Fraction(10, 100), HOUR * 72, pages=False),
)


@dataclass(frozen=True, slots=True)
class BurnWindow:
    """One pair of windows and the burn rate that both must exceed.

    Attributes:
        budget: the share of the budget that burns in `long` at exactly `factor`.
        long: the window that gives significance.
        short: the window that lets the alert clear soon after the trouble is over.
        factor: how many times faster than sustainable the budget burns.
        pages: whether it wakes someone.
        widened_from: the long window of the workbook, where this one had to be longer to be reachable.
    """

    budget: Fraction
    long: Duration
    short: Duration
    factor: Fraction
    pages: bool
    widened_from: Duration | None = None


def wait(short: Duration) -> Duration:
    """`for` and `keep_firing_for`: half the short window in whole minutes, so that flapping is not news.

    2m, 15m, 1h and 3h for the workbook's windows, as kube-prometheus has them.
    """
    return MINUTE * max(short.milliseconds // 2 // MINUTE.milliseconds, 1)


@lru_cache(maxsize=256)
def burn_windows(target: Fraction, period: Duration) -> tuple[BurnWindow, ...]:
    """The workbook's windows for a target, widened where its factor could never be reached.

    At an error ratio of one the budget burns `1 / (1 - target)` times too fast and no faster. Where a policy asks
    for more, its long window grows hour by hour until the same share of the budget gives a factor that a full
    outage exceeds: the largest feasible one in whole hours. A window below a factor of one would tell of budgets that
    last, so it is left out, and so is one that another has grown into.
    """
    found: dict[Duration, BurnWindow] = {}
    for policy in WORKBOOK:
        window = _reachable(policy, 1 / (1 - target), period)
        if window.factor >= 1:
            found.setdefault(window.long, window)
    return tuple(found.values())


def _reachable(policy: Policy, limit: Fraction, period: Duration) -> BurnWindow:
    long = policy.long
    while policy.budget * period.ratio(long) >= limit:
        long = long + HOUR
    return BurnWindow(
        budget=policy.budget,
        long=long,
        short=long // SHORT_PART,
        factor=policy.budget * period.ratio(long),
        pages=policy.pages,
        widened_from=policy.long if long != policy.long else None,
    )
