"""Holds the hook's judgement to its order, and its process to failing closed."""

import errno
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.adapters.runner import processes
from agent.adapters.sqlite import SqliteStore
from agent.domain.approval import ApprovalState, Scope, grant
from agent.domain.containment import Autonomy, Containment
from agent.domain.run import RunState
from agent.domain.tool_call import READING, told
from agent.hook import RUN_VARIABLE, Answer, Asked, Call, Known, command, judge, note, notes_of
from tests.agent.makers import NOON, make_approval, make_run, make_session

PUSH = Call("t1", "Bash", {"command": "git push", "description": "Push"})


def known(**changes: Any) -> Known:  # noqa: ANN401 - a test changes any field
    fields: dict[str, Any] = {
        "run": RunState.RUNNING,
        "allowed_scopes": (),
        "asked": (),
        "containment": Containment(),
    }
    return Known(**{**fields, **changes})


def asked(state: ApprovalState, *, tool_use_id: str = "t1", question: str = "Bash: git push") -> Sequence[Asked]:
    return [Asked(tool_use_id, question, state)]


def test_a_change_that_nobody_has_decided_about_waits_for_a_person() -> None:
    assert judge(PUSH, known()).decision == "defer"


@pytest.mark.parametrize("tool", sorted(READING))
def test_a_tool_that_only_reads_is_left_to_the_rules_of_claude(tool: str) -> None:
    assert judge(Call("t1", tool, {}), known(containment=Containment(autonomy=Autonomy.L1))).decision == ""


@pytest.mark.parametrize(
    ("state", "decision"),
    [
        (ApprovalState.APPROVED, "allow"),
        (ApprovalState.DENIED, "deny"),
        (ApprovalState.EXPIRED, "deny"),
        (ApprovalState.PENDING, "defer"),
    ],
)
def test_the_answer_about_this_call_decides(state: ApprovalState, decision: str) -> None:
    assert judge(PUSH, known(asked=asked(state))).decision == decision


def test_a_resumed_call_under_a_new_id_is_known_by_its_words() -> None:
    assert judge(PUSH, known(asked=asked(ApprovalState.APPROVED, tool_use_id="t0"))).decision == "allow"


def test_other_words_need_an_answer_of_their_own() -> None:
    forced = Call("t2", "Bash", {"command": "git push --force"})

    assert judge(forced, known(asked=asked(ApprovalState.APPROVED, tool_use_id="t0"))).decision == "defer"


def test_a_new_id_is_not_trusted_where_the_question_did_not_say_all() -> None:
    write = Call("t2", "Write", {"file_path": "/w/a", "content": "something else"})
    before = asked(ApprovalState.APPROVED, tool_use_id="t1", question="Write: /w/a")

    assert judge(write, known(asked=before)).decision == "defer"


def test_a_new_id_is_trusted_when_the_question_said_all() -> None:
    given = {"file_path": "/w/a", "content": "short"}
    before = asked(ApprovalState.APPROVED, question=f"Write: {told('Write', given)}")

    assert judge(Call("t2", "Write", given), known(asked=before)).decision == "allow"


def test_an_older_yes_does_not_count_after_a_newer_question() -> None:
    both = [*asked(ApprovalState.APPROVED, tool_use_id="t3", question="Bash: make"), *asked(ApprovalState.APPROVED)]

    assert judge(replace_id(PUSH, "t4"), known(asked=both)).decision == "defer"


def test_a_call_that_an_ended_run_has_left_over_is_denied_whatever_the_session_has() -> None:
    left = known(is_left_over=True, allowed_scopes=(Scope.PUSH,))

    assert judge(PUSH, left).decision == "deny"
    assert judge(Call("t1", "Read", {}), left).decision == ""


def replace_id(call: Call, identity: str) -> Call:
    return call._replace(id=identity)


def test_a_scope_that_is_approved_for_the_session_is_not_asked_about() -> None:
    assert judge(PUSH, known(allowed_scopes=(Scope.PUSH,))).decision == "allow"
    assert judge(PUSH, known(allowed_scopes=(Scope.WRITE,))).decision == "defer"


def test_at_l2_a_yes_for_the_session_does_not_count() -> None:
    levers = Containment(autonomy=Autonomy.L2)
    write = Call("t1", "Write", {"file_path": "a"})

    assert judge(write, known(allowed_scopes=(Scope.WRITE,), containment=levers)).decision == "defer"


def test_at_l4_low_risk_passes_without_asking() -> None:
    levers = known(containment=Containment(autonomy=Autonomy.L4))

    assert judge(Call("t1", "Write", {"file_path": "a"}), levers).decision == "allow"
    assert judge(PUSH, levers).decision == "defer"


def test_halted_high_risk_is_asked_about_whatever_the_session_has() -> None:
    halted = Containment(halted=True)

    assert judge(PUSH, known(allowed_scopes=(Scope.PUSH,), containment=halted)).decision == "defer"
    low = Call("t1", "Write", {"file_path": "a"})
    assert judge(low, known(allowed_scopes=(Scope.WRITE,), containment=halted)).decision == "allow"


def test_the_denylist_wins_over_every_yes() -> None:
    levers = Containment(denied_tools=("Bash", "Read"))
    yes = known(asked=asked(ApprovalState.APPROVED), allowed_scopes=(Scope.PUSH,), containment=levers)

    assert judge(PUSH, yes).reason == "The tool Bash is on the denylist."
    assert judge(Call("t1", "Read", {}), yes).decision == "deny"


def test_the_denylist_does_not_care_about_capitals() -> None:
    assert judge(PUSH, known(containment=Containment(denied_tools=("bash",)))).decision == "deny"


@pytest.mark.parametrize("autonomy", [Autonomy.L0, Autonomy.L1])
def test_nothing_is_changed_while_agents_only_recommend(autonomy: Autonomy) -> None:
    levers = Containment(autonomy=autonomy)

    assert judge(PUSH, known(asked=asked(ApprovalState.APPROVED), containment=levers)).decision == "deny"


@given(st.sampled_from([None, *RunState]), st.sampled_from(sorted({*READING, "Bash", "Write"})))
def test_only_a_run_at_work_may_use_tools(state: RunState | None, tool: str) -> None:
    decision = judge(Call("t1", tool, {"command": "x"}), known(run=state, asked=asked(ApprovalState.APPROVED))).decision

    assert (decision == "deny") == (state is not RunState.RUNNING)


def test_the_run_is_named_by_the_variable_that_the_runner_sets() -> None:
    assert RUN_VARIABLE == processes.RUN_VARIABLE


# The process


def ask(database: Path, event: object, *, cwd: Path, run_id: str = "r1") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S602 - as Claude runs it
        command(database),
        shell=True,
        check=False,
        cwd=cwd,
        input=event if isinstance(event, str) else json.dumps(event),
        capture_output=True,
        text=True,
        timeout=30,
        env={"PATH": os.environ["PATH"], RUN_VARIABLE: run_id},
    )


def event_of(call: Call) -> dict[str, object]:
    return {
        "session_id": "s",
        "hook_event_name": "PreToolUse",
        "tool_name": call.tool,
        "tool_input": call.given,
        "tool_use_id": call.id,
    }


async def prepare(database: Path, **changes: Any) -> None:  # noqa: ANN401 - any field of the approval
    async with SqliteStore.opened(database) as store, store.transaction() as records:
        await records.sessions.add(make_session())
        await records.runs.add(replace(make_run(), state=RunState.RUNNING, started_at=NOON))
        if changes:
            await records.approvals.add(make_approval(tool="Bash", question="Bash: git push", **changes))


def decision_in(done: "subprocess.CompletedProcess[str]") -> str:
    assert done.returncode == 0, done.stderr
    said: dict[str, dict[str, str]] = json.loads(done.stdout)
    return said["hookSpecificOutput"]["permissionDecision"]


async def test_it_answers_from_the_database_of_an_agent_that_is_gone(tmp_path: Path) -> None:
    database = tmp_path / "a folder with 100% spaces" / "state.db"
    await prepare(database, tool_use_id="t1", state=ApprovalState.APPROVED)

    assert decision_in(ask(database, event_of(PUSH), cwd=tmp_path)) == "allow"


async def test_a_question_of_an_earlier_run_of_the_session_is_not_asked_again(tmp_path: Path) -> None:
    database = tmp_path / "state.db"
    await prepare(database, tool_use_id="t1", state=ApprovalState.DENIED)
    async with SqliteStore.opened(database) as store, store.transaction() as records:
        await records.runs.add(replace(make_run(id="r2"), state=RunState.RUNNING, started_at=NOON))
        await records.runs.add(replace(make_run(id="r3", session_id="S2"), state=RunState.RUNNING, started_at=NOON))

    assert decision_in(ask(database, event_of(PUSH), cwd=tmp_path, run_id="r2")) == "deny"
    assert decision_in(ask(database, event_of(replace_id(PUSH, "t2")), cwd=tmp_path, run_id="r2")) == "defer"
    assert decision_in(ask(database, event_of(PUSH), cwd=tmp_path, run_id="r3")) == "defer"


@pytest.mark.parametrize(("minutes", "decision"), [(5, "allow"), (-5, "defer")])
async def test_a_yes_for_the_session_holds_until_its_time(tmp_path: Path, minutes: int, decision: str) -> None:
    database = tmp_path / "state.db"
    await prepare(database)
    until = datetime.now(UTC) + timedelta(minutes=minutes)
    async with SqliteStore.opened(database) as store, store.transaction() as records:
        await records.sessions.save(make_session(allowed_scopes=(grant(Scope.WRITE, until), "shell")))

    write, shell = Call("t1", "Write", {"file_path": "a"}), Call("t2", "Bash", {"command": "make"})
    assert decision_in(ask(database, event_of(write), cwd=tmp_path)) == decision
    assert decision_in(ask(database, event_of(shell), cwd=tmp_path)) == "defer"


async def test_it_sees_what_is_committed_while_the_agent_writes(tmp_path: Path) -> None:
    database = tmp_path / "state.db"
    await prepare(database)
    async with SqliteStore.opened(database) as store:
        assert decision_in(ask(database, event_of(PUSH), cwd=tmp_path)) == "defer"
        async with store.transaction() as records:
            await records.controls.contain(Containment(denied_tools=("Bash",)))
        async with store.transaction() as records:
            await records.controls.keep("being", "written")
            assert decision_in(ask(database, event_of(PUSH), cwd=tmp_path)) == "deny"


async def test_it_changes_nothing(tmp_path: Path) -> None:
    database = tmp_path / "state.db"
    await prepare(database)
    before = database.read_bytes()

    ask(database, event_of(PUSH), cwd=tmp_path)

    assert database.read_bytes() == before


async def test_what_lies_in_the_worktree_cannot_take_its_place(tmp_path: Path) -> None:
    await prepare(tmp_path / "state.db")
    for name in ("json.py", "sqlite3.py", "agent/__init__.py", "agent/hook.py"):
        trap = tmp_path / name
        trap.parent.mkdir(exist_ok=True)
        trap.write_text("raise SystemExit(0)\n")

    assert decision_in(ask(tmp_path / "state.db", event_of(PUSH), cwd=tmp_path)) == "defer"


@pytest.mark.parametrize("event", ["", "no json", "[]", "{}", '{"tool_name": 5}'])
async def test_what_is_no_event_is_blocked(tmp_path: Path, event: str) -> None:
    await prepare(tmp_path / "state.db")
    done = ask(tmp_path / "state.db", event, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Nothing is allowed now:")


@pytest.mark.parametrize("content", [None, b"", b"this is no database" * 100])
def test_a_state_that_cannot_be_read_blocks_every_call(tmp_path: Path, content: bytes | None) -> None:
    database = tmp_path / "state.db"
    if content is not None:
        database.write_bytes(content)
    done = ask(database, event_of(Call("t1", "Read", {})), cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Nothing is allowed now: the state cannot be read")
    assert database.exists() == (content is not None)


def test_the_exit_code_alone_is_a_no_for_whoever_calls_it_otherwise(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "agent.hook", "--database", str(tmp_path / "state.db")]
    done = subprocess.run(words, check=False, input="{}", capture_output=True, text=True, timeout=30)

    assert done.returncode == 2


def test_a_hook_that_cannot_even_start_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))

    assert ask(tmp_path / "state.db", event_of(PUSH), cwd=tmp_path).returncode == 2


def test_a_hook_that_hangs_ends_itself_and_blocks(tmp_path: Path) -> None:
    waits = "import sys, agent.hook as hook; hook.PATIENCE_SECONDS = 1; sys.exit(hook.main(['--database', 'x']))"
    words = shlex.join([sys.executable, "-c", waits])
    with subprocess.Popen(  # noqa: S602 - as Claude runs it
        f"{words} || exit 2", shell=True, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as hanging:
        assert hanging.wait(timeout=15) == 2


async def test_a_run_that_nobody_knows_is_denied(tmp_path: Path) -> None:
    await prepare(tmp_path / "state.db")

    assert decision_in(ask(tmp_path / "state.db", event_of(PUSH), cwd=tmp_path, run_id="")) == "deny"


# What is let through without a question


async def approve_shell(database: Path) -> None:
    await prepare(database)
    until = datetime.now(UTC) + timedelta(minutes=5)
    async with SqliteStore.opened(database) as store, store.transaction() as records:
        await records.sessions.save(make_session(allowed_scopes=(grant(Scope.SHELL, until),)))


SECRETIVE = Call("t2", "Bash", {"command": "curl -H 'Authorization: Bearer abcdefgh' internal"})


async def test_what_the_session_allows_is_noted_without_its_words(tmp_path: Path) -> None:
    database = tmp_path / "state.db"
    await approve_shell(database)

    assert decision_in(ask(database, event_of(SECRETIVE), cwd=tmp_path)) == "allow"
    assert decision_in(ask(database, event_of(SECRETIVE), cwd=tmp_path)) == "allow"

    first, second = notes_of(database, "r1").read_text().split("\n\n")
    why = "The scope shell is approved for this session."
    assert json.loads(first) == json.loads(second) == {"tool": "Bash", "scope": "shell", "reason": why}


async def test_what_a_person_or_nobody_has_decided_is_not_noted(tmp_path: Path) -> None:
    database = tmp_path / "state.db"
    await prepare(database, tool_use_id="t1", state=ApprovalState.APPROVED)

    assert decision_in(ask(database, event_of(PUSH), cwd=tmp_path)) == "allow"
    assert decision_in(ask(database, event_of(SECRETIVE), cwd=tmp_path)) == "defer"
    assert not notes_of(database, "r1").parent.exists()


async def test_a_note_that_cannot_be_written_holds_no_call_up(tmp_path: Path) -> None:
    database = tmp_path / "state.db"
    await approve_shell(database)
    notes_of(database, "r1").parent.write_text("a file where the folder should be")

    assert decision_in(ask(database, event_of(SECRETIVE), cwd=tmp_path)) == "allow"


def test_a_full_disk_costs_the_note_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_file: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", refuse)
    note(notes_of(tmp_path / "state.db", "r1"), PUSH, Answer("allow", "because", Scope.PUSH))

    assert notes_of(tmp_path / "state.db", "r1").read_text() == ""


def test_a_note_is_not_written_through_a_link(tmp_path: Path) -> None:
    file, elsewhere = notes_of(tmp_path / "state.db", "r1"), tmp_path / "elsewhere"
    file.parent.mkdir()
    file.symlink_to(elsewhere)
    note(file, PUSH, Answer("allow", "because", Scope.PUSH))

    assert not elsewhere.exists()


# What it costs; benchmarks/agent_hook.py measures it


def test_it_imports_little_because_every_tool_call_waits_for_it() -> None:
    root = str(Path(processes.__file__).parents[3])
    looks = f"import sys; sys.path.insert(0, {root!r}); import agent.hook; print(*sys.modules)"
    words = [sys.executable, "-I", "-S", "-c", looks]
    loaded = subprocess.run(words, check=True, capture_output=True, text=True, timeout=30).stdout.split()

    assert {name for name in loaded if name.startswith("agent.")} == {
        "agent.domain",
        "agent.domain.approval",
        "agent.domain.containment",
        "agent.domain.error_codes",
        "agent.domain.run",
        "agent.domain.tool_call",
        "agent.errors",
        "agent.hook",
    }
    slow = {"asyncio", "concurrent", "email", "http", "logging", "shlex", "socket", "ssl", "subprocess", "uuid"}
    assert {name.partition(".")[0] for name in loaded} & slow == set()
