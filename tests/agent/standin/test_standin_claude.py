"""`claude -p --output-format stream-json`."""

import json
import shlex
import sys
from pathlib import Path

import pytest

from .place import Place

SESSION = "6f1e1f34-8c0a-4f0e-9d53-0d8d9a3b7c11"


def hooked(place: Place, decision: str, reason: str = "") -> str:
    """Settings with a PreToolUse hook for Bash that notes what it was asked and answers this."""
    specific = {"hookEventName": "PreToolUse", "permissionDecision": decision, "permissionDecisionReason": reason}
    hook = place.folder.parent / "hook.py"
    asked = place.folder.parent / "asked.jsonl"
    body = f"import sys; open({str(asked)!r}, 'a').write(sys.stdin.read() + '\\n')\n"
    hook.write_text(body + f"print({json.dumps(json.dumps({'hookSpecificOutput': specific}))})\n")
    command = f"{shlex.quote(sys.executable)} {shlex.quote(str(hook))}"
    return json.dumps({"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [_command(command)]}]}})


def asked(place: Place) -> list[dict[str, str]]:
    lines = (place.folder.parent / "asked.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def _command(command: str) -> dict[str, str]:
    return {"type": "command", "command": command}


def test_a_plain_prompt_is_a_pleasant_run_that_edits_a_file(place: Place) -> None:
    outcome = place.claude("Please tidy up")
    assert (outcome.code, outcome.kinds[0], outcome.kinds[-1]) == (0, "system", "result")
    assert (place.folder / "standin-notes.md").read_text() == "Asked for: Please tidy up\n"
    assert [block["name"] for block in outcome.blocks("tool_use")] == ["Bash", "Write"]
    assert outcome.events[-1]["subtype"] == "success"
    assert outcome.events[-1]["result"] == outcome.blocks("text")[-1]["text"]


def test_all_events_carry_the_session_that_was_pinned(place: Place) -> None:
    outcome = place.claude("say hi; tool ls", "--session-id", SESSION)
    assert {event["session_id"] for event in outcome.events} == {SESSION}


def test_a_pinned_session_cannot_be_begun_twice_but_resumed(place: Place) -> None:
    place.claude("say hi", "--session-id", SESSION)
    assert "already in use" in place.claude("say hi", "--session-id", SESSION).errors
    resumed = place.claude("say again", "--resume", SESSION)
    assert (resumed.code, resumed.events[-1]["num_turns"]) == (0, 2)


def test_an_unknown_session_cannot_be_resumed(place: Place) -> None:
    outcome = place.claude("say hi", "--resume", SESSION)
    assert (outcome.code, outcome.events[-1]["is_error"]) == (1, True)
    assert f"No conversation found with session ID: {SESSION}" in outcome.errors


def test_an_outage_is_an_error_under_the_subtype_of_success(place: Place) -> None:
    outcome = place.claude("api-outage 503")
    result = outcome.events[-1]
    assert (result["subtype"], result["is_error"], outcome.code) == ("success", True, 1)
    assert (result["terminal_reason"], result["api_error_status"]) == ("api_error", 503)


@pytest.mark.parametrize(
    ("reason", "subtype"), [("max_turns", "error_max_turns"), ("prompt_too_long", "error_during_execution")]
)
def test_a_bound_is_named_in_the_result(place: Place, reason: str, subtype: str) -> None:
    outcome = place.claude(f"stop {reason}")
    assert (outcome.events[-1]["terminal_reason"], outcome.events[-1]["subtype"]) == (reason, subtype)
    assert outcome.code == 1


def test_streaming_needs_verbose(place: Place) -> None:
    outcome = place.run("claude", "-p", "--output-format", "stream-json", "--", "say hi")
    assert (outcome.code, outcome.output) == (1, "")
    assert "requires --verbose" in outcome.errors


def test_without_a_grant_an_edit_is_denied_and_listed(place: Place) -> None:
    outcome = place.claude("edit a.txt hello", "--permission-mode", "default")
    assert "haven't granted it yet" in outcome.blocks("tool_result")[0]["content"]
    assert [denial["tool_name"] for denial in outcome.events[-1]["permission_denials"]] == ["Write"]
    assert not (place.folder / "a.txt").exists()


@pytest.mark.parametrize("rule", ["Bash", "Bash(git push:*)"])
def test_a_tool_on_the_list_needs_no_approval(place: Place, rule: str) -> None:
    outcome = place.claude("needs-approval git push origin main", "--allowedTools", rule)
    assert outcome.blocks("tool_result")[0]["is_error"] is False


def test_a_hook_that_allows_lets_the_tool_run(place: Place) -> None:
    outcome = place.claude("needs-approval make deploy", "--settings", hooked(place, "allow"))
    assert outcome.blocks("tool_result")[0]["is_error"] is False
    question = asked(place)[0]
    assert question["hook_event_name"] == "PreToolUse"
    assert question["tool_input"] == outcome.blocks("tool_use")[0]["input"]
    assert question["tool_use_id"] == outcome.blocks("tool_use")[0]["id"]


def test_a_hook_that_denies_gives_its_reason_to_the_model(place: Place) -> None:
    outcome = place.claude("needs-approval make deploy; say ok", "--settings", hooked(place, "deny", "not on Friday"))
    assert outcome.blocks("tool_result")[0]["content"] == "not on Friday"
    assert outcome.code == 0


def test_a_hook_that_defers_ends_the_process_with_the_call_in_the_result(place: Place) -> None:
    outcome = place.claude("needs-approval make deploy; say never", "--settings", hooked(place, "defer"))
    result = outcome.events[-1]
    assert (outcome.code, result["is_error"], result["stop_reason"]) == (0, False, "tool_deferred")
    assert result["deferred_tool_use"]["input"]["command"] == "make deploy"
    assert outcome.blocks("tool_result") == []
    assert outcome.blocks("text") == []


def test_resuming_asks_again_about_the_same_call_and_goes_on_with_the_rest(place: Place) -> None:
    options = ("--settings", hooked(place, "defer"))
    place.claude("needs-approval make deploy; say deployed", "--session-id", SESSION, *options)
    resumed = place.claude("Continue.", "--resume", SESSION, "--settings", hooked(place, "allow"))
    before, again = asked(place)
    assert before["tool_use_id"] == again["tool_use_id"]
    assert resumed.blocks("tool_result")[0]["tool_use_id"] == before["tool_use_id"]
    assert (resumed.events[-1]["result"], resumed.code) == ("deployed", 0)


def test_a_resumed_call_can_still_be_denied(place: Place) -> None:
    options = ("--settings", hooked(place, "defer"))
    place.claude("needs-approval make deploy; say done", "--session-id", SESSION, *options)
    resumed = place.run(*_bare_resume(hooked(place, "deny", "no")))
    assert resumed.blocks("tool_result")[0]["content"] == "no"
    assert [denial["tool_input"]["command"] for denial in resumed.events[-1]["permission_denials"]] == ["make deploy"]


def test_a_hook_that_exits_2_blocks_with_its_standard_error(place: Place) -> None:
    settings = place.folder / ".claude" / "settings.json"
    settings.parent.mkdir()
    entry = {"matcher": "", "hooks": [_command("echo forbidden >&2; exit 2")]}
    settings.write_text(json.dumps({"hooks": {"PreToolUse": [entry]}}))
    assert place.claude("tool ls").blocks("tool_result")[0]["content"] == "forbidden"


def test_settings_may_stand_in_a_file(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text(hooked(place, "deny", "by file"))
    assert place.claude("tool ls", "--settings", str(file)).blocks("tool_result")[0]["content"] == "by file"


def test_the_other_formats_print_only_the_result(place: Place) -> None:
    assert place.run("claude", "-p", "--", "say hello").output == "hello\n"
    assert (
        json.loads(place.run("claude", "-p", "--output-format", "json", "--", "say hello").output)["result"] == "hello"
    )


def _bare_resume(settings: str) -> tuple[str, ...]:
    return ("claude", "-p", "--output-format", "stream-json", "--verbose", "--resume", SESSION, "--settings", settings)


@pytest.mark.parametrize(("status", "told"), [(529, "529 Overloaded"), (599, "599 Unknown Status")])
def test_an_outage_under_a_status_of_no_standard_is_told_as_any_other(place: Place, status: int, told: str) -> None:
    assert place.claude(f"api-outage {status}").events[-1]["result"] == f"API Error: {told}"
    assert told in str(place.codex(f"api-outage {status}").events[-1])
