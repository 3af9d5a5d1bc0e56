"""Whatever anybody writes or taps: it is dealt with, every reply can be sent, and nothing is ever left waiting."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.adapters.telegram.commands import TABLE
from agent.adapters.telegram.render.presses import Do
from agent.domain.inbox import ItemState
from tests.agent.adapters.telegram.dispatch.office import GROUP, STRANGER, USERS, Office, readable

WILD = st.one_of(
    st.text(st.characters(), max_size=80),
    st.builds(lambda piece, times: piece * times, st.sampled_from(["&<", "🙂", "\ud83d", "x ", "\0"]), st.just(3000)),
)
COMMAND = st.builds(
    lambda entry, rest: f"/{entry.verb} {rest}",
    st.sampled_from(TABLE),
    st.one_of(WILD, st.sampled_from(["app", "S1", "S1 2h", "run-", "L1", "on", "K7 session", "5", "../x", "default"])),
)
DATA = st.one_of(
    WILD,
    st.builds(
        lambda do, subject, detail: f"{do}:{subject}:{detail}",
        st.sampled_from(Do),
        st.one_of(st.sampled_from(["S1", "S2", "K7", "run-5", "run-8"]), st.text(max_size=20)),
        st.sampled_from(["", "retry_same_agent", "open_agents", "2h", "once"]),
    ),
)
WHO = st.sampled_from([*USERS, STRANGER])
WHERE = st.sampled_from([0, GROUP])
TEXTS = st.builds(lambda user, text, chat: ("text", user, text, chat), WHO, st.one_of(WILD, COMMAND), WHERE)
EDITS = st.builds(lambda user, text, chat: ("edit", user, text, chat), WHO, st.one_of(WILD, COMMAND), WHERE)
TAPS = st.builds(lambda user, data, chat: ("tap", user, data, chat), WHO, DATA, WHERE)
RAW = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["from", "chat", "id", "text"]), inner),
    max_leaves=8,
)


def update(office: Office, told: tuple[str, int, str, int]) -> dict[str, Any]:
    kind, user, words, chat = told
    if kind == "edit":
        return office.edited(office.written(user, words, chat=chat), words)
    if kind == "tap":
        return office.tapped(user, words, chat=chat)
    return office.written(user, words, chat=chat)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(TEXTS, TAPS, EDITS), min_size=1, max_size=8), RAW)
async def test_anything_from_anybody_is_dealt_with(said: list[tuple[str, int, str, int]], raw: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder))
        await office.register()
        await office.hears(*(update(office, each) for each in said), {"update_id": 1, "message": raw})
        await office.hears({"update_id": 2, "edited_message": raw})

        assert {item.state for item in office.items} == {ItemState.DONE}
        assert "agent.error" not in office.agency.observer.names
        for message in await office.messages():
            assert readable(message)
            assert message.chat_id in {*USERS, GROUP}
        taps = sum(kind == "tap" and user != STRANGER for kind, user, _, _ in said)
        assert len(office.courtesy.answered) == taps
        assert all(len(text) < 4096 for _, text in office.courtesy.answered)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(WILD, min_size=1, max_size=4))
async def test_strangers_never_cause_anything(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder))
        await office.register()
        await office.hears(*(office.written(STRANGER, text) for text in texts))
        assert not await office.messages()
        assert not await office.runs()
        assert not await office.audited()
