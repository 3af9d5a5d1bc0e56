"""Who watches the watcher: a heartbeat that stops is told in the chat, and a dead agent by Alertmanager itself."""

from pathlib import Path

from agent.sandbox.bot import DEFAULT_TOKEN
from tests.end_to_end.agent.stage import Stage, free_port
from tests.end_to_end.agent.talk import PERSON, Talk

from .alertmanager import HEARTBEAT, NEEDED, alertmanager
from .alerts import of_bundle
from .duty import Duty

pytestmark = NEEDED

PERIOD = 5
LOOKED_FOR = PERIOD + 10 + 5
"""Every ten seconds somebody looks."""


async def test_when_the_monitoring_falls_silent_the_agent_says_so_and_when_it_is_back(tmp_path: Path) -> None:
    async with Duty.on(tmp_path, WATCHDOG_PERIOD_SEC=str(PERIOD)) as duty:
        await duty.alertmanager.fire(of_bundle(HEARTBEAT, "1"))
        await duty.stage.until("SELECT 1 FROM controls WHERE key = 'watchdog.heard_at'")
        await duty.alertmanager.stop()
        down = await duty.sees("Monitoring is down.*no heartbeat since", timeout=LOOKED_FOR)
        assert "no alert can be trusted to arrive" in down["text"]
        assert [button["text"] for row in down["buttons"] for button in row] == ["Ack"]
        assert "You have incident" in (await duty.taps(down, "Ack"))["answer"]
        assert (await duty.incident("MonitoringDown"))["severity"] == "critical"
        await duty.alertmanager.start()
        await duty.alertmanager.fire(of_bundle(HEARTBEAT, "1"))
        back = await duty.sees("Monitoring is back", timeout=LOOKED_FOR)
        assert back["message_id"] == down["message_id"]
        assert len(await duty.talk.heard()) == 1  # the heartbeat itself is no incident


async def test_an_alert_about_the_agent_leaves_through_alertmanagers_own_telegram_while_the_agent_is_down(
    tmp_path: Path,
) -> None:
    """The rendered receiver and template against the sandbox's Bot API, which checks them as strictly as Telegram."""
    async with Stage.set(tmp_path) as stage:
        nobody = f"http://127.0.0.1:{free_port()}"
        way_out = {"bot_token": DEFAULT_TOKEN, "api_url": stage.remote.url, "chat_id": PERSON}
        async with alertmanager(tmp_path / "alertmanager", stage.session, nobody, way_out=way_out) as teller:
            talk, down = Talk(stage.remote, PERSON, PERSON), of_bundle("OrchestratorDown", "0")
            await teller.fire(of_bundle("DroviAgentRunSuccessRateLow", "83.1%"), down)
            shown = await talk.sees("OrchestratorDown")
            assert shown["text"].startswith("🔴 CRITICAL · SEV-1 · OrchestratorDown · televibe")
            assert down.annotations["summary"] in shown["text"]
            links = [each["url"] for each in shown["entities"] if each["type"] == "text_link"]
            assert links == [down.annotations["runbook_url"], down.annotations["dashboard_url"]]
            await teller.end(down)
            await talk.sees("🟢 RESOLVED CRITICAL.*OrchestratorDown")
            assert len(await talk.heard()) == 2  # what is not about the agent waits for the agent
