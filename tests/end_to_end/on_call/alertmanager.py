"""A real Alertmanager with the bundle's rendered configuration, told by hand what fires."""

import asyncio
import shutil
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
import yaml

from generator.domain.duration import Duration
from generator.domain.routing import Routing, Timing, Webhook
from generator.domain.service import Service
from generator.domain.targets import Version
from generator.renderers.alertmanager import render
from generator.spec.load import load
from tests.end_to_end.agent.alertmanager import TOKEN
from tests.end_to_end.agent.stage import ROOT, free_port

from .alerts import Alert

PROGRAM: Final = "prometheus-alertmanager"
NEEDED: Final = pytest.mark.skipif(
    shutil.which(PROGRAM) is None, reason=f"{PROGRAM} is missing: apt-get install prometheus-alertmanager"
)
INSTALLED: Final = Version(0, 25)
HEARTBEAT: Final = "TocsinWatchdog"
_READY_WITHIN: Final = 20.0
_HOUR: Final = Duration(3_600_000)
_SOON: Final = Timing(Duration(200), Duration(500), _HOUR)
_BEAT: Final = Timing(Duration(0), Duration(1_000), Duration(1_000))


@dataclass(slots=True)
class Alertmanager:
    """One that runs."""

    url: str
    session: aiohttp.ClientSession
    folder: Path
    _process: Process | None = None
    _since: dict[str, str] = field(default_factory=dict)

    async def start(self) -> None:
        """Start it, and wait until it is ready; what it knew of silences it knows again."""
        address = self.url.removeprefix("http://")
        options = {"config.file": "alertmanager.yml", "storage.path": "data", "web.listen-address": address}
        command = [PROGRAM, *(f"--{name}={value}" for name, value in options.items()), "--cluster.listen-address="]
        with (self.folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(*command, cwd=self.folder, stdout=log, stderr=log)
        async with asyncio.timeout(_READY_WITHIN):
            while not await self._answers():
                assert self._process.returncode is None, (self.folder / "log").read_text(encoding="utf-8")
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """End it; nothing when it does not run."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
        self._since.clear()

    async def fire(self, *alerts: Alert) -> None:
        """Let alerts fire, as Prometheus would have it."""
        now = datetime.now(UTC)
        await self._post(alerts, now, now + timedelta(hours=1))

    async def end(self, *alerts: Alert) -> None:
        """Let alerts resolve."""
        now = datetime.now(UTC)
        await self._post(alerts, now, now)
        for alert in alerts:
            del self._since[alert.key]

    async def silences(self) -> list[dict[str, Any]]:
        """The silences that hold now."""
        found: list[dict[str, Any]] = await self._ask("GET", "/api/v2/silences")
        return [each for each in found if each["status"]["state"] == "active"]

    async def silence(self, by: str, seconds: float, **labels: str) -> str:
        """Silence something the way `amtool` and the web page do; answers the silence's id."""
        now = datetime.now(UTC)
        matchers = [{"name": k, "value": v, "isRegex": False, "isEqual": True} for k, v in labels.items()]
        body = {"matchers": matchers, "startsAt": _text(now), "endsAt": _text(now + timedelta(seconds=seconds))}
        return str((await self._ask("POST", "/api/v2/silences", body | {"createdBy": by, "comment": "x"}))["silenceID"])

    async def expire(self, silence_id: str) -> None:
        """End a silence elsewhere."""
        await self._ask("DELETE", f"/api/v2/silence/{silence_id}")

    async def _answers(self) -> bool:
        try:
            async with self.session.get(f"{self.url}/-/ready") as answer:
                return answer.status == 200
        except aiohttp.ClientConnectionError:
            return False

    async def _post(self, alerts: tuple[Alert, ...], now: datetime, ends: datetime) -> None:
        body = [
            {
                "labels": alert.labels,
                "annotations": alert.annotations,
                "startsAt": self._since.setdefault(alert.key, _text(now)),
                "endsAt": _text(ends),
                "generatorURL": "http://prometheus.example:9090/graph",
            }
            for alert in alerts
        ]
        await self._ask("POST", "/api/v2/alerts", body)

    async def _ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        async with self.session.request(method, f"{self.url}{path}", json=body) as answer:
            answer.raise_for_status()
            return await answer.json() if answer.content_type == "application/json" else None


@asynccontextmanager
async def alertmanager(
    folder: Path, session: aiohttp.ClientSession, agent: str, *, way_out: Mapping[str, Any] | None = None
) -> AsyncIterator[Alertmanager]:
    """One that tells the agent at that base URL; with `way_out`, the fields of its own Telegram receiver, that too."""
    _configure(folder, agent, way_out)
    found = Alertmanager(f"http://127.0.0.1:{free_port()}", session, folder)
    try:
        await found.start()
        yield found
    finally:
        await found.stop()


def _configure(folder: Path, agent: str, way_out: Mapping[str, Any] | None) -> None:
    folder.mkdir()
    (folder / "token").write_text(TOKEN, encoding="utf-8")
    webhook = Webhook(f"{agent}/webhooks/alertmanager", str(folder / "token"))
    for artifact in render(_in_a_hurry(load(ROOT / "slo.yaml"), webhook, way_out is not None)):
        path = folder / artifact.path.relative_to("monitoring/alertmanager")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(artifact.text, encoding="utf-8")
    if way_out is not None:
        _point(folder / "alertmanager.yml", way_out)


def _in_a_hurry(service: Service, webhook: Webhook, with_way_out: bool) -> Service:
    """The same routes with short times. Only from 0.26 on is there a way out: before, a token had to be in git."""
    version = Version(0, 26) if with_way_out else INSTALLED
    routing: Routing = replace(service.routing, timing=_SOON, timings={}, heartbeat=_BEAT, agent=webhook)
    return replace(service, routing=routing).for_targets(service.settings.targets.with_version("alertmanager", version))


def _point(file: Path, way_out: Mapping[str, Any]) -> None:
    """The way out as the installed 0.25 takes it: with the token itself, and to another Telegram."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    for receiver in content["receivers"]:
        for telegram in receiver.get("telegram_configs", ()):
            del telegram["bot_token_file"]
            telegram.update(way_out)
    file.write_text(yaml.safe_dump(content), encoding="utf-8")


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
