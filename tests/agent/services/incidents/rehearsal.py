# ruff: noqa: ANN401 - a test changes any field
"""The on-call loop over fakes: webhooks in, messages out, and everything that is due after so long."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent.adapters.alertmanager import read_notice
from agent.adapters.alertmanager.payload import fingerprint
from agent.adapters.telegram.render.incidents import TelegramIncidents
from agent.domain.catalog import Catalogue, Known, Procedure, Section, Step, StepCall
from agent.domain.chart import Chart, Curve, Line, Measure, Span, Threshold
from agent.domain.inbox import Source
from agent.domain.incident import Incident
from agent.domain.incident_action import Action, Answered
from agent.domain.incident_silence import Silence
from agent.domain.rota import Rota
from agent.errors import Forbidden, MonitoringError
from agent.ports import Standing, Store
from agent.services.incidents.charts import Charting
from agent.services.incidents.loop import OnCallLoop, Rules, World
from tests.agent.fakes import FakeClock
from tests.agent.services.agency import Agency

CHAT = -100
OWN: Mapping[str, str] = {}
"""What fills slots of our own calls where no alert says anything; most tests want to see what is asked for."""
ADMIN = 1
ROLLBACK = StepCall("POST", "/api/v1/agents/deployments/{id}/rollback")
GATE = StepCall("POST", "/api/v1/agents/quality/regression-gates/evaluate", {"organization_id": "{organization_id}"})
OVERLAY = "/api/v1/agents/policies/overlay"
BLOCK = StepCall(
    "PUT",
    OVERLAY,
    {"organization_id": "{organization_id}", "allow_tools": "{allow_tools}", "emergency_denylist": "{denied}"},
    values={"denied": "the tools to block"},
)
CATALOGUE = Catalogue(
    alerts={
        "High": Known(
            name="High",
            system="bot",
            severity="warning",
            sev="SEV-2",
            threshold="above 20 %",
            measures={"": Measure((Curve("max(failure_rate)"),), "ratio", Threshold(0.2, "above 20 %"))},
            steps=(
                Step("Look around.", run="docker compose ps"),
                Step("Roll it back.", call=ROLLBACK),
                Step("Freeze promotions.", call=GATE),
                Step("Call afar.", call=StepCall("POST", "/x", {}, host="evil.example")),
            ),
            see=("stop-the-tools", "gone"),
        ),
        "Burn": Known(name="Burn", system="bot", severity="warning", on_objective=True),
    },
    sevs={"critical": "SEV-1", "warning": "SEV-2", "info": "SEV-3"},
    procedures={
        "stop-the-tools": Procedure(
            name="stop-the-tools",
            title="Stop the tools",
            when="They do harm.",
            sections=(
                Section("Look", (Step("Think."), Step("See what is blocked.", call=StepCall("GET", OVERLAY)))),
                Section("Block", (Step("Block them.", call=BLOCK), Step("Tell people."))),
            ),
        ),
        "unseen": Procedure(name="unseen", title="No alert leads here", sections=(Section("", (Step("Do."),)),)),
    },
)


class FakeSilencer:
    """Keeps silences in a dictionary; `down` makes every call fail."""

    is_configured = True

    def __init__(self) -> None:
        self.silences: dict[str, Silence] = {}
        self.active: set[str] = set()
        self.down = ""
        self._made = 0

    def _ask(self) -> None:
        if self.down:
            raise MonitoringError(self.down)

    async def silence(self, silence: Silence) -> str:
        self._ask()
        known = self.silences.get(silence.id)
        if known is not None and known.matchers != silence.matchers:  # as Alertmanager does: another one instead
            del self.silences[silence.id]
        self._made += 1
        name = silence.id if known is not None and silence.id in self.silences else f"s{self._made}"
        self.silences[name] = Silence(
            matchers=silence.matchers,
            starts_at=silence.starts_at,
            ends_at=silence.ends_at,
            by=silence.by,
            comment=silence.comment,
            id=name,
        )
        return name

    async def expire(self, silence_id: str) -> None:
        self._ask()
        self.silences.pop(silence_id, None)

    async def standing(self) -> Standing:
        self._ask()
        return Standing(tuple(self.silences.values()), frozenset(self.active))


class FakeHistory:
    """Answers what a test lays out for an expression, whatever the span; `down` makes every question fail."""

    is_configured = True

    def __init__(self) -> None:
        self.known: dict[str, list[Line]] = {}
        self.asked: list[tuple[Curve, Span]] = []
        self.down = ""

    async def over(self, curve: Curve, span: Span) -> Sequence[Line]:
        self.asked.append((curve, span))
        if self.down:
            raise MonitoringError(self.down)
        return [
            Line(
                line.labels,
                tuple(each for each in line.points if span.start.timestamp() <= each[0] <= span.end.timestamp()),
                curve.legend,
            )
            for line in self.known.get(curve.expression, [])
        ]


class FakePainter:
    """Draws nothing, and remembers what it was to draw."""

    def __init__(self) -> None:
        self.painted: list[Chart] = []
        self.broken = ""

    async def paint(self, chart: Chart) -> bytes:
        if self.broken:
            raise MonitoringError(self.broken)
        self.painted.append(chart)
        return b"\x89PNG\r\n\x1a\n"


class FakeRunner:
    """Answers what a test lays out, and `there` for looks; only calls without a host are allowed."""

    def __init__(self) -> None:
        self.ran: list[Action] = []
        self.answer = Answered(200, "fine")
        self.crash: BaseException | None = None
        self.there: dict[str, object] = {}
        self.looked: list[str] = []

    def address(self, host: str, path: str) -> str:
        if host:
            raise Forbidden(f"The host {host} is not in ACTION_HOSTS; steps may not call it.")
        return f"http://127.0.0.1:8080{path}"

    async def look(self, host: str, path: str) -> object:
        self.looked.append(f"{host}{path}")
        return self.there.get(f"{host}{path}")

    async def run(self, action: Action) -> Answered:
        self.ran.append(action)
        if self.crash is not None:
            raise self.crash
        return self.answer


class OnCall:
    """One life of the on-call loop; a second one over the same store is a restart."""

    def __init__(
        self,
        *,
        store: Store | None = None,
        clock: FakeClock | None = None,
        rota: Rota | None = None,
        groups: int = 10,
        expected: bool = False,
        agency: Agency | None = None,
        spool: Path = Path("charts"),
    ) -> None:
        self.agency = agency or Agency(store=store, clock=clock)
        self.journal, self.clock, self.chat = self.agency.journal, self.agency.clock, self.agency.chat
        self.store = self.agency.store
        self.rota = rota or Rota(chats=(CHAT,))
        self.presenter = TelegramIncidents(CATALOGUE, with_charts=True)
        self.silencer, self.runner = FakeSilencer(), FakeRunner()
        self.history, self.painter = FakeHistory(), FakePainter()
        world = World(
            ids=self.agency.ids,
            read=read_notice,
            presenter=self.presenter,
            silencer=self.silencer,
            runner=self.runner,
            rota=self.rota,
            catalogue=CATALOGUE,
            own_values=OWN,
            charting=Charting(history=self.history, painter=self.painter, length=timedelta(hours=6), spool=spool),
        )
        rules = Rules(storm_groups=groups, heartbeat_expected=expected, admin_chat=ADMIN)
        self.loop = OnCallLoop.built(self.journal, self.agency.messages, world, rules)
        self.saying, self.storms, self.announcing = self.loop.saying, self.loop.storms, self.loop.announcing
        self.vigil, self.intake, self.acks = self.loop.vigil, self.loop.intake, self.loop.acks
        self.silences, self.mirror, self.escalation = self.loop.silences, self.loop.mirror, self.loop.escalation
        self.actions, self.exits, self.charts = self.loop.actions, self.loop.exits, self.loop.charts
        self._arrivals = 0

    async def receive(self, *bodies: str) -> None:
        """Keep webhooks as the HTTP door does, then let the intake take a turn."""
        for body in bodies:
            self._arrivals += 1
            async with self.store.transaction() as records:
                key = f"{id(self)}-{self._arrivals}"
                await records.inbox.accept(Source.ALERTMANAGER, key, body, self.clock.now())
        while await self.intake.turn() == 0:
            pass

    async def incident(self, incident_id: str = "") -> Incident:
        async with self.store.reading() as records:
            found = await records.incidents.get(incident_id) if incident_id else None
            return found or (await records.incidents.listing(1))[0]

    async def all(self) -> list[Incident]:
        async with self.store.reading() as records:
            return list(await records.incidents.listing(10_000))

    async def ack(self, incident_id: str, by: int = 7, name: str = "", *, take_over: bool = False) -> Incident:
        async with self.journal.writing() as writing:
            return await self.acks.acknowledge(writing, incident_id, by=by, as_name=name, take_over=take_over)

    async def silence(self, incident_id: str, hours: float = 1) -> Incident:
        made = await self.silences.make(incident_id, timedelta(hours=hours), by=7, as_name="anna")
        async with self.journal.writing() as writing:
            return await self.silences.keep(writing, made)

    async def send_all(self) -> None:
        for _ in range(400):
            await self.agency.messages.dispatch()
            await self.agency.messages.settle()
            async with self.store.reading() as records:
                if not await records.outbox.unsent():
                    return
            self.clock.advance(1)

    @property
    def rings(self) -> list[str]:
        """What made a phone ring."""
        return [each.text for each in self.chat.said if not each.silent and not each.telegram_id]

    @property
    def latest(self) -> str:
        return self.chat.said[-1].text


def alert(
    name: str = "High", *, since: datetime, until: datetime | None = None, severity: str = "warning", **more: Any
) -> dict[str, Any]:
    """One alert as Alertmanager writes it."""
    labels = {"alertname": name, "severity": severity, "system": "bot", **more.pop("labels", {})}
    annotations = more.pop("annotations", {"summary": f"{name} is bad", "description": "Now 63 %."})
    return {
        "status": "resolved" if until else "firing",
        "labels": labels,
        "annotations": annotations,
        "startsAt": go_time(since),
        "endsAt": go_time(until) if until else "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus/graph",
        "fingerprint": fingerprint(labels),
        **more,
    }


def webhook(alerts: Iterable[Mapping[str, Any]], *, labels: Mapping[str, str] | None = None, **more: Any) -> str:
    """One webhook of version 4."""
    listed = list(alerts)
    group = {"alertname": listed[0]["labels"]["alertname"], "system": "bot"} if labels is None else dict(labels)
    key = "{}/{}:{" + ", ".join(f'{name}="{value}"' for name, value in group.items()) + "}"
    return json.dumps(
        {
            "version": "4",
            "groupKey": key,
            "truncatedAlerts": 0,
            "status": "firing" if any(each["status"] == "firing" for each in listed) else "resolved",
            "receiver": "page",
            "groupLabels": group,
            "commonLabels": group,
            "commonAnnotations": {},
            "externalURL": "http://alertmanager:9093",
            "alerts": listed,
            **more,
        }
    )


def go_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
