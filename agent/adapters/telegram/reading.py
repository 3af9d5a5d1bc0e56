"""What an update says: raw JSON in, one of three frozen values out. Whatever Telegram may send, this never raises."""

from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, assert_never

_LARGEST: Final = 2**63
_NO_PERSON: Final = "not from a person"


@dataclass(frozen=True, slots=True)
class Document:
    """A file that came along; it has yet to be fetched."""

    file_id: str
    name: str
    size: int
    mime: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A person has written something.

    Attributes:
        thread_id: the topic inside the chat, or 0.
        text: the words, or those under a file; may be empty with a file.
        reply_to: the number of the message that is answered, or 0.
        answers: the user name of the bot whose message that is, or empty.
        is_edit: whether it is what the message says now, after it was changed.
    """

    chat_id: int
    user_id: int
    message_id: int
    text: str
    user_name: str = ""
    thread_id: int = 0
    reply_to: int = 0
    answers: str = ""
    document: Document | None = None
    is_edit: bool = False

    @property
    def is_private(self) -> bool:
        """Whether nobody else reads the chat."""
        return self.chat_id > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tapped:
    """A person has tapped a button; its data may be forged. Chat and message are 0 when they are too old."""

    callback_id: str
    user_id: int
    data: str
    user_name: str = ""
    chat_id: int = 0
    thread_id: int = 0
    message_id: int = 0


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing for us, and why."""

    reason: str


Heard: TypeAlias = Said | Tapped | Ignored


def read_update(update: object) -> Heard:
    """What the update says to us."""
    fields = _object(update)
    if "message" in fields:
        return _said(_object(fields["message"]))
    if "edited_message" in fields:
        return _edited(_object(fields["edited_message"]))
    if "callback_query" in fields:
        return _tapped(_object(fields["callback_query"]))
    kinds = sorted(str(key) for key in fields if key != "update_id")
    return Ignored(f"{kinds[0][:40]} is not read here" if kinds else "empty")


def user_of(heard: Heard) -> int:
    """Who is speaking; 0 for nobody."""
    match heard:
        case Said(user_id=user_id) | Tapped(user_id=user_id):
            return user_id
        case Ignored():
            return 0
        case _:
            assert_never(heard)


def _said(message: dict[str, Any]) -> Heard:
    sender, chat_id = _object(message.get("from")), _number(_object(message.get("chat")).get("id"))
    user_id, text = _number(sender.get("id")), _text(message.get("text")) or _text(message.get("caption"))
    document = _document(message)
    if not user_id or sender.get("is_bot") is True:
        return Ignored(_NO_PERSON)
    if not chat_id:
        return Ignored("from no chat")
    if not text.strip() and document is None:
        return Ignored("neither words nor a file")
    return Said(
        chat_id=chat_id,
        user_id=user_id,
        message_id=_number(message.get("message_id")),
        text=text,
        user_name=_name(sender),
        thread_id=_thread(message),
        reply_to=_reply(message),
        answers=_answered_bot(message),
        document=document,
    )


def _edited(message: dict[str, Any]) -> Heard:
    """Telegram also tells of changes that nobody made, such as a link's preview; those have no date."""
    said = _said(message) if _number(message.get("edit_date")) else Ignored("an edit that nobody made")
    return replace(said, is_edit=True) if isinstance(said, Said) else said


def _tapped(query: dict[str, Any]) -> Heard:
    sender, message = _object(query.get("from")), _object(query.get("message"))
    user_id, callback_id = _number(sender.get("id")), _text(query.get("id"))
    if not user_id or not callback_id or sender.get("is_bot") is True:
        return Ignored(_NO_PERSON)
    return Tapped(
        callback_id=callback_id,
        user_id=user_id,
        data=_text(query.get("data")),
        user_name=_name(sender),
        chat_id=_number(_object(message.get("chat")).get("id")),
        thread_id=_thread(message),
        message_id=_number(message.get("message_id")),
    )


def _thread(message: dict[str, Any]) -> int:
    return _number(message.get("message_thread_id")) if message.get("is_topic_message") is True else 0


def _reply(message: dict[str, Any]) -> int:
    """Everything in a topic replies to the topic's first message; that says nothing."""
    replied = _number(_object(message.get("reply_to_message")).get("message_id"))
    return 0 if replied == _thread(message) else replied


def _answered_bot(message: dict[str, Any]) -> str:
    author = _object(_object(message.get("reply_to_message")).get("from"))
    return _text(author.get("username")) if _reply(message) and author.get("is_bot") is True else ""


def _document(message: dict[str, Any]) -> Document | None:
    document, photos = _object(message.get("document")), message.get("photo")
    if not document and isinstance(photos, list) and photos:
        document = {"file_name": "photo.jpg", "mime_type": "image/jpeg", **_object(photos[-1])}  # the largest is last
    file_id = _text(document.get("file_id"))
    if not file_id:
        return None
    name, mime = _text(document.get("file_name")), _text(document.get("mime_type"))
    return Document(file_id, name or "file", _number(document.get("file_size")), mime or "application/octet-stream")


def _name(sender: dict[str, Any]) -> str:
    username = _text(sender.get("username"))
    return f"@{username}" if username else _text(sender.get("first_name"))


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _number(value: object) -> int:
    fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST
    return value if fits and isinstance(value, int) else 0
