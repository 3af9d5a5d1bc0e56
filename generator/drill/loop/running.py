"""The loop from start to end: a stack whose agent is really scraped, two people, and the report."""

import asyncio
import contextlib
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from generator.domain.service import Service
from generator.drill.expectation import expectation
from generator.drill.loop.phone import Phone
from generator.drill.loop.story import BESIDE, Hop, Measured, Seen, Story
from generator.drill.rehearsal import Stuck
from generator.drill.report import Case, Report, Status, Summary
from generator.drill.report.writing import log_path
from generator.drill.stack import Addresses, Places, Plan, Stack
from generator.drill.stack.health import Tell
from generator.drill.stack.programs import PERSON, Programs
from generator.drill.subject import Subject, subjects
from generator.drill.watching.views import View, Watcher
from generator.errors import TocsinError

HARNESS: Final = "tocsin.on_call_loop.v1"
ALERT: Final = "HighRunFailureRate"
BOUND: Final = 56.0
"""Seconds for everything up to the end of the story, so that all of it, the stop included, is over in a minute."""

ON_CALL: Final = PERSON + 1
PICTURE: Final = "chart.png"
_ROTA: Final = {"version": 1, "chats": [ON_CALL], "people": {"Ola": {"user": ON_CALL}}} | {
    "escalation": [{"after": "15m", "to": ["Ola"]}]
}
Saw = Callable[[Seen], None]


@dataclass(frozen=True, slots=True)
class Loop:
    """What is to be told, and to whom.

    Attributes:
        service: the whole, scaled.
        spec: the file it came from.
        out: the report's folder.
        tell: hears of progress.
        saw: hears of every hop.
    """

    service: Service
    spec: Path
    out: Path
    tell: Tell
    saw: Saw
    _hops: dict[Hop, float] = field(default_factory=dict)

    async def run(self) -> Summary:
        """Once; ends by itself.

        Raises:
            TocsinError: when a program is missing, the stack does not start, or the spec lacks the alert.
        """
        found, report = Programs.find(), Report(self.out)
        service, begun, started = found.aimed(self.service), time.monotonic(), datetime.now(UTC)
        alert = _alert(service)
        report.open()
        reason, facts = "", {"Time scale": str(service.time_scale)}
        try:
            async with asyncio.timeout(BOUND), self._stage(service, found, report) as (stack, view):
                facts["Programs"] = stack.versions
                await self._act(stack, view, alert)
        except TimeoutError:
            reason = f"it was not over after {BOUND:.0f} s; the last that was seen: {[*self._hops, 'nothing'][-1]}."
        except Stuck as stuck:
            reason = str(stuck)
        case = self._case(alert, service, started, reason)
        report.add(case)
        summary = Summary(HARNESS, "On-call loop", datetime.now(UTC), time.monotonic() - begun, facts, (case,))
        report.close(summary)
        return summary

    @asynccontextmanager
    async def _stage(self, service: Service, found: Programs, report: Report) -> AsyncIterator[tuple[Stack, View]]:
        with tempfile.TemporaryDirectory(prefix="tocsin-loop-", ignore_cleanup_errors=True) as folder:
            plan = Plan(
                service, self.spec, Places(Path(folder), report.logs), Addresses.free(),
                agent_is_scraped=True, environment=_people(Path(folder)),
            )  # fmt: skip
            async with Stack(plan, found, self.tell) as stack:
                view = View()
                watcher = Watcher(view, stack.session, stack.url("prometheus"), stack.url("alertmanager"))
                watching = asyncio.create_task(watcher.run())
                try:
                    yield stack, view
                finally:
                    watching.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await watching

    async def _act(self, stack: Stack, view: View, alert: Subject) -> None:
        developer, on_call = (Phone(stack.session, stack.url("telegram"), each) for each in (PERSON, ON_CALL))
        await on_call.switch_on()
        rate = _rate(stack.plan.service)
        story = Story(stack, view, alert, rate, developer, on_call, self.saw, self._hops)
        await story.tell()
        if story.picture:
            (self.out / PICTURE).write_bytes(story.picture)

    def _case(self, alert: Subject, service: Service, started: datetime, reason: str) -> Case:
        way = (Hop.BREACHED, Hop.PENDING, Hop.FIRING, Hop.ROUTED, Hop.TOLD)
        told = sum(self._hops[hop] for hop in way) if Hop.TOLD in self._hops else None
        expected = expectation(service, alert).told
        return Case(
            case_id=alert.name,
            description="from a run that fails to an incident that is resolved in the chat",
            status=Status.FAILED if reason else Status.PASSED,
            started_at=started,
            duration_seconds=sum(seconds for hop, seconds in self._hops.items() if hop not in BESIDE),
            command=f"tocsin rehearse --time-scale {service.time_scale}",
            log_path=log_path("agent"),
            reason=reason,
            hops={str(hop): seconds for hop, seconds in self._hops.items()},
            expected_seconds=expected if told is not None else None,
            overhead_seconds=told - expected if told is not None else None,
        )


def _people(folder: Path) -> tuple[tuple[str, str], ...]:
    """One who works with the bot, and one who is on call."""
    rota = folder.absolute() / "rota.yaml"
    rota.write_text(json.dumps(_ROTA), encoding="utf-8")  # JSON is YAML
    return (
        ("TELEGRAM_USERS", f"{PERSON}:admin,{ON_CALL}:operator"),
        ("ONCALL_ROTA_FILE", str(rota)),
        ("STANDIN_PACE", "0.02"),
    )


def _alert(service: Service) -> Subject:
    found = next((one for one in subjects(service) if one.name == ALERT), None)
    if found is None:
        raise TocsinError(f"the loop is told with {ALERT}, and the spec has no such alert")
    return found


def _rate(service: Service) -> Measured:
    """What the alert measures, and from where on it is too much."""
    when = next(alert.when for alert in service.alerts if alert.name == ALERT)
    if when.threshold is None:
        raise TocsinError(f"the loop is told with {ALERT}, and the spec has no threshold for it")
    return Measured(when.measured, float(when.threshold.value))
