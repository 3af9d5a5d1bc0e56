"""Chats and the messages in them, with every earlier version: what a phone would show, and what it did show."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from agent.sandbox.errors import bad_request, forbidden, moved
from agent.sandbox.files import File
from agent.sandbox.formatting import Formatted
from agent.sandbox.keyboard import Keyboard
from agent.sandbox.plain import JsonObject

_SUPERGROUPS_BELOW: Final = -1_000_000_000_000


class Kind(StrEnum):
    """What a chat is."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"

    @classmethod
    def of(cls, chat_id: int) -> "Kind":
        """The kind that an identifier tells."""
        if chat_id > 0:
            return cls.PRIVATE
        return cls.SUPERGROUP if chat_id < _SUPERGROUPS_BELOW else cls.GROUP


class Media(StrEnum):
    """What a message carries besides its text."""

    NONE = ""
    DOCUMENT = "document"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Content:
    """What a message shows; two equal contents are "not modified"."""

    words: Formatted
    buttons: Keyboard = ()
    media: Media = Media.NONE
    file: File | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """What a message showed from a moment on."""

    at: float
    content: Content


@dataclass(slots=True)
class Message:
    """One message: who sent it and all its versions."""

    identifier: int
    sender: JsonObject
    versions: list[Version]
    reply_to: int | None = None
    thread: int | None = None
    deleted_at: float | None = None

    @property
    def content(self) -> Content:
        """What it shows now."""
        return self.versions[-1].content

    @property
    def from_bot(self) -> bool:
        """Whether our bot sent it."""
        return bool(self.sender.get("is_bot"))

    def change(self, content: Content, now: float) -> None:
        """Show something else from now on."""
        self.versions.append(Version(now, content))


@dataclass(slots=True)
class Chat:
    """One chat and its own sequence of message identifiers."""

    identifier: int
    kind: Kind
    name: str
    threads: set[int] = field(default_factory=set)
    blocked: str = ""
    moved_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)

    def add(self, message: JsonObject, content: Content, now: float) -> Message:
        """A new message at the end; `message` holds its sender, reply_to and thread."""
        added = Message(len(self.messages) + 1, versions=[Version(now, content)], **message)
        self.messages[added.identifier] = added
        return added

    def shown(self, identifier: int | None) -> Message | None:
        """The message, unless it never was or was deleted."""
        message = self.messages.get(identifier or 0)
        return None if message is None or message.deleted_at is not None else message


class Chats:
    """All chats that the bot may know."""

    def __init__(self) -> None:
        self._chats: dict[int, Chat] = {}

    def __iter__(self) -> Iterator[Chat]:
        return iter(self._chats.values())

    def open(self, chat_id: int, name: str = "") -> Chat:
        """The chat, made known to the bot when it was not."""
        if chat_id not in self._chats:
            self._chats[chat_id] = Chat(chat_id, Kind.of(chat_id), name or f"Chat {abs(chat_id)}")
        return self._chats[chat_id]

    def find(self, chat_id: int) -> Chat | None:
        """The chat, if known."""
        return self._chats.get(chat_id)

    def reach(self, chat_id: int) -> Chat:
        """The chat, if the bot may write to it."""
        chat = self._chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        if chat.blocked:
            raise forbidden(chat.blocked)
        if chat.moved_to is not None:
            raise moved(chat.moved_to)
        return chat
