"""Bad settings and bad surroundings: one clear sentence to whoever can act on it, and nothing else changed."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from .stage import ROOT, Stage, make_repository


async def test_all_that_is_wrong_with_the_settings_is_told_at_once(stage: Stage) -> None:
    wrong = {
        "TELEGRAM_BOT_TOKEN": "98765",
        "TELEGRAM_USERS": "me:king",
        "TELEGRAM_ADMIN_CHAT_ID": "here",
        "TELEGRAM_UPDATES": "pigeon",
        "BIND_HOST": "0.0.0.0",  # noqa: S104 - that is what is wrong
        "BIND_PORT": "99999",
        "MAX_CONCURRENT_RUNS": "many",
        "APPROVAL_TTL_SEC": "1",
        "ALERT_WEBHOOK_URL": "http://example.com/hook",
        "ALERT_MIN_SEVERITY": "loud",
        "DATA_DIR": "relative/path",
        "LOG_LEVEL": "shouting",
    }
    code, output, errors = await stage.command(**wrong)
    assert (code, output) == (2, "")
    told = {line.split(":")[0] for line in errors.splitlines()}
    assert set(wrong) - {"BIND_HOST"} | {"LOCAL_API_KEYS"} == told
    assert "98765" not in errors  # a token that is nearly right must not be shown
    assert not (stage.folder / "data").exists()


async def test_without_settings_it_says_which_are_needed(stage: Stage) -> None:
    code, _, errors = await stage.command(TELEGRAM_BOT_TOKEN="", TELEGRAM_USERS="")
    assert code == 2
    assert [line.split(":")[0] for line in errors.splitlines()] == ["TELEGRAM_BOT_TOKEN", "TELEGRAM_USERS"]
    assert "nobody is allowed; list users as ID:ROLE, as in 12345:admin" in errors


async def test_a_second_agent_on_the_same_data_refuses_and_the_first_goes_on(stage: Stage) -> None:
    first = await stage.start()
    second = await stage.launch()
    assert await second.end() == 1
    assert second.said() == f"An agent already runs on {stage.data} as process {first.pid}; stop it first.\n"
    await stage.talk().asks("/whoami", "admin")
    assert first.process.returncode is None


async def test_a_port_that_is_taken_is_named(stage: Stage) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]
        life = await stage.launch(BIND_PORT=str(port))
        assert await life.end() == 2
    assert life.said().splitlines()[-1].startswith("BIND_PORT: ")
    assert str(port) in life.said().splitlines()[-1]
    assert "Traceback" not in life.said()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("profiles:\n  default: {dialect: cobol}\n", "profiles.yaml:2:"),
        ("profiles:\n  default: {dialect: codex, tools_ask: true}\n", "codex cannot ask per tool"),
        ("profiles:\n  other: {dialect: codex}\n", "default"),
        ("profiles:\n  default: {dialect: codex, environment: [TELEGRAM_BOT_TOKEN]}\n", "a secret of the agent itself"),
        ("profiles: [\n", "no YAML"),
        ("", "the file is empty"),
    ],
)
async def test_a_profile_that_is_not_valid_is_told_with_its_place(stage: Stage, text: str, told: str) -> None:
    file = stage.folder / "wrong" / "profiles.yaml"
    file.parent.mkdir()
    file.write_text(text)
    code, _, errors = await stage.command(PROFILES_FILE=str(file))
    assert code == 2
    assert told in errors
    assert "Traceback" not in errors
    assert not (stage.data / "state.db").exists()


async def test_what_cannot_be_found_is_said_in_the_chat(stage: Stage) -> None:
    plain = stage.folder / "repos" / "plain"
    plain.mkdir()
    (plain / "file").write_text("no repository\n")
    await stage.start()
    assert "There is no project plain." in (await stage.talk().asks("/new plain", "⚠️"))["text"]
    assert "There is no profile cobol; there are" in (await stage.talk().asks("/new demo cobol", "⚠️"))["text"]
    assert stage.rows("SELECT 1 FROM sessions") == []
    assert [row["id"] for row in stage.rows("SELECT id FROM projects")] == ["demo"]


async def test_a_project_whose_repository_is_gone_or_broken_takes_no_session(stage: Stage) -> None:
    broken = stage.folder / "repos" / "broken"
    make_repository(broken)
    await stage.start()
    await stage.until("SELECT 1 FROM projects WHERE id = 'broken'")
    (broken / ".git" / "HEAD").write_text("garbage\n")
    told = await stage.talk().asks("/new broken", "⚠️", timeout=20)
    assert "worktree" in told["text"] or "repository" in told["text"]
    assert stage.rows("SELECT 1 FROM sessions") == []
    await stage.talk().opens()  # the others are as good as before


async def test_a_folder_of_repositories_that_is_missing_is_not_ready(stage: Stage) -> None:
    life = await stage.start(REPOS_ROOT=str(stage.folder / "nowhere"))
    async with stage.session.get(f"{life.url}/health/ready") as answer:
        assert answer.status == 503
        assert (await answer.json())["checks"]["repos"] == f"failed: {stage.folder / 'nowhere'} does not exist"


async def test_check_tells_everything_that_is_missing_and_changes_nothing(stage: Stage) -> None:
    before = sorted(path for path in stage.folder.rglob("*") if ".git" not in path.parts)
    code, _, errors = await stage.command("check", REPOS_ROOT="/nowhere/at/all")
    assert code == 1
    assert "REPOS_ROOT: /nowhere/at/all does not exist" in errors
    assert "profile missing: no-such-cli is not installed" in errors
    assert sorted(path for path in stage.folder.rglob("*") if ".git" not in path.parts) == before


def test_help_is_there_without_any_settings(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agent", "--help"],
        env={"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert b"tocsin-agent --sandbox" in done.stdout
