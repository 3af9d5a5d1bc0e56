"""The chat of `tocsin-agent tour`: a run, an approval, a failure and its way back, and what others see of it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import aiohttp
from aiohttp import web

from agent.app.sandbox import PERSON, PROJECT, sandboxed
from agent.app.service import serve
from agent.sandbox.remote import Refused, Remote

_SHOWN: Final = re.compile(
    r"^(?:codex_bot_(?:runs_total|run_failure_rate|recovery_events_total)|televibe_(?:jobs|approvals)_total"
    r"|drovi_agent_runs_status_total)(?:\{.*\})? (?!0\.0$).*$",
    re.MULTILINE,
)
_WAITING: Final = re.compile(r"^codex_bot_outbox_messages\{.*\} (.+)$", re.MULTILINE)
_SAID_WITHIN: Final = 10.0
_LOOK_AGAIN: Final = 0.05
Show = Callable[[str], None]


async def lead(environment: Mapping[str, str], show: Show) -> bool:
    """Lead the agent through the chat and show everything; False when something did not happen in time."""
    async with (
        _receiving() as (hook, received),
        sandboxed(_quietly(environment, hook)) as place,
    ):
        url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        stop = asyncio.Event()
        serving = asyncio.create_task(serve(place.settings, url.set_result, stop))
        async with aiohttp.ClientSession() as session:
            remote = Remote(session, place.url)
            try:
                api = await _address(serving, url)
                went_well = await _talk(remote, show)
                await _said(session, api)
                show(f"== the chat\n\n{await remote.read_aloud(PERSON)}")
                show(f"== GET {api}/metrics, a few of them\n\n{await _metrics(session, api)}\n")
                show(f"== the webhook that a receiver got\n\n{_payloads(received)}")
            finally:
                stop.set()
                await serving
    return went_well


def _quietly(environment: Mapping[str, str], hook: str) -> dict[str, str]:
    """Errors are part of the chat; their log lines would only stand between."""
    return {"LOG_LEVEL": "critical", **environment, "ALERT_WEBHOOK_URL": hook}


async def _address(serving: asyncio.Task[None], url: asyncio.Future[str]) -> str:
    """The API's address, or whatever kept the agent from having one."""
    serving.add_done_callback(lambda _: url.done() or url.cancel())
    try:
        return await url
    except asyncio.CancelledError:
        if serving.done():
            await serving
        raise


async def _talk(remote: Remote, show: Show) -> bool:
    try:
        await _run(remote)
        await _approval(remote)
        await _failure(remote)
    except Refused as refused:
        show(f"The agent did not answer as it should: {refused}")
        return False
    return True


async def _run(remote: Remote) -> None:
    await remote.write(PERSON, f"/new {PROJECT}")
    await remote.see(PERSON, "Session S1")
    await remote.write(PERSON, "Add a line to the notes")
    await remote.see(PERSON, "Done. I looked around")


async def _approval(remote: Remote) -> None:
    await remote.write(PERSON, "/profile claude")
    await remote.see(PERSON, "claude")
    await remote.write(PERSON, "Publish it [[needs-approval git push origin HEAD; say Pushed.]]")
    await remote.see(PERSON, "🔐")
    await remote.tap(PERSON, "Approve")
    await remote.see(PERSON, "Done after.*\\s+Pushed")


async def _failure(remote: Remote) -> None:
    await remote.write(PERSON, "/profile default")
    await remote.write(PERSON, "Do the impossible [[say Trying.; fail it cannot be done]]")
    await remote.see(PERSON, "ERR_")
    await remote.tap(PERSON, "Retry")
    await remote.see(PERSON, "ERR_", count=2)


@asynccontextmanager
async def _receiving() -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """A receiver of the outgoing webhook on this machine: its address, and what it was sent."""
    received: list[dict[str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        received.append(await request.json())
        return web.Response()

    served = web.Application()
    served.router.add_post("/alerts", take)
    runner = web.AppRunner(served)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/alerts", received
    finally:
        await runner.cleanup()


async def _said(session: aiohttp.ClientSession, url: str) -> None:
    """Wait until everything is in the chat; what takes too long stays out of what is shown."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_SAID_WITHIN):
            while not await _all_said(session, url):  # noqa: ASYNC110 - looked at from outside, as anybody could
                await asyncio.sleep(_LOOK_AGAIN)


async def _all_said(session: aiohttp.ClientSession, url: str) -> bool:
    async with session.get(f"{url}/metrics") as answer:
        waiting = _WAITING.findall(await answer.text())
    return bool(waiting) and not any(map(float, waiting))


async def _metrics(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(f"{url}/metrics") as answer:
        return "\n".join(_SHOWN.findall(await answer.text()))


def _payloads(received: list[dict[str, Any]]) -> str:
    return "\n".join(json.dumps(payload) for payload in received) or "none"
