"""sendMessage, sendDocument, sendPhoto, sendChatAction."""

from typing import Final

from agent.sandbox.arguments import Arguments
from agent.sandbox.chats import Chat, Content, Media
from agent.sandbox.errors import Refusal, bad_request
from agent.sandbox.files import MAX_PHOTO, MAX_UPLOAD, File, is_image
from agent.sandbox.keyboard import read_keyboard
from agent.sandbox.methods.words import read_caption, read_text
from agent.sandbox.plain import JsonObject
from agent.sandbox.views import as_message
from agent.sandbox.world import World

_ACTIONS: Final = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)


def send_message(world: World, arguments: Arguments) -> JsonObject:
    """A new text message."""
    chat = reach(world, arguments)
    content = Content(read_text(arguments), read_keyboard(arguments))
    return _send(world, arguments, chat, content)


def send_document(world: World, arguments: Arguments) -> JsonObject:
    """A new message with a file."""
    chat = reach(world, arguments)
    words, buttons = read_caption(arguments), read_keyboard(arguments)
    file = _file(world, arguments, Media.DOCUMENT)
    return _send(world, arguments, chat, Content(words, buttons, Media.DOCUMENT, file))


def send_photo(world: World, arguments: Arguments) -> JsonObject:
    """A new message with a picture."""
    chat = reach(world, arguments)
    words, buttons = read_caption(arguments), read_keyboard(arguments)
    file = _file(world, arguments, Media.PHOTO)
    if not is_image(file.content):
        raise bad_request("IMAGE_PROCESS_FAILED")
    if file.size > MAX_PHOTO:
        raise bad_request("file is too big for a photo")
    return _send(world, arguments, chat, Content(words, buttons, Media.PHOTO, file))


def send_chat_action(world: World, arguments: Arguments) -> bool:
    """The word "typing" under the bot's name; nothing of it stays."""
    reach(world, arguments)
    if arguments.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def reach(world: World, arguments: Arguments) -> Chat:
    """The chat that a call is about."""
    if not arguments.has("chat_id"):
        raise bad_request("chat_id is empty")
    chat_id = arguments.text("chat_id")
    if not chat_id.removeprefix("-").isdecimal():
        raise bad_request("chat not found")
    return world.chats.reach(int(chat_id))


def _send(world: World, arguments: Arguments, chat: Chat, content: Content) -> JsonObject:
    place = {"reply_to": _reply_to(chat, arguments), "thread": _thread(chat, arguments)}
    now = world.clock.now()
    world.throttle.admit(chat.identifier, now)
    message = chat.add(place | {"sender": world.bot.as_user()}, content, now)
    world.bell.ring()
    return as_message(chat, message)


def _reply_to(chat: Chat, arguments: Arguments) -> int | None:
    reply = arguments.nested("reply_parameters") or {}
    wanted = reply.get("message_id") or arguments.number("reply_to_message_id") or None
    if wanted is None or chat.shown(int(wanted)):
        return wanted
    if reply.get("allow_sending_without_reply") or arguments.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _thread(chat: Chat, arguments: Arguments) -> int | None:
    thread = arguments.number("message_thread_id") or None
    if thread is not None and thread not in chat.threads:
        raise bad_request("message thread not found")
    return thread


def _file(world: World, arguments: Arguments, media: Media) -> File:
    given = arguments.text(media.value)
    upload = arguments.uploads.get(given.removeprefix("attach://") if given else media.value)
    if upload is None and not given:
        raise bad_request(f"there is no {media.value} in the request")
    if upload is None:
        return world.files.get(given)
    if len(upload.content) > MAX_UPLOAD:
        raise Refusal(413, "Request Entity Too Large")
    return world.files.add(upload, f"{media.value}s")
