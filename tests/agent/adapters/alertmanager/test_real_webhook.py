"""What the real Alertmanager posts becomes an incident, is silenced through its API, and ends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from aiohttp import web

from agent.adapters.alertmanager import Alertmanager
from agent.adapters.json_api import Access
from agent.domain.inbox import Source
from agent.services.incidents.silences import Silences
from tests.agent.adapters.alertmanager.real import real_alertmanager
from tests.agent.fakes import FakeClock
from tests.agent.services.incidents.rehearsal import OnCall

CONFIG = """
route: {{receiver: page, group_by: [alertname, system], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
receivers: [{{name: page, webhook_configs: [{{url: "{url}", send_resolved: true}}]}}]
"""
LABELS = {"alertname": "High", "system": "bot", "severity": "critical", "job": "ü"}


@contextlib.asynccontextmanager
async def door(desk: OnCall, arrived: asyncio.Queue[None]) -> AsyncIterator[str]:
    async def take(request: web.Request) -> web.Response:
        async with desk.store.transaction() as records:
            await records.inbox.accept(Source.ALERTMANAGER, str(id(request)), await request.text(), desk.clock.now())
        arrived.put_nowait(None)
        return web.Response()

    application = web.Application()
    application.router.add_post("/hook", take)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


async def post(url: str, **alert: object) -> None:
    async with aiohttp.ClientSession() as session:
        answer = await session.post(f"{url}/api/v2/alerts", json=[{"labels": LABELS, **alert}])
        assert answer.status == 200


async def test_an_alert_of_the_real_alertmanager_is_an_incident_from_its_first_webhook_to_its_end(
    tmp_path: Path,
) -> None:
    desk, arrived = OnCall(clock=FakeClock(datetime.now(UTC))), asyncio.Queue[None]()
    async with door(desk, arrived) as hook, real_alertmanager(tmp_path, CONFIG.format(url=hook)) as url:
        client = Alertmanager(Access(url))
        await post(url, annotations={"summary": "it burns"})
        await asyncio.wait_for(arrived.get(), 10)
        await desk.intake.turn()
        incident = await desk.incident()
        assert (incident.is_open, incident.is_critical, incident.name, incident.system) == (True, True, "High", "bot")
        assert incident.receiver == "page"
        assert {each.fingerprint for each in incident.firing} == (await client.standing()).active

        desk.silences = Silences(desk.journal, client, desk.saying)
        assert (await desk.silence(incident.id)).silence_id
        async with aiohttp.ClientSession() as session, session.get(f"{url}/api/v2/alerts") as answer:
            (listed,) = await answer.json()
        assert listed["status"]["silencedBy"] == [(await desk.incident()).silence_id]
        await desk.silences.take_back(incident.id, by=7)

        await post(url, endsAt=datetime.now(UTC).isoformat())
        await asyncio.wait_for(arrived.get(), 10)
        desk.clock.advance(5)
        await desk.intake.turn()
        await client.close()

    assert not (await desk.incident()).is_open
    assert len(await desk.all()) == 1
