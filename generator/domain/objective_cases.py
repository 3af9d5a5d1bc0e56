"""What is proven of every objective: that its budget burns at the right speed, clears, and counts every event once."""

from collections.abc import Iterator
from fractions import Fraction

from generator.domain import names
from generator.domain.case import Case, Check, about, firing
from generator.domain.conditions import Level
from generator.domain.duration import Duration
from generator.domain.objective import Objective
from generator.domain.objective_rules import BASE
from generator.domain.quantity import decimal
from generator.domain.selector import quoted
from generator.domain.slis import EventSli, SlicesSli
from generator.domain.timeline import Phase, played
from generator.domain.windows import HOUR, BurnWindow

TRAFFIC = Fraction(50)
"""Events per second of ordinary test traffic."""


def objective_cases(objective: Objective, step: Duration) -> Iterator[Case]:
    """All cases of one objective, for an indicator of events or of minutes."""
    match objective.sli:
        case EventSli() as sli:
            return iter(_EventCases(objective, sli, step))
        case SlicesSli() as sli:
            return iter(_SliceCases(objective, sli, step))
        case _:
            raise TypeError(f"no cases for {type(objective.sli).__name__}")


class _Cases:
    """What both kinds share: expectations about the objective's own series."""

    def __init__(self, objective: Objective, step: Duration) -> None:
        self._objective = objective
        self._minute = step
        self._coarse = step * 2
        self._labels = {names.SLO: objective.id, names.SYSTEM: objective.system}
        self._base = BASE // objective.time_scale
        self._hour = HOUR // objective.time_scale

    def _recorded(self, name: str) -> str:
        return f"{name}{{{names.SLO}={quoted(self._objective.id)}}}"

    def _fires(self, window: BurnWindow, at: Duration) -> Check:
        severity = self._objective.severity(window)
        labels = self._labels | {names.SEVERITY: str(severity), names.WINDOW: str(window.long)}
        return firing(self._objective.alert_name, at, labels, window=str(window.long))

    def _silent(self, window: BurnWindow, at: Duration) -> Check:
        return firing(self._objective.alert_name, at, window=str(window.long))

    def _all_silent(self, at: Duration) -> Check:
        return firing(self._objective.alert_name, at)

    def _case(self, truth: str, phases: list[Phase], checks: list[Check], step: Duration) -> Case:
        return Case(self._objective.id, truth, step, played(phases, step), checks)

    def _after(self, window: BurnWindow) -> Duration:
        """When a steady burn from the start must have fired: two recorded base windows, then `for`."""
        return self._base * 2 + self._objective.wait(window) + self._coarse * 2


class _EventCases(_Cases):
    def __init__(self, objective: Objective, sli: EventSli, step: Duration) -> None:
        super().__init__(objective, step)
        self._sli = sli

    def __iter__(self) -> Iterator[Case]:
        for window in self._objective.windows:
            yield from self._burns(window)
        yield self._clears()
        yield self._no_traffic()
        yield self._low_traffic()
        yield self._no_error_series()
        yield self._peak()

    def _traffic(self, share: Fraction, length: Duration, events: Fraction = TRAFFIC) -> Phase:
        rate = events * self._objective.time_scale
        return Phase(self._sli.signals(rate * share, rate), length)

    def _burning(self, share: Fraction, length: Duration) -> Phase:
        """Traffic of which `min_errors` never decides: twice as many errors in each base window."""
        needed = self._objective.min_errors * 2 / BASE.seconds / share
        return self._traffic(share, length, max(TRAFFIC, needed))

    def _burns(self, window: BurnWindow) -> Iterator[Case]:
        share, end = window.factor * self._objective.budget, self._after(window)
        step = self._minute if window == self._objective.windows[0] else self._coarse
        end = end.round_up(step)
        fast = min(share * Fraction(105, 100), Fraction(1))
        length = end + step
        speed = f"{float(window.factor):.4g}x over {window.long}"
        yield self._case(f"fires 5 % above {speed}", [self._burning(fast, length)], [self._fires(window, end)], step)
        slow = share * Fraction(95, 100)
        yield self._case(
            f"is silent 5 % below {speed}", [self._burning(slow, length)], [self._silent(window, end)], step
        )

    def _clears(self) -> Case:
        """After an hour of failure the first page ends one short window and one `keep_firing_for` later."""
        page = self._objective.windows[0]
        over = max(self._hour, self._after(page) + self._coarse).round_up(self._coarse)
        end = over + page.short.round_up(self._coarse) + self._objective.wait(page) + self._coarse * 3
        end = end.round_up(self._coarse)
        phases = [self._burning(Fraction(1), over), self._traffic(Fraction(0), end - over + self._coarse)]
        checks = [self._fires(page, over - self._coarse), self._silent(page, end)]
        return self._case("clears after the trouble is over", phases, checks, self._coarse)

    def _no_traffic(self) -> Case:
        """Silence is no failure and leaves no hole: the budget of two clean hours stays whole through a third."""
        traffic, end = self._hour * 2, self._hour * 3
        nothing = Fraction(0)
        phases = [self._traffic(nothing, traffic), self._traffic(nothing, end - traffic + self._coarse, nothing)]
        ratio = self._recorded(names.error_ratio(self._base))
        checks = [
            self._all_silent(end),
            Check(end, ratio, ()),
            about(self._recorded(names.BUDGET_LEFT), Fraction(1), end, self._labels),
        ]
        return self._case("is silent without traffic, and keeps its budget", phases, checks, self._coarse)

    def _low_traffic(self) -> Case:
        """Ten events an hour and one of them bad: a hundred times too fast for a strict target, and still no news."""
        scale = self._objective.time_scale
        rare, moment = Fraction(10, 3600) * scale, self._hour // 10
        clean = Phase(self._sli.signals(Fraction(0), rare), self._hour)
        one = Phase(self._sli.signals(rare, rare), moment.round_up(self._coarse))
        end = self._hour * 2 + one.length
        after = Phase(self._sli.signals(Fraction(0), rare), self._hour + self._coarse)
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
        phases = [self._traffic(Fraction(0), end + self._coarse)]
        return self._case("counts a missing error series as zero errors", phases, checks, self._coarse)

    def _peak(self) -> Case:
        """All errors fall into the busiest hour; each event must weigh the same, whenever it happened."""
        share, busy, quiet = self._objective.budget / 2, 100, 3
        end = self._hour * (quiet + 1)
        phases = [
            self._traffic(Fraction(0), self._hour * quiet + self._coarse),
            self._traffic(share, self._hour, TRAFFIC * busy),
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


class _SliceCases(_Cases):
    def __init__(self, objective: Objective, sli: SlicesSli, step: Duration) -> None:
        super().__init__(objective, step)
        self._sli = sli

    def __iter__(self) -> Iterator[Case]:
        for window in self._objective.windows:
            yield self._lasting(window)
        yield self._boundary()
        yield self._clears()
        yield self._no_data()
        yield self._rare()

    def _phase(self, level: Level, length: Duration) -> Phase:
        return Phase(self._sli.condition.stimulus(level, self._minute), length)

    @property
    def _settle(self) -> Duration:
        return self._sli.condition.window.round_up(self._minute) + self._minute * 2

    def _after(self, window: BurnWindow) -> Duration:
        """As for events, and a minute of trouble for each error that must be seen."""
        return super()._after(window) + self._minute * self._objective.min_errors

    def _lasting(self, window: BurnWindow) -> Case:
        end = self._settle + self._after(window)
        phases = [self._phase(Level.BREACHED, end + self._minute)]
        truth = f"fires when every minute is bad, {float(window.factor):.4g}x over {window.long}"
        return self._case(truth, phases, [self._fires(window, end)], self._minute)

    def _boundary(self) -> Case:
        """After a clean hour, one bad minute fewer than the first page allows is silence; many more are news."""
        page = self._objective.windows[0]
        clean = page.long + self._settle
        allowed = int(page.factor * self._objective.budget * page.long.ratio(self._sli.slice)) - 1
        quiet = clean + self._minute * max(allowed, 1)
        end = clean + self._settle + page.long + self._after(page)
        phases = [self._phase(Level.WITHIN, clean), self._phase(Level.BREACHED, end - clean + self._minute)]
        checks = [self._silent(page, quiet), self._fires(page, end)]
        return self._case("waits for its share of bad minutes", phases, checks, self._minute)

    def _clears(self) -> Case:
        page = self._objective.windows[0]
        over = max(self._hour, self._settle + self._after(page))
        end = over + self._settle + page.short + self._base + self._objective.wait(page) + self._minute * 3
        phases = [self._phase(Level.BREACHED, over), self._phase(Level.WITHIN, end - over + self._minute)]
        checks = [self._fires(page, over - self._minute), self._silent(page, end)]
        return self._case("clears after the trouble is over", phases, checks, self._minute)

    def _no_data(self) -> Case:
        end = self._hour
        ratio = self._recorded(names.error_ratio(self._base))
        phases = [self._phase(Level.ABSENT, end + self._minute)]
        return self._case(
            "is silent without data", phases, [self._all_silent(end), Check(end, ratio, ())], self._minute
        )

    def _rare(self) -> Case:
        """Fewer bad minutes than `min_errors`: silence. Prometheus 2 may count six minutes in five."""
        burst = self._minute * max(self._objective.min_errors * 4 // 5 - 1, 1)
        window = self._sli.condition.window
        bad = self._minute if window else burst
        end = self._hour + bad + self._minute * 5
        phases = [
            self._phase(Level.WITHIN, self._hour),
            self._phase(Level.BREACHED if not window else Level.WITHIN, bad),
            self._phase(Level.WITHIN, end - self._hour - bad + self._minute),
        ]
        return self._case("is silent after a few bad minutes", phases, [self._all_silent(end)], self._minute)
