"""All that the sandbox knows, in one place."""

from agent.sandbox.bot import Bot
from agent.sandbox.callbacks import Callbacks
from agent.sandbox.calls import Calls
from agent.sandbox.chats import Chats
from agent.sandbox.clock import Bell, Clock
from agent.sandbox.faults import Faults
from agent.sandbox.files import Files
from agent.sandbox.limits import Throttle
from agent.sandbox.plain import JsonObject
from agent.sandbox.polling import Polling
from agent.sandbox.updates import Updates
from agent.sandbox.webhook import Webhook


class World:
    """The state behind both APIs. Everything changes in one event loop and between awaits, so nothing is locked."""

    def __init__(self, token: str, known_chats: tuple[int, ...] = ()) -> None:
        self.bell = Bell()
        self.updates = Updates()
        self._token = token
        self._known_chats = known_chats
        self.reset()

    def reset(self) -> None:
        """Forget everything but the token, the chats known from the start and the sequence of update identifiers."""
        self.clock = Clock(self.bell)
        self.bot = Bot(self._token)
        self.chats, self.files, self.callbacks = Chats(), Files(), Callbacks()
        self.faults, self.throttle, self.calls = Faults(), Throttle(), Calls()
        self.people: dict[int | None, JsonObject] = {}
        self.polling, self.webhook = Polling(), Webhook()
        self.updates.forget()
        self.updates.allowed = ()
        for chat_id in self._known_chats:
            self.chats.open(chat_id)
        self.bell.ring()

    def push(self, kind: str, payload: JsonObject) -> int | None:
        """Queue an update for the bot; its identifier, or None when the bot does not want this kind."""
        update = self.updates.push(kind, payload, self.clock.now())
        self.bell.ring()
        return None if update is None else update.identifier
