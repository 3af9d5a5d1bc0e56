"""Holds the readings of both CLIs to lines as they write them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.adapters.runner.claude import ClaudeReading, ClaudeSpeech, Hooks
from agent.adapters.runner.codex import CodexReading, CodexSpeech
from agent.adapters.runner.command import CommandReading, CommandSpeech
from agent.adapters.runner.dialect import Reading, classify
from agent.domain.activity import Activity, Deferred, Failure, Opened, Said, Spent, Success, ToolBegan, ToolEnded
from agent.domain.approval import Scope
from agent.domain.error_codes import ErrorCode
from agent.domain.profile import Dialect
from agent.errors import LaunchError
from agent.ports import Order
from tests.agent.makers import make_profile


def order(prompt: str = "do it", *, resume: str = "", read_only: bool = False, **profile: object) -> Order:
    return Order(
        run_id="run-1",
        profile=make_profile(**profile),
        prompt=prompt,
        workspace=Path("/w"),
        log=Path("/l"),
        resume_token=resume,
        read_only=read_only,
    )


def read(reading: Reading, *events: object) -> list[Activity]:
    return [activity for event in events for activity in reading.line(json.dumps(event))]


def item(kind: str, phase: str = "completed", **more: object) -> dict[str, object]:
    return {"type": f"item.{phase}", "item": {"id": "item_1", "type": kind, **more}}


DONE = {"type": "turn.completed", "usage": {"input_tokens": 10, "cached_input_tokens": 4, "output_tokens": 3}}


def test_codex_reports_its_thread_tools_words_and_tokens() -> None:
    found = read(
        CodexReading(),
        {"type": "thread.started", "thread_id": "t-1"},
        {"type": "turn.started"},
        item("command_execution", "started", command="ls", status="in_progress"),
        item("command_execution", command="ls", aggregated_output="a", exit_code=0, status="completed"),
        item("command_execution", command="false", exit_code=1, status="failed"),
        item("file_change", changes=[{"path": "a.py", "kind": "update"}], status="completed"),
        item("reasoning", text="hm"),
        item("agent_message", text="Done."),
        DONE,
    )

    assert found == [
        Opened("t-1"),
        ToolBegan("shell", "ls"),
        ToolEnded("shell", "ls", ok=True),
        ToolEnded("shell", "false", ok=False),
        ToolEnded("edit", "a.py", ok=True),
        Said("Done."),
        Spent(10, 3),
    ]


def test_codex_succeeds_with_its_last_words_whatever_its_exit_code() -> None:
    reading = CodexReading()
    read(reading, item("agent_message", text="First."), item("agent_message", text="Last."), DONE)

    assert reading.is_over
    assert reading.verdict(143, "") == Success("Last.")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("unexpected status 401 Unauthorized", ErrorCode.PROVIDER_FAILED),
        ("You've hit your usage limit", ErrorCode.PROVIDER_FAILED),
        ("exceeded retry limit, last status: 429 Too Many Requests", ErrorCode.PROVIDER_UNHEALTHY),
        ("stream disconnected before completion", ErrorCode.PROVIDER_UNHEALTHY),
        ("unexpected status 503 Service Unavailable", ErrorCode.PROVIDER_UNHEALTHY),
        ("Codex ran out of room in the model's context window", ErrorCode.PROVIDER_CAPABILITY_MISMATCH),
        ("something else", ErrorCode.CODEX_EXIT_NONZERO),
    ],
)
def test_a_failed_turn_is_classified_by_its_message(message: str, code: ErrorCode) -> None:
    reading = CodexReading()
    read(reading, {"type": "turn.failed", "error": {"message": message}})

    assert reading.is_over
    assert reading.verdict(1, "") == Failure(code, message, 1)
    assert classify(message) is code


def test_reconnecting_is_no_error() -> None:
    reading = CodexReading()
    read(reading, {"type": "error", "message": "Reconnecting... 2/5"}, DONE)

    assert isinstance(reading.verdict(0, ""), Success)


def test_without_an_end_the_exit_code_decides_and_the_error_output_explains() -> None:
    assert CodexReading().verdict(2, "error: unexpected argument\n\n") == Failure(
        ErrorCode.INVALID_AGENT_CONFIG, "error: unexpected argument", 2
    )
    assert CodexReading().verdict(101, "") == Failure(
        ErrorCode.CODEX_EXIT_NONZERO, "codex ended with exit code 101", 101
    )


def test_codex_is_called_with_its_place_before_resume_and_the_prompt_after_dashes() -> None:
    words = CodexSpeech().command(order("-x", resume="t-1", read_only=True, program="codex", dialect=Dialect.CODEX))

    assert words == (
        *("codex", "exec", "--json", "--skip-git-repo-check", "--sandbox", "read-only", "--cd", "/w"),
        *("resume", "t-1", "--", "-x"),
    )


def result(**more: object) -> dict[str, object]:
    return {"type": "result", "subtype": "success", "is_error": False, "result": "Done.", "usage": {}, **more}


def test_claude_reports_its_session_tools_words_and_cost() -> None:
    call = {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "ls"}}
    found = read(
        ClaudeReading(),
        {"type": "system", "subtype": "init", "session_id": "s-1"},
        {"type": "assistant", "message": {"content": [{"type": "text", "text": "Hi"}, call]}},
        {"type": "user", "message": {"content": [{"type": "tool_result", "tool_use_id": "t1", "is_error": True}]}},
        result(total_cost_usd=0.5, usage={"input_tokens": 1, "output_tokens": 2}),
    )

    assert found == [
        Opened("s-1"),
        Said("Hi"),
        ToolBegan("Bash", "ls"),
        ToolEnded("Bash", "ls", ok=False),
        Spent(1, 2, 0.5),
    ]


def test_claude_succeeds_with_its_result() -> None:
    reading = ClaudeReading()
    read(reading, result())

    assert reading.verdict(0, "") == Success("Done.")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"terminal_reason": "api_error", "api_error_status": 401}, ErrorCode.PROVIDER_FAILED),
        ({"terminal_reason": "api_error", "api_error_status": 529}, ErrorCode.PROVIDER_UNHEALTHY),
        ({"terminal_reason": "api_error", "api_error_status": 429}, ErrorCode.PROVIDER_UNHEALTHY),
        ({"terminal_reason": "api_error"}, ErrorCode.PROVIDER_FAILED),
        ({"terminal_reason": "prompt_too_long"}, ErrorCode.PROVIDER_CAPABILITY_MISMATCH),
        ({"subtype": "error_max_turns", "result": ""}, ErrorCode.CODEX_EXIT_NONZERO),
    ],
)
def test_an_error_is_recognised_though_the_subtype_says_success(more: dict[str, object], code: ErrorCode) -> None:
    reading = ClaudeReading()
    read(reading, result(**{"is_error": True, **more}))

    verdict = reading.verdict(1, "")
    assert isinstance(verdict, Failure)
    assert verdict.code is code


def test_a_deferred_call_waits_for_a_person() -> None:
    reading = ClaudeReading()
    call = {"id": "t1", "name": "Bash", "input": {"command": "git push"}}
    read(reading, result(stop_reason="tool_deferred", deferred_tool_use=call))

    assert reading.verdict(0, "") == Deferred("Bash", "t1", "git push", Scope.PUSH)


def test_claude_without_a_result_has_failed() -> None:
    assert ClaudeReading().verdict(143, "") == Failure(
        ErrorCode.CODEX_EXIT_NONZERO, "claude ended with exit code 143 and no result", 143
    )


def test_claude_names_a_new_conversation_and_resumes_an_old_one() -> None:
    new = ClaudeSpeech().command(order(program="claude"))
    old = ClaudeSpeech().command(order(program="claude", resume="s-1"))

    assert new[-4:] == ("--session-id", "run-1", "--", "do it")
    assert old[-4:] == ("--resume", "s-1", "--", "do it")
    assert new[:5] == ("claude", "-p", "--output-format", "stream-json", "--verbose")


def test_a_command_gets_its_prompt_at_its_place_or_last() -> None:
    assert CommandSpeech().command(order(arguments=("-c", "say {prompt}"))) == ("echo", "-c", "say do it")
    assert CommandSpeech().command(order(arguments=("-n",))) == ("echo", "-n", "do it")


def test_a_command_is_not_run_while_agents_only_recommend() -> None:
    with pytest.raises(LaunchError, match="only recommend"):
        CommandSpeech().command(order(read_only=True))


def test_a_command_speaks_in_lines_and_ends_by_its_exit_code() -> None:
    reading = CommandReading()

    assert list(reading.line("one")) == [Said("one")]
    assert reading.verdict(0, "") == Success("one")
    assert reading.verdict(3, "") == Failure(ErrorCode.CODEX_EXIT_NONZERO, "one", 3)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["type", "item", "message", "content", "error", "usage", "subtype", "result", "changes", "input"]
)
TYPES = st.sampled_from(
    ["item.started", "item.completed", "turn.failed", "error", "assistant", "user", "result", "system"]
)


@given(st.dictionaries(KEYS, JSON), TYPES)
def test_no_json_breaks_a_reading(event: dict[str, object], kind: str) -> None:
    for reading in (CodexReading(), ClaudeReading()):
        read(reading, {**event, "type": kind})
        reading.verdict(1, "")


@given(st.text())
def test_no_line_breaks_a_reading(line: str) -> None:
    for reading in (CodexReading(), ClaudeReading()):
        assert list(reading.line(line)) == []


def test_claude_is_told_to_ask_before_each_tool_only_where_tools_ask() -> None:
    speech = ClaudeSpeech(Hooks("'/a b/python' -I hook.py --database '/d \"q\"/state.db' || exit 2", "deny"))
    command = speech.command(order(program="claude", tools_ask=True))
    settings = json.loads(command[command.index("--settings") + 1])

    (entry,) = settings["hooks"]["PreToolUse"]
    assert entry["matcher"] == "*"
    assert entry["hooks"][0]["command"].startswith("'/a b/python'")


def test_claude_is_told_of_the_denylist_where_tools_do_not_ask() -> None:
    speech = ClaudeSpeech(Hooks("ask", "deny"))

    for arguments, expected in (((), True), (("--settings", "own.json"), False), (("--settings=own.json",), False)):
        command = speech.command(order(program="claude", arguments=arguments))
        assert ('"command": "deny"' in " ".join(command)) is expected


def test_tools_that_ask_need_somebody_to_be_asked() -> None:
    with pytest.raises(LaunchError):
        ClaudeSpeech().command(order(program="claude", tools_ask=True))


def test_a_cli_that_is_a_script_is_started_by_its_program() -> None:
    for speech in (ClaudeSpeech(), CodexSpeech(), CommandSpeech()):
        assert speech.command(order(program="npx", launcher=("--yes", "cli")))[:3] == ("npx", "--yes", "cli")
