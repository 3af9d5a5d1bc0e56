"""The runbook's Validation, step by step: panels are populated, a paused consumer is told, SSE errors are told."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from generator.domain.service import Service
from generator.drill.codex_pipeline.broker import broker
from generator.drill.codex_pipeline.jangar import Jangar, jangar
from generator.drill.codex_pipeline.stream import Stream
from generator.drill.expectation import SLACK, expectation
from generator.drill.guard import guarded
from generator.drill.panels import empty_panels
from generator.drill.rehearsal import Bench, Stuck
from generator.drill.report import Case, Status, Summary
from generator.drill.report.writing import Log, log_path
from generator.drill.running import PARTS, Drill
from generator.drill.stack import Stack
from generator.drill.subject import Subject, subjects
from generator.errors import TocsinError

NAME = "codex-pipeline-validation"
HARNESS = "tocsin.codex_pipeline_validation.v1"
SYSTEM = "codex-pipeline"
PAUSED = ("CodexNatsAgentCommsLagHigh", "CodexJangarAgentCommsStalled")
FAILING = ("CodexJangarSseErrorRate",)
_TICK = 0.2

Step = Callable[["Validation", Log], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Validation:
    """The pipeline on the bench."""

    bench: Bench
    stack: Stack
    jangar: Jangar

    async def panels(self, log: Log) -> None:
        """Every panel of the dashboard shows something."""
        system = self.bench.service.system(SYSTEM)
        for _ in range(int(SLACK / _TICK)):
            empty = await empty_panels(system.dashboard, self.stack.session, self.stack.url("prometheus"))
            if not empty:
                log.say(f"all {len(system.dashboard.panels)} panels are populated")
                return
            await asyncio.sleep(_TICK)
        raise Stuck(f"these panels stay empty: {', '.join(empty)}.")

    async def pause(self, log: Log) -> None:
        """The consumer is paused: messages pile up and nothing is inserted, until it goes on."""
        self.jangar.consumer.going.clear()
        log.say(f"paused after {self.jangar.consumer.inserted} inserts")
        try:
            await self._told(PAUSED, log)
        finally:
            self.jangar.consumer.going.set()
        log.say("resumed")
        await self._over(PAUSED, log)

    async def errors(self, log: Log) -> None:
        """Invalid requests, disconnects and a failing upstream, until they are told."""
        provoking = asyncio.create_task(self._provoke())
        try:
            await self._told(FAILING, log)
        finally:
            provoking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await provoking
        log.say(f"errors by stream and reason: {dict(self.jangar.sse.errors)}")
        await self._over(FAILING, log)

    async def _provoke(self) -> None:
        while True:
            await self.jangar.sse.provoke(self.stack.session)
            await asyncio.sleep(_TICK)

    async def _told(self, names: Sequence[str], log: Log) -> None:
        for subject in self._subjects(names):
            promised = expectation(self.bench.service, subject)
            if not await self.bench.receiver.wait_for_message(subject, promised.told + SLACK):
                raise Stuck(f"{subject.name} was not told.")
            log.say(f"{subject.name} was told")

    async def _over(self, names: Sequence[str], log: Log) -> None:
        for subject in self._subjects(names):
            promised = expectation(self.bench.service, subject)
            if not await self.bench.receiver.wait_for_resolved(subject, promised.resolved + SLACK):
                raise Stuck(f"{subject.name} was not told to be resolved.")
            log.say(f"{subject.name} was told to be resolved")

    def _subjects(self, names: Sequence[str]) -> list[Subject]:
        return [one for one in subjects(self.bench.service) if one.name in names]


CASES: tuple[tuple[str, str, Step], ...] = (
    ("panels_populated", "Every panel of Codex Pipeline Observability shows something", Validation.panels),
    (
        "consumer_paused",
        "The consumer is paused: lag and stall are told, and resolved when it goes on",
        Validation.pause,
    ),
    ("sse_errors", "Invalid requests, disconnects and upstream failures: the error rate is told", Validation.errors),
)


async def run(drill: Drill, ended: Callable[[Case], None]) -> Summary:
    """Validate the pipeline.

    Raises:
        TocsinError: when the spec has no such pipeline, a program is missing, or the stack does not start.
    """
    _check(drill.service)
    planned = [name for name, _, _ in CASES]
    with drill.minutes(HARNESS, "Codex pipeline validation", planned, ended) as minutes:
        async with (
            drill.bench(minutes) as (bench, stack),
            guarded(stack, PARTS),
            broker(stack.plan.places.of("nats"), bench.report.logs, stack.session) as stream,
            jangar(stream) as at_work,
            _bridged(bench, stream, at_work),
        ):
            minutes.facts["Stream"] = stream.kind
            validation = Validation(bench, stack, at_work)
            for name, description, step in CASES:
                minutes.add(await _case(validation, name, description, step))
    return minutes.done


def _check(service: Service) -> None:
    known = {subject.name for subject in subjects(service)}
    if lacking := [name for name in (*PAUSED, *FAILING) if name not in known]:
        raise TocsinError(f"the spec has no alert {lacking[0]!r}, so there is no Codex pipeline to validate")


async def _case(validation: Validation, name: str, description: str, step: Step) -> Case:
    started, begun, reason = datetime.now(UTC), time.monotonic(), ""
    log = validation.bench.report.log(name)
    try:
        await step(validation, log)
    except Stuck as stuck:
        reason = str(stuck)
        log.say(f"FAILED: {reason}")
    return Case(
        case_id=name,
        description=description,
        status=Status.FAILED if reason else Status.PASSED,
        started_at=started,
        duration_seconds=time.monotonic() - begun,
        command=f"tocsin drill {NAME} {validation.bench.options}",
        log_path=log_path(name),
        reason=reason,
    )


@asynccontextmanager
async def _bridged(bench: Bench, stream: Stream, at_work: Jangar) -> AsyncIterator[None]:
    """What the stream and the consumer show is what the exporters expose, as long as the block goes on."""
    for metric in {name for name, _, _ in [*await stream.held(), *at_work.held()]} | {"jangar_sse_errors_total"}:
        await bench.control.take(metric)

    async def bridge() -> None:
        while True:
            await bench.control.hold(*await stream.held(), *at_work.held())
            await asyncio.sleep(_TICK)

    task = asyncio.create_task(bridge())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
