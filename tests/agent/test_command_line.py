"""The command line of the agent: what it says, and the exit codes that supervisors and scripts learn from."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.cli import main
from agent.cli.files import everything

WAY = {"PATH": os.environ["PATH"]}
ALLOWED = {
    "TELEGRAM_BOT_TOKEN": "123456789:" + "a" * 35,
    "TELEGRAM_USERS": "7:admin",
    "TELEGRAM_ADMIN_CHAT_ID": "7",
}


def test_missing_settings_are_named_and_exit_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"], {}) == 2

    said = capsys.readouterr().err
    assert "TELEGRAM_BOT_TOKEN: missing" in said
    assert "TELEGRAM_USERS: nobody is allowed" in said


def test_the_sandbox_needs_no_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--sandbox"], WAY) == 0

    assert "everything is there" in capsys.readouterr().out


def test_a_folder_that_is_missing_is_a_problem_and_exits_with_one(
    capsys: pytest.CaptureFixture[str], tmp_path: os.PathLike[str]
) -> None:
    assert main(["check", "--sandbox"], {**WAY, "BACKUP_DIR": "/dev/null/backups", "DATA_DIR": str(tmp_path)}) == 1

    assert "BACKUP_DIR" in capsys.readouterr().err


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_what_the_agent_writes_is_for_its_user_alone(tmp_path: Path) -> None:
    (tmp_path / "repos").mkdir()
    data, settings = tmp_path / "data", {"DATA_DIR": str(tmp_path / "data"), "REPOS_ROOT": str(tmp_path / "repos")}

    assert main(["reconstruct"], {**WAY, **ALLOWED, **settings}) == 0

    assert [oct(path.stat().st_mode & 0o777) for path in (data, data / "state.db")] == ["0o700", "0o600"]


@pytest.mark.parametrize("command", ["", "tour", "check", "backup", "restore", "reconstruct"])
def test_every_command_has_its_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*([command] if command else []), "--help"], {})

    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("usage: tocsin-agent")
    assert "?." not in said


def test_an_unknown_command_exits_with_two() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["fly"], {})

    assert ended.value.code == 2


def test_settings_and_the_files_they_name_are_told_of_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profiles, rota = tmp_path / "profiles.yaml", tmp_path / "rota.yaml"
    profiles.write_text("profiles: {default: {dialect: cobol}}")
    rota.write_text("people: {ann: {user: me}}")
    wrong = {"BIND_PORT": "many", "PROFILES_FILE": str(profiles), "ONCALL_ROTA_FILE": str(rota)}

    for command in ([], ["check"]):
        assert main(command, {**ALLOWED, **wrong}) == 2
        told = [*dict.fromkeys(line.partition(":")[0] for line in capsys.readouterr().err.splitlines())]
        assert told == ["BIND_PORT", "profiles.yaml", "ONCALL_ROTA_FILE"]


@pytest.mark.parametrize(
    ("more", "doubts"),
    [
        ({}, []),
        ({"ONCALL_CHAT_IDS": "-5", "ALERTMANAGER_WEBHOOK_TOKEN": "t"}, []),
        ({"TELEGRAM_ADMIN_CHAT_ID": "-5", "ALERTMANAGER_WEBHOOK_TOKEN": "t"}, []),
        ({"ONCALL_ROTA_FILE": "version: 1\nchats: [-5]", "ALERTMANAGER_WEBHOOK_TOKEN": "t"}, []),
        ({"ALERTMANAGER_WEBHOOK_TOKEN": "t"}, ["the private chats of every admin (7, 9)"]),
        ({"ONCALL_ROTA_FILE": "version: 1\nescalation: []"}, ["escalation is empty"]),
    ],
)
def test_that_nobody_was_named_to_hear_of_incidents_is_doubted_and_not_refused(
    more: dict[str, str], doubts: list[str], tmp_path: Path
) -> None:
    if "ONCALL_ROTA_FILE" in more:
        (tmp_path / "rota.yaml").write_text(more["ONCALL_ROTA_FILE"])
        more = {**more, "ONCALL_ROTA_FILE": str(tmp_path / "rota.yaml")}
    given = {**ALLOWED, "TELEGRAM_USERS": "7:admin,8:viewer,9:admin", "TELEGRAM_ADMIN_CHAT_ID": "", **more}
    found = everything({**given, "TELEGRAM_BASE_URL": "http://127.0.0.1:1/bot"}).doubts

    assert len(found) == len(doubts)
    assert all(expected in doubt for expected, doubt in zip(doubts, found, strict=True))


@pytest.mark.parametrize("command", [[], ["check"]])
def test_a_script_does_not_answer_for_a_cli_that_is_not_installed(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert main(command, {**ALLOWED, "DATA_DIR": str(tmp_path / "data")}) == 2
    assert "neither codex nor claude is installed" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("damage", [b"this is no database" * 500, None])
def test_damage_exits_with_three_whoever_finds_it(
    damage: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {**WAY, "DATA_DIR": str(tmp_path / "data"), "REPOS_ROOT": str(tmp_path), **ALLOWED}
    assert main(["reconstruct"], places) == 0
    database = tmp_path / "data" / "state.db"
    whole = database.read_bytes()
    database.write_bytes(damage or whole[:8192] + b"\xa5" * (len(whole) - 8192))

    assert main(["backup"], places) == 3
    assert "tocsin-agent restore" in capsys.readouterr().err
    assert main(["check", "--sandbox"], places) == 3


def test_a_database_that_cannot_be_opened_is_not_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "state.db").mkdir()

    assert main(["check", "--sandbox"], {**WAY, "DATA_DIR": str(tmp_path)}) == 1


def test_a_backup_needs_no_bot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = {"DATA_DIR": str(tmp_path / "data"), "BACKUP_DIR": str(tmp_path / "backups"), "REPOS_ROOT": str(tmp_path)}
    assert main(["reconstruct"], {**places, "TELEGRAM_USERS": "7:admin", "TELEGRAM_ADMIN_CHAT_ID": "7"}) == 0

    assert main(["backup"], places) == 0
    assert main(["restore"], places) == 0
    assert "Restored" in capsys.readouterr().out
