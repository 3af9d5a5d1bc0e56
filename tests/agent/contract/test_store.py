"""What every store must do, run against the fake and the real one."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.domain.alert import AlertState
from agent.domain.audit import Audited
from agent.domain.breaker import BreakerName, Closed, HalfOpen, Open
from agent.domain.containment import Autonomy, Containment
from agent.domain.error_codes import ErrorCode
from agent.domain.events import EventName
from agent.domain.inbox import Source
from agent.domain.incident import IncidentSeverity
from agent.domain.keyed import KeyedRequest, fingerprint
from agent.domain.outbox import Button, Kind, MessageState
from agent.domain.quality import Score, Signal
from agent.domain.run import Lease, RunState, completed, failed, started, waiting
from agent.domain.session import closed, closing
from agent.domain.timeline import Moment
from agent.errors import StoreReadOnly
from agent.ports import Store
from tests.agent.makers import (
    NOON,
    SECOND,
    make_alert,
    make_approval,
    make_incident,
    make_message,
    make_project,
    make_run,
    make_session,
)

LEASE = Lease("life", NOON + SECOND)


async def test_what_was_written_is_seen_by_a_look(store: Store) -> None:
    async with store.transaction() as records:
        await records.runs.add(make_run())

    async with store.reading() as records:
        assert await records.runs.get("r1") == make_run()


async def test_nothing_is_seen_before_the_commit(store: Store) -> None:
    async with store.transaction() as records:
        await records.runs.add(make_run())
        async with store.reading() as look:
            assert await look.runs.get("r1") is None


async def test_an_exception_takes_everything_back(store: Store) -> None:
    async def fail() -> None:
        async with store.transaction() as records:
            await records.runs.add(make_run())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    async with store.reading() as records:
        assert await records.runs.get("r1") is None


async def test_a_cancellation_takes_everything_back_and_leaves_the_store_usable(store: Store) -> None:
    entered = asyncio.Event()

    async def write() -> None:
        async with store.transaction() as records:
            await records.runs.add(make_run())
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with store.transaction() as records:
        assert await records.runs.get("r1") is None
        await records.runs.add(make_run())


async def test_transactions_exclude_one_another(store: Store) -> None:
    async def count() -> None:
        async with store.transaction() as records:
            seen = int(await records.controls.value("n") or 0)
            await asyncio.sleep(0)
            await records.controls.keep("n", str(seen + 1))

    await asyncio.gather(*(count() for _ in range(20)))

    async with store.reading() as records:
        assert await records.controls.value("n") == "20"


async def test_a_look_refuses_to_write(store: Store) -> None:
    with pytest.raises(StoreReadOnly):
        async with store.reading() as records:
            await records.runs.add(make_run())


async def test_a_sound_store_says_so(store: Store) -> None:
    assert await store.check_integrity() == ""
    assert await store.check_writes() == ""


async def test_an_item_is_accepted_once(store: Store) -> None:
    async with store.transaction() as records:
        first = await records.inbox.accept(Source.TELEGRAM, "7", "{}", NOON)
        again = await records.inbox.accept(Source.TELEGRAM, "7", "{}", NOON)
        other = await records.inbox.accept(Source.ALERTMANAGER, "7", "{}", NOON)

    assert (first, again, other) == (True, False, True)


async def test_items_wait_in_the_order_of_arrival_until_they_are_done_or_failed(store: Store) -> None:
    async with store.transaction() as records:
        for key in "abcd":
            await records.inbox.accept(Source.TELEGRAM, key, key, NOON)
        items = await records.inbox.waiting(Source.TELEGRAM, 9)
        await records.inbox.done(items[0].id)
        await records.inbox.failed(items[1].id, "poison")
        await records.inbox.tried(items[2].id)

    async with store.reading() as records:
        left = await records.inbox.waiting(Source.TELEGRAM, 9)
        assert [(item.key, item.attempts) for item in left] == [("c", 1), ("d", 0)]
        assert len(await records.inbox.waiting(Source.TELEGRAM, 1)) == 1


async def test_a_message_comes_back_as_it_was(store: Store) -> None:
    async with store.transaction() as records:
        added = await records.outbox.add(
            make_message(key="k", buttons=((Button("Yes", "a:1"), Button("More", url="https://x")),), caused_at=NOON)
        )

    async with store.reading() as records:
        assert await records.outbox.get(added.id) == added


async def test_what_is_new_leaves_before_what_changes_a_message_that_is_there(store: Store) -> None:
    async with store.transaction() as records:
        edit = await records.outbox.add(make_message(kind=Kind.ALERT, telegram_id=77))
        news = await records.outbox.add(make_message(kind=Kind.ALERT))
        reply = await records.outbox.add(make_message(kind=Kind.REPLY))
        order = []
        for _ in range(3):
            (head,) = await records.outbox.heads()
            order.append(head.id)
            await records.outbox.save(replace(head, state=MessageState.SENT))

    assert order == [news.id, edit.id, reply.id]


async def test_the_head_of_each_chat_is_its_most_urgent_oldest_message(store: Store) -> None:
    async with store.transaction() as records:
        for chat, kind in [(1, Kind.PROGRESS), (2, Kind.REPLY), (1, Kind.ALERT), (1, Kind.ALERT), (2, Kind.REPLY)]:
            await records.outbox.add(make_message(chat_id=chat, kind=kind))

    async with store.reading() as records:
        assert [message.id for message in await records.outbox.heads()] == [2, 3]


async def test_sent_and_dead_messages_wait_no_more(store: Store) -> None:
    async with store.transaction() as records:
        added = [await records.outbox.add(make_message(queued_at=NOON + each * SECOND)) for each in range(3)]
        await records.outbox.save(replace(added[0], state=MessageState.SENT))
        await records.outbox.save(replace(added[1], state=MessageState.DEAD))

    async with store.reading() as records:
        assert [message.id for message in await records.outbox.unsent()] == [added[2].id]
        assert (await records.outbox.unsent_by_kind())[Kind.REPLY] == 1
        assert await records.outbox.oldest_unsent_at() == NOON + 2 * SECOND
        assert [message.id for message in await records.outbox.dead(9)] == [added[1].id]


async def test_what_was_sent_under_a_key_can_be_edited_until_it_is_forgotten(store: Store) -> None:
    async with store.transaction() as records:
        message = await records.outbox.add(make_message(key="run:1"))
        assert await records.outbox.posted(7, "run:1") == 0
        await records.outbox.save(replace(message, state=MessageState.SENT, telegram_id=55))
        assert await records.outbox.posted(7, "run:1") == 55
        await records.outbox.forget(7, "run:1")
        assert await records.outbox.posted(7, "run:1") == 0


async def test_what_a_posted_message_is_about_is_found_by_its_number(store: Store) -> None:
    async with store.transaction() as records:
        message = await records.outbox.add(make_message(key="run:r1"))
        await records.outbox.save(replace(message, state=MessageState.SENT, telegram_id=55))
    async with store.reading() as records:
        assert await records.outbox.key_of(7, 55) == "run:r1"
        assert await records.outbox.key_of(7, 56) == ""
        assert await records.outbox.key_of(8, 55) == ""


async def test_an_unsent_message_is_found_by_its_key(store: Store) -> None:
    async with store.transaction() as records:
        await records.outbox.add(make_message(key="k"))
        newest = await records.outbox.add(make_message(key="k"))
        await records.outbox.add(make_message(chat_id=8, key="k"))

        assert await records.outbox.waiting_for(7, "k") == newest
        assert await records.outbox.waiting_for(7, "other") is None


async def test_a_run_comes_back_as_it_was(store: Store) -> None:
    run = failed(started(make_run(pid=4), LEASE, NOON), ErrorCode.UNKNOWN, "é\n", NOON + SECOND)
    async with store.transaction() as records:
        await records.runs.add(make_run())
        await records.runs.save(run)

    async with store.reading() as records:
        assert await records.runs.get("r1") == run


async def test_one_run_of_each_free_open_session_can_start(store: Store) -> None:
    async with store.transaction() as records:
        for name in ("S1", "S2", "S3", "S4"):
            await records.sessions.add(make_session(id=name))
        await records.sessions.save(closing(make_session(id="S4")))
        for number, session in enumerate(["S1", "S1", "S2", "S3", "S4"]):
            await records.runs.add(make_run(id=f"r{number}", session_id=session))
        await records.runs.save(started(make_run(id="r2", session_id="S2"), LEASE, NOON))
        await records.runs.add(make_run(id="r9", session_id="S2"))

    async with store.reading() as records:
        assert [run.id for run in await records.runs.startable(9)] == ["r0", "r3"]
        assert [run.id for run in await records.runs.startable(1)] == ["r0"]
        assert [await records.runs.position(each) for each in ("r0", "r1", "r3", "r9")] == [0, 1, 0, 0]
        assert await records.runs.queue_sizes() == {"S1": 2, "S2": 1, "S3": 1}


async def test_a_session_whose_run_waits_for_an_answer_starts_no_other(store: Store) -> None:
    async with store.transaction() as records:
        await records.sessions.add(make_session())
        await records.runs.add(waiting(make_run(), NOON))
        await records.runs.add(make_run(id="r2"))

        assert not await records.runs.startable(9)


async def test_the_newest_finished_runs_are_those_that_ended_last(store: Store) -> None:
    first = completed(started(make_run(id="a"), LEASE, NOON), "", NOON + 9 * SECOND)
    second = failed(started(make_run(id="b"), LEASE, NOON), ErrorCode.UNKNOWN, "", NOON + 5 * SECOND)
    never = failed(make_run(id="c"), ErrorCode.CLI_NOT_FOUND, "", NOON + SECOND)
    async with store.transaction() as records:
        for run in (first, second, never, make_run(id="d")):
            await records.runs.add(run)

    async with store.reading() as records:
        found = await records.runs.newest_finished(9)
        assert [(each.state, each.seconds) for each in found] == [
            (RunState.COMPLETED, 9.0),
            (RunState.FAILED, 5.0),
            (RunState.FAILED, None),
        ]
        assert len(await records.runs.newest_finished(2)) == 2


async def test_runs_are_counted_by_state_with_zeros(store: Store) -> None:
    async with store.transaction() as records:
        await records.runs.add(make_run())
        counts = await records.runs.count_by_state()

    assert counts == {state: int(state is RunState.PENDING) for state in RunState}


async def test_a_heartbeat_renews_leases_of_running_runs_only(store: Store) -> None:
    async with store.transaction() as records:
        await records.runs.add(started(make_run(), LEASE, NOON))
        await records.runs.add(make_run(id="r2"))
        await records.runs.beat(["r1", "r2"], NOON + 9 * SECOND)

        assert [run.lease_until for run in await records.runs.in_state(RunState.RUNNING, RunState.PENDING)] == [
            NOON + 9 * SECOND,
            None,
        ]


async def test_runs_are_listed_newest_first_for_all_or_one_session(store: Store) -> None:
    async with store.transaction() as records:
        for name, session in (("a", "S1"), ("b", "S2"), ("c", "S1")):
            await records.runs.add(make_run(id=name, session_id=session))

        assert [run.id for run in await records.runs.listing(2)] == ["c", "b"]
        assert [run.id for run in await records.runs.listing(9, "S1")] == ["c", "a"]


async def test_runs_are_found_by_chat_and_by_the_beginning_of_their_id(store: Store) -> None:
    async with store.transaction() as records:
        for name, chat in (("ab1", 7), ("ab2", 8), ("b", 7)):
            await records.runs.add(make_run(id=name, chat_id=chat))
    async with store.reading() as records:
        assert [run.id for run in await records.runs.of_chat(7, 9)] == ["b", "ab1"]
        assert [run.id for run in await records.runs.of_chat(7, 1)] == ["b"]
        assert [run.id for run in await records.runs.starting_with("ab", 9)] == ["ab1", "ab2"]
        assert [run.id for run in await records.runs.starting_with("ab", 1)] == ["ab1"]
        assert list(await records.runs.starting_with("", 9)) == []


async def test_a_session_number_is_never_given_twice(store: Store) -> None:
    async with store.transaction() as records:
        assert [await records.sessions.next_id() for _ in range(3)] == ["S1", "S2", "S3"]


async def test_sessions_of_a_chat_are_the_open_ones_the_latest_chosen_first(store: Store) -> None:
    async with store.transaction() as records:
        await records.sessions.add(make_session(id="S1", allowed_scopes=("shell",), last_activity_at=NOON + 2 * SECOND))
        await records.sessions.add(make_session(id="S2", chosen_at=NOON + SECOND))
        await records.sessions.add(make_session(id="S3", thread_id=5))
        await records.sessions.add(closed(make_session(id="S4"), NOON))

        assert [session.id for session in await records.sessions.of_chat(7)] == ["S2", "S1"]
        assert [session.id for session in await records.sessions.active()] == ["S1", "S3", "S2"]
        assert [session.id for session in await records.sessions.listing(2)] == ["S4", "S3"]
        assert await records.sessions.get("S2") == make_session(id="S2", chosen_at=NOON + SECOND)


async def test_a_project_is_new_once(store: Store) -> None:
    async with store.transaction() as records:
        assert await records.projects.save(make_project())
        assert not await records.projects.save(make_project(path="/elsewhere"))
        assert list(await records.projects.all()) == [make_project(path="/elsewhere")]
        await records.projects.remove("app")
        assert await records.projects.get("app") is None


async def test_pending_approvals_are_the_undecided_ones_in_order(store: Store) -> None:
    decided = make_approval(id="A2", decided_by=7, tool_use_id="t1")
    async with store.transaction() as records:
        for name in ("A1", "A2", "A3"):
            await records.approvals.add(make_approval(id=name, tool_use_id="t1"))
        await records.approvals.save(replace(decided, state=type(decided.state).DENIED))

        assert [each.id for each in await records.approvals.pending()] == ["A1", "A3"]
        assert [each.id for each in await records.approvals.of_run("r1")] == ["A1", "A2", "A3"]
        assert (await records.approvals.answered("r1", "t1") or decided).id == "A3"
        assert [each.id for each in await records.approvals.listing(1)] == ["A3"]


async def test_alerts_fall_due_pending_ones_first(store: Store) -> None:
    async with store.transaction() as records:
        await records.alerts.add(make_alert(state=AlertState.DEAD_LETTER))
        await records.alerts.add(make_alert(next_at=NOON + SECOND))
        await records.alerts.add(make_alert(state=AlertState.SENT))
        await records.alerts.add(make_alert())

        assert [alert.id for alert in await records.alerts.due(NOON, 9)] == [4, 1]
        assert await records.alerts.next_due() == NOON
        assert (await records.alerts.count_by_state())[AlertState.PENDING] == 2


async def test_an_alert_is_like_another_only_if_that_one_was_told_or_will_be(store: Store) -> None:
    swallowed = make_alert(state=AlertState.DROPPED_DEDUP, ts=NOON + SECOND)
    async with store.transaction() as records:
        assert await records.alerts.newest_like(make_alert().signature) is None
        await records.alerts.add(make_alert())
        await records.alerts.add(swallowed)

        assert await records.alerts.newest_like(make_alert().signature) == NOON


async def test_the_oldest_dead_letters_beyond_the_limit_are_dropped(store: Store) -> None:
    async with store.transaction() as records:
        for _ in range(5):
            await records.alerts.add(make_alert(state=AlertState.DEAD_LETTER))

        assert await records.alerts.drop_oldest_dead(2) == 3
        assert [alert.id for alert in await records.alerts.due(NOON, 9)] == [4, 5]


async def test_an_incident_is_found_by_its_group_or_by_what_survives_a_new_route(store: Store) -> None:
    async with store.transaction() as records:
        await records.incidents.add(make_incident())
        await records.incidents.add(make_incident(id="I2", group_key="other", resolved_at=NOON))

        assert await records.incidents.open_of_group(make_incident().group_key, "") == make_incident()
        assert await records.incidents.open_of_group("renamed", "h") == make_incident()
        assert await records.incidents.open_of_group("other", "") is None


async def test_open_incidents_are_counted_by_severity(store: Store) -> None:
    critical = IncidentSeverity.CRITICAL
    async with store.transaction() as records:
        await records.incidents.add(make_incident(id="I1", severity=critical))
        await records.incidents.add(make_incident(id="I2", severity=critical, acked_by=7))
        await records.incidents.add(make_incident(id="I3", severity=critical, resolved_at=NOON))

        assert (await records.incidents.open_by_severity())[critical] == 2
        assert (await records.incidents.unattended_by_severity(NOON)) == {
            critical: 1,
            IncidentSeverity.WARNING: 0,
            IncidentSeverity.INFO: 0,
        }


async def test_what_is_silenced_is_not_unattended_until_its_silence_ends(store: Store) -> None:
    warning = IncidentSeverity.WARNING
    async with store.transaction() as records:
        await records.incidents.add(make_incident(id="I1", silenced_until=NOON + SECOND))
        await records.incidents.add(make_incident(id="I2", silenced_until=NOON))

        assert (await records.incidents.unattended_by_severity(NOON))[warning] == 1
        assert (await records.incidents.unattended_by_severity(NOON + SECOND))[warning] == 2


async def test_the_alert_about_unattended_incidents_is_none_of_them(store: Store) -> None:
    async with store.transaction() as records:
        await records.incidents.add(make_incident(name="CriticalIncidentUnacknowledged"))

        assert (await records.incidents.open_by_severity())[IncidentSeverity.WARNING] == 1
        assert (await records.incidents.unattended_by_severity(NOON))[IncidentSeverity.WARNING] == 0


async def test_breakers_are_closed_until_they_are_saved_otherwise(store: Store) -> None:
    async with store.transaction() as records:
        await records.breakers.save(BreakerName.CLAUDE_CODE, Open(NOON))
        await records.breakers.save(BreakerName.TELEGRAM_API, HalfOpen(1, 1))

        assert await records.breakers.load() == {
            BreakerName.CLAUDE_CODE: Open(NOON),
            BreakerName.TELEGRAM_API: HalfOpen(1, 1),
            BreakerName.GIT_OPERATIONS: Closed(0),
        }


async def test_a_timeline_keeps_its_order_and_counts_recoveries(store: Store) -> None:
    moments = [
        Moment("r1", EventName.RUN_QUEUED, {"a": "b"}, NOON),
        Moment("r2", EventName.RECOVERY_ATTEMPTED, {}, NOON),
        Moment("r1", EventName.TRAIL_CHECKED, {}, NOON - SECOND),
    ]
    async with store.transaction() as records:
        for moment in moments:
            await records.timeline.append(moment)

        assert list(await records.timeline.of_run("r1")) == [moments[0], moments[2]]
        assert await records.timeline.count_recovery() == 1


async def test_the_audit_trail_is_listed_newest_first(store: Store) -> None:
    entries = [Audited(7, "session.created", f"S{number}", "", NOON) for number in range(3)]
    async with store.transaction() as records:
        for entry in entries:
            await records.audit.append(entry)

        assert list(await records.audit.listing(2)) == [entries[2], entries[1]]


async def test_the_levers_stay_where_they_were_put(store: Store) -> None:
    pulled = Containment(halted=True, denied_tools=("Bash",), autonomy=Autonomy.L1)
    async with store.transaction() as records:
        assert await records.controls.containment() == Containment()
        await records.controls.contain(pulled)

    async with store.reading() as records:
        assert await records.controls.containment() == pulled


async def test_scores_are_read_from_a_moment_on(store: Store) -> None:
    scores = [Score("local", "all", Signal.RUN, 0.5, NOON + each * SECOND) for each in range(3)]
    async with store.transaction() as records:
        for score in scores:
            await records.scores.add(score)

        assert list(await records.scores.since(NOON + SECOND)) == scores[1:]


async def test_only_what_is_settled_and_old_is_pruned(store: Store) -> None:
    async with store.transaction() as records:
        for key in ("old", "waiting"):
            await records.inbox.accept(Source.TELEGRAM, key, "", NOON)
        await records.inbox.done(1)
        for state in MessageState:
            await records.outbox.add(make_message(state=state))
        for alert_state in AlertState:
            await records.alerts.add(make_alert(state=alert_state))

        assert await records.prune(NOON) == 0
        assert await records.prune(NOON + timedelta(days=1)) == 1 + 2 + 3


async def test_a_keyed_request_is_found_by_its_caller_and_its_key(store: Store) -> None:
    taken = KeyedRequest("key 1", "k", fingerprint({"a": 1}), "r1", NOON)
    async with store.transaction() as records:
        await records.runs.add(make_run())
        await records.keyed.add(taken)
    async with store.reading() as records:
        assert await records.keyed.get("key 1", "k") == taken
        assert await records.keyed.get("key 2", "k") is None
        assert await records.keyed.get("key 1", "K") is None


@pytest.mark.parametrize("run_id", ["r1", "r2"])
async def test_a_key_is_used_once_and_for_a_run_that_is_there(store: Store, run_id: str) -> None:
    taken = KeyedRequest("", "k", "", "r1", NOON)
    async with store.transaction() as records:
        await records.runs.add(make_run())
        await records.keyed.add(taken)
    with pytest.raises((sqlite3.IntegrityError, ValueError)):
        async with store.transaction() as records:
            await records.keyed.add(replace(taken, run_id=run_id, key="k" if run_id == "r1" else "other"))


async def test_keys_of_requests_go_with_what_was_settled(store: Store) -> None:
    async with store.transaction() as records:
        await records.runs.add(make_run())
        for seconds in (0, 2):
            await records.keyed.add(KeyedRequest("", str(seconds), "", "r1", NOON + seconds * SECOND))
    async with store.transaction() as records:
        assert await records.prune(NOON + SECOND) == 1
        assert await records.keyed.get("", "0") is None
        assert await records.keyed.get("", "2") is not None
