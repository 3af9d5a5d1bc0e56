"""One alert's way through stand-ins for everything: what is measured, what is refused, what is always put right."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from generator.domain.duration import Duration
from generator.domain.service import Service
from generator.drill.control import Held
from generator.drill.expectation import expectation
from generator.drill.overhead import overhead
from generator.drill.rehearsal import Bench, Rehearsal
from generator.drill.report import Report, Status
from generator.drill.running import Drill
from generator.drill.subject import Subject, subjects
from generator.drill.watching.views import View


@dataclass
class Way:
    """Control, Prometheus, Alertmanager and receiver in one: a breach is seen everywhere at once, as far as it goes.

    Attributes:
        reaches: the last place that hears of it.
        ends: whether it is over when it is healed.
    """

    subject: Subject
    view: View = field(default_factory=View)
    reaches: str = "told"
    ends: bool = True
    done: list[str] = field(default_factory=list)
    pace: float = 0.0
    patience: list[float] = field(default_factory=list)
    told: bool = False
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def kind(self) -> str:
        return "a stand-in"

    async def breach(self, alert: str) -> None:
        self.done.append(f"breach {alert}")
        self.begun.set()
        places = ["nothing", "pending", "firing", "routed", "told"]
        state = "firing" if places.index(self.reaches) >= 2 else "pending"
        self.view.in_prometheus = [(state, self.subject.labels)] if self.reaches != "nothing" else []
        self.view.in_alertmanager = [self.subject.labels] if places.index(self.reaches) >= 3 else []
        self.told = self.reaches == "told"
        await self.view.seen()

    async def heal(self, alert: str) -> None:
        self.done.append(f"heal {alert}")
        if self.ends:
            self.view.in_prometheus, self.view.in_alertmanager, self.told = [], [], False
            await self.view.seen()

    async def take(self, metric: str) -> None:
        raise AssertionError(metric)

    async def hold(self, *held: Held) -> None:
        raise AssertionError(held)

    async def wait_for_message(self, subject: Subject, patience: float) -> bool:
        self.patience.append(patience)
        return self.told

    async def wait_for_resolved(self, subject: Subject, patience: float) -> bool:
        self.patience.append(patience)
        return not self.told


@pytest.fixture
def way(ours: Service) -> Way:
    subject = next(subject for subject in subjects(ours) if subject.name == "HighP95Latency")
    return Way(replace(subject, wait=Duration(1), window=Duration(0)))


@pytest.fixture
def rehearse(way: Way, ours: Service, tmp_path: Path) -> Callable[[], Rehearsal]:
    report = Report(tmp_path / "report")
    report.open()
    impatient = replace(
        ours, settings=replace(ours.settings, scrape_interval=Duration(1), evaluation_interval=Duration(1))
    )
    subject = replace(way.subject, timing=way.subject.timing.scaled(10_000))
    return lambda: Rehearsal(Bench(impatient, way, way.view, way, report, slack=0.1), subject)


async def test_a_whole_way_passes_with_every_hop_measured(rehearse: Callable[[], Rehearsal]) -> None:
    rehearsal = rehearse()

    case = await rehearsal.run()

    assert case.status is Status.PASSED, case.reason
    assert list(case.hops) == ["pending", "firing", "alertmanager", "told", "calm", "resolved"]
    assert case.overhead_seconds == overhead(rehearsal.bench.service, rehearsal.subject, case.hops)


async def test_news_may_stand_behind_the_news_of_whatever_else_is_under_way(
    way: Way, rehearse: Callable[[], Rehearsal]
) -> None:
    alone, among_many = rehearse(), rehearse()
    await alone.run()
    way.pace, among_many.bench.under_way = 3.0, 20
    await among_many.run()

    assert [later - earlier for earlier, later in zip(way.patience[:2], way.patience[2:], strict=True)] == [
        pytest.approx(21 * 3.0)
    ] * 2
    assert among_many.bench.under_way == 20


@pytest.mark.parametrize(
    ("reaches", "said"),
    [
        ("nothing", "it was not pending"),
        ("pending", "it was not firing"),
        ("firing", "it was not known to Alertmanager"),
        ("routed", "it was not told"),
    ],
)
async def test_a_way_that_ends_early_fails_where_it_ends(
    way: Way, rehearse: Callable[[], Rehearsal], reaches: str, said: str
) -> None:
    way.reaches = reaches

    case = await rehearse().run()

    assert case.status is Status.FAILED
    assert said in case.reason


async def test_an_alert_that_does_not_clear_fails(way: Way, rehearse: Callable[[], Rehearsal]) -> None:
    way.ends = False

    case = await rehearse().run()

    assert "it was not inactive again" in case.reason


async def test_an_alert_that_fires_before_anything_is_breached_fails(
    way: Way, rehearse: Callable[[], Rehearsal]
) -> None:
    way.view.in_prometheus = [("firing", way.subject.labels)]

    case = await rehearse().run()

    assert "although nothing is breached" in case.reason
    assert "breach HighP95Latency" not in way.done


async def test_a_breach_is_healed_whatever_happens(way: Way, rehearse: Callable[[], Rehearsal]) -> None:
    way.reaches = "nothing"
    await rehearse().run()

    assert way.done[-1] == "heal HighP95Latency"


async def test_a_breach_is_healed_when_the_rehearsal_is_broken_off(way: Way, rehearse: Callable[[], Rehearsal]) -> None:
    way.reaches = "nothing"
    task = asyncio.create_task(rehearse().run())
    await way.begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert way.done == ["breach HighP95Latency", "heal HighP95Latency"]


def test_what_is_promised_is_a_scrape_an_evaluation_the_window_for_and_the_groups_wait(ours: Service) -> None:
    subject = next(subject for subject in subjects(ours) if subject.name == "OpenAgentsRuntimeHttp5xxRateHigh")

    found = expectation(ours, subject)

    assert found.detected == pytest.approx(0.5 + 0.5 + 5)
    assert found.told == pytest.approx(0.5 + 0.5 + 5 + 10 + 0.5)
    assert found.resolved == pytest.approx(0.5 + 0.5 + 5 + 5)


async def test_a_case_says_how_it_was_rehearsed(rehearse: Callable[[], Rehearsal]) -> None:
    rehearsal = rehearse()
    rehearsal.bench.options = Drill(
        rehearsal.bench.service, Path("my specs/slo.yaml"), Path("out"), with_agent=False, tell=lambda _: None
    ).options

    case = await rehearsal.run()

    assert case.command == "tocsin drill HighP95Latency --time-scale 60 --no-agent --spec 'my specs/slo.yaml'"
