"""Quiet: a silence covers one group and what fires in it now, and only what the chat has made is ended from there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.domain.incident_history import Entry
from agent.domain.incident_silence import Matcher, Silence
from agent.errors import Conflict
from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import CHAT, OnCall, alert, webhook

HOUR = timedelta(hours=1)


async def fire(desk: OnCall, severity: str = "warning", **labels: str) -> None:
    await desk.receive(webhook([alert(since=desk.clock.now(), severity=severity, labels=labels)]))
    await desk.send_all()


async def told(desk: OnCall, word: str) -> list[Entry]:
    async with desk.store.reading() as records:
        return [each for each in await records.incidents.history("K1") if each.what == word]


async def undo(desk: OnCall, name: str = "") -> None:
    ended = await desk.silences.take_back("K1", by=7, as_name=name)
    async with desk.journal.writing() as writing:
        await desk.silences.keep_ended(writing, ended)
    await desk.send_all()


def foreign(desk: OnCall, *matchers: Matcher, hours: float = 1) -> Silence:
    made = Silence(
        matchers=matchers or (Matcher("system", "bot"),),
        starts_at=NOON,
        ends_at=desk.clock.now() + hours * HOUR,
        by="carol",
        comment="maintenance of the fleet",
        id="x",
    )
    desk.silencer.silences["x"] = made
    return made


async def test_something_critical_that_joins_a_silenced_group_rings_at_once_and_once(desk: OnCall) -> None:
    await fire(desk)
    await desk.silence("K1", hours=24)
    desk.clock.advance(60)
    await fire(desk, "critical")

    assert len(desk.rings) == 2
    incident = await desk.incident()
    assert not incident.is_silenced(desk.clock.now())
    assert incident.is_unattended(desk.clock.now())
    assert await desk.mirror.turn() == 0
    await desk.send_all()
    assert len(desk.rings) == 2


async def test_what_breaks_a_silence_rings_however_lately_the_incident_has_rung(desk: OnCall) -> None:
    began = desk.clock.now()
    await desk.receive(webhook([alert(since=began), alert(since=began, severity="critical", labels={"pod": "b"})]))
    await desk.send_all()
    desk.clock.advance(60)
    over = alert(since=began, until=desk.clock.now(), severity="critical", labels={"pod": "b"})
    await desk.receive(webhook([alert(since=began), over]))
    await desk.silence("K1", hours=24)
    desk.clock.advance(60)
    await fire(desk, "critical", pod="b")

    assert len(desk.rings) == 2


async def test_what_a_foreign_silence_does_not_cover_is_heard_without_waiting_for_the_next_look(desk: OnCall) -> None:
    await fire(desk, pod="a")
    foreign(desk, Matcher("pod", "a"))
    await desk.mirror.turn()
    desk.clock.advance(60)
    await fire(desk, pod="b")

    assert len(desk.rings) == 2
    assert [each.detail for each in await told(desk, "silence ended")] == ["alerts that it does not cover: 1"]


async def test_one_more_of_what_is_silenced_rings_nobody(desk: OnCall) -> None:
    await fire(desk, pod="a")
    await desk.silence("K1")
    desk.clock.advance(60)
    await fire(desk, pod="b")

    assert len(desk.rings) == 1
    assert (await desk.incident()).is_silenced(desk.clock.now())


async def test_what_only_informs_does_not_ring_because_others_are_silenced(desk: OnCall) -> None:
    await fire(desk)
    await desk.silence("K1")
    desk.clock.advance(60)
    await fire(desk, "info")
    await desk.mirror.turn()
    await desk.send_all()

    assert len(desk.rings) == 1
    assert (await desk.incident()).is_silenced(desk.clock.now())


async def test_a_silence_that_covers_all_again_is_shown_again(desk: OnCall) -> None:
    await fire(desk)
    await desk.silence("K1", hours=24)
    desk.clock.advance(60)
    since = desk.clock.now()
    await fire(desk, "critical")
    desk.clock.advance(60)
    await desk.receive(webhook([alert(since=since, until=desk.clock.now(), severity="critical")]))
    await desk.mirror.turn()

    incident = await desk.incident()
    assert incident.is_silenced(desk.clock.now())
    assert incident.is_silenced_from_here


async def test_undo_leaves_what_somebody_else_has_silenced(desk: OnCall) -> None:
    await fire(desk)
    foreign(desk)
    await desk.mirror.turn()
    with pytest.raises(Conflict, match=r"silenced by carol until 01 Mar 13:00 UTC \(maintenance of the fleet\)"):
        await desk.silences.take_back("K1", by=7)
    with pytest.raises(Conflict, match="amtool silence expire x"):
        await desk.silences.take_back("K1", by=7)
    assert set(desk.silencer.silences) == {"x"}


async def test_a_foreign_silence_has_its_authors_words_and_no_button(desk: OnCall) -> None:
    await fire(desk)
    foreign(desk)
    await desk.mirror.turn()
    await desk.send_all()

    assert "🔕 Silenced by carol until 01 Mar 13:00 UTC in Alertmanager: maintenance of the fleet" in desk.latest
    labels = [button.label for row in desk.chat.said[-1].buttons for button in row]
    assert not {"Undo the silence", "Silence 1h"} & set(labels)


async def test_a_comment_like_ours_makes_a_silence_not_ours(desk: OnCall) -> None:
    await fire(desk)
    desk.silencer.silences["x"] = Silence(
        matchers=(Matcher("system", "bot"),),
        starts_at=NOON,
        ends_at=NOON + HOUR,
        by="anna",
        comment="tocsin incident K1: widened by hand",
        id="x",
    )
    await desk.silence("K1")
    await undo(desk)

    assert set(desk.silencer.silences) == {"x"}


async def test_undo_under_a_foreign_silence_ends_ours_and_says_that_the_other_goes_on(desk: OnCall) -> None:
    await fire(desk)
    await desk.silence("K1")
    foreign(desk, hours=2)
    await undo(desk, "anna")

    assert set(desk.silencer.silences) == {"x"}
    assert (await desk.incident()).silenced_by == "carol"
    (entry,) = await told(desk, "silence ended")
    assert entry.name == "anna"
    assert entry.detail.startswith("taken back; that of carol goes on until")


async def test_undo_of_what_has_ended_elsewhere_meanwhile_is_fine(desk: OnCall) -> None:
    await fire(desk)
    await desk.silence("K1")
    desk.silencer.silences.clear()
    await undo(desk)

    assert not (await desk.incident()).is_silenced(desk.clock.now())


async def test_a_repetition_after_a_crash_finds_the_silence_that_was_made_before_it(desk: OnCall) -> None:
    await fire(desk)
    await desk.silences.make("K1", HOUR, by=7, as_name="anna")
    await desk.silence("K1")

    assert len(desk.silencer.silences) == 1
    await undo(desk)
    assert desk.silencer.silences == {}


async def test_a_silence_that_the_mirror_has_seen_before_it_was_kept_is_ours_all_the_same(desk: OnCall) -> None:
    await fire(desk)
    made = await desk.silences.make("K1", HOUR, by=7, as_name="anna")
    await desk.mirror.turn()
    async with desk.journal.writing() as writing:
        await desk.silences.keep(writing, made)
    await desk.send_all()

    assert (await desk.incident()).is_silenced_from_here
    assert (await told(desk, "silenced"))[-1].name == "anna"
    assert "Undo the silence" in [button.label for row in desk.chat.said[-1].buttons for button in row]
    await undo(desk)
    assert desk.silencer.silences == {}


async def test_a_silence_whose_answer_was_lost_can_be_taken_back_whatever_has_begun_since(desk: OnCall) -> None:
    await fire(desk)
    await desk.silences.make("K1", HOUR, by=7, as_name="anna")
    await desk.mirror.turn()
    desk.clock.advance(60)
    await fire(desk, "critical", pod="b")
    await undo(desk)

    assert desk.silencer.silences == {}
    assert not (await desk.incident()).is_silenced(desk.clock.now())


async def test_a_comment_like_ours_lets_nobody_take_back_what_covers_something_else(desk: OnCall) -> None:
    await fire(desk)
    made = await desk.silences.make("K1", HOUR, by=7, as_name="anna")
    narrower = (*made.silence.matchers, Matcher("pod", "a"))
    never_made = tuple(replace(each, is_equal=False) for each in made.silence.matchers)
    wider = tuple(each for each in made.silence.matchers if each.name != "alertname")
    no_severity = tuple(each for each in made.silence.matchers if each.name != "severity")
    for matchers in (narrower, never_made, wider, no_severity):
        desk.silencer.silences = {"s1": replace(made.silence, matchers=matchers)}
        with pytest.raises(Conflict):
            await desk.silences.take_back("K1", by=7)
    assert set(desk.silencer.silences) == {"s1"}


async def test_several_taps_are_one_change(desk: OnCall) -> None:
    await fire(desk)
    for _ in range(3):
        await desk.silence("K1")
        desk.clock.advance(2)

    assert len(desk.silencer.silences) == 1
    assert len(await told(desk, "silenced")) == 1


async def test_a_silence_that_becomes_shorter_says_what_it_was(desk: OnCall) -> None:
    await fire(desk)
    await desk.silence("K1", hours=24)
    made = await desk.silences.make("K1", timedelta(minutes=5), by=7)
    async with desk.journal.writing() as writing:
        await desk.silences.keep(writing, made)

    assert made.before is not None
    assert made.before - made.silence.ends_at > 23 * HOUR
    entry = (await told(desk, "silenced"))[-1]
    assert f"(was until {made.before:%Y-%m-%dT%H:%M:%S}Z)" in entry.detail
    assert 'alertname="High", severity="warning", system="bot"; silence s1' in entry.detail
    assert CHAT in (await desk.incident()).chats
