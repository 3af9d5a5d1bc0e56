"""`codex exec --json`."""

import pytest

from .place import Place


def test_a_plain_prompt_is_a_pleasant_run_that_edits_a_file(place: Place) -> None:
    outcome = place.codex("Please tidy up; thank you")
    assert outcome.code == 0
    assert outcome.kinds[:2] == ["thread.started", "turn.started"]
    assert outcome.kinds[-1] == "turn.completed"
    assert (place.folder / "standin-notes.md").read_text() == "Asked for: Please tidy up; thank you\n"
    change = outcome.items("file_change")[0]
    assert change["changes"] == [{"path": str(place.folder / "standin-notes.md"), "kind": "add"}]
    assert "standin-notes.md" in outcome.items("agent_message")[-1]["text"]


def test_usage_is_cumulative_over_the_turns_of_a_thread(place: Place) -> None:
    first = place.codex("say one")
    thread = first.events[0]["thread_id"]
    second = place.run("codex", "exec", "--json", "resume", thread, "say two")
    assert second.events[0]["thread_id"] == thread
    usages = [outcome.events[-1]["usage"]["input_tokens"] for outcome in (first, second)]
    assert usages[1] > 2 * usages[0] - 10


def test_the_last_thread_can_be_resumed_without_its_name(place: Place) -> None:
    thread = place.codex("say one").events[0]["thread_id"]
    assert place.run("codex", "exec", "--json", "resume", "--last", "say two").events[0]["thread_id"] == thread


def test_an_unknown_thread_cannot_be_resumed(place: Place) -> None:
    outcome = place.run("codex", "exec", "--json", "resume", "nobody", "say hi")
    assert (outcome.code, outcome.output) == (1, "")
    assert "no rollout found for thread id nobody" in outcome.errors


def test_a_failed_turn_exits_1(place: Place) -> None:
    outcome = place.codex("fail out of ideas")
    assert outcome.code == 1
    assert outcome.events[-1] == {"type": "turn.failed", "error": {"message": "out of ideas"}}


def test_a_failing_command_inside_the_run_does_not_fail_the_run(place: Place) -> None:
    outcome = place.codex("tool false")
    command = outcome.items("command_execution")[0]
    assert (command["exit_code"], command["status"], outcome.code) == (1, "failed", 0)


def test_an_outage_reconnects_five_times_and_then_fails_the_turn(place: Place) -> None:
    outcome = place.codex("api-outage 503")
    assert outcome.kinds == ["thread.started", "turn.started", *["error"] * 6, "turn.failed"]
    assert outcome.events[2]["message"].startswith("Reconnecting... 1/5")
    assert "503 Service Unavailable" in outcome.events[-1]["error"]["message"]
    assert outcome.code == 1


def test_a_refused_key_is_not_tried_again(place: Place) -> None:
    assert place.codex("api-outage 401").kinds == ["thread.started", "turn.started", "error", "turn.failed"]


def test_trouble_that_passes_is_not_fatal(place: Place) -> None:
    outcome = place.codex("reconnect 2; say fine")
    assert [event["message"] for event in outcome.events if event["type"] == "error"] == [
        "Reconnecting... 1/5",
        "Reconnecting... 2/5",
    ]
    assert (outcome.kinds[-1], outcome.code) == ("turn.completed", 0)


def test_nobody_is_asked_for_approval(place: Place) -> None:
    declined = place.codex("needs-approval git push").items("command_execution")[0]
    assert declined["status"] == "declined"
    assert "is not supported in exec mode" in declined["aggregated_output"]


def test_the_sandbox_is_read_only_unless_told_otherwise(place: Place) -> None:
    outcome = place.run("codex", "exec", "--json", "--", "edit a.txt hello")
    assert outcome.items("file_change")[0]["status"] == "failed"
    assert not (place.folder / "a.txt").exists()


def test_nothing_outside_of_the_folder_is_written(place: Place) -> None:
    assert place.codex("edit ../a.txt hello").items("file_change")[0]["status"] == "failed"
    assert not (place.folder.parent / "a.txt").exists()


def test_a_folder_without_git_is_refused_unless_told_otherwise(place: Place) -> None:
    (place.folder / ".git").rmdir()
    assert place.codex("say hi").code == 1
    assert place.run("codex", "exec", "--json", "--skip-git-repo-check", "--", "say hi").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("--json", "-help me"),
        ("--full-auto", "--", "say hi"),
        ("--ask-for-approval", "never", "--", "say hi"),
        ("--json", "resume", "-s", "read-only", "some-id", "say hi"),
        ("--json", "-s", "writable", "--", "say hi"),
        ("--json", "--", "one", "two"),
    ],
    ids=["prompt like an option", "full auto", "approvals", "sandbox after resume", "no such sandbox", "two prompts"],
)
def test_a_command_line_that_is_not_understood_exits_2(place: Place, arguments: tuple[str, ...]) -> None:
    outcome = place.run("codex", "exec", *arguments)
    assert (outcome.code, outcome.output) == (2, "")
    assert outcome.errors


def test_a_closed_standard_output_exits_101(place: Place) -> None:
    process = place.start("codex", "exec", "--json", "--", "lines 100000")
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(timeout=30) == 101


def test_without_json_only_the_answer_is_printed(place: Place) -> None:
    assert place.run("codex", "exec", "--", "think hard; say hello").output == "hello\n"


def test_the_last_message_can_be_left_in_a_file(place: Place) -> None:
    place.run("codex", "exec", "--json", "-o", "last.txt", "--", "say one; say two")
    assert (place.folder / "last.txt").read_text() == "two"


def test_the_version_can_be_asked_for(place: Place) -> None:
    assert place.run("codex", "--version").output.startswith("codex-cli ")
