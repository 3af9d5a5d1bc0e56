"""An update as an entry of a lane: who says what, whether they may, and how it will be dealt with.

Nothing is read from the store here and nothing is changed, so that everything can be heard at once.
"""

import json
from dataclasses import dataclass

from agent.adapters.telegram.dispatch.asking import Ask
from agent.adapters.telegram.dispatch.bell import Bell, Beside
from agent.adapters.telegram.dispatch.desk import Desk
from agent.adapters.telegram.dispatch.plans import Plan, Turned
from agent.adapters.telegram.dispatch.replies import in_reply
from agent.adapters.telegram.dispatch.strangers import Strangers
from agent.adapters.telegram.dispatch.table import overtakes
from agent.adapters.telegram.dispatch.understanding import understood_from, understood_press
from agent.adapters.telegram.parsing import Asked
from agent.adapters.telegram.reading import Ignored, Said, Tapped, read_update
from agent.adapters.telegram.render.presses import read_press
from agent.domain.inbox import Item
from agent.domain.roles import Role
from agent.domain.trace import Trace

Place = tuple[int, int]
"""A chat and the topic inside of it."""


@dataclass(slots=True, eq=False)
class Entry:
    """An update that somebody who may speak to us has caused.

    Attributes:
        attempts: how often dealing with it was begun, in all lives.
        excused: whether its author was told that it has to wait.
        answered: whether it was answered past the outbox, so that only the mark is missing.
    """

    item: Item
    ask: Ask
    plan: Plan
    bell: Bell
    overtakes: bool
    attempts: int
    excused: bool = False
    answered: bool = False

    @property
    def place(self) -> Place:
        """The lane that it belongs to."""
        return self.ask.chat_id, self.ask.thread_id


@dataclass(frozen=True, slots=True)
class Hearing:
    """Understands updates; remembers only strangers."""

    desk: Desk
    beside: Beside
    strangers: Strangers

    def entry(self, item: Item) -> Entry | None:
        """What to do about it, or None when it is nobody's business."""
        heard = read_update(_loaded(item.body))
        match heard:
            case Said():
                return self._said(item, heard)
            case Tapped():
                return self._tapped(item, heard)
            case Ignored():
                return None

    def _said(self, item: Item, said: Said) -> Entry | None:
        role = self._role(said.user_id)
        if role is None:
            return None
        understood = understood_from(said, role, self.desk.bot_name())
        if understood is None:
            return None
        plan, asked, overheard = understood.plan, understood.asked, understood.overheard
        ask = Ask(
            key=f"telegram:{item.key}",
            user_id=said.user_id,
            role=role,
            chat_id=said.chat_id,
            trace=self._trace(),
            thread_id=said.thread_id,
            words=asked.words,
            numbers=asked.numbers,
            document=said.document,
            message_id=said.message_id,
            reply_to=said.reply_to,
            answers=said.answers,
            overheard=overheard,
            user_name=said.user_name,
        )
        return self._entry(item, ask, in_reply(plan, said), asked, Bell(self.desk.asides, self.beside))

    def _tapped(self, item: Item, tapped: Tapped) -> Entry | None:
        role = self._role(tapped.user_id)
        if role is None:
            return None
        plan, asked = understood_press(tapped.data, role)
        ask = Ask(
            key=f"telegram:{item.key}",
            user_id=tapped.user_id,
            role=role,
            chat_id=tapped.chat_id or tapped.user_id,  # of a message too old to be told of
            trace=self._trace(),
            thread_id=tapped.thread_id,
            words=asked.words,
            numbers=asked.numbers,
            tapped=tapped.message_id,
            is_tap=True,
            press=read_press(tapped.data),
            user_name=tapped.user_name,
        )
        return self._entry(item, ask, plan, asked, Bell(self.desk.asides, self.beside, tapped.callback_id))

    def _entry(self, item: Item, ask: Ask, plan: Plan, asked: Asked, bell: Bell) -> Entry:
        ahead = not isinstance(plan, Turned) and overtakes(asked)
        return Entry(item, ask, plan, bell, overtakes=ahead, attempts=item.attempts)

    def _role(self, user_id: int) -> Role | None:
        role = self.desk.users.get(user_id)
        if role is None:
            self.strangers.note(user_id)
        return role

    def _trace(self) -> Trace:
        return Trace(self.desk.ids.trace(), self.desk.ids.span())


def _loaded(body: str) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
