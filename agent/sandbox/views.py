"""Chats and messages as the Bot API writes them."""

from agent.sandbox.chats import Chat, Content, Kind, Media, Message
from agent.sandbox.plain import JsonObject


def as_chat(chat: Chat) -> JsonObject:
    """The `Chat` of the Bot API."""
    named = {"first_name": chat.name} if chat.kind is Kind.PRIVATE else {"title": chat.name}
    forum = {"is_forum": True} if chat.threads else {}
    return {"id": chat.identifier, "type": chat.kind.value} | named | forum


def as_message(chat: Chat, message: Message) -> JsonObject:
    """The `Message` of the Bot API, with the message it replies to."""
    body = _alone(chat, message)
    replied = chat.shown(message.reply_to)
    return body | ({"reply_to_message": _alone(chat, replied)} if replied else {})


def _alone(chat: Chat, message: Message) -> JsonObject:
    body: JsonObject = {
        "message_id": message.identifier,
        "from": message.sender,
        "chat": as_chat(chat),
        "date": int(message.versions[0].at),
    }
    if len(message.versions) > 1:
        body["edit_date"] = int(message.versions[-1].at)
    if message.thread is not None:
        body |= {"message_thread_id": message.thread, "is_topic_message": True}
    return body | _content(message.content)


def _content(content: Content) -> JsonObject:
    body = _words(content) | _media(content)
    if content.buttons:
        body["reply_markup"] = {"inline_keyboard": [list(row) for row in content.buttons]}
    return body


def _words(content: Content) -> JsonObject:
    name, marks = ("text", "entities") if content.media is Media.NONE else ("caption", "caption_entities")
    body: JsonObject = {}
    if content.words.text:
        body[name] = content.words.text
    if content.words.entities:
        body[marks] = list(content.words.entities)
    return body


def _media(content: Content) -> JsonObject:
    if content.file is None:
        return {}
    if content.media is Media.PHOTO:
        return {"photo": [content.file.as_photo()]}
    return {"document": content.file.as_document()}
