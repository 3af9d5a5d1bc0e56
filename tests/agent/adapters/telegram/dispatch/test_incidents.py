"""Incidents: each command and each button reaches whoever keeps them, with the role already checked."""

from pathlib import Path

import pytest

from agent.adapters.telegram.dispatch import Answer, Ask, Conclude
from agent.adapters.telegram.render.notes import note
from agent.adapters.telegram.render.presses import Press
from agent.domain.roles import Role
from agent.errors import NotFound
from agent.services.journal import Journal, Writing
from tests.agent.adapters.telegram.dispatch.office import APPROVER, OPERATOR, USER, Office


class FakeOnCall:
    """Keeps `dispatch.OnCallDesk` and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.journal: Journal | None = None

    async def alerts(self, ask: Ask) -> Answer:
        return self._answer("alerts")

    async def acknowledge(self, ask: Ask, writing: Writing, incident: str) -> Answer | None:
        if incident == "NONE":
            raise NotFound("There is no incident NONE.")
        await writing.audit(ask.user_id, "incident.acknowledged", incident)
        return self._answer("acknowledge", incident)

    async def take_over(self, ask: Ask, writing: Writing, incident: str) -> Answer | None:
        return self._answer("take_over", incident)

    async def silence(self, ask: Ask, incident: str, seconds: int, conclude: Conclude) -> None:
        await self._conclude(conclude, "silence", incident, seconds)

    async def unsilence(self, ask: Ask, incident: str, conclude: Conclude) -> None:
        await self._conclude(conclude, "unsilence", incident)

    async def runbook(self, ask: Ask, name: str, procedure: str) -> Answer:
        return self._answer("runbook", name, procedure)

    async def on_call(self, ask: Ask) -> Answer:
        return self._answer("on_call")

    async def act(self, ask: Ask, incident: str, step: str, values: str, conclude: Conclude) -> None:
        await self._conclude(conclude, "act", incident, step, values)

    async def timeline(self, ask: Ask, incident: str) -> Answer:
        return self._answer("timeline", incident)

    async def chart(self, ask: Ask, what: str) -> Answer:
        return self._answer("chart", what)

    async def press(self, ask: Ask, press: Press, conclude: Conclude) -> None:
        await self._conclude(conclude, "press", press.do.name, press.subject, press.detail)

    async def _conclude(self, conclude: Conclude, *what: object) -> None:
        assert self.journal is not None
        async with self.journal.writing() as writing:
            await conclude(writing, self._answer(*what))

    def _answer(self, *what: object) -> Answer:
        self.asked.append(what)
        return Answer(note(" ".join(map(str, what))))


@pytest.fixture
def on_call() -> FakeOnCall:
    return FakeOnCall()


@pytest.fixture
def watched(tmp_path: Path, on_call: FakeOnCall) -> Office:
    office = Office(tmp_path, on_call=on_call)
    on_call.journal = office.agency.journal
    return office


async def test_each_command_reaches_the_incidents(watched: Office, on_call: FakeOnCall) -> None:
    await watched.says(
        OPERATOR,
        "/alerts",
        "/ack W4",
        "/silence W4 90m",
        "/runbook HighRate",
        "/runbook W4 rollback",
        "/oncall",
        "/timeline W4",
        "/chart W4",
    )
    await watched.says(APPROVER, "/act W4 2 id=d1")
    assert on_call.asked == [
        ("acknowledge", "W4"),  # which overtakes what looks
        ("alerts",),
        ("silence", "W4", 5400),
        ("runbook", "HighRate", ""),
        ("runbook", "W4", "rollback"),
        ("on_call",),
        ("timeline", "W4"),
        ("chart", "W4"),
        ("act", "W4", "2", "id=d1"),
    ]
    assert len(await watched.messages()) == 9
    assert await watched.audited() == ["incident.acknowledged"]


async def test_each_button_reaches_the_incidents(watched: Office, on_call: FakeOnCall) -> None:
    for data in ("a:W4", "z:W4:30m", "z:W4", "b:HighRate", "b:W4:rollback", "j:W4", "q:W4", "k:W4", "h:W4:x"):
        await watched.taps(OPERATOR, data)
    assert on_call.asked == [
        ("acknowledge", "W4"),
        ("silence", "W4", 1800),
        ("silence", "W4", 7200),
        ("runbook", "HighRate", ""),
        ("runbook", "W4", "rollback"),
        ("chart", "W4"),
        ("unsilence", "W4"),
        ("take_over", "W4"),
        ("press", "TIMELINE", "W4", "x"),
    ]
    assert len(watched.courtesy.answered) == 9


async def test_a_refusal_is_said_in_the_taps_answer(watched: Office) -> None:
    assert await watched.taps(OPERATOR, "a:NONE") == ["⚠️ There is no incident NONE."]
    assert await watched.messages() == []


async def test_who_may_not_never_gets_that_far(watched: Office, on_call: FakeOnCall) -> None:
    await watched.says(USER[Role.VIEWER], "/ack W4", "/silence W4 2h")
    await watched.taps(USER[Role.VIEWER], "q:W4")
    await watched.taps(OPERATOR, "e:W4")
    assert on_call.asked == []
