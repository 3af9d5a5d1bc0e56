"""A finger on a button."""

from agent.sandbox.arguments import Arguments
from agent.sandbox.chats import Chat, Message
from agent.sandbox.control.reading import known_chat, only, user_of
from agent.sandbox.errors import bad_request
from agent.sandbox.plain import JsonObject
from agent.sandbox.views import as_message
from agent.sandbox.world import World


def tap(world: World, arguments: Arguments) -> JsonObject:
    """Tap the button with this text or data on a message, or on the newest message that has one.

    With `forge`, the data need not be on any button: this is what a tampered client can send.
    """
    only(arguments, "chat_id", "message_id", "button", "data", "user", "forge")
    chat = known_chat(world, arguments)
    message, data = _target(chat, arguments)
    callback = world.callbacks.add(
        (chat.identifier, message.identifier), data, user_of(world, arguments), world.clock.now()
    )
    payload: JsonObject = {
        "id": callback.identifier,
        "from": callback.user,
        "message": as_message(chat, message),
        "chat_instance": str(chat.identifier * 31),
        "data": data,
    }
    return {"update_id": world.push("callback_query", payload), "callback_id": callback.identifier}


def _target(chat: Chat, arguments: Arguments) -> tuple[Message, str]:
    messages = _messages(chat, arguments)
    if arguments.flag("forge"):
        return messages[0], arguments.text("data")
    for message in messages:
        data = _data(message, arguments)
        if data is not None:
            return message, data
    wanted = arguments.text("button") or arguments.text("data")
    raise bad_request(f"no such button: {wanted}")


def _messages(chat: Chat, arguments: Arguments) -> list[Message]:
    wanted = arguments.number("message_id")
    shown = [message for message in reversed(chat.messages.values()) if message.deleted_at is None]
    found = [message for message in shown if message.from_bot and wanted in (0, message.identifier)]
    if not found:
        raise bad_request("no such message of the bot")
    return found


def _data(message: Message, arguments: Arguments) -> str | None:
    text, data = arguments.text("button"), arguments.text("data")
    for row in message.content.buttons:
        for button in row:
            if "callback_data" in button and (button["text"] == text or button["callback_data"] == data):
                return str(button["callback_data"])
    return None
