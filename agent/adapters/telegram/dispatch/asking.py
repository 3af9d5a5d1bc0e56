"""What somebody asks for and what we answer: the two values that every command is a function between."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from agent.adapters.telegram.reading import Document
from agent.adapters.telegram.render.presses import Press
from agent.domain.roles import Role
from agent.domain.trace import Trace
from agent.ports import Words
from agent.services.journal import Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A wish, by somebody whose role covers it.

    Attributes:
        key: of the update; repetitions of it have the same.
        words: the command's arguments by name, or what a button said; what was left out is not there.
        numbers: counts, and lengths of time in seconds.
        message_id: Telegram's number of the message that says so, or 0 for a tap.
        reply_to: Telegram's number of the message that was answered, or 0.
        answers: the user name of the bot whose message that was, or empty.
        overheard: whether it was written in a group, and perhaps not to us.
        tapped: Telegram's number of the message whose button was tapped, or 0.
        is_tap: whether it came from a button.
        press: what the button said, when no command says the same.
        user_name: as Telegram knows the asker; for people to read, never to decide by.
    """

    key: str
    user_id: int
    role: Role
    chat_id: int
    trace: Trace
    thread_id: int = 0
    words: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    document: Document | None = None
    message_id: int = 0
    reply_to: int = 0
    answers: str = ""
    overheard: bool = False
    tapped: int = 0
    is_tap: bool = False
    press: Press | None = None
    user_name: str = ""

    @property
    def is_private(self) -> bool:
        """Whether nobody else reads the chat."""
        return self.chat_id > 0

    def sees(self, chat_id: int) -> bool:
        """Whether what belongs to a chat may be shown here.

        Everybody sees what belongs to the chat they are in. Approvers answer for all chats, and see all of them where
        nobody else reads along.
        """
        return chat_id == self.chat_id or (self.is_private and self.role.covers(Role.APPROVER))


@dataclass(frozen=True, slots=True)
class Answer:
    """What is replied.

    Attributes:
        document: a file to send along, or empty.
        is_picture: whether that file is there to be looked at.
        key: when it is tapped in the message that carries the key, that message is changed instead of a new one sent.
        in_place: whether the message that was tapped becomes the answer, as a choice that has been made does.
        put_away: what stays of the message that carried the key before, or None when it stays as it is.
        brief: whether it is enough to show it in passing when a button was tapped.
        loud: whether that should have to be confirmed, as a refusal should.
    """

    words: Words
    document: str = ""
    is_picture: bool = False
    key: str = ""
    in_place: bool = False
    put_away: Words | None = None
    brief: bool = False
    loud: bool = False


Conclude = Callable[[Writing, Answer | None], Awaitable[None]]
"""Puts the answer, if there is one beside what the services say, and the end of the update into a transaction."""
