"""Silences with a real Alertmanager: one group and its severities, and only what was made from the chat is undone."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.end_to_end.agent.talk import labels

from .alertmanager import NEEDED
from .alerts import foreign
from .duty import Duty

pytestmark = [pytest.mark.asyncio(loop_scope="module"), NEEDED]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def duty(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Duty]:
    async with Duty.on(tmp_path_factory.mktemp("quiet")) as made:
        yield made


async def test_a_silenced_warning_lets_the_page_of_the_same_alert_and_other_systems_through(duty: Duty) -> None:
    await duty.alertmanager.fire(foreign("VolumeFills", "warning", pvc="db"))
    shown = await duty.sees("VolumeFills is the matter")
    told = await duty.taps(shown, "Silence 24h")
    assert 'alertname="VolumeFills", severity="warning", system=""' in told["answer"]

    await duty.alertmanager.fire(
        foreign("VolumeFills", "critical", pvc="db"), foreign("VolumeFills", "warning", system="shop", pvc="q")
    )
    page = await duty.sees("🔴 .*VolumeFills", after=shown["message_id"])
    other = await duty.sees("🟡 .*VolumeFills · shop", after=shown["message_id"])
    assert "🔕" not in page["text"] + other["text"]
    assert "🔕" in (await duty.sees("VolumeFills.*🔕 Silenced by"))["text"]


async def test_a_silence_of_somebody_else_outlives_every_wish_to_undo_it(duty: Duty) -> None:
    await duty.alertmanager.fire(foreign("Quiet", "warning", env="test"))
    shown = await duty.sees("Quiet is the matter")
    made = await duty.alertmanager.silence("fleet-bot", 3600, env="test")
    await duty.start_again()  # looks at once, and every half minute after that
    quiet = await duty.sees("Quiet.*🔕 Silenced by fleet-bot until .* in Alertmanager: x")
    assert quiet["message_id"] == shown["message_id"]
    assert "Undo the silence" not in labels(quiet)

    incident = (await duty.incident("Quiet"))["incident_id"]
    refused = await duty.talk.asks(f"/unsilence {incident}", "⚠️")
    assert f"amtool silence expire {made}" in refused["text"]
    assert made in {each["id"] for each in await duty.alertmanager.silences()}
