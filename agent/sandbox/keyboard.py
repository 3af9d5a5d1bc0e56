"""`reply_markup`: buttons under a message, refused exactly where Telegram refuses them."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from agent.sandbox.arguments import Arguments
from agent.sandbox.errors import bad_request
from agent.sandbox.links import is_link
from agent.sandbox.plain import JsonObject

MAX_CALLBACK_BYTES: Final = 64
MAX_BUTTONS: Final = 100
_OTHER_MARKUP: Final = ("keyboard", "remove_keyboard", "force_reply")
_OTHER_ACTIONS: Final = (
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "pay",
)

Keyboard: TypeAlias = tuple[tuple[JsonObject, ...], ...]


def read_keyboard(arguments: Arguments) -> Keyboard:
    """The inline buttons of a call, row by row; none when it brought none."""
    markup = arguments.nested("reply_markup")
    if markup is None:
        return ()
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return _without_inline(markup)
    return _rows(rows)


def _without_inline(markup: JsonObject) -> Keyboard:
    if markup and not any(key in markup for key in _OTHER_MARKUP):
        raise bad_request("can't parse reply keyboard markup JSON object")
    return ()


def _rows(rows: Any) -> Keyboard:  # noqa: ANN401 - not checked yet
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard markup: an array of arrays of buttons expected")
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return tuple(_row(row) for row in rows if row)


def _row(row: Sequence[Any]) -> tuple[JsonObject, ...]:
    return tuple(_button(button) for button in row)


def _button(button: Any) -> JsonObject:  # noqa: ANN401 - not checked yet
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request("can't parse inline keyboard button: can't find field \"text\"")
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: button text must be non-empty")
    _check_action(button)
    return button


def _check_action(button: JsonObject) -> None:
    if "url" in button:
        _check_url(str(button["url"]))
    elif "callback_data" in button:
        _check_data(str(button["callback_data"]))
    elif not any(action in button for action in _OTHER_ACTIONS):
        unallowed = "Text buttons are unallowed in the inline keyboard"
        raise bad_request(f"can't parse inline keyboard button: {unallowed}")


def _check_url(url: str) -> None:
    if not is_link(url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _check_data(data: str) -> None:
    if not 1 <= len(data.encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
