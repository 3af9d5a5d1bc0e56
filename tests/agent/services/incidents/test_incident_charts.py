"""Charts: one for each ring, none in a storm, and an honest sentence where there is nothing to draw."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.domain.chart import Line
from agent.domain.outbox import Kind, Message
from agent.errors import MonitoringError, NotFound
from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import CHAT, OnCall, alert, webhook

MEASURED = "max(failure_rate)"


@pytest.fixture
def desk(tmp_path: Path) -> OnCall:
    desk = OnCall(spool=tmp_path / "spool")
    knows(desk, 0.1, 0.3)
    return desk


def knows(desk: OnCall, *values: float, **labels: str) -> None:
    """What Prometheus remembers: values a minute apart, the last of them now."""
    now = desk.clock.now()
    points = tuple(
        ((now - timedelta(minutes=len(values) - 1 - place)).timestamp(), value) for place, value in enumerate(values)
    )
    desk.history.known.setdefault(MEASURED, []).append(Line(labels, points))


async def fires(desk: OnCall, name: str = "High", severity: str = "warning", *, group: str = "") -> str:
    labels = {"alertname": name, "system": "bot", "group": group}
    since = desk.clock.now() - timedelta(minutes=1)
    await desk.receive(webhook([alert(name, since=since, severity=severity)], labels=labels))
    return (await desk.incident()).id


def content(picture: Message) -> bytes:
    return Path(picture.document).read_bytes()


async def pictures(desk: OnCall) -> list[Message]:
    await desk.send_all()
    return [each for each in desk.chat.said if each.is_picture]


async def test_a_ring_is_followed_by_a_picture_that_makes_no_sound(desk: OnCall) -> None:
    incident = await fires(desk)

    assert await desk.charts.draw_due() == 1
    (picture,) = await pictures(desk)
    assert (picture.chat_id, picture.silent, picture.kind) == (CHAT, True, Kind.REPLY)
    assert content(picture).startswith(b"\x89PNG")
    assert incident in picture.text
    assert "Last value: 30 % (threshold: above 20 %)." in picture.text


async def test_it_is_drawn_once_for_each_ring(desk: OnCall) -> None:
    await fires(desk)
    for _ in range(3):
        await desk.charts.draw_due()
    assert len(await pictures(desk)) == 1

    await fires(desk, severity="critical")  # it has become worse, so it rings again
    await desk.charts.draw_due()
    assert len(await pictures(desk)) == 2


async def test_a_restart_sends_nothing_twice(desk: OnCall, tmp_path: Path) -> None:
    await fires(desk)
    await desk.charts.draw_due()
    reborn = OnCall(store=desk.store, clock=desk.clock, spool=tmp_path / "spool")
    reborn.history.known = desk.history.known

    assert await reborn.charts.draw_due() == 0
    assert len(await pictures(desk)) == 1


async def test_after_a_crash_before_the_picture_was_queued_the_next_life_draws_it(desk: OnCall, tmp_path: Path) -> None:
    await fires(desk)
    reborn = OnCall(store=desk.store, clock=desk.clock, spool=tmp_path / "spool")
    reborn.history.known = desk.history.known

    assert await reborn.charts.draw_due() == 1


async def test_in_a_storm_nothing_is_drawn(tmp_path: Path) -> None:
    desk = OnCall(groups=2, spool=tmp_path)
    knows(desk, 0.1, 0.3)
    for place in range(4):
        await fires(desk, group=str(place))

    assert await desk.charts.draw_due() == 0
    assert await pictures(desk) == []


async def test_what_is_only_for_information_gets_no_picture_unasked(desk: OnCall) -> None:
    incident = await fires(desk, severity="info")

    assert await desk.charts.draw_due() == 0
    assert (await desk.charts.of(incident, "k1")).path.exists()


async def test_whoever_comes_late_is_not_sent_an_old_picture(desk: OnCall) -> None:
    await fires(desk)
    desk.clock.advance(600)

    assert await desk.charts.draw_due() == 0


async def test_a_new_ring_does_not_bring_the_pictures_of_old_ones(tmp_path: Path) -> None:
    desk = OnCall(spool=tmp_path)
    knows(desk, 0.1, 0.3)
    await fires(desk, group="old")
    desk.clock.advance(600)
    knows(desk, 0.3)
    new = await fires(desk, group="new")

    assert await desk.charts.draw_due() == 1
    assert new in (await pictures(desk))[0].text


async def test_a_prometheus_that_is_away_costs_the_picture_and_nothing_else(
    desk: OnCall, caplog: pytest.LogCaptureFixture
) -> None:
    await fires(desk)
    desk.history.down = "Prometheus did not answer within 10 s."

    assert [await desk.charts.draw_due(), await desk.charts.draw_due()] == [0, 0]
    assert [record.message for record in caplog.records].count("chart.missing") == 1
    assert len(desk.history.asked) == 1


async def test_where_no_prometheus_is_configured_nothing_is_tried(
    desk: OnCall, caplog: pytest.LogCaptureFixture
) -> None:
    desk.history.is_configured = False
    await fires(desk)

    assert await desk.charts.draw_due() == 0
    assert caplog.records == []


async def test_the_line_that_the_alert_is_about_is_told_from_those_beside_it(desk: OnCall) -> None:
    desk.history.known.clear()
    knows(desk, 0.1, 0.9, instance="b")
    knows(desk, 0.1, 0.3, instance="a")
    since = NOON
    await desk.receive(webhook([alert("High", since=since, labels={"instance": "a"})]))
    await desk.charts.draw_due()

    assert [(line.labels, line.fires) for line in desk.painter.painted[0].lines] == [
        ({"instance": "a"}, True),
        ({"instance": "b"}, False),
    ]


async def test_the_time_in_which_it_fires_is_marked_up_to_its_end(desk: OnCall) -> None:
    began = desk.clock.now() - timedelta(minutes=30)
    await desk.receive(webhook([alert("High", since=began)]))
    ended = desk.clock.now()
    await desk.receive(webhook([alert("High", since=began, until=ended)]))
    desk.clock.advance(120)
    incident = await desk.incident()
    await desk.charts.of(incident.id, "k1")

    assert desk.painter.painted[0].fired == ((began, incident.resolved_at),)


async def test_an_old_incident_is_drawn_as_it_was_then(desk: OnCall) -> None:
    began = desk.clock.now() - timedelta(minutes=5)
    await desk.receive(webhook([alert("High", since=began)]))
    await desk.receive(webhook([alert("High", since=began, until=desk.clock.now())]))
    resolved = (await desk.incident()).resolved_at
    assert resolved is not None
    desk.clock.advance(3 * 86_400)
    await desk.charts.of((await desk.incident()).id, "k1")

    assert desk.painter.painted[0].end == resolved + timedelta(minutes=15)


async def test_an_alert_is_drawn_by_its_name_alone(desk: OnCall) -> None:
    picture = await desk.charts.of("High", "k1")

    assert "High" in picture.words.text
    assert desk.painter.painted[0].fired == ()


async def test_what_cannot_be_drawn_is_said_in_one_sentence(desk: OnCall) -> None:
    with pytest.raises(NotFound, match="There is no incident W999"):
        await desk.charts.of("W999", "k1")
    with pytest.raises(NotFound, match="does not say what Burn measures"):
        await desk.charts.of("Burn", "k1")
    desk.history.known.clear()
    with pytest.raises(NotFound, match="knows no value of what High measures"):
        await desk.charts.of("High", "k1")


async def test_a_picture_that_cannot_be_kept_is_a_sentence_too(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file in the way")
    desk = OnCall(spool=tmp_path / "spool")
    knows(desk, 0.1)
    with pytest.raises(MonitoringError, match="cannot be kept"):
        await desk.charts.of("High", "k1")


async def test_a_young_prometheus_is_asked_again_for_the_part_that_it_knows(desk: OnCall) -> None:
    await desk.charts.of("High", "k1")
    first, *_, last = [span.end - span.start for _, span in desk.history.asked]

    assert first == timedelta(hours=6)
    assert last <= timedelta(minutes=5)
    assert desk.painter.painted[0].start == desk.history.asked[-1][1].start


async def test_a_ring_wakes_whoever_draws_and_an_edit_does_not(desk: OnCall) -> None:
    incident = await fires(desk)
    assert desk.saying.rung.is_set()

    desk.saying.rung.clear()
    await desk.ack(incident)
    assert not desk.saying.rung.is_set()


@pytest.mark.parametrize("name", ["high", "HIGH"])
async def test_an_alert_is_found_in_whatever_case_it_was_typed(desk: OnCall, name: str) -> None:
    assert (await desk.charts.of(name, "k1")).path.name == (await desk.charts.of("High", "k1")).path.name
