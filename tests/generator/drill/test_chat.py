"""What the chat says of an alert, from messages as the simulated Telegram shows them."""

import pytest

from generator.drill.watching.chat import Message, incident, incident_of_group, is_over, is_over_in_group_for

FIRING = "🟡 SEV-2 warning · HighP95Latency · codex-bot 4f2\nNow 47 s"
RESOLVED = "✅ Resolved · warning · HighP95Latency · codex-bot 4f2"


def message(number: int, text: str, *, sender: str = "bot", deleted_at: float | None = None) -> Message:
    return {
        "message_id": number,
        "text": text,
        "sender": sender,
        "deleted_at": deleted_at,
        "versions": [{"text": text}],
    }


def test_an_incident_is_named_in_the_first_line() -> None:
    found = incident([message(1, FIRING), message(2, "Nobody has taken it\nHighP95Latency")], "HighP95Latency")

    assert found is not None
    assert found["message_id"] == 1


def test_the_newest_message_counts() -> None:
    moved = "⬇️ Incident 4f2 HighP95Latency goes on further down."

    found = incident([message(1, moved), message(2, RESOLVED)], "HighP95Latency")

    assert found is not None
    assert is_over(found)


def test_a_longer_name_is_another_alert() -> None:
    assert incident([message(1, "🔴 OpenAgentsRuntimeDownstream")], "OpenAgentsRuntimeDown") is None


def test_what_a_person_writes_is_no_incident() -> None:
    assert incident([message(1, "/runbook HighP95Latency", sender="user")], "HighP95Latency") is None


def test_a_deleted_message_tells_nobody() -> None:
    assert incident([message(1, FIRING, deleted_at=1.0)], "HighP95Latency") is None


@pytest.mark.parametrize(("text", "over"), [(FIRING, False), (RESOLVED, True), (f"{FIRING}\n2 of 3 resolved", False)])
def test_it_is_over_when_the_first_line_says_so(text: str, over: bool) -> None:  # a column of the table
    assert is_over(message(1, text)) is over


def told(number: int, *texts: str, buttons: bool = True) -> Message:
    """A message with its versions; while it goes on it has a button."""
    versions = [{"text": text, "buttons": [[{"text": "Ack"}]] if buttons else []} for text in texts]
    return {**message(number, texts[-1]), "versions": versions}


OF_A_GROUP = "🟡 SEV-2 warning · codex-bot 4f2\n2 alerts firing.\nHighP95Latency on a\nHighApprovalBacklog on b"


def test_in_a_group_that_is_named_otherwise_the_alert_is_found_further_down() -> None:
    found = incident_of_group([told(1, OF_A_GROUP), told(2, FIRING)], "HighApprovalBacklog")

    assert found is not None
    assert found["message_id"] == 1


def test_an_end_that_names_nobody_is_known_by_what_the_message_said_before() -> None:
    over = "✅ Resolved · warning · codex-bot 4f2"
    found = incident_of_group([told(1, OF_A_GROUP, over)], "HighApprovalBacklog")

    assert found is not None
    assert is_over(found)


def test_a_summary_that_names_the_alert_is_not_its_incident() -> None:
    reminder = told(2, "📣 Nobody has taken 1 critical incident\nHighP95Latency", buttons=False)
    found = incident_of_group([told(1, FIRING), reminder], "HighP95Latency")

    assert found is not None
    assert found["message_id"] == 1


def test_a_group_that_never_had_the_alert_is_not_about_it() -> None:
    assert incident_of_group([told(1, OF_A_GROUP)], "OrchestratorDown") is None


def test_in_a_group_an_alert_is_over_when_only_others_are_named_any_more() -> None:
    others_go_on = told(1, OF_A_GROUP, FIRING)

    assert not is_over_in_group_for(told(1, OF_A_GROUP), "HighApprovalBacklog")
    assert is_over_in_group_for(others_go_on, "HighApprovalBacklog")
    assert not is_over_in_group_for(others_go_on, "HighP95Latency")
