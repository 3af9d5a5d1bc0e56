"""What became of the messages about incidents: when they arrived, and what is done about those that never will."""

from collections.abc import Sequence

from agent.domain.events import IncidentUnheard
from agent.domain.incident import Incident
from agent.domain.incident_history import Entry, Happening
from agent.domain.outbox import Message, MessageState
from agent.ports import IncidentPresenter
from agent.services.incidents.escalation import Escalation
from agent.services.incidents.saying import Saying, ids_in
from agent.services.journal import Writing


class Deliveries:
    """Keeps `services.messages.Follower`.

    A person whom Telegram does not let us reach is as good as asleep: the next step is taken at once, and whoever can
    be reached is told.
    """

    def __init__(self, saying: Saying, escalation: Escalation, presenter: IncidentPresenter) -> None:
        self._saying = saying
        self._escalation = escalation
        self._presenter = presenter

    async def settled(self, writing: Writing, message: Message, *, was_edit: bool) -> None:
        """A line in the timeline of every incident that the message was about, and more when it is dead."""
        ids = ids_in(message.key)
        if not ids or (was_edit and message.state is MessageState.SENT):
            return
        is_dead = message.state is MessageState.DEAD
        what = Happening.UNDELIVERED if is_dead else Happening.DELIVERED
        detail = self._detail(message, was_edit=was_edit)
        for incident_id in ids:
            await writing.records.incidents.note(Entry(incident_id, writing.now, what, detail))
        if is_dead and not was_edit:
            await self._lost(writing, message, ids)

    async def _lost(self, writing: Writing, message: Message, ids: Sequence[str]) -> None:
        await self._escalation.hurry(writing, ids, message)
        found = [await writing.records.incidents.get(each) for each in ids]
        incidents = [each for each in found if each is not None]
        reached: dict[int, None] = {}
        for incident in incidents:
            chats = await self._saying.standing_in(writing.records, incident)
            reached.update(dict.fromkeys(chats))
            if not chats:
                await writing.tell(IncidentUnheard(incident.id, incident.severity))
        await self._tell(writing, message, incidents, list(reached))

    async def _tell(
        self, writing: Writing, message: Message, incidents: Sequence[Incident], reached: Sequence[int]
    ) -> None:
        """Once for a chat and a day: what follows is an edit, so that a storm of losses is no storm of messages."""
        words = self._presenter.unreached(incidents, self._saying.rota.called(message.chat_id), message.detail)
        key = f"unreached:{message.chat_id}:{writing.now:%Y-%m-%d}"
        for chat in reached:
            await self._saying.say(writing, chat, key, words)

    def _detail(self, message: Message, *, was_edit: bool) -> str:
        if message.state is MessageState.SENT:
            return f"to {self._saying.rota.called(message.chat_id)}"
        what = "a change of the message, " if was_edit else ""
        return f"{what}to {self._saying.rota.called(message.chat_id)}: {message.detail}"
