"""The gate: every scenario on one stack, and the report that a promotion needs."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import aiohttp

from generator.domain.severity import Severity
from generator.drill.chaos.scenarios import SCENARIOS, Scenario
from generator.drill.chaos.scene import Scene
from generator.drill.chaos.telegram import Telegram
from generator.drill.guard import guarded
from generator.drill.rehearsal import Bench, Stuck
from generator.drill.report import Case, Status, Summary
from generator.drill.report.writing import log_path
from generator.drill.running import Drill
from generator.drill.stack import Stack
from generator.drill.subject import Subject, subjects
from generator.errors import TocsinError

HARNESS = "tocsin.restart_reconnect_chaos.v1"
_SPARED = ("exporter", "telegram")
"""What no scenario kills."""


async def run(drill: Drill, ended: Callable[[Case], None], scenarios: Sequence[Scenario] = SCENARIOS) -> Summary:
    """Act every scenario, one after the other.

    Raises:
        TocsinError: without the agent there is nothing to restart; or when the stack does not start.
    """
    if not drill.with_agent:
        raise TocsinError("--chaos is about the agent; leave --no-agent out")
    planned = [scenario.case_id for scenario in scenarios]
    with drill.minutes(HARNESS, "Restart and reconnect gate", planned, ended) as minutes:
        async with drill.bench(minutes) as (bench, stack), guarded(stack, _SPARED):
            telegram = await Telegram.at(stack.session, stack.url("telegram"))
            subject = _steady(bench)
            for scenario in scenarios:
                scene = Scene(bench, stack, telegram, subject, bench.report.log(scenario.case_id))
                minutes.add(await _acted(scenario, scene))
    return minutes.done


def _steady(bench: Bench) -> Subject:
    """The warning that fires and clears soonest: nobody has to be woken for a rehearsal.

    Raises:
        TocsinError: when the spec has no warning at all.
    """
    warnings = [one for one in subjects(bench.service) if one.labels.get("severity") == Severity.WARNING]
    plain = [
        one for one in warnings if one.wait and not one.window and not one.breach.outage and not one.breach.withdrawn
    ]
    if not plain:
        raise TocsinError("the spec has no warning with a `for` and without a window to rehearse with")
    return min(plain, key=lambda one: one.wait)


async def _acted(scenario: Scenario, scene: Scene) -> Case:
    started, begun, reason = datetime.now(UTC), time.monotonic(), ""
    try:
        await scenario.act(scene)
        await _healed(scene, scene.stack)
    except Stuck as stuck:
        reason = str(stuck)
    except (aiohttp.ClientError, TimeoutError) as silent:
        reason = f"a part of the stack does not answer: {str(silent) or type(silent).__name__}."
    if reason:
        scene.log.say(f"FAILED: {reason}")
        await _healed(scene, scene.stack)
    return Case(
        case_id=scenario.case_id,
        description=scenario.description,
        status=Status.FAILED if reason else Status.PASSED,
        started_at=started,
        duration_seconds=time.monotonic() - begun,
        command=f"tocsin drill --chaos {scenario.case_id} {scene.bench.options}",
        log_path=log_path(scenario.case_id),
        reason=reason,
    )


async def _healed(scene: Scene, stack: Stack) -> None:
    """A scenario that failed half-way must not spoil the next one."""
    await scene.telegram.lift()
    await scene.bench.control.heal(scene.subject.name)
    for name in ("agent", "alertmanager", "prometheus"):
        if not stack.process(name).pid:
            await stack.restart(name)
