"""What the chat says of an alert, from messages as the simulated Telegram shows them."""

import pytest

from generator.drill.watching.chat import Message, incident, is_over

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
