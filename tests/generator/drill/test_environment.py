"""What the programs of a stack get of the shell's settings: nothing in a simulation, one's own with one's own bot."""

from pathlib import Path

import pytest

from generator.domain.service import Service
from generator.drill.stack import Addresses, Places, Plan
from generator.drill.stack.environment import names_a_bot, personal, plain
from generator.drill.stack.process import Process
from generator.drill.stack.programs import BOT, agent, exporter, telegram

OPERATORS = {
    "ALERT_WEBHOOK_URL": "https://pager.example/real",
    "LOCAL_API_KEYS": "abc:api:read",
    "LOG_DIR": "/var/log/agent",
    "BACKUP_DIR": "/backups",
    "DATA_DIR": "/state",
    "REPOS_ROOT": "/src",
    "WORKSPACES_ROOT": "/worktrees",
    "ONCALL_ROTA_FILE": "/etc/rota.yaml",
    "PROFILES_FILE": "/etc/profiles.yaml",
    "INCIDENT_EXIT_SEC": "5",
    "TELEGRAM_BOT_TOKEN": "1:real",
    "TELEGRAM_BOT_TOKEN_FILE": "/run/secrets/bot",
    "TELEGRAM_USERS": "5:admin",
    "ALERTMANAGER_TOKEN": "of another server",
    "ALERTMANAGER_WEBHOOK_TOKEN_FILE": "/run/secrets/webhook",
    "PROMETHEUS_PASSWORD_FILE": "/run/secrets/prometheus",
    "HTTPS_PROXY": "http://proxy.example:3128",
    "ANTHROPIC_API_KEY": "of a person",
}
MACHINES = {"PATH": "/usr/bin:/bin", "HOME": "/home/ada", "LC_ALL": "C.UTF-8", "TMPDIR": "/tmp/x", "VIRTUAL_ENV": "/v"}  # noqa: S108


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (OPERATORS | MACHINES).items():
        monkeypatch.setenv(name, value)


def planned(service: Service, folder: Path, *, real: bool) -> Plan:
    places = Places.below(folder)
    return Plan(service, folder / "slo.yaml", places, Addresses(1, 2, 3, 4, 5), telegram_is_real=real)


async def found_by(process: Process, folder: Path) -> dict[str, str]:
    """The environment that a program finds which is started as this one is."""
    (folder / "logs").mkdir(exist_ok=True)
    spy = Process(process.name, ["/usr/bin/env", "--null"], folder / "logs" / "spy", process.environment)
    await spy.start()
    await spy.ended()
    return dict(line.split("=", 1) for line in (folder / "logs" / "spy").read_text().split("\0") if line)


async def test_no_simulated_program_finds_a_setting_of_the_shell(ours: Service, tmp_path: Path) -> None:
    plan = planned(ours, tmp_path, real=False)
    for process in (exporter(plan), telegram(plan), Process("prometheus", [], tmp_path / "log")):
        found = await found_by(process, tmp_path)

        assert OPERATORS.keys() & found.keys() == set()
        assert MACHINES.items() <= found.items()


async def test_an_agent_with_a_simulated_telegram_has_the_stack_s_settings_only(ours: Service, tmp_path: Path) -> None:
    found = await found_by(agent(planned(ours, tmp_path, real=False), "sesame"), tmp_path)

    assert [name for name, value in OPERATORS.items() if found.get(name) == value] == []
    assert (found["TELEGRAM_BOT_TOKEN"], found["ALERTMANAGER_WEBHOOK_TOKEN"]) == (BOT, "sesame")
    assert MACHINES.items() <= found.items()


async def test_an_agent_with_a_real_telegram_has_its_person_s_settings_but_not_their_folders_and_servers(
    ours: Service, tmp_path: Path
) -> None:
    found = await found_by(agent(planned(ours, tmp_path, real=True), "sesame"), tmp_path)

    kept = {"ALERT_WEBHOOK_URL", "LOCAL_API_KEYS", "ONCALL_ROTA_FILE", "PROFILES_FILE", "INCIDENT_EXIT_SEC"}
    kept |= {"TELEGRAM_BOT_TOKEN", "TELEGRAM_BOT_TOKEN_FILE", "TELEGRAM_USERS", "HTTPS_PROXY", "ANTHROPIC_API_KEY"}
    assert {name for name, value in OPERATORS.items() if found.get(name) == value} == kept
    assert (found["DATA_DIR"], found["ALERTMANAGER_WEBHOOK_TOKEN"]) == (str(tmp_path / "agent/state"), "sesame")
    assert {"BACKUP_DIR", "LOG_DIR", "ALERTMANAGER_TOKEN", "ALERTMANAGER_WEBHOOK_TOKEN_FILE"} & found.keys() == set()


def test_a_variable_of_one_s_own_for_python_stays_behind_the_packages_beside_this_one() -> None:
    root = str(Path(__file__).parents[3])

    assert plain({"PYTHONPATH": "/mine", "PYTHONHASHSEED": "1"}) == {
        "PYTHONPATH": f"{root}:/mine",
        "PYTHONHASHSEED": "1",
        "PYTHONUNBUFFERED": "1",
    }
    assert personal({}) == {"PYTHONPATH": root, "PYTHONUNBUFFERED": "1"}


@pytest.mark.parametrize(
    ("variables", "real"),
    [
        ({"TELEGRAM_BOT_TOKEN": "1:a"}, True),
        ({"TELEGRAM_BOT_TOKEN_FILE": "/run/secrets/bot"}, True),
        ({"TELEGRAM_BOT_TOKEN": "", "TELEGRAM_BOT_TOKEN_FILE": " "}, False),
        ({}, False),
    ],
)
def test_a_token_in_a_file_is_a_real_bot_as_well(variables: dict[str, str], real: bool) -> None:
    assert names_a_bot(variables) is real
