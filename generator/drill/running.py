"""A drill from start to end: the stack, the rehearsals, the report."""

import asyncio
import contextlib
import shlex
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from generator.domain.conditions.always import Always
from generator.domain.service import Service
from generator.drill.conflicts import Conflicts
from generator.drill.control import Control
from generator.drill.grouping import is_named_after_alerts
from generator.drill.guard import guarded
from generator.drill.rehearsal import Bench, Rehearsal
from generator.drill.report import Case, Report, Summary
from generator.drill.report.minutes import Minutes, kept
from generator.drill.scale import check_scale
from generator.drill.schedule import rehearsed
from generator.drill.stack import Addresses, Places, Plan, Stack
from generator.drill.stack.health import Tell
from generator.drill.stack.programs import Programs
from generator.drill.subject import Subject, burning, subjects
from generator.drill.watching.chat import ChatReceiver
from generator.drill.watching.plain import PlainReceiver, listening
from generator.drill.watching.receiver import Receiver
from generator.drill.watching.settling import settled
from generator.drill.watching.views import View, Watcher

HARNESS = "tocsin.alert_drill.v1"
DEFAULT_SPEC = Path("slo.yaml")
PARTS = ("exporter", "telegram", "agent", "alertmanager", "prometheus")
"""What has to live as long as the drill."""

QUIET = (("ONCALL_STORM_GROUPS", "1000"), ("PROMETHEUS_URL", ""), ("LOG_LEVEL", "info"))
"""Many alerts at once are the point of a drill, so the agent shall neither sum them up nor draw each of them."""


@dataclass(frozen=True, slots=True)
class Drill:
    """What is to be rehearsed, and how.

    Attributes:
        service: the whole, scaled.
        spec: the file it came from.
        out: the report's folder.
        with_agent: whether the chat of the agent is the end of the way, or a plain webhook.
        tell: hears of progress.
    """

    service: Service
    spec: Path
    out: Path
    with_agent: bool
    tell: Tell

    async def run(self, wanted: Sequence[Subject], ended: Callable[[Case], None]) -> Summary:
        """Rehearse all that is wanted.

        Args:
            wanted: what.
            ended: hears of each case.

        Raises:
            TocsinError: when a program is missing or the stack does not start.
        """
        planned = [one.name for one in wanted]
        with self.minutes(HARNESS, "Alert drill", planned, ended) as minutes:
            async with self.bench(minutes) as (bench, stack), guarded(stack, PARTS):
                known = [*subjects(bench.service), *burning(bench.service)]
                conflicts = Conflicts(bench.service, known)
                rehearsing = rehearsed(wanted, conflicts, lambda one: Rehearsal(bench, one).run(), bench.receiver.pace)
                async with aclosing(rehearsing) as cases:
                    async for case in cases:
                        minutes.add(case)
        return minutes.done

    @property
    def options(self) -> str:
        """The command line's options that decide how it is rehearsed."""
        words = ["--time-scale", str(self.service.time_scale)]
        words += [] if self.with_agent else ["--no-agent"]
        return shlex.join([*words, *spec_option(self.spec)])

    def minutes(
        self, harness: str, title: str, planned: Sequence[str], ended: Callable[[Case], None]
    ) -> AbstractContextManager[Minutes]:
        """An empty report, and the minutes of what is about to begin.

        Raises:
            TocsinError: when a program is missing; then there is no report either.
        """
        Programs.find()
        check_scale(self.service)
        report = Report(self.out)
        report.open()
        return kept(Minutes(report, harness, title, planned, ended, {"Time scale": str(self.service.time_scale)}))

    @asynccontextmanager
    async def bench(self, minutes: Minutes) -> AsyncIterator[tuple[Bench, Stack]]:
        """A running stack with somebody listening at its end, and eyes on it."""
        found, report = Programs.find(), minutes.report
        service = found.aimed(self.service)
        with tempfile.TemporaryDirectory(prefix="tocsin-drill-", ignore_cleanup_errors=True) as folder:
            plan = Plan(
                service, self.spec, Places(Path(folder), report.logs), Addresses.free(),
                with_agent=self.with_agent, environment=QUIET,
            )  # fmt: skip
            async with Stack(plan, found, self.tell) as stack, _receiver(stack) as receiver:
                view = View()
                watcher = Watcher(view, stack.session, stack.url("prometheus"), stack.url("alertmanager"))
                async with _running(watcher):
                    control = Control(stack.session, stack.url("exporter"))
                    self.tell("waiting until nothing is wrong")
                    always = {alert.name for alert in service.alerts if isinstance(alert.when, Always)}
                    await settled(view, always)
                    bench = Bench(service, control, view, receiver, report, options=self.options)
                    minutes.facts |= facts(bench, stack)
                    yield bench, stack


def spec_option(spec: Path) -> list[str]:
    """How the command line is told of the spec; nothing for the one that it takes by itself."""
    return [] if spec == DEFAULT_SPEC else ["--spec", str(spec)]


def facts(bench: Bench, stack: Stack) -> dict[str, str]:
    """What a reader of the report has to know to repeat it."""
    settings = bench.service.settings
    return {
        "Scrape and evaluation interval": f"{settings.scrape_interval} and {settings.evaluation_interval}",
        "Programs": stack.versions,
        "End of the way": bench.receiver.kind,
    }


@asynccontextmanager
async def _receiver(stack: Stack) -> AsyncIterator[Receiver]:
    if stack.plan.with_agent:
        named = is_named_after_alerts(stack.plan.service)
        yield ChatReceiver(stack.session, stack.url("telegram"), named_after_alerts=named)
        return
    receiver = PlainReceiver(stack.token)
    async with listening(receiver, stack.plan.addresses.agent):
        yield receiver


@asynccontextmanager
async def _running(watcher: Watcher) -> AsyncIterator[None]:
    task = asyncio.create_task(watcher.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
