"""The scenarios: each lets something go wrong, puts it right, and looks for what was lost, doubled or invented."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.drill.chaos.scene import Scene
from generator.drill.rehearsal import Stuck
from generator.drill.stack.project import NAME as PROJECT
from generator.errors import TocsinError
from generator.spec.problems import did_you_mean

_SECONDS_OF_RUN = 120
_QUIET = 3.0
"""Seconds in which a doubled answer would have come."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One case of the gate."""

    case_id: str
    description: str
    act: Callable[[Scene], Awaitable[None]]


async def agent_killed_with_open_run(scene: Scene) -> None:
    """A run is open when the agent dies: it is ended honestly, told, and never executed twice."""
    telegram, before = scene.telegram, await scene.runs()
    after = await scene.newest()
    await telegram.write(f"/new {PROJECT}")
    await telegram.see("Session", after)
    await telegram.write(f"Work for long [[say Working.; sleep {_SECONDS_OF_RUN}; say Done.]]")
    await _until_runs(scene, lambda runs: runs["running_runs"] == 1, "the run never started")
    scene.log.say("a run is open")
    await scene.crash("agent")
    await scene.restart("agent")
    await _until_runs(scene, lambda runs: runs["running_runs"] == 0, "the dead agent's run is still said to run")
    runs = await scene.runs()
    if runs["total_runs"] != before["total_runs"] + 1 or runs["failed_runs"] != before["failed_runs"] + 1:
        raise Stuck(f"one run was open, and afterwards the agent counts {runs}.")
    await telegram.see("(?i)interrupted|restart|lost|failed", after)
    scene.log.say("the run is told to have failed, and was not started again")


async def agent_killed_while_alert_fires(scene: Scene) -> None:
    """The agent is away when the alert fires: Alertmanager waits for it, and it is told once when it is back."""
    after = await scene.newest()
    await scene.crash("agent")
    await scene.breach()
    await scene.routed()
    await scene.restart("agent")
    await scene.told()
    await scene.told_once(after)
    await scene.heal()
    await scene.resolved()


async def telegram_cut_and_restored(scene: Scene) -> None:
    """Telegram refuses every connection: the alert is taken in all the same, and told when Telegram is back."""
    await _while_calls_fail(scene, kind="refuse")


async def token_expired(scene: Scene) -> None:
    """Telegram refuses the token: nothing is thrown away, and the alert is told when the token is good again."""
    await _while_calls_fail(scene, kind="5xx", status=401)


async def _while_calls_fail(scene: Scene, **fault: object) -> None:
    after = await scene.newest()
    await scene.telegram.fault(**fault)
    scene.log.say(f"Telegram: {fault}")
    await scene.breach()
    await scene.routed()
    await asyncio.sleep(_QUIET)  # so that the agent has tried, and has failed
    await scene.telegram.lift()
    scene.log.say("Telegram is back")
    await scene.told()
    await scene.told_once(after)
    await scene.heal()
    await scene.resolved()


async def prometheus_restarted(scene: Scene) -> None:
    """Prometheus dies while the alert fires: the incident neither ends nor comes a second time."""
    await _while_it_fires(scene, "prometheus")


async def alertmanager_restarted(scene: Scene) -> None:
    """Alertmanager dies and forgets what it has told: the incident does not come a second time."""
    await _while_it_fires(scene, "alertmanager")


async def _while_it_fires(scene: Scene, name: str) -> None:
    after = await scene.newest()
    await scene.breach()
    await scene.told()
    await scene.crash(name)
    await scene.restart(name)
    await scene.routed()
    await asyncio.sleep(_QUIET + float(scene.subject.timing.group_interval.seconds))
    await scene.told_once(after)
    await scene.heal()
    await scene.resolved()


async def missed_updates_replayed(scene: Scene) -> None:
    """What was written while the agent was away is answered when it is back: all of it, in order, each once."""
    after = await scene.newest()
    await scene.crash("agent")
    written = [await scene.telegram.write("/status") for _ in range(3)]
    scene.log.say("three messages written while the agent was away")
    await scene.restart("agent")
    await scene.telegram.see("Status", after, count=len(written))
    await scene.telegram.answered()
    await scene.telegram.redeliver(written[1]["update_id"])
    scene.log.say("one of them delivered a second time")
    await scene.telegram.answered()
    await asyncio.sleep(_QUIET)
    answers = _answers(await scene.telegram.messages(), after)
    if len(answers) != len(written):
        raise Stuck(f"{len(written)} messages have {len(answers)} answers.")
    scene.log.say("three answers, no gap and no double")


def _answers(messages: Sequence[Mapping[str, Any]], after: int) -> list[Mapping[str, Any]]:
    return [
        each for each in messages if each["sender"] == "bot" and each["message_id"] > after and "Status" in each["text"]
    ]


async def _until_runs(scene: Scene, holds: Callable[[dict[str, int]], bool], otherwise: str) -> None:
    for _ in range(300):
        if holds(await scene.runs()):
            return
        await asyncio.sleep(0.1)
    raise Stuck(f"{otherwise}.")


SCENARIOS = (
    Scenario("agent_killed_with_open_run", "kill -9 of the agent with a run open", agent_killed_with_open_run),
    Scenario("missed_updates_replayed", "messages written while the agent was away", missed_updates_replayed),
    Scenario("agent_killed_while_alert_fires", "an alert while the agent was away", agent_killed_while_alert_fires),
    Scenario("telegram_cut_and_restored", "an alert while Telegram refuses connections", telegram_cut_and_restored),
    Scenario("token_expired", "an alert while Telegram refuses the token", token_expired),
    Scenario("prometheus_restarted", "kill -9 of Prometheus during an incident", prometheus_restarted),
    Scenario("alertmanager_restarted", "kill -9 of Alertmanager during an incident", alertmanager_restarted),
)
"""In the order in which they are acted; each leaves the stack healthy."""


def named(names: Sequence[str]) -> Sequence[Scenario]:
    """The scenarios of these names, in their own order; all of them where none is named.

    Raises:
        TocsinError: for a name that none has.
    """
    known = [scenario.case_id for scenario in SCENARIOS]
    for name in names:
        if name not in known:
            raise TocsinError(f"--chaos has no scenario {name!r}; {did_you_mean(name, known)}")
    return [scenario for scenario in SCENARIOS if not names or scenario.case_id in names]
