"""Who is told when: escalation when nobody answers, quiet hours, and the moment when an incident is over."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.end_to_end.agent.talk import PERSON, Shown, Talk

from .alertmanager import NEEDED
from .alerts import foreign
from .duty import Duty

pytestmark = [pytest.mark.asyncio(loop_scope="module"), NEEDED]

BO, CHRIS = 1003, 1004
BLOCKED = "bot was blocked by the user"
LOOKED_FOR = 15
"""Every ten seconds somebody looks whether something has to be escalated."""

_TO_EVE = {"after": "5m", "to": ["bo", "eve"]}
_AGED = "UPDATE incidents SET resolved_at = ?, updated_at = ? WHERE name = ?"


def rota(path: Path, **more: Any) -> str:  # noqa: ANN401 - YAML
    """A rota file in which Bo is told of everything critical that nobody has taken for a second, Chris much later."""
    people = {"bo": {"user": BO}, "chris": {"user": CHRIS}}
    steps = [{"after": "1s", "to": ["bo"]}, {"after": "9h", "to": ["chris"]}]
    plan = {"version": 1, "people": people, "escalation": steps} | more
    path.write_text(json.dumps(plan), encoding="utf-8")  # JSON is YAML
    return str(path)


def hours(starts: timedelta, ends: timedelta) -> dict[str, str]:
    now = datetime.now(UTC)
    return {"from": f"{now + starts:%H:%M}", "until": f"{now + ends:%H:%M}"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def duty(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Duty]:
    folder = tmp_path_factory.mktemp("duty")
    quiet = hours(timedelta(hours=-2), timedelta(hours=2))
    plan = rota(folder / "rota.yaml", quiet_hours=quiet)
    users = f"{PERSON}:admin,{BO}:operator,{CHRIS}:operator"
    async with Duty.on(folder / "stage", ONCALL_ROTA_FILE=plan, INCIDENT_EXIT_SEC="60", TELEGRAM_USERS=users) as made:
        for person in (BO, CHRIS):
            await made.remote.post("chat", chat_id=person)
        yield made


async def told_to_bo(duty: Duty) -> list[Shown]:
    return await Talk(duty.remote, BO, BO).heard()


async def test_what_is_critical_and_untaken_reaches_the_next_person_even_at_night_and_what_is_taken_does_not(
    duty: Duty,
) -> None:
    await duty.alertmanager.fire(foreign("TakenAtOnce", "critical"), foreign("Untaken", "critical"))
    await duty.taps(await duty.sees("TakenAtOnce is the matter"), "Ack")
    shown = await Talk(duty.remote, BO, BO).sees("Untaken.*📣 Escalated, step 1", timeout=LOOKED_FOR)
    assert (await duty.sees("Untaken.*📣 Escalated, step 1: nobody has taken it"))["text"] == shown["text"]
    assert not any("TakenAtOnce" in each["text"] for each in await told_to_bo(duty))

    bo = Talk(duty.remote, BO, BO)
    assert "You have incident" in (await bo.taps("Ack"))["answer"]  # it is the same incident in either chat
    await duty.sees("Untaken.*👤 bo has it since")


async def test_somebody_who_has_blocked_the_bot_is_named_and_the_next_person_is_told_hours_before_their_turn(
    duty: Duty,
) -> None:
    await duty.remote.post("chat", chat_id=BO, blocked=BLOCKED)
    try:
        await duty.alertmanager.fire(foreign("Unheard", "critical", system="unheard"))
        shown = await Talk(duty.remote, CHRIS, CHRIS).sees("Unheard.*📣 Escalated, step 2", timeout=LOOKED_FOR)
        said = await duty.sees("bo could not be reached: .*blocked by the user")
        assert " Unheard unheard" in said["text"]
    finally:
        await duty.remote.post("chat", chat_id=BO, blocked="")
    await Talk(duty.remote, CHRIS, CHRIS).taps("Ack", message_id=shown["message_id"])
    found = await duty.incident("Unheard")
    page = await duty.life.text(f"/api/incidents/{found['incident_id']}/timeline.md")
    assert "| not delivered | agent | to bo: Forbidden: bot was blocked by the user |" in page
    assert "| delivered | agent | to chris |" in page
    assert 'codex_bot_outbox_dead_letters_total{kind="alert"} 1.0' in await duty.life.text("/metrics")


async def test_a_warning_waits_for_the_end_of_the_quiet_hours_and_what_is_critical_does_not(duty: Duty) -> None:
    over, still = foreign("OverByMorning"), foreign("StillThereInTheMorning")
    await duty.alertmanager.fire(over, still, foreign("WakesPeople", "critical"))
    await duty.sees("WakesPeople is the matter")
    held = "SELECT 1 WHERE (SELECT count(*) FROM incidents WHERE presence = 'held' AND name LIKE '%Morning') = 2"
    await duty.stage.until(held)
    await duty.alertmanager.end(over)
    await duty.stage.until("SELECT 1 FROM incidents WHERE name = 'OverByMorning' AND resolved_at IS NOT NULL")
    assert await duty.about("Morning") == []
    morning = rota(duty.stage.folder / "morning.yaml", quiet_hours=hours(timedelta(hours=2), timedelta(hours=3)))
    await duty.start_again(ONCALL_ROTA_FILE=morning)
    await duty.sees("StillThereInTheMorning is the matter")
    assert await duty.about("OverByMorning") == []


async def test_an_incident_is_over_an_exit_window_after_it_resolved_and_while_nothing_critical_fires(
    duty: Duty,
) -> None:
    """The window is a minute at least, so the moments of their ends are put back while the agent is down."""
    quiet, busy = foreign("Over", "critical", system="calm"), foreign("NotOver", "critical", system="busy")
    await duty.alertmanager.fire(quiet, busy, foreign("Burning", "critical", system="busy"))
    await duty.sees("Burning is the matter")
    for name in ("Over", "NotOver"):
        await duty.sees(rf"\b{name} is the matter")
    await duty.alertmanager.end(quiet, busy)
    for name in ("Over", "NotOver"):
        await duty.sees(f"Resolved · critical · {name}")
    await duty.kill()
    ago = f"{datetime.now(UTC) - timedelta(seconds=61):%Y-%m-%dT%H:%M:%S.%fZ}"
    for name in ("Over", "NotOver"):
        duty.stage.rewrite(_AGED, ago, ago, name)
    await duty.start_again()
    said = (await duty.sees("🏁 Exit criteria met: no critical alert and no missed objective"))["text"]
    assert " Over calm · resolved" in said
    assert "NotOver" not in said
    await duty.sees(r"Resolved · critical · Over .*Exit criteria met \d")
    found = await duty.incident("Over")
    page = await duty.life.text(f"/api/incidents/{found['incident_id']}/timeline.md")
    assert "| exit criteria met | agent |" in page


async def test_an_ack_that_has_grown_old_while_it_still_fires_lapses_and_rings_again(duty: Duty) -> None:
    await duty.alertmanager.fire(foreign("Forgotten", "critical", system="forgotten"))
    shown = await duty.sees("Forgotten is the matter")
    await duty.taps(shown, "Ack")
    await duty.sees("Forgotten.*has it since")
    await duty.kill()
    ago = f"{datetime.now(UTC) - timedelta(hours=2):%Y-%m-%dT%H:%M:%S.%fZ}"
    duty.stage.rewrite("UPDATE incidents SET acked_at = ? WHERE name = 'Forgotten'", ago)
    await duty.start_again()
    again = await duty.sees("Forgotten is the matter", after=shown["message_id"])
    assert "has it since" not in again["text"]
    pointer = await duty.sees("Forgotten goes on further down")
    assert pointer["message_id"] == shown["message_id"]


async def test_somebody_in_the_rota_whom_the_bot_would_not_hear_stops_the_start(duty: Duty, tmp_path: Path) -> None:
    plan = rota(tmp_path / "rota.yaml", people={"bo": {"user": BO}, "eve": {"user": 1009}}, escalation=[_TO_EVE])
    code, _, said = await duty.stage.command(ONCALL_ROTA_FILE=plan, DATA_DIR=str(tmp_path))
    assert code != 0
    assert "eve could not even tap Ack; add 1009 to TELEGRAM_USERS" in said
