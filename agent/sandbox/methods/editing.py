"""editMessageText, editMessageReplyMarkup, deleteMessage."""

from dataclasses import replace
from typing import Final

from agent.sandbox.arguments import Arguments
from agent.sandbox.chats import Chat, Content, Kind, Media, Message
from agent.sandbox.errors import NOT_MODIFIED, bad_request
from agent.sandbox.keyboard import read_keyboard
from agent.sandbox.methods.sending import reach
from agent.sandbox.methods.words import read_text
from agent.sandbox.plain import JsonObject
from agent.sandbox.views import as_message
from agent.sandbox.world import World

_DELETABLE_FOR: Final = 48 * 3600.0


def edit_message_text(world: World, arguments: Arguments) -> JsonObject:
    """Replace text and buttons; without buttons in the call there are none afterwards."""
    words, buttons = read_text(arguments), read_keyboard(arguments)
    chat, message = _editable(world, arguments)
    if message.content.media is not Media.NONE:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, chat, message, Content(words, buttons))


def edit_message_reply_markup(world: World, arguments: Arguments) -> JsonObject:
    """Replace the buttons only."""
    buttons = read_keyboard(arguments)
    chat, message = _editable(world, arguments)
    return _edit(world, chat, message, replace(message.content, buttons=buttons))


def delete_message(world: World, arguments: Arguments) -> bool:
    """Remove a message of the last 48 hours."""
    chat = reach(world, arguments)
    message = chat.shown(arguments.number("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    now = world.clock.now()
    foreign = not message.from_bot and chat.kind is not Kind.PRIVATE
    if foreign or now - message.versions[0].at > _DELETABLE_FOR:
        raise bad_request("message can't be deleted")
    message.deleted_at = now
    world.bell.ring()
    return True


def _editable(world: World, arguments: Arguments) -> tuple[Chat, Message]:
    chat = reach(world, arguments)
    if not arguments.number("message_id"):
        raise bad_request("message identifier is not specified")
    message = chat.shown(arguments.number("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(world: World, chat: Chat, message: Message, content: Content) -> JsonObject:
    if content == message.content:
        raise bad_request(NOT_MODIFIED)
    now = world.clock.now()
    world.throttle.admit(chat.identifier, now)
    message.change(content, now)
    world.bell.ring()
    return as_message(chat, message)
