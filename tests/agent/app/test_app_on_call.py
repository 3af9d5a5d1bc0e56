"""The on-call loop as settings make it: where steps go, with which key, who is told, and that all of it closes."""

import json
from pathlib import Path

import pytest

from agent.adapters.sqlite import SqliteStore
from agent.app.on_call import built, outside
from agent.domain.inbox import Source
from agent.errors import Forbidden, MonitoringError, NotFound, SettingsError
from agent.settings import Secret, Settings, load
from tests.agent.fakes import FakeIds
from tests.agent.makers import NOON
from tests.agent.services.agency import Agency
from tests.agent.services.incidents.rehearsal import alert, webhook

CATALOG = Path(__file__).parents[3] / "monitoring" / "runbooks" / "catalog.json"
ENOUGH = {"TELEGRAM_BOT_TOKEN": "123456789:" + "a" * 35, "TELEGRAM_USERS": "7:admin", "RUNBOOK_CATALOG": str(CATALOG)}


def settings(**more: str) -> Settings:
    return load({**ENOUGH, **more})


async def test_an_alert_of_the_bundle_reaches_the_admin_chat_with_its_steps(tmp_path: Path) -> None:
    found = settings(TELEGRAM_ADMIN_CHAT_ID="-5")
    async with SqliteStore.opened(tmp_path / "state.db") as store, outside(found, FakeIds()) as world:
        agency = Agency(store=store)
        on_call = built(found, world, agency.journal, agency.messages)
        body = webhook([alert("DroviAgentRunSuccessRateLow", since=NOON, labels={"system": "agentos"})])
        async with store.transaction() as records:
            await records.inbox.accept(Source.ALERTMANAGER, "k", body, NOON)
        await on_call.loop.intake.turn()
        await agency.send_all()
        with pytest.raises(MonitoringError, match="ALERTMANAGER_URL"):
            await world.silencer.standing()
        assert (await on_call.timeline("K1")).startswith("# Incident K1: DroviAgentRunSuccessRateLow")
        with pytest.raises(NotFound):
            await on_call.timeline("K2")

    (message,) = agency.chat.said
    assert message.chat_id == -5
    assert "SEV-2 warning" in message.text
    assert "docker compose ps" in message.text
    assert "▶ 3. Roll back the deployment" in json.dumps(
        [button.label for row in message.buttons for button in row], ensure_ascii=False
    )


@pytest.mark.parametrize(
    ("more", "address"),
    [
        ({}, "http://127.0.0.1:8080/api/x"),
        ({"BIND_PORT": "9000"}, "http://127.0.0.1:9000/api/x"),
        ({"ACTION_BASE_URL": "https://drovi.example/v/"}, "https://drovi.example/v/api/x"),
    ],
)
async def test_steps_without_a_host_go_to_the_agent_itself_or_where_they_were_sent(
    more: dict[str, str], address: str
) -> None:
    async with outside(settings(**more), FakeIds()) as world:
        assert world.runner.address("", "/api/x") == address
        with pytest.raises(Forbidden, match="ACTION_HOSTS"):
            world.runner.address("evil.example", "/x")


async def test_a_port_that_is_not_known_has_to_be_configured() -> None:
    async with outside(settings(BIND_PORT="0"), FakeIds()) as world:
        with pytest.raises(Forbidden, match="ACTION_BASE_URL"):
            world.runner.address("", "/x")


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({}, ""),
        ({"LOCAL_API_KEYS": "reader-key;writer-key:api:write"}, "writer-key"),
        ({"LOCAL_API_KEYS": "writer-key:api:write", "ACTION_API_KEY": "own-key"}, "own-key"),
        ({"LOCAL_API_KEYS": "writer-key:api:write", "ACTION_BASE_URL": "https://other.example"}, ""),
    ],
)
async def test_the_agents_own_key_goes_to_the_agent_alone(more: dict[str, str], key: str) -> None:
    async with outside(settings(**more), FakeIds()) as world:
        assert getattr(world.runner, "_key") == Secret(key)  # noqa: B009 - the port does not show it


async def test_chats_of_the_on_call_come_before_the_admin_chat_and_the_rota_before_both(tmp_path: Path) -> None:
    (tmp_path / "rota.yaml").write_text("version: 1\nchats: [-9]\n")
    both = {"TELEGRAM_ADMIN_CHAT_ID": "-5", "ONCALL_CHAT_IDS": "-6"}
    for more, chats in ((both, (-6,)), ({**both, "ONCALL_ROTA_FILE": str(tmp_path / "rota.yaml")}, (-9,)), ({}, (7,))):
        async with outside(settings(**more), FakeIds()) as world:
            assert world.rota.chats == chats


@pytest.mark.parametrize(
    ("users", "chats"),
    [
        ("1:viewer,2:approver,3:admin,4:operator,5:admin", (3, 5)),
        ("1:viewer,2:approver,4:operator", (2,)),
        ("1:viewer,4:operator", (1, 4)),
    ],
)
async def test_where_no_chat_is_named_whoever_can_do_most_hears_of_incidents_in_private(
    users: str, chats: tuple[int, ...]
) -> None:
    async with outside(settings(TELEGRAM_USERS=users), FakeIds()) as world:
        assert world.rota.chats == chats


async def test_a_rota_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ONCALL_ROTA_FILE"):
        async with outside(settings(ONCALL_ROTA_FILE=str(tmp_path / "none.yaml")), FakeIds()):
            pass


async def test_everything_that_goes_on_by_itself_has_a_rhythm(tmp_path: Path) -> None:
    found = settings(ALERTMANAGER_URL="http://127.0.0.1:1")
    async with SqliteStore.opened(tmp_path / "state.db") as store, outside(found, FakeIds()) as world:
        agency = Agency(store=store)
        loops = list(built(found, world, agency.journal, agency.messages).rhythms(agency.clock))
        for loop in loops:
            loop.close()

    assert len(loops) == 10


@pytest.mark.parametrize(("period", "incidents"), [("300", ["MonitoringDown"]), ("0", [])])
async def test_monitoring_is_missed_unless_the_watch_is_switched_off(
    tmp_path: Path, period: str, incidents: list[str]
) -> None:
    found = settings(ALERTMANAGER_URL="http://127.0.0.1:1", WATCHDOG_PERIOD_SEC=period)
    async with SqliteStore.opened(tmp_path / "state.db") as store, outside(found, FakeIds()) as world:
        agency = Agency(store=store)
        on_call = built(found, world, agency.journal, agency.messages)
        agency.clock.advance(86_400)
        await on_call.loop.vigil.look()
        async with store.reading() as records:
            assert [each.name for each in await records.incidents.open()] == incidents


async def test_an_alarm_of_the_watch_ends_when_the_watch_is_switched_off(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        agency = Agency(store=store)
        for period in ("300", "0"):
            found = settings(
                ALERTMANAGER_URL="http://127.0.0.1:1", WATCHDOG_PERIOD_SEC=period, TELEGRAM_ADMIN_CHAT_ID="-5"
            )
            async with outside(found, FakeIds()) as world:
                on_call = built(found, world, agency.journal, agency.messages)
                agency.clock.advance(3600)
                await on_call.loop.vigil.look()
                await agency.send_all()
        async with store.reading() as records:
            assert list(await records.incidents.open()) == []

    assert "The watch over the monitoring was switched off" in agency.chat.said[-1].text
