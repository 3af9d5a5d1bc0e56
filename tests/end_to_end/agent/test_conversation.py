"""A person and the agent: prompts, progress, answers, and everything that a CLI can do wrong."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from . import processes
from .stage import Life, Stage
from .talk import labels
from .waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

SILENCE = 2.0
LIMIT = 4096


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(folder: Path) -> AsyncIterator[Stage]:
    async with Stage.set(folder, RUN_IDLE_TIMEOUT_SEC=str(SILENCE), MAX_CONCURRENT_RUNS="2") as made:
        yield made
    processes.end_all(folder)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def life(stage: Stage) -> Life:
    return await stage.start()


async def test_progress_is_one_message_that_is_edited_and_the_answer_is_a_new_one(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    await talk.opens()
    asked = await talk.says("[[say one; sleep 0.8; say two; sleep 0.8; say three; sleep 0.8; say four]]")
    await talk.sees("Done.*four")
    progress, answer = [each for each in await talk.heard() if each["message_id"] > asked]
    shown = [version["text"] for version in progress["versions"]]
    assert "Queued" in shown[0]
    assert any("Running" in text and "one" in text for text in shown)
    assert 2 <= len(shown) <= 4  # twenty things happened: the run was shown at a pace, and put away
    assert len(answer["versions"]) == 1
    assert labels(answer) == ["Get the log", "Changes"]


async def test_a_cancelled_run_leaves_no_process_not_even_a_stubborn_child(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    session = await talk.opens()
    await talk.says("[[spawn-child stubborn; spawn-child stubborn detached; ignore-term; say ready; hang]]")
    run = (await stage.until("SELECT id FROM runs WHERE session_id = ? AND pid > 0", session))[0]["id"]
    await until(lambda: len(processes.of_run(run)) == 3, SILENCE)
    await talk.taps("Cancel")
    await talk.sees("Cancelled")
    assert processes.of_run(run) == []
    assert (await life.get(f"/api/runs/{run}"))["error_code"] == "ERR_RUN_CANCELLED"


async def test_a_crash_of_the_cli_is_told_with_what_can_be_done(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    await talk.opens()
    told = await talk.asks("[[say Working.; crash]]", "ERR_")
    assert "CLI ended with an error" in told["text"]
    assert labels(told) == ["Retry", "Retry with default", "Get the log"]


async def test_a_cli_that_falls_silent_is_ended(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    await talk.opens()
    told = await talk.asks("[[say Thinking.; hang]]", "ERR_")
    assert "Timed out" in told["text"]
    assert f"No output for {SILENCE:g} seconds" in told["text"]
    assert processes.of_runs(stage.folder) == []


async def test_a_line_of_ten_megabytes_is_read_and_shown_within_telegrams_limit(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    session = await talk.opens()
    await talk.asks("[[line 10MB; say Read it all.]]", "Done.*Read it all")
    await talk.asks("/tail", "Output of")
    assert max(len(version["text"]) for each in await talk.heard() for version in each["versions"]) <= LIMIT
    run = stage.rows("SELECT id FROM runs WHERE session_id = ?", session)[0]["id"]
    assert (stage.data / "logs" / "jobs" / f"{run}.log").stat().st_size > 1_000_000


async def test_a_failed_run_is_tried_again_by_its_button_and_its_log_is_sent(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    session = await talk.opens()
    await talk.asks("[[say Trying hard.; fail it cannot be done]]", "ERR_")
    await talk.taps("Retry")
    await talk.sees("ERR_", count=2)
    first, second = stage.rows("SELECT id, state, retry_of FROM runs WHERE session_id = ? ORDER BY seq", session)
    assert second["retry_of"] == first["id"]
    assert (first["state"], second["state"]) == ("failed", "failed")
    await talk.taps("Get the log")
    sent = await talk.sees(f"{second['id']}.txt")
    assert b"Trying hard." in await _file(stage, sent)
    assert b'{"' not in await _file(stage, sent)
    await talk.says("/log raw")
    assert b'{"' in await _file(stage, await talk.sees(f"{second['id']}.log"))


async def test_a_profile_that_is_not_installed_says_so_and_the_default_can_be_tried(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    await talk.opens("missing")
    told = await talk.asks("[[say Hello from the default.]]", "ERR_")
    assert "CLI not installed" in told["text"]
    assert "no-such-cli is not installed, or not on the agent's PATH." in told["text"]
    await talk.taps("Retry with default")
    await talk.sees("Done.*Hello from the default")


async def test_runs_of_a_session_wait_for_one_another_and_say_how_many_are_before_them(
    stage: Stage, life: Life
) -> None:
    talk = stage.talk()
    await talk.opens()
    await talk.says("[[sleep 0.8; say first]]")
    await stage.until("SELECT 1 FROM runs WHERE state = 'running'")
    await talk.asks("[[say second]]", "It is next", history=True)
    await talk.asks("[[say third]]", "1 run before it", history=True)
    await talk.sees("Done.*third")
    answers = [each["text"].split()[-1] for each in await talk.heard() if "Done" in each["text"]]
    assert answers == ["first", "second", "third"]


async def test_no_more_runs_than_allowed_are_at_work_at_once(stage: Stage, life: Life) -> None:
    before = stage.rows("SELECT coalesce(max(seq), 0) AS seq FROM runs")[0]["seq"]
    talks = [stage.talk() for _ in range(3)]
    for talk in talks:
        await talk.opens()
    for talk in talks:
        await talk.says("[[sleep 0.6; say enough]]")
    most = 0

    def all_done() -> bool:
        nonlocal most
        states = [row["state"] for row in stage.rows("SELECT state FROM runs WHERE seq > ?", before)]
        most = max(most, states.count("running"))
        return states.count("completed") == len(talks)

    await until(all_done)
    assert most == 2


async def test_sessions_work_in_worktrees_of_their_own_and_the_repository_stays_as_it_was(
    stage: Stage, life: Life
) -> None:
    one, other = stage.talk(), stage.talk()
    names = [await one.opens(), await other.opens()]
    await one.asks("[[edit notes.md from one]]", "Done")
    await other.asks("[[edit notes.md from the other]]", "Done")
    places = [_workspace(stage, name) for name in names]
    assert [(place / "notes.md").read_text() for place in places] == ["from one\n", "from the other\n"]
    assert _git(stage, "status", "--porcelain") == []
    assert {f"tocsin/{name}" for name in names} <= set(_git(stage, "branch", "--format=%(refname:short)"))
    assert "notes.md" in (await one.asks("/diff", "changed 1 file"))["text"]


async def test_a_closed_session_leaves_its_branch_and_takes_no_prompt(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    session = await talk.opens()
    workspace = _workspace(stage, session)
    await talk.asks("/close", f"Session {session} is closed")
    assert not workspace.exists()


async def test_a_file_goes_into_the_worktree_and_comes_back_out_of_it(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    session = await talk.opens()
    workspace = _workspace(stage, session)
    content = "naïve ☃\n" * 100
    await talk.sees("📎.*notes.txt", after=await talk.sends("notes.txt", content))
    saved = [path for path in workspace.rglob("notes.txt") if path.read_text(encoding="utf-8") == content]
    assert len(saved) == 1
    sent = await talk.asks(f"/get {saved[0].relative_to(workspace)}", "📄")
    assert (await _file(stage, sent)).decode() == content


async def test_a_path_outside_of_the_worktree_is_not_given_away(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    await talk.opens()
    told = await talk.asks("/get ../../data/state.db", "⚠️")
    assert told["file"] is None


def _git(stage: Stage, *arguments: str) -> list[str]:
    return subprocess.check_output(["git", *arguments], cwd=stage.folder / "repos" / "demo", text=True).split()


def _workspace(stage: Stage, session: str) -> Path:
    return Path(stage.rows("SELECT workspace FROM sessions WHERE id = ?", session)[0]["workspace"])


async def _file(stage: Stage, message: dict[str, object]) -> bytes:
    file = message["file"]
    assert isinstance(file, dict)
    async with stage.session.get(f"{stage.remote.url}/sim/file", params={"file_id": file["file_id"]}) as answer:
        return await answer.read()
