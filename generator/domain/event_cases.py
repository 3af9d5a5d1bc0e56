"""What is proven of an objective that counts events."""

from collections.abc import Iterator
from fractions import Fraction

from generator.domain import names
from generator.domain.budget_cases import BudgetCases
from generator.domain.burning import RARE, TRAFFIC, around, burning, shared
from generator.domain.case import Case, Check, about
from generator.domain.duration import Duration
from generator.domain.objective import Objective
from generator.domain.quantity import decimal
from generator.domain.slis import EventSli
from generator.domain.slis.traffic import Traffic, counted, traffic
from generator.domain.timeline import Phase
from generator.domain.windows import BurnWindow


class EventCases(BudgetCases):
    """The cases of one objective of events."""

    def __init__(self, objective: Objective, sli: EventSli, step: Duration) -> None:
        super().__init__(objective, step)
        self._counters = sli.counters
        self._scale = objective.time_scale

    def __iter__(self) -> Iterator[Case]:
        for window in self._windows:
            yield from self._burns(window)
        yield self._clears()
        yield self._no_traffic()
        yield self._low_traffic()
        yield self._no_error_series()
        yield self._peak()

    def _phase(self, events: Traffic, length: Duration) -> Phase:
        return Phase(counted(self._counters, events), length)

    def _ordinary(self, bad: Fraction, length: Duration) -> Phase:
        """Ordinary traffic of which a share is bad."""
        return self._phase(shared(bad, TRAFFIC, self._scale), length)

    def _burns(self, window: BurnWindow) -> Iterator[Case]:
        step = self._minute if window == self._windows[0] else self._coarse
        end = self._after(window).round_up(step)
        speed = f"{float(window.factor):.4g}x over {window.long}"
        fast, slow = around(window.factor, self._objective.budget, self._objective.min_errors, self._scale)
        phases = [self._phase(fast, end + step)]
        yield self._case(f"fires 5 % above {speed}", phases, [self._fires(window, end)], step)
        phases = [self._phase(slow, end + step)]
        yield self._case(f"is silent 5 % below {speed}", phases, [self._silent(window, end)], step)

    def _clears(self) -> Case:
        """After an hour of failure the first page ends one short window and one `keep_firing_for` later."""
        page = self._windows[0]
        over = max(self._hour, self._after(page) + self._coarse).round_up(self._coarse)
        end = over + page.short.round_up(self._coarse) + self._objective.wait(page) + self._coarse * 3
        end = end.round_up(self._coarse)
        failure = burning(Fraction(1), self._objective.min_errors, self._scale)
        phases = [self._phase(failure, over), self._ordinary(Fraction(0), end - over + self._coarse)]
        checks = [self._fires(page, over - self._coarse), self._silent(page, end)]
        return self._case("clears after the trouble is over", phases, checks, self._coarse)

    def _no_traffic(self) -> Case:
        """Silence is no failure and leaves no hole: the budget of two clean hours stays whole through a third."""
        busy, end = self._hour * 2, self._hour * 3
        silence = traffic(Fraction(0), Fraction(0))
        phases = [self._ordinary(Fraction(0), busy), self._phase(silence, end - busy + self._coarse)]
        ratio = self._recorded(names.error_ratio(self._base))
        checks = [
            self._all_silent(end),
            Check(end, ratio, ()),
            about(self._recorded(names.BUDGET_LEFT), Fraction(1), end, self._labels),
        ]
        return self._case("is silent without traffic, and keeps its budget", phases, checks, self._coarse)

    def _low_traffic(self) -> Case:
        """Ten events an hour and one of them bad: a hundred times too fast for a strict target, and still no news."""
        good, bad = (shared(share, RARE, self._scale) for share in (Fraction(0), Fraction(1)))
        clean = self._phase(good, self._hour)
        one = self._phase(bad, (self._hour // 10).round_up(self._coarse))
        end = self._hour * 2 + one.length
        after = self._phase(good, self._hour + self._coarse)
        checks = [self._all_silent(self._hour + one.length + self._coarse * 2), self._all_silent(end)]
        return self._case("is silent after one bad event of few", [clean, one, after], checks, self._coarse)

    def _no_error_series(self) -> Case:
        """Before the first failure there is no series of failures; that is no failures, not no data."""
        end = self._hour + self._base
        end = end.round_up(self._coarse)
        checks = [
            about(self._recorded(names.error_ratio(self._base)), Fraction(0), end, self._labels),
            about(self._recorded(names.BUDGET_LEFT), Fraction(1), end, self._labels),
        ]
        phases = [self._ordinary(Fraction(0), end + self._coarse)]
        return self._case("counts a missing error series as zero errors", phases, checks, self._coarse)

    def _peak(self) -> Case:
        """All errors fall into the busiest hour; each event must weigh the same, whenever it happened."""
        share, busy, quiet = self._objective.budget / 2, 100, 3
        end = self._hour * (quiet + 1)
        phases = [
            self._ordinary(Fraction(0), self._hour * quiet + self._coarse),
            self._phase(shared(share, TRAFFIC * busy, self._scale), self._hour),
        ]
        truth = share * busy / (busy + quiet)
        period = names.error_ratio(self._objective.period)
        left = 1 - truth / self._objective.budget
        checks = [
            about(self._recorded(period), truth, end, self._labels),
            about(self._recorded(names.BUDGET_LEFT), left, end, self._labels),
        ]
        name = f"{decimal(Fraction(busy))}-fold peak"
        return self._case(
            f"weighs every event of the period the same, errors in a {name}", phases, checks, self._coarse
        )
