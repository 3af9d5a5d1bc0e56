"""What is proven of an objective that counts minutes."""

from collections.abc import Iterator

from generator.domain import names
from generator.domain.budget_cases import BudgetCases
from generator.domain.case import Case, Check
from generator.domain.conditions import Level
from generator.domain.duration import Duration
from generator.domain.objective import Objective
from generator.domain.slis import SlicesSli
from generator.domain.timeline import Phase
from generator.domain.windows import BurnWindow


class SliceCases(BudgetCases):
    """The cases of one objective of minutes."""

    def __init__(self, objective: Objective, sli: SlicesSli, step: Duration) -> None:
        super().__init__(objective, step)
        self._sli = sli

    def __iter__(self) -> Iterator[Case]:
        for window in self._windows:
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
        page = self._windows[0]
        clean = page.long + self._settle
        allowed = int(page.factor * self._objective.budget * page.long.ratio(self._sli.slice)) - 1
        quiet = clean + self._minute * max(allowed, 1)
        end = clean + self._settle + page.long + self._after(page)
        phases = [self._phase(Level.WITHIN, clean), self._phase(Level.BREACHED, end - clean + self._minute)]
        checks = [self._silent(page, quiet), self._fires(page, end)]
        return self._case("waits for its share of bad minutes", phases, checks, self._minute)

    def _clears(self) -> Case:
        page = self._windows[0]
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
