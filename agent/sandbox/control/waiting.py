"""`/sim/wait`: returns as soon as something is true, so that no test ever sleeps."""

import re
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, TypeAlias

from agent.sandbox.arguments import Arguments
from agent.sandbox.chats import Chat, Message
from agent.sandbox.control.reading import chat_id_of, only
from agent.sandbox.control.transcripts import as_entry, as_text, seen
from agent.sandbox.errors import Refusal, bad_request
from agent.sandbox.plain import JsonObject
from agent.sandbox.world import World

_DEFAULT: Final = 10.0
_LONGEST: Final = 300.0
_KEYS: Final = ("chat_id", "matches", "sender", "after", "count", "history", "call", "status", "answered", "drained")

Condition: TypeAlias = Callable[[World], JsonObject | None]


async def wait(world: World, arguments: Arguments) -> JsonObject:
    """Wait for messages (`chat_id`, `matches`), calls (`call`), an answer (`answered`) or an empty queue."""
    only(arguments, *_KEYS, "timeout")
    condition = _condition(arguments)
    until = time.monotonic() + min(float(arguments.text("timeout") or _DEFAULT), _LONGEST)
    while (found := condition(world)) is None:
        left = until - time.monotonic()
        if left <= 0:
            raise Refusal(HTTPStatus.REQUEST_TIMEOUT, f"Waited in vain\n{_scene(world, arguments)}")
        await world.bell.wait(left)
    return found


def _condition(arguments: Arguments) -> Condition:
    if arguments.has("call"):
        return lambda world: _calls(world, arguments)
    if arguments.has("answered"):
        return lambda world: _answer(world, arguments)
    if arguments.flag("drained"):
        return _drained
    chat_id_of(arguments)
    try:
        pattern = re.compile(arguments.text("matches"), re.DOTALL)
    except re.error as error:
        raise bad_request(f"matches is no regular expression: {error}") from None
    return lambda world: _messages(world, arguments, pattern)


def _messages(world: World, arguments: Arguments, pattern: re.Pattern[str]) -> JsonObject | None:
    chat = world.chats.find(chat_id_of(arguments))
    if chat is None:
        return None
    taps = list(world.callbacks)
    found = [message for message in _shown(chat, arguments) if _fits(message, arguments, pattern)]
    enough = len(found) >= arguments.number("count", 1)
    return {"messages": [as_entry(chat, message, taps) for message in found]} if enough else None


def _shown(chat: Chat, arguments: Arguments) -> list[Message]:
    sender, after = arguments.text("sender"), arguments.number("after")
    return [
        message
        for message in chat.messages.values()
        if message.deleted_at is None
        and message.identifier > after
        and sender in ("", "bot" if message.from_bot else "user")
    ]


def _fits(message: Message, arguments: Arguments, pattern: re.Pattern[str]) -> bool:
    versions = message.versions if arguments.flag("history") else message.versions[-1:]
    return any(pattern.search(seen(version.content)) for version in versions)


def _calls(world: World, arguments: Arguments) -> JsonObject | None:
    chosen = world.calls.chosen(arguments.text("call"), arguments.number("chat_id") or None, arguments.number("after"))
    status = arguments.number("status", -1)
    found = [call for call in chosen if status in (-1, call.status)]
    return {"calls": [call.as_json() for call in found]} if len(found) >= arguments.number("count", 1) else None


def _answer(world: World, arguments: Arguments) -> JsonObject | None:
    callback = world.callbacks.find(arguments.text("answered"))
    return None if callback is None or callback.answered_at is None else {"callback": callback.as_json()}


def _drained(world: World) -> JsonObject | None:
    return None if world.updates.pending(world.clock.now()) else {"pending_updates": []}


def _scene(world: World, arguments: Arguments) -> str:
    chat = world.chats.find(arguments.number("chat_id"))
    if chat is not None:
        return as_text(chat, list(world.callbacks))
    return "\n".join(f"{call.number} {call.method} {call.status} {call.description}" for call in world.calls)
