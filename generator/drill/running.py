"""A drill from start to end: the stack, the rehearsals, the report."""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from generator.domain.conditions.always import Always
from generator.domain.service import Service
from generator.drill.conflicts import Conflicts
from generator.drill.control import Control
from generator.drill.grouping import is_named_after_alerts
from generator.drill.rehearsal import Bench, Rehearsal
from generator.drill.report import Case, Report, Summary
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
        begun, cases = time.monotonic(), []
        async with self.bench() as (bench, stack):
            known = [*subjects(bench.service), *burning(bench.service)]
            conflicts = Conflicts(bench.service, known)
            async for case in rehearsed(
                wanted, conflicts, lambda one: Rehearsal(bench, one).run(), bench.receiver.pace
            ):
                cases.append(case)
                bench.report.add(case)
                ended(case)
            facts = self.facts(bench, stack)
        summary = Summary(HARNESS, "Alert drill", datetime.now(UTC), time.monotonic() - begun, facts, tuple(cases))
        bench.report.close(summary)
        return summary

    @asynccontextmanager
    async def bench(self) -> AsyncIterator[tuple[Bench, Stack]]:
        """A running stack with somebody listening at its end, and eyes on it."""
        found, report = Programs.find(), Report(self.out)
        report.open()
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
                    yield Bench(service, control, view, receiver, report), stack

    def facts(self, bench: Bench, stack: Stack) -> dict[str, str]:
        """What a reader of the report has to know to repeat it."""
        settings = bench.service.settings
        return {
            "Time scale": str(bench.service.time_scale),
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
