"""The rhythms of a running agent: what is done whenever there is reason, and what from time to time."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from functools import partial, wraps
from typing import Any, Final

from agent.app.agent import Agent
from agent.app.boot import tidy_up
from agent.app.doors import Doors
from agent.domain.audit import AGENT
from agent.hook import NOTES
from agent.logs import expire_hook_notes, expire_job_logs
from agent.services.upkeep import every, once, when_woken

EXPIRY_SECONDS: Final = 10.0
HEALTH_SECONDS: Final = 30.0
BACKUP_SECONDS: Final = 60.0
BACKUP_LOOKS: Final = 12
"""How often it is looked within one interval at least, so that a short one is kept too."""
TIDY_SECONDS: Final = 3600.0
NOTES_SECONDS: Final = 2.0
SIZES_SECONDS: Final = 300.0


def outgoing(agent: Agent) -> Iterator[Coroutine[Any, Any, None]]:
    """What may go on until the very end: messages and alerts leave, leases are renewed."""
    clock = agent.world.clock
    yield when_woken(clock, agent.messages.wake, _once_tidy(agent, agent.messages.dispatch))
    yield when_woken(clock, agent.alerts.wake, agent.alerts.deliver_due)
    yield every(clock, agent.settings.limits.heartbeat_seconds, agent.runs.beat)
    yield every(clock, NOTES_SECONDS, agent.admin_notes.speak)
    yield every(clock, NOTES_SECONDS, agent.held_up.speak)


def incoming(agent: Agent, doors: Doors) -> Iterator[Coroutine[Any, Any, None]]:
    """What ends first when the agent goes down: wishes are taken in, runs are started, and the house is kept."""
    clock, world = agent.world.clock, agent.world
    yield tidy_up(agent, doors.duty)
    yield doors.updates.run()
    yield doors.greeting.run()
    yield once(partial(agent.projects.scan, AGENT))
    yield when_woken(clock, doors.dispatcher.wake, doors.dispatcher.turn)
    yield when_woken(clock, agent.runs.wake, _once_tidy(agent, agent.runs.turn))
    yield every(clock, EXPIRY_SECONDS, agent.approvals.expire_due)
    yield every(clock, HEALTH_SECONDS, agent.health.inspect)
    yield every(clock, backup_seconds(agent.settings.limits.backup_hours), agent.upkeep.back_up_if_due)
    yield every(clock, TIDY_SECONDS, partial(_tidy, agent, doors))
    yield every(clock, SIZES_SECONDS, partial(_measure, agent))
    yield world.meter.watch_loop()
    yield from doors.duty.rhythms(clock)


def backup_seconds(hours: float) -> float:
    """How often to look whether a backup is due that is made every so many hours."""
    return min(BACKUP_SECONDS, hours * 3600 / BACKUP_LOOKS)


def _once_tidy(agent: Agent, turn: Callable[[], Awaitable[float]]) -> Callable[[], Awaitable[float]]:
    """The turn, taken only when nothing of earlier lives can be mistaken for something of this one."""

    @wraps(turn)
    async def taken() -> float:
        await agent.is_tidy.wait()
        return await turn()

    return taken


async def _tidy(agent: Agent, doors: Doors) -> None:
    await agent.upkeep.tidy()
    await doors.dispatcher.tidy()
    now = agent.world.clock.now().timestamp()
    paths = agent.settings.paths
    await asyncio.to_thread(expire_job_logs, paths.job_logs, now)
    await asyncio.to_thread(expire_hook_notes, paths.database.parent / NOTES, now)


async def _measure(agent: Agent) -> None:
    async with agent.world.store.reading() as records:
        active = await records.sessions.active()
    await agent.world.meter.measure([each.workspace for each in active])
