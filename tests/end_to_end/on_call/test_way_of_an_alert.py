"""From a real Alertmanager to the chat and back: one message, edited in place, with buttons that do what they say."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.end_to_end.agent.talk import labels

from .alertmanager import NEEDED
from .alerts import foreign, of_bundle
from .duty import Duty

pytestmark = [pytest.mark.asyncio(loop_scope="module"), NEEDED]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def duty(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Duty]:
    async with Duty.on(tmp_path_factory.mktemp("duty")) as made:
        yield made


async def test_an_alert_is_one_message_with_value_threshold_steps_links_and_buttons(duty: Duty) -> None:
    await duty.alertmanager.fire(of_bundle("DroviAgentRunSuccessRateLow", "83.1%"))
    shown = await duty.sees("DroviAgentRunSuccessRateLow")
    assert shown["text"].startswith("🟡 SEV-2 warning · DroviAgentRunSuccessRateLow · agentos")
    assert "Now 83.1% (threshold: below 90 %)" in shown["text"]
    assert "Impact: Agents fail for their users" in shown["text"]
    assert "First steps\n1. " in shown["text"]
    links = [each["url"] for each in shown["entities"] if each["type"] == "text_link"]
    assert [link.partition("?")[0].rpartition("/")[2] for link in links] == [
        "DroviAgentRunSuccessRateLow.md",
        "agentos",
    ]
    assert labels(shown)[:5] == ["Ack", "Steps", "Silence 1h", "Silence 4h", "Silence 24h"]
    assert [label[:6] for label in labels(shown)[5:]] == ["▶ 3. R", "▶ 4. D"]
    assert len(await duty.about("DroviAgentRunSuccessRateLow")) == 1


async def test_alerts_that_join_and_leave_and_the_end_are_edits_of_the_same_message(duty: Duty) -> None:
    name = "DroviAgentQualityDriftHigh"
    one, other = (of_bundle(name, "0.4", organization_id=each, role_scope="all") for each in ("acme", "umbrella"))
    await duty.alertmanager.fire(one)
    first = await duty.sees(name)
    await duty.alertmanager.fire(other)
    joined = await duty.sees("2 alerts firing.*organization_id: acme, umbrella")
    await duty.alertmanager.end(one)
    await duty.sees(f"{name}.*1 alert firing, 1 alert resolved")
    await duty.alertmanager.end(other)
    over = await duty.sees(f"Resolved · warning · {name}")
    assert first["message_id"] == joined["message_id"] == over["message_id"]
    assert "✅" in over["text"][:2]
    assert labels(over) == ["Timeline", "Steps"]
    assert len(await duty.about(name)) == 1


async def test_who_taps_ack_has_it_and_that_is_counted(duty: Duty) -> None:
    await duty.alertmanager.fire(of_bundle("CriticalRunFailureRate", "61%"))
    shown = await duty.sees("CriticalRunFailureRate")
    critical = '{severity="critical"}'
    assert f"codex_bot_incidents_unacknowledged{critical} 1.0" in await duty.life.text("/metrics")
    tapped = await duty.taps(shown, "Ack")
    assert "You have incident" in tapped["answer"]
    owned = await duty.sees("CriticalRunFailureRate.*👤 .* has it since")
    assert owned["message_id"] == shown["message_id"]
    assert labels(owned)[0] == "Take over"
    metrics = await duty.life.text("/metrics")
    assert f"codex_bot_incidents_open{critical} 1.0" in metrics
    assert f"codex_bot_incidents_unacknowledged{critical} 0.0" in metrics
    assert f"codex_bot_incident_acks_total{critical} 1.0" in metrics


async def test_a_tap_silences_the_group_in_alertmanager_and_another_one_takes_it_back(duty: Duty) -> None:
    alert = of_bundle("DroviAgentApprovalBacklogHigh", "31", organization_id="acme")
    await duty.alertmanager.fire(alert)
    shown = await duty.sees("DroviAgentApprovalBacklogHigh")
    await duty.taps(shown, "Silence 1h")
    quiet = await duty.sees("DroviAgentApprovalBacklogHigh.*🔕 Silenced by")
    (made,) = await duty.alertmanager.silences()
    matched = {each["name"]: each["value"] for each in made["matchers"]}
    assert matched == {"alertname": "DroviAgentApprovalBacklogHigh", "severity": "warning", "system": "agentos"}
    assert (await duty.incident("DroviAgentApprovalBacklogHigh"))["silence_id"] == made["id"]
    await duty.taps(quiet, "Undo the silence")
    assert await duty.alertmanager.silences() == []
    loud = await duty.sees(r"DroviAgentApprovalBacklogHigh.*\[Silence 1h\]")
    assert "🔕" not in loud["text"]
    assert loud["message_id"] == shown["message_id"]


async def test_an_alert_that_no_runbook_knows_is_shown_all_the_same(duty: Duty) -> None:
    await duty.alertmanager.fire(foreign("SomethingElse", "purple", host="db1"))
    shown = await duty.sees("SomethingElse is the matter")
    assert shown["text"].startswith("🟡 ")  # an unknown severity is taken for a warning, never for less
    assert "Labels: host=db1" in shown["text"]
    assert "No runbook is known for this alert." in shown["text"]


async def test_the_timeline_has_every_step_of_an_incident_with_exact_moments(duty: Duty) -> None:
    alert = foreign("Timed", "warning")
    await duty.alertmanager.fire(alert)
    await duty.taps(await duty.sees("Timed is the matter"), "Ack")
    await duty.alertmanager.end(alert)
    over = await duty.sees("Resolved · warning · Timed")
    found = await duty.incident("Timed")
    page = await duty.life.text(f"/api/incidents/{found['incident_id']}/timeline.md")
    said = [line.split(" | ")[1] for line in page.splitlines() if line.startswith("| 20")]
    said.remove("delivered")  # Telegram's answer may come after the tap that it has led to
    assert said == ["opened", "alerts joined", "message queued", "acknowledged", "resolved", "alerts resolved"]
    assert f"- Resolved: {found['resolved_at'][:19]}" in page
    await duty.taps(over, "Timeline")
    told = await duty.sees(f"# Incident {found['incident_id']}: Timed", after=over["message_id"])
    assert "## Root cause" in told["text"]
    assert next(line for line in page.splitlines() if line.startswith("| 20")) in told["text"]


async def test_buttons_work_and_silences_made_meanwhile_are_seen_after_kill_9(duty: Duty) -> None:
    """The silence is made in Alertmanager itself, while the agent is away."""
    mine, theirs = foreign("BeforeTheKill", system="x"), foreign("SilencedElsewhere", system="x")
    await duty.alertmanager.fire(mine, theirs)
    shown = await duty.sees("BeforeTheKill is the matter")
    elsewhere = await duty.sees("SilencedElsewhere is the matter")
    await duty.kill()
    silence = await duty.alertmanager.silence("grace", 3600, alertname="SilencedElsewhere")
    tapping = asyncio.create_task(duty.taps(shown, "Ack"))  # while nobody is there to answer
    await duty.start_again()
    assert "You have incident" in (await tapping)["answer"]
    assert (await duty.sees("BeforeTheKill.*has it since"))["message_id"] == shown["message_id"]
    quiet = await duty.sees("SilencedElsewhere.*🔕 Silenced by grace until")
    assert quiet["message_id"] == elsewhere["message_id"]

    await duty.alertmanager.expire(silence)
    await duty.start_again()  # looks at once, and every half minute after that
    again = await duty.sees("SilencedElsewhere is the matter", after=elsewhere["message_id"])
    assert "🔕" not in again["text"]
    before = await duty.sees("SilencedElsewhere goes on further down")
    assert before["message_id"] == elsewhere["message_id"]
    assert labels(before) == []


async def test_while_alertmanager_is_away_a_silence_is_refused_in_a_sentence_and_nothing_changes(duty: Duty) -> None:
    await duty.alertmanager.fire(foreign("Unsilenceable"))
    shown = await duty.sees("Unsilenceable is the matter")
    await duty.start_again(ALERTMANAGER_URL="http://127.0.0.1:9", ALERTMANAGER_TIMEOUT_SEC="1")
    tapped = await duty.taps(shown, "Silence 4h")
    assert "Alertmanager cannot be reached" in tapped["answer"]
    assert (await duty.incident("Unsilenceable"))["silence_id"] == ""
    assert await duty.alertmanager.silences() == []


async def test_alerts_of_the_time_without_an_agent_arrive_when_it_is_back(duty: Duty) -> None:
    await duty.kill()
    alert = foreign("WhileAway")
    await duty.alertmanager.fire(alert)
    await duty.start_again()
    await duty.sees("WhileAway is the matter", timeout=20)
    await duty.alertmanager.end(alert)
    await duty.sees("Resolved · warning · WhileAway")
    assert len(await duty.about("WhileAway")) == 1
