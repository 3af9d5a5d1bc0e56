"""One life of the agent as a process: locked, opened, booted, announced, run until told to stop, and wound down."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine, Iterable
from contextlib import AsyncExitStack
from typing import Any, Final

from agent.adapters.http import serving
from agent.adapters.lock import held
from agent.app import on_call
from agent.app.agent import Agent
from agent.app.boot import find_projects, look, tidied
from agent.app.damaged import tend
from agent.app.doors import Doors
from agent.app.loops import incoming, outgoing
from agent.app.world import opened
from agent.domain.events import AgentStopped
from agent.errors import StoreCorrupt
from agent.logs import Redaction, configure
from agent.settings.model import Settings

_log = logging.getLogger(__name__)

FAREWELL_SECONDS: Final = 5.0
"""How long the last messages may take when the agent goes down."""

Announce = Callable[[str], None]
"""Told the base URL of the API once the agent is at work."""


async def serve(
    settings: Settings, announce: Announce, stop: asyncio.Event, announce_damage: Announce | None = None
) -> None:
    """Be the agent until `stop` is set. Over a damaged database `announce_damage` is told the URL instead.

    Raises an `AgentError` when it cannot start, and `StoreCorrupt` at the end of a life that was spent saying so.
    """
    configure(
        settings.paths.logs,
        level=settings.log_level,
        redact=Redaction(secret.reveal() for secret in settings.secrets),
    )
    for doubt in settings.doubts:
        _log.warning("settings.doubtful", extra={"reason": doubt})
    with held(settings.paths.data):
        try:
            await _live(settings, announce, stop)
        except StoreCorrupt as damage:
            await tend(settings, damage, announce_damage or announce, stop)
            raise


async def _live(settings: Settings, announce: Announce, stop: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        agent = Agent.built(settings, await stack.enter_async_context(opened(settings)))
        outside = await stack.enter_async_context(on_call.outside(settings, agent.world.ids))
        duty = on_call.built(settings, outside, agent.journal, agent.messages)
        doors = Doors.of(agent, duty)
        # The API answers first: alerts are taken in while orphaned processes are still being ended.
        url = await stack.enter_async_context(serving(doors.api, settings.http.host, settings.http.port))
        await look(agent)
        await tidied(agent, duty)
        await find_projects(agent)
        announce(url)
        await _work(agent, doors, stop)


async def _work(agent: Agent, doors: Doors, stop: asyncio.Event) -> None:
    async with asyncio.TaskGroup() as group:  # a loop that breaks ends the process: better restarted than half alive
        leaving = _begun(group, outgoing(agent))
        coming = _begun(group, incoming(agent, doors))
        await stop.wait()
        _cancel(coming)
        await doors.dispatcher.stop()
        await _wind_down(agent)
        _cancel(leaving)


async def _wind_down(agent: Agent) -> None:
    """End the runs at work, honestly, and give the last words a moment to leave."""
    await agent.work.stop_all()
    agent.journal.tell(AgentStopped(agent.life))
    try:
        async with asyncio.timeout(FAREWELL_SECONDS):
            await agent.messages.drained()
    except TimeoutError:
        _log.warning("agent.unsaid", extra={"life": agent.life})  # kept, and said by the next life
    await agent.messages.settle()
    _log.info("agent.gone", extra={"life": agent.life})


def _begun(group: asyncio.TaskGroup, loops: Iterable[Coroutine[Any, Any, None]]) -> list[asyncio.Task[None]]:
    return [group.create_task(loop) for loop in loops]


def _cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()


def until_signalled() -> asyncio.Event:
    """Set by SIGTERM and SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
