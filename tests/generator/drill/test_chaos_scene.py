"""What the gate takes for news about an incident: what has changed, and can be acted upon."""

from typing import Any

from generator.drill.chaos.scene import _goes_on, _since

FIRES: dict[str, Any] = {"text": "High", "buttons": [[{"text": "Ack"}]]}
POINTS: dict[str, Any] = {"text": "High goes on further down", "buttons": []}


def message(*versions: dict[str, Any]) -> dict[str, Any]:
    return {"message_id": 7, "versions": list(versions)}


def test_what_a_message_said_before_is_no_news() -> None:
    assert not _goes_on(_since(message(FIRES), {7: 1}))


def test_an_edit_and_a_new_message_are_news() -> None:
    assert _goes_on(_since(message(POINTS, FIRES), {7: 1}))
    assert _goes_on(_since(message(FIRES), {}))


def test_what_points_to_another_message_is_none() -> None:
    assert not _goes_on(_since(message(FIRES, POINTS), {7: 1}))
