"""A promise over time, the budget it leaves, and the windows in which the budget may burn too fast."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache

from generator.domain import names
from generator.domain.duration import Duration
from generator.domain.procedure import Step
from generator.domain.severity import Severity
from generator.domain.slis import Sli
from generator.domain.windows import MINUTE, WORKBOOK, BurnWindow, burn_windows, wait


@dataclass(frozen=True, slots=True)
class Objective:
    """A service level objective.

    Attributes:
        system: the system's name.
        name: unique within the system.
        title: for people.
        target: the share of good events that is promised, strictly between 0 and 1.
        period: over how long.
        sli: what is counted.
        description: the promise in one sentence.
        impact: what people feel while the budget burns.
        steps: what to do when it burns.
        documented: whether a document makes the promise.
        source: the document's heading; or, when not documented, why it was added.
        paging: whether burning may wake someone.
        min_errors: fewer bad events than this in the long window never alert.
        reason: why a number differs from its source.
        see: the procedures worth opening.
    """

    system: str
    name: str
    title: str
    target: Fraction
    period: Duration
    sli: Sli
    description: str
    impact: str
    steps: Sequence[Step]
    documented: bool
    source: str
    paging: bool
    min_errors: int
    reason: str = ""
    see: Sequence[str] = ()
    time_scale: int = 1
    id: str = field(init=False)
    """The value of the `slo` label, unique in the whole bundle."""
    budget: Fraction = field(init=False)
    """The share of events that may be bad."""
    alert_name: str = field(init=False)
    """The name that all its burn-rate alerts share; their `window` label tells them apart."""

    def __post_init__(self) -> None:
        """Everything asks for these, again and again, so they are worked out once."""
        object.__setattr__(self, "id", f"{self.system}-{self.name}")
        object.__setattr__(self, "budget", 1 - self.target)
        object.__setattr__(self, "alert_name", names.burn_alert(self.id))

    @property
    def windows(self) -> tuple[BurnWindow, ...]:
        """The burn-rate windows, shrunk together with a scaled period."""
        return _scaled(self.target, self.period, self.time_scale)

    def wait(self, window: BurnWindow) -> Duration:
        """`for` and `keep_firing_for` of a window's alert."""
        return wait(_unscaled(window.short, self.time_scale)) // self.time_scale

    def severity(self, window: BurnWindow) -> Severity:
        """Critical only for the windows that page, and only where the objective may page."""
        return Severity.CRITICAL if window.pages and self.paging else Severity.WARNING

    def scaled(self, divisor: int) -> "Objective":
        """The same objective with every duration divided."""
        return replace(
            self, period=self.period // divisor, sli=self.sli.scaled(divisor), time_scale=self.time_scale * divisor
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader must know about windows that could not be as the workbook has them."""
        return (*self._widened, *self._left_out)

    @property
    def _widened(self) -> Iterator[str]:
        period = _unscaled(self.period, self.time_scale)
        return (
            f"{self.id}: {_percent(window.budget)} of the budget in {window.widened_from} would need a burn rate of "
            f"{float(window.budget * period.ratio(window.widened_from)):g}, but a full outage "
            f"burns at most {float(1 / self.budget):g} times too fast at {_percent(self.target)}; "
            f"widened to {window.long} (factor {float(window.factor):g})"
            for window in burn_windows(self.target, period)
            if window.widened_from
        )

    @property
    def _left_out(self) -> Iterator[str]:
        period = _unscaled(self.period, self.time_scale)
        windows = burn_windows(self.target, period)
        kept = {window.long for window in windows} | {window.widened_from for window in windows}
        return (
            f"{self.id}: {_percent(policy.budget)} of the budget in {policy.long} is no news, because at "
            f"{_percent(self.target)} a budget for {period} can burn that fast and last, or nothing can burn faster; "
            "no alert is rendered for it"
            for policy in WORKBOOK
            if policy.long not in kept
        )


@lru_cache(maxsize=256)
def _scaled(target: Fraction, period: Duration, divisor: int) -> tuple[BurnWindow, ...]:
    windows = burn_windows(target, _unscaled(period, divisor))
    return tuple(replace(window, long=window.long // divisor, short=window.short // divisor) for window in windows)


def _unscaled(duration: Duration, times: int) -> Duration:
    """What a duration was before it was divided: whole minutes, so what the division rounded off comes back."""
    return (duration * times).round_up(MINUTE)


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g} %"
