"""What every store must do with incidents, run against the fake and the real one."""

from dataclasses import replace

from agent.domain.incident import Firing, IncidentSeverity, Presence
from agent.domain.incident_action import Action, ActionState
from agent.domain.incident_history import Entry, Happening
from agent.domain.matcher import Matcher
from agent.ports import Store
from tests.agent.makers import NOON, SECOND, make_incident

FULL = make_incident(
    alerts=(
        Firing("f1", {"a": "ü|,\n"}, {"b": '"'}, NOON, None, NOON + SECOND, is_known=True),
        Firing("f2", {}, {}, NOON, NOON + SECOND, is_inferred=True),
    ),
    receiver="page",
    group_labels={"alertname": "X"},
    presence=Presence.FOLDED,
    rings={"-100": 2, "7": 1},
    rung_at=NOON,
    unattended_since=NOON,
    level=2,
    acked_by=7,
    acked_at=NOON,
    acked_name="anna",
    silence_id="s",
    silenced_by="bo",
    silenced_until=NOON + SECOND,
    recovered_at=NOON,
    times_fired=7,
    began_at=NOON,
    eased_from=IncidentSeverity.CRITICAL,
    eased_at=NOON,
    silence_comment="deploy",
    silence_matchers=(Matcher("a", "x|y", is_regex=True), Matcher("b", "", is_equal=False)),
    own_silences=("s", "t"),
)
ACTION = Action(
    id="A1",
    incident_id="I1",
    title="t",
    method="POST",
    url="https://x",
    body="{}",
    chat_id=-100,
    prepared_by=7,
    prepared_at=NOON,
)


async def test_an_incident_comes_back_as_it_was_kept(store: Store) -> None:
    async with store.transaction() as records:
        await records.incidents.add(make_incident())
        await records.incidents.save(FULL)

    async with store.reading() as records:
        found = await records.incidents.get("I1")
        assert found == FULL
        assert found is not None
        assert found.chats == (-100, 7)


async def test_the_newest_of_a_group_is_found_open_or_not_by_its_key_before_its_hash(store: Store) -> None:
    async with store.transaction() as records:
        await records.incidents.add(make_incident(id="old", resolved_at=NOON))
        await records.incidents.add(make_incident(id="new", resolved_at=NOON))
        await records.incidents.add(make_incident(id="hash", group_key="other"))
        key = make_incident().group_key

        assert (await records.incidents.latest_of_group(key, "h") or FULL).id == "new"
        assert (await records.incidents.latest_of_group("renamed", "h") or FULL).id == "hash"
        assert await records.incidents.latest_of_group("renamed", "unknown") is None


async def test_incidents_are_found_by_where_they_stand(store: Store) -> None:
    made = [
        make_incident(id="open", rung_at=NOON),
        make_incident(id="resolved", resolved_at=NOON, presence=Presence.HELD),
        make_incident(id="over", resolved_at=NOON - SECOND, recovered_at=NOON, presence=Presence.FOLDED),
    ]
    async with store.transaction() as records:
        for each in made:
            await records.incidents.add(each)
        incidents = records.incidents

        assert [each.id for each in await incidents.recovering()] == ["resolved"]
        assert [each.id for each in await incidents.resolved_since(NOON)] == ["resolved"]
        assert [each.id for each in await incidents.resolved_since(NOON - SECOND)] == ["resolved", "over"]
        assert [each.id for each in await incidents.in_presence(Presence.HELD)] == ["resolved"]
        assert await incidents.rung_since(NOON) == 1
        assert await incidents.rung_since(NOON + SECOND) == 0


async def test_the_history_of_an_incident_is_kept_in_order(store: Store) -> None:
    entries = [Entry("I1", NOON, what, "d", 7, "anna") for what in (Happening.OPENED, Happening.ACKED)]
    async with store.transaction() as records:
        for entry in entries:
            await records.incidents.note(entry)
        await records.incidents.note(Entry("I2", NOON, Happening.OPENED))

    async with store.reading() as records:
        assert list(await records.incidents.history("I1")) == entries


async def test_actions_are_kept_and_found_by_their_state(store: Store) -> None:
    running = replace(ACTION, state=ActionState.RUNNING, confirmed_by=8, confirmed_at=NOON, settled_at=NOON, status=200)
    async with store.transaction() as records:
        await records.incidents.add_action(ACTION)
        await records.incidents.add_action(replace(ACTION, id="A2"))
        await records.incidents.save_action(running)

    async with store.reading() as records:
        assert await records.incidents.action("A1") == running
        assert await records.incidents.action("A9") is None
        assert [each.id for each in await records.incidents.actions_in(ActionState.PREPARED)] == ["A2"]
        both = await records.incidents.actions_in(ActionState.PREPARED, ActionState.RUNNING)
        assert [each.id for each in both] == ["A1", "A2"]
