"""The loop from start to end: a stack whose agent is really scraped, two people, and the report."""

import asyncio
import contextlib
import json
import shlex
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Final

from generator.domain.service import Service
from generator.drill.expectation import expectation
from generator.drill.grouping import is_named_after_alerts
from generator.drill.guard import guarded
from generator.drill.loop.measure import ALERT, condition, runs_for
from generator.drill.loop.moments import BESIDE, Moment, Seen, hops
from generator.drill.loop.patience import patience
from generator.drill.loop.phone import Phone
from generator.drill.loop.story import Plot, Story
from generator.drill.overhead import overhead
from generator.drill.rehearsal import Stuck
from generator.drill.report import Case, Report, Status, Step, Summary
from generator.drill.report.minutes import BrokenOff, Minutes, kept
from generator.drill.report.writing import log_path
from generator.drill.running import PARTS, spec_option
from generator.drill.scale import check_scale
from generator.drill.stack import Addresses, Places, Plan, Stack
from generator.drill.stack.health import Tell
from generator.drill.stack.programs import PERSON, Programs
from generator.drill.subject import subjects
from generator.drill.watching.views import View, Watcher

HARNESS: Final = "tocsin.on_call_loop.v1"
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

    @property
    def plot(self) -> Plot:
        """What shall happen, by the spec.

        Raises:
            TocsinError: when the spec lacks the alert, or the loop cannot be told with it.
        """
        check_scale(self.service)
        service, runs = self.service, runs_for(self.service)
        alert = next(one for one in subjects(service) if one.name == ALERT)
        named = is_named_after_alerts(service)
        return Plot(alert, condition(service), runs, patience(service, alert, runs), named)

    async def run(self) -> Summary:
        """Once; ends by itself.

        Raises:
            TocsinError: when a program is missing, the loop cannot be told with this spec, or the stack does not start.
        """
        plot, found, report = self.plot, Programs.find(), Report(self.out)
        service = found.aimed(self.service)
        report.open()
        facts = {"Time scale": str(service.time_scale)}
        with kept(Minutes(report, HARNESS, "On-call loop", [ALERT], lambda _: None, facts)) as minutes:
            minutes.add(await self._told(service, found, minutes, plot))
        return minutes.done

    async def _told(self, service: Service, found: Programs, minutes: Minutes, plot: Plot) -> Case:
        seen: dict[Moment, float] = {}
        reason, started, bound = "", datetime.now(UTC), plot.patience.bound
        try:
            async with asyncio.timeout(bound), self._stage(service, found, minutes.report) as (stack, view):
                minutes.facts["Programs"] = stack.versions
                async with guarded(stack, PARTS):
                    await self._act(stack, view, plot, seen)
        except TimeoutError:
            reason = f"it was not over after {bound:.0f} s; the last that was seen: {[*seen, 'nothing'][-1]}."
        except (Stuck, BrokenOff) as stuck:
            reason = str(stuck)
        return self._case(plot, started, reason, seen)

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

    async def _act(self, stack: Stack, view: View, plot: Plot, seen: dict[Moment, float]) -> None:
        developer, on_call = (Phone(stack.session, stack.url("telegram"), each) for each in (PERSON, ON_CALL))
        await on_call.switch_on()
        story = Story(stack, view, plot, developer, on_call, self.saw, seen)
        await story.tell()
        if story.picture:
            (self.out / PICTURE).write_bytes(story.picture)

    def _case(self, plot: Plot, started: datetime, reason: str, seen: dict[Moment, float]) -> Case:
        way = hops(seen)
        added = overhead(self.service, plot.alert, way)
        return Case(
            case_id=plot.alert.name,
            description="from a run that fails to an incident that is resolved in the chat",
            status=Status.FAILED if reason else Status.PASSED,
            started_at=started,
            duration_seconds=max((at for moment, at in seen.items() if moment not in BESIDE), default=0.0),
            command=shlex.join(
                ["tocsin", "rehearse", "--time-scale", str(self.service.time_scale), *spec_option(self.spec)]
            ),
            log_path=log_path("agent"),
            reason=reason,
            hops=way,
            expected_seconds=expectation(self.service, plot.alert).told if added is not None else None,
            overhead_seconds=added,
            steps=[Step(str(moment), at) for moment, at in sorted(seen.items(), key=itemgetter(1))],
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
