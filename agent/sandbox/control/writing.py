"""What people do in a chat: write, send files, edit; and chats coming into being."""

import base64
from typing import Final

from agent.sandbox.arguments import Arguments, Upload
from agent.sandbox.chats import Chat, Content, Media
from agent.sandbox.control.reading import chat_id_of, known_chat, only, user_of
from agent.sandbox.errors import bad_request
from agent.sandbox.formatting import with_commands
from agent.sandbox.plain import JsonObject
from agent.sandbox.views import as_chat, as_message
from agent.sandbox.world import World

_BLOCKED: Final = "bot was blocked by the user"


def open_chat(world: World, arguments: Arguments) -> JsonObject:
    """Make a chat known, or change it: its name, its topics, whether the bot is blocked, where it moved."""
    only(arguments, "chat_id", "name", "threads", "blocked", "moved_to")
    chat = world.chats.open(chat_id_of(arguments))
    chat.name = arguments.text("name") or chat.name
    chat.threads |= {int(thread) for thread in arguments.nested("threads") or ()}
    if "blocked" in arguments.values:
        reason = arguments.text("blocked")
        chat.blocked = reason if " " in reason else _BLOCKED if arguments.flag("blocked") else ""
    chat.moved_to = arguments.number("moved_to") or chat.moved_to
    return as_chat(chat)


def write(world: World, arguments: Arguments) -> JsonObject:
    """A message of a person, perhaps with a file."""
    only(arguments, "chat_id", "text", "user", "reply_to", "thread", "document")
    sender, chat_id = user_of(world, arguments), chat_id_of(arguments)
    chat = world.chats.open(chat_id, sender["first_name"] if chat_id > 0 else "")
    content = _content(world, arguments)
    place = {"reply_to": arguments.number("reply_to") or None, "thread": _thread(chat, arguments)}
    message = chat.add(place | {"sender": sender}, content, world.clock.now())
    update = world.push("message", as_message(chat, message))
    return {"update_id": update, "message_id": message.identifier}


def rewrite(world: World, arguments: Arguments) -> JsonObject:
    """A person edits a message."""
    only(arguments, "chat_id", "message_id", "text")
    chat = known_chat(world, arguments)
    message = chat.shown(arguments.number("message_id"))
    if message is None or message.from_bot:
        raise bad_request("no such message of a person")
    message.change(Content(with_commands(arguments.text("text"))), world.clock.now())
    update = world.push("edited_message", as_message(chat, message))
    return {"update_id": update, "message_id": message.identifier}


def redeliver(world: World, arguments: Arguments) -> JsonObject:
    """Deliver an update again although it was confirmed."""
    only(arguments, "update_id")
    if not world.updates.push_again(arguments.number("update_id")):
        raise bad_request("no such update")
    world.bell.ring()
    return {"update_id": arguments.number("update_id")}


def _content(world: World, arguments: Arguments) -> Content:
    words = with_commands(arguments.text("text"))
    document = arguments.nested("document")
    if document is None:
        if not words.text:
            raise bad_request("a message needs a text or a document")
        return Content(words)
    name, mime = document.get("name", "file"), document.get("mime", "application/octet-stream")
    upload = Upload(name, mime, _bytes(document))
    return Content(words, media=Media.DOCUMENT, file=world.files.add(upload, "documents", document.get("size")))


def _bytes(document: JsonObject) -> bytes:
    if "base64" in document:
        return base64.b64decode(document["base64"])
    return str(document.get("content", "")).encode()


def _thread(chat: Chat, arguments: Arguments) -> int | None:
    thread = arguments.number("thread") or None
    if thread is not None:
        chat.threads.add(thread)
    return thread
