"""Executable steps: shown in full, confirmed by somebody who may, sent once, answered in the chat, written down."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio

from tests.end_to_end.agent.alertmanager import TOKEN, post
from tests.end_to_end.agent.stage import Life, Stage, free_port
from tests.end_to_end.agent.talk import PERSON, Shown, Talk, labels

from .alerts import CATALOG, of_bundle
from .other_side import OtherSide, standing

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPERATOR: Final = 1002
KEY: Final = "the-key-of-the-agents-own-api"
ACTIONS: Final[dict[str, dict[str, Any]]] = {
    "Restart": {"method": "POST", "path": "/restart/{pod}", "body": {"pod": "{pod}", "grace": 5}},
    "Slow": {"method": "POST", "path": "/slow"},
    "Elsewhere": {"method": "POST", "path": "/elsewhere"},
}
"""An alert each, with one step that calls the other side."""

CONFIRM: Final = "Confirm and send"


@dataclass(slots=True)
class Scene:
    """The agent, its other side, and the chat."""

    stage: Stage
    life: Life
    side: OtherSide

    @property
    def talk(self) -> Talk:
        return Talk(self.stage.remote, PERSON, PERSON)

    async def opens(self, name: str, **more: str) -> Shown:
        """Let an alert fire; its message."""
        alert = {"alertname": name, "severity": "critical", "system": "x", **more}
        return await self.told(alert, {"summary": f"{name} is the matter"})

    async def told(self, own: dict[str, str], annotations: dict[str, str]) -> Shown:
        """Post an alert as Alertmanager does; its message."""
        group = {name: text for name, text in own.items() if name != "severity"}  # each of its own
        raw = {"status": "firing", "labels": own, "annotations": annotations, "startsAt": "2026-01-01T00:00:00Z"}
        notification = {"version": "4", "status": "firing", "groupKey": json.dumps(own), "groupLabels": group}
        before = max((each["message_id"] for each in await self.stage.remote.messages(PERSON)), default=0)
        assert await post(self.stage.session, self.life.url, notification | {"alerts": [raw]}) == 200
        return await self.talk.sees(own["alertname"], after=before)

    async def prepares(self, name: str, **more: str) -> Shown:
        """Let an alert fire and tap its step; what is shown of the call."""
        shown = await self.opens(name, **more)
        await self.talk.taps(labels(shown)[-1], message_id=shown["message_id"])
        return await self.talk.sees(rf"Step for incident.*\[{CONFIRM}\]", after=shown["message_id"])

    async def confirms(self, shown: Shown) -> None:
        await self.talk.taps(CONFIRM, message_id=shown["message_id"])

    async def outcome(self, shown: Shown, pattern: str) -> str:
        """Wait until the message of the call says so; all of it."""
        found = await self.talk.sees(pattern, after=shown["message_id"] - 1)
        assert found["message_id"] == shown["message_id"]
        return str(found["text"])

    async def own(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """`GET` of the agent's own API, with its key."""
        async with self.stage.session.get(f"{self.life.url}{path}", headers={"x-local-api-key": KEY}) as answer:
            return await answer.json()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    folder = tmp_path_factory.mktemp("steps")
    async with standing() as side:
        environment = {
            "BIND_PORT": str(free_port()),
            "ALERTMANAGER_WEBHOOK_TOKEN": TOKEN,
            "RUNBOOK_CATALOG": str(_catalogue(folder / "catalog.json", side.host)),
            "ACTION_HOSTS": side.host,
            "ONCALL_STORM_GROUPS": "1000",  # the tests follow one another faster than alerts do
            "LOCAL_API_KEYS": f"{KEY}:admin:*",
            "TELEGRAM_USERS": f"{PERSON}:admin,{OPERATOR}:operator",
        }
        async with Stage.set(folder / "stage", **environment) as stage:
            yield Scene(stage, await stage.start(), side)


@pytest.fixture(autouse=True)
def _forgotten(scene: Scene) -> None:
    scene.side.calls.clear()
    scene.side.says = '{"done": true}'


def _catalogue(path: Path, host: str) -> Path:
    """The bundle's own, and alerts whose steps go to the other side, or to somebody whom nobody has allowed."""
    catalogue = json.loads(CATALOG.read_text(encoding="utf-8"))
    for name, action in ACTIONS.items():
        catalogue["alerts"][name] = _entry(f"http://{host}", action)
    catalogue["alerts"]["Foreign"] = _entry("somebody.example", ACTIONS["Restart"])
    path.write_text(json.dumps(catalogue), encoding="utf-8")
    return path


def _entry(host: str, action: dict[str, Any]) -> dict[str, Any]:
    step = {"text": "Do it.", "action": action | {"host": host}}
    return {"system": "x", "severity": "critical", "steps": [{"text": "Look first."}, step]}


async def test_a_step_is_shown_in_full_before_anything_is_sent_and_can_be_called_off(scene: Scene) -> None:
    shown = await scene.prepares("Restart", pod="web-1")
    assert f"POST http://{scene.side.host}/restart/web-1" in shown["text"]
    assert '{"grace": 5, "pod": "web-1"}' in shown["text"]
    assert labels(shown) == [CONFIRM, "Cancel"]
    await scene.talk.taps("Cancel", message_id=shown["message_id"])
    assert labels(await scene.talk.sees("Not sent", after=shown["message_id"] - 1)) == []
    assert scene.side.calls == []


async def test_a_confirmed_step_is_sent_once_and_answered_in_its_message_however_often_it_is_tapped(
    scene: Scene,
) -> None:
    shown = await scene.prepares("Restart", pod="web-2")
    where = {"chat_id": PERSON, "message_id": shown["message_id"], "button": CONFIRM, "user": PERSON}
    for _ in range(3):
        await scene.stage.remote.post("tap", **where)
    dealt_with = "SELECT 1 WHERE (SELECT count(*) FROM inbox WHERE body LIKE ? AND state = 'done') = 3"
    await scene.stage.until(dealt_with, f"%{shown['buttons'][0][0]['data']}%")
    said = await scene.outcome(shown, "Answered 200")
    assert '"done": true' in said
    (call,) = scene.side.calls
    assert (call.method, call.path, json.loads(call.body)) == ("POST", "/restart/web-2", {"grace": 5, "pod": "web-2"})
    assert call.headers["Idempotency-Key"]
    assert KEY not in str(call.headers)  # the key of the agent's own API goes nowhere else


async def test_a_step_of_the_bundle_contains_the_agent_itself_and_is_written_down(scene: Scene) -> None:
    """The documented containment: switch the trigger off. The alert does not say which, so the on-call does."""
    alert = of_bundle("DroviAgentRunSuccessRateLow", "83.1%")
    shown = await scene.told(alert.labels, alert.annotations)
    incident = re.search(r"agentos (\w+)\n", shown["text"])
    assert incident is not None
    await scene.talk.taps(labels(shown)[-1], message_id=shown["message_id"])
    asked = await scene.talk.sees("is not complete", after=shown["message_id"])
    assert f"/act {incident[1]} 4 id=\n" in asked["text"] + "\n"
    assert labels(asked) == ["api · enabled"]
    await scene.talk.taps("api · enabled", message_id=asked["message_id"])
    call = await scene.talk.sees(r"PATCH .*/api/v1/agents/triggers/api\n", after=asked["message_id"])
    assert '{"is_enabled": false}' in call["text"]
    assert (await scene.own("/api/v1/agents/triggers"))[0]["is_enabled"] is True
    await scene.confirms(call)
    assert '"is_enabled": false' in await scene.outcome(call, "Answered 200")
    assert (await scene.own("/api/v1/agents/triggers"))[0]["is_enabled"] is False
    said = [each["text"] for each in await scene.talk.heard()]
    assert not any(KEY in text for text in said)
    audited = scene.stage.rows("SELECT actor, action, detail FROM audit WHERE detail LIKE '%triggers/api%'")
    assert [each["action"] for each in audited] == [
        "action.prepared",
        "action.confirmed",
        "action.running",
        "action.done",
    ]
    assert [each["actor"] for each in audited][:2] == [PERSON, PERSON]
    page = (await scene.talk.asks(f"/timeline {incident[1]}", "# Incident"))["text"]
    assert "done 200: PATCH" in page


async def test_the_steps_of_an_incident_lead_to_the_denylist_which_keeps_what_nobody_has_named(scene: Scene) -> None:
    alert = of_bundle("DroviAgentQualityDriftHigh", "0.9", organization_id="local", role_scope="default")
    shown = await scene.told(alert.labels, alert.annotations)
    await scene.talk.taps("Steps", message_id=shown["message_id"])
    steps = await scene.talk.sees(r"Procedures\n", after=shown["message_id"])
    way = next(each for each in labels(steps) if "denylist" in each)
    await scene.talk.taps(way, message_id=steps["message_id"])
    page = await scene.talk.sees(r"\n5\. Read, remove only what you added", after=shown["message_id"])
    assert page["message_id"] == steps["message_id"]
    write = next(each for each in labels(page) if each.startswith("▶ 2."))
    await scene.talk.taps(write, message_id=page["message_id"])
    asked = await scene.talk.sees("What you leave out stays as it is now", after=page["message_id"])
    command = re.search(r"/act \w+ emergency-denylist\.2 emergency_denylist=", asked["text"])
    assert command is not None
    call = await scene.talk.asks(f"{command[0]}Bash,WebFetch", r"PUT .*/policies/overlay\n")
    await scene.confirms(call)
    await scene.outcome(call, "Answered 200")
    assert (await scene.own("/api/v1/agents/policies/overlay"))["emergency_denylist"] == ["Bash", "WebFetch"]
    again = await scene.talk.asks(command[0], "is not complete")
    assert "now: Bash,WebFetch" in again["text"]


async def test_a_step_that_was_being_sent_when_the_agent_was_killed_is_unknown_and_never_sent_again(
    scene: Scene,
) -> None:
    shown = await scene.prepares("Slow")
    confirming = asyncio.create_task(scene.confirms(shown))
    await scene.side.until(1)
    await confirming
    await scene.talk.sees("waiting for the answer", after=shown["message_id"] - 1)
    await scene.life.kill()
    scene.life = await scene.stage.start()
    said = await scene.outcome(shown, "Nobody knows whether it was carried out")
    assert "the agent stopped while this was being sent" in said
    other = await scene.prepares("Restart", pod="after-the-kill")
    await scene.confirms(other)
    await scene.outcome(other, "Answered 200")
    assert [each.path for each in scene.side.calls] == ["/slow", "/restart/after-the-kill"]


async def test_what_was_confirmed_while_the_agent_dies_before_it_hears_of_it_is_sent_once_by_the_next_life(
    scene: Scene,
) -> None:
    shown = await scene.prepares("Restart", pod="web-3")
    await scene.stage.until("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE state = 'sending')")
    await scene.life.kill()
    confirming = asyncio.create_task(scene.confirms(shown))
    scene.life = await scene.stage.start()
    await confirming
    await scene.outcome(shown, "Answered 200")
    assert len(scene.side.calls) == 1


async def test_a_host_that_nobody_has_allowed_is_refused_before_anything_is_shown(scene: Scene) -> None:
    shown = await scene.opens("Foreign", pod="web-1")
    tapped = await scene.talk.taps(labels(shown)[-1], message_id=shown["message_id"])
    assert "somebody.example is not in ACTION_HOSTS" in tapped["answer"]
    assert scene.stage.rows("SELECT 1 FROM incident_actions WHERE url LIKE '%somebody.example%'") == []


async def test_a_redirect_is_not_followed_and_said_to_be_one(scene: Scene) -> None:
    shown = await scene.prepares("Elsewhere")
    await scene.confirms(shown)
    assert "a redirect, which is not followed" in await scene.outcome(shown, "Answered 307")
    assert [each.path for each in scene.side.calls] == ["/elsewhere"]


async def test_a_secret_in_the_answer_does_not_reach_the_chat(scene: Scene) -> None:
    scene.side.says = json.dumps({"echo": KEY})
    shown = await scene.prepares("Restart", pod="web-4")
    await scene.confirms(shown)
    said = await scene.outcome(shown, "Answered 200")
    assert '"echo":' in said
    assert KEY not in said


async def test_somebody_who_may_not_approve_can_neither_ask_for_a_step_nor_confirm_it(scene: Scene) -> None:
    shown = await scene.prepares("Restart", pod="web-5")
    intruder = Talk(scene.stage.remote, PERSON, OPERATOR)
    tapped = await intruder.taps(CONFIRM, message_id=shown["message_id"])
    assert "approver" in tapped["answer"]
    assert labels(await scene.talk.sees("web-5", after=shown["message_id"] - 1)) == [CONFIRM, "Cancel"]
    assert scene.side.calls == []
