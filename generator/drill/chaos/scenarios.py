"""The scenarios: each lets something go wrong, puts it right, and looks for what was lost, doubled or invented."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from generator.drill.chaos.offspring import can_be_seen, offspring
from generator.drill.chaos.scene import Scene
from generator.drill.rehearsal import Stuck
from generator.drill.stack.project import NAME as PROJECT
from generator.drill.stack.record import Member
from generator.errors import TocsinError
from generator.spec.problems import did_you_mean

_SECONDS_OF_RUN = 120
_QUESTIONS = 3
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
    working = await _at_work(scene)
    scene.log.say(f"a run is open: {_listed(working)}")
    await scene.crash("agent")
    scene.log.say(f"without the agent these go on: {_listed(working)}")
    await scene.restart("agent")
    await _until_runs(scene, lambda runs: runs["running_runs"] == 0, "the dead agent's run is still said to run")
    runs = await scene.runs()
    if runs["total_runs"] != before["total_runs"] + 1 or runs["failed_runs"] != before["failed_runs"] + 1:
        raise Stuck(f"one run was open, and afterwards the agent counts {runs}.")
    await telegram.see("(?i)interrupted|restart|lost|failed", after)
    scene.log.say("the run is told to have failed, and was not started again")
    await _until_gone(scene, working)


async def _at_work(scene: Scene) -> Sequence[Member]:
    """The processes of the open run, which is written down before they are started."""
    for _ in range(100):
        if (found := offspring(scene.stack.process("agent").pid)) or not can_be_seen():
            return found
        await asyncio.sleep(0.1)
    raise Stuck("a run is open, and the agent has no process for it.")


async def _until_gone(scene: Scene, working: Sequence[Member]) -> None:
    """A CLI that outlives its agent would go on changing files that nobody looks after."""
    for _ in range(100):
        if not any(each.lives for each in working):
            scene.log.say("no process of the dead agent's run is left")
            return
        await asyncio.sleep(0.1)
    raise Stuck(f"processes of the dead agent's run go on: {_listed(working)}.")


def _listed(members: Sequence[Member]) -> str:
    return ", ".join(f"{each.name} ({each.pid})" for each in members if each.lives) or "no process"


async def agent_killed_while_alert_fires(scene: Scene) -> None:
    """The agent is away when the alert fires: Alertmanager waits for it, and it is told once when it is back."""
    before = await scene.versions()
    await scene.crash("agent")
    await scene.breach()
    await scene.routed()
    await scene.restart("agent")
    await scene.told()
    await scene.told_once(before)
    await scene.heal()
    await scene.resolved()


async def telegram_cut_and_restored(scene: Scene) -> None:
    """Telegram refuses every connection: the alert is taken in all the same, and told when Telegram is back."""
    await _while_calls_fail(scene, kind="refuse")


async def token_expired(scene: Scene) -> None:
    """Telegram refuses the token: nothing is thrown away, and the alert is told when the token is good again."""
    await _while_calls_fail(scene, kind="5xx", status=401)


async def _while_calls_fail(scene: Scene, **fault: object) -> None:
    before = await scene.versions()
    await scene.telegram.fault(**fault)
    scene.log.say(f"Telegram: {fault}")
    await scene.breach()
    await scene.routed()
    await asyncio.sleep(_QUIET)  # so that the agent has tried, and has failed
    await scene.telegram.lift()
    scene.log.say("Telegram is back")
    await scene.told()
    await scene.told_once(before)
    await scene.heal()
    await scene.resolved()


async def prometheus_restarted(scene: Scene) -> None:
    """Prometheus dies while the alert fires: the incident neither ends nor comes a second time."""
    await _while_it_fires(scene, "prometheus")


async def alertmanager_restarted(scene: Scene) -> None:
    """Alertmanager dies and forgets what it has told: the incident does not come a second time."""
    await _while_it_fires(scene, "alertmanager")


async def _while_it_fires(scene: Scene, name: str) -> None:
    before = await scene.versions()
    await scene.breach()
    await scene.told()
    await scene.crash(name)
    await scene.restart(name)
    await scene.routed()
    await asyncio.sleep(_QUIET + float(scene.subject.timing.group_interval.seconds))
    await scene.told_once(before)
    await scene.heal()
    await scene.resolved()


async def missed_updates_replayed(scene: Scene) -> None:
    """What was written while the agent was away is answered when it is back: all of it, in order, each once."""
    after, names = await scene.newest(), _three_names(scene)
    await scene.crash("agent")
    written = [await scene.telegram.write(f"/runbook {name}") for name in names]
    scene.log.say(f"written while the agent was away: /runbook {', /runbook '.join(names)}")
    await scene.restart("agent")
    for name in names:
        await scene.telegram.see(rf"\b{name}\b", after)
    await scene.telegram.answered()
    await scene.telegram.redeliver(written[1]["update_id"])
    scene.log.say("the second delivered once more")
    await scene.telegram.answered()
    await asyncio.sleep(_QUIET)
    answered = answered_about(names, await scene.telegram.messages(), after)
    if answered != names:
        raise Stuck(f"{', '.join(names)} were asked for, and these answered: {', '.join(answered) or 'none'}.")
    scene.log.say("three answers in the order of the questions, no gap and no double")


def _three_names(scene: Scene) -> list[str]:
    """Of alerts with a runbook.

    Raises:
        Stuck: when the spec has fewer.
    """
    found = apart([alert.name for alert in scene.bench.service.alerts], scene.subject.name)
    if len(found) < _QUESTIONS:
        raise Stuck(f"the spec has fewer than {_QUESTIONS} alerts to ask about.")
    return found[:_QUESTIONS]


def apart(names: Sequence[str], taken: str) -> list[str]:
    """Names of which none is within another, so that answers are told from each other, and from what is taken.

    Args:
        names: in order of preference.
        taken: the alert that is let loose, whose incident no answer shall be taken for.
    """
    found = [taken]
    for name in names:
        if not any(name in other or other in name for other in found):
            found.append(name)
    return found[1:]


def answered_about(names: Sequence[str], messages: Sequence[Mapping[str, Any]], after: int) -> list[str]:
    """The name that each message of the bot is about, in the order of the messages; a name as often as it comes."""
    answers = [each for each in messages if each["sender"] == "bot" and each["message_id"] > after]
    answers.sort(key=itemgetter("message_id"))
    return [name for each in answers for name in names if name in each["text"].partition("\n")[0]]


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
