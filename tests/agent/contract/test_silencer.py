"""What every silencer must do, run against the fake and the real Alertmanager."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.adapters.alertmanager import Alertmanager
from agent.adapters.json_api import Access
from agent.domain.incident_silence import Matcher, Silence
from agent.ports import Silencer
from tests.agent.adapters.alertmanager.real import real_alertmanager
from tests.agent.services.incidents.rehearsal import FakeSilencer


@pytest.fixture(params=["fake", "real"])
async def silencer(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Silencer]:
    if request.param == "fake":
        yield FakeSilencer()
        return
    async with real_alertmanager(tmp_path) as url:
        client = Alertmanager(Access(url))
        yield client
        await client.close()


def silence() -> Silence:
    now = datetime.now(UTC)
    matchers = (Matcher("alertname", "High"),)
    return Silence(matchers=matchers, starts_at=now, ends_at=now + timedelta(hours=1), by="anna", comment="x")


async def test_a_silence_that_is_made_is_listed_as_it_was_made(silencer: Silencer) -> None:
    wanted = silence()
    made = await silencer.silence(wanted)
    (listed,) = (await silencer.standing()).silences

    assert made == listed.id
    assert (listed.matchers, listed.by, listed.comment) == (wanted.matchers, "anna", "x")
    assert abs(listed.ends_at - wanted.ends_at) < timedelta(seconds=1)


async def test_prolonging_a_silence_leaves_one(silencer: Silencer) -> None:
    made = await silencer.silence(silence())
    longer = replace(silence(), id=made, ends_at=datetime.now(UTC) + timedelta(hours=4))
    prolonged = await silencer.silence(longer)
    (listed,) = (await silencer.standing()).silences

    assert listed.id == prolonged
    assert abs(listed.ends_at - longer.ends_at) < timedelta(seconds=1)


async def test_a_silence_that_is_ended_is_gone_and_ending_it_again_is_fine(silencer: Silencer) -> None:
    made = await silencer.silence(silence())
    await silencer.expire(made)
    await silencer.expire(made)
    await silencer.expire("00000000-0000-0000-0000-000000000000")

    assert (await silencer.standing()).silences == ()


async def test_a_silence_that_is_changed_to_cover_something_else_is_replaced(silencer: Silencer) -> None:
    made = await silencer.silence(silence())
    other = replace(silence(), id=made, matchers=(Matcher("alertname", "High"), Matcher("severity", "warning")))
    replaced = await silencer.silence(other)
    (listed,) = (await silencer.standing()).silences

    assert replaced != made
    assert (listed.id, listed.matchers) == (replaced, other.matchers)
