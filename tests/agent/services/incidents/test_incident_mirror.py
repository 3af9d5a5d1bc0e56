"""What Alertmanager knows and does not post: it may correct what it has been seen to know, and nothing else."""

from datetime import datetime, timedelta

from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import OnCall, alert, webhook

SETTLED = 600


async def fire(desk: OnCall, since: datetime = NOON, until: datetime | None = None, **more: str) -> None:
    told = alert(since=since, until=until, severity="critical", annotations={"summary": "s", **more})
    await desk.receive(webhook([told]))
    await desk.send_all()


async def known(desk: OnCall) -> None:
    """Alertmanager is seen to know what fires."""
    desk.silencer.active = {each.fingerprint for each in (await desk.incident()).firing}
    await desk.mirror.turn()


async def forgotten(desk: OnCall) -> int:
    """Alertmanager knows nothing for ten minutes; how many incidents that has changed."""
    desk.silencer.active = set()
    await desk.mirror.turn()
    desk.clock.advance(SETTLED)
    return await desk.mirror.turn()


async def history(desk: OnCall) -> list[tuple[str, str]]:
    async with desk.store.reading() as records:
        return [(each.what.value, each.detail) for each in await records.incidents.history("K1")]


async def test_what_alertmanager_has_known_and_not_known_for_ten_minutes_has_ended(desk: OnCall) -> None:
    await fire(desk)
    await known(desk)
    desk.silencer.active = set()
    await desk.mirror.turn()
    desk.clock.advance(SETTLED - 1)
    await desk.mirror.turn()
    assert (await desk.incident()).is_open
    desk.clock.advance(1)
    assert await desk.mirror.turn() == 1
    await desk.send_all()

    assert not (await desk.incident()).is_open
    assert any(
        what == "corrected" and "Alertmanager does not know it any more" in why for what, why in await history(desk)
    )
    assert "Nobody said so: Alertmanager does not know it any more." in desk.latest


async def test_what_another_alertmanager_has_posted_is_not_ended_by_ours(desk: OnCall) -> None:
    await fire(desk)

    assert await forgotten(desk) == 0
    assert (await desk.incident()).is_open


async def test_that_alertmanager_knows_it_is_remembered_across_restarts(desk: OnCall) -> None:
    await fire(desk)
    await known(desk)
    reborn = OnCall(store=desk.store, clock=desk.clock)

    assert await forgotten(reborn) == 1


async def test_that_alertmanager_knows_it_is_remembered_when_it_tells_of_it_again(desk: OnCall) -> None:
    await fire(desk)
    await known(desk)
    await fire(desk, description="now 70 %")

    assert await forgotten(desk) == 1


async def test_an_end_that_nobody_told_of_loses_against_whoever_says_that_it_fires(desk: OnCall) -> None:
    await fire(desk)
    await known(desk)
    await forgotten(desk)
    desk.clock.advance(60)
    await fire(desk, description="still at it")

    assert (await desk.incident()).is_open
    assert len(desk.rings) == 2
    assert await forgotten(desk) == 0
    assert (await desk.incident()).is_open


async def test_even_a_webhook_that_says_nothing_new_is_believed_against_it(desk: OnCall) -> None:
    await fire(desk)
    await known(desk)
    await forgotten(desk)
    await fire(desk)

    assert (await desk.incident()).is_open


async def test_an_end_that_is_told_of_later_is_the_end(desk: OnCall) -> None:
    await fire(desk)
    await known(desk)
    await forgotten(desk)
    await fire(desk, until=NOON + timedelta(minutes=2))

    (ended,) = (await desk.incident()).alerts
    assert (ended.ends_at, ended.is_inferred) == (NOON + timedelta(minutes=2), False)
    assert not (await desk.incident()).is_open


async def test_an_alert_that_begins_anew_has_to_be_seen_in_alertmanager_anew(desk: OnCall) -> None:
    await fire(desk)
    await known(desk)
    await fire(desk, until=NOON + timedelta(minutes=1))
    desk.clock.advance(120)
    await fire(desk, since=NOON + timedelta(minutes=2))

    assert await forgotten(desk) == 0
    assert (await desk.incident()).is_open


async def test_that_alertmanager_says_it_fires_after_all_stands_in_the_timeline(desk: OnCall) -> None:
    await fire(desk)
    fingerprint = (await desk.incident()).alerts[0].fingerprint
    await fire(desk, until=NOON + timedelta(minutes=1))
    desk.silencer.active = {fingerprint}
    await desk.mirror.turn()
    desk.clock.advance(SETTLED)
    assert await desk.mirror.turn() == 1

    assert (await desk.incident()).is_open
    assert ("corrected", f"High {fingerprint}: Alertmanager says that it fires") in await history(desk)


async def test_what_is_known_of_a_new_incident_is_not_put_into_the_one_before_it(desk: OnCall) -> None:
    await fire(desk)
    await known(desk)
    await fire(desk, until=desk.clock.now())
    desk.clock.advance(3700)
    assert await desk.exits.turn() == 1
    began = desk.clock.now()
    await desk.receive(webhook([alert(since=began, severity="critical", annotations={"summary": "s"})]))
    await desk.mirror.turn()
    desk.clock.advance(SETTLED + 60)
    await desk.mirror.turn()

    assert (await desk.incident()).id == "K2"
    assert [each.starts_at for each in (await desk.incident()).firing] == [began]
    assert [what for what, _ in await history(desk) if what == "corrected"] == []
