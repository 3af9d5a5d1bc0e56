"""One life of the agent with a desk for the chat: updates in, and what became of them out."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from agent.adapters.telegram import Intake, TelegramPresenter
from agent.adapters.telegram.dispatch import Desk, Dispatcher, OnCallDesk
from agent.adapters.telegram.forms import width
from agent.domain.inbox import Item, ItemState
from agent.domain.outbox import Message
from agent.domain.roles import Role
from agent.domain.run import Run
from agent.domain.session import Project, Session
from agent.ports import Records, Store
from agent.sandbox.html_mode import parse_html
from tests.agent.fakes import FakeClock, FakeIds, FakeWorktrees
from tests.agent.makers import make_project
from tests.agent.memory_store import MemoryStore
from tests.agent.services.agency import Agency

GROUP: Final = -100500
STRANGER: Final = 99
USERS: Final[Mapping[int, Role]] = {1: Role.VIEWER, 2: Role.OPERATOR, 3: Role.APPROVER, 4: Role.ADMIN}
USER: Final = {role: user for user, role in USERS.items()}
OPERATOR, APPROVER, ADMIN = USER[Role.OPERATOR], USER[Role.APPROVER], USER[Role.ADMIN]


class FakeCourtesy:
    """Keeps `dispatch.Courtesy`; files that people send have the contents that a test gives them."""

    def __init__(self) -> None:
        self.answered: list[tuple[str, str]] = []
        self.typed: list[int] = []
        self.files: dict[str, bytes] = {}

    async def answer(self, callback_id: str, text: str = "", *, loud: bool = False) -> str:
        self.answered.append((callback_id, text))
        return ""

    async def typing(self, chat_id: int, thread_id: int = 0) -> str:
        self.typed.append(chat_id)
        return ""

    async def fetch(self, file_id: str, target: Path) -> str:
        if file_id not in self.files:
            return "Bad Request: wrong file_id"
        await asyncio.to_thread(target.write_bytes, self.files[file_id])
        return ""


class Trees(FakeWorktrees):
    """Worktrees that are folders, and git that waits while a test wants it to."""

    def __init__(self, root: Path, *projects: Project) -> None:
        super().__init__(*projects)
        self.root = root
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = 0

    async def add(self, project: Project, session_id: str, branch: str) -> Path:
        self.asked += 1
        await self.gate.wait()
        await super().add(project, session_id, branch)
        path = self.root / session_id
        self.trees = {self.root / each.name: found for each, found in self.trees.items()}
        path.mkdir(parents=True, exist_ok=True)
        return path


class Office:
    """A second one over the same store is a restart."""

    def __init__(
        self,
        folder: Path,
        *,
        store: Store | None = None,
        before: "Office | None" = None,
        on_call: OnCallDesk | None = None,
        users: Mapping[int, Role] = USERS,
        **profile: object,
    ) -> None:
        self.folder = folder
        self.clock: FakeClock = before.clock if before else FakeClock()
        self.ids: FakeIds = before.ids if before else FakeIds()
        self.git: Trees = before.git if before else Trees(folder / "w", make_project())
        self.agency = Agency(
            store=store or MemoryStore(),
            clock=self.clock,
            ids=self.ids,
            presenter=TelegramPresenter(),
            worktrees=self.git,
            **profile,
        )
        self.store = self.agency.store
        self.courtesy = FakeCourtesy()
        self.desk = self._desk(on_call, users)
        self.dispatcher = Dispatcher(self.desk)
        self.intake = Intake(self.store, self.clock, self.dispatcher.wake.set, self.dispatcher.refused)
        self._number: int = before._number if before else 100

    def _desk(self, on_call: OnCallDesk | None, users: Mapping[int, Role]) -> Desk:
        agency = self.agency
        return Desk(
            journal=agency.journal,
            ids=agency.ids,
            messages=agency.messages,
            runs=agency.runs,
            approvals=agency.approvals,
            recovery=agency.recovery,
            sessions=agency.sessions,
            projects=agency.projects,
            containing=agency.containing,
            health=agency.health,
            snapshots=agency.snapshots,
            chat=agency.chat,
            asides=self.courtesy,
            users=users,
            profiles=agency.profiles,
            missing=agency.runner.missing,
            log_of=lambda run_id: self.folder / "logs" / f"{run_id}.log",
            spool=self.folder / "spool",
            bot_name=lambda: "tocsin_bot",
            configured=(("Updates", "polling"),),
            on_call=on_call,
        )

    async def register(self, *names: str) -> None:
        async with self.store.transaction() as records:
            for name in names or ("app",):
                await records.projects.save(make_project(id=name))

    async def hears(self, *updates: dict[str, Any]) -> None:
        """Keep the updates and deal with them, and with whatever else waits."""
        if updates:
            await self.intake.keep(updates)
        while await self.dispatcher.turn() == 0:
            pass
        await self.dispatcher.settle()

    async def says(self, user: int, *texts: str, chat: int = 0, thread: int = 0) -> list[str]:
        """Somebody writes; answers what they can read afterwards."""
        before = len(await self.messages())
        await self.hears(*(self.written(user, text, chat=chat, thread=thread) for text in texts))
        return [message.text for message in (await self.messages())[before:]]

    async def taps(self, user: int, data: str, *, chat: int = 0, message: int = 5) -> list[str]:
        """Somebody taps; answers what the button says back."""
        before = len(self.courtesy.answered)
        await self.hears(self.tapped(user, data, chat=chat, message=message))
        return [text for _, text in self.courtesy.answered[before:]]

    def written(self, user: int, text: str, *, chat: int = 0, thread: int = 0, **more: object) -> dict[str, Any]:
        message: dict[str, Any] = {"message_id": self._next(), "from": {"id": user}, "chat": {"id": chat or user}}
        topic = {"message_thread_id": thread, "is_topic_message": True} if thread else {}
        return {"update_id": self._next(), "message": {**message, **topic, "text": text, **more}}

    def edited(self, update: dict[str, Any], text: str, **more: object) -> dict[str, Any]:
        """What was written is changed."""
        return {
            "update_id": self._next(),
            "edited_message": {**update["message"], "edit_date": 9, "text": text, **more},
        }

    def tapped(self, user: int, data: str, *, chat: int = 0, thread: int = 0, message: int = 5) -> dict[str, Any]:
        topic = {"message_thread_id": thread, "is_topic_message": True} if thread else {}
        where = {"message_id": message, "chat": {"id": chat or user}, **topic}
        query = {"id": f"cb{self._next()}", "from": {"id": user}, "message": where, "data": data}
        return {"update_id": self._next(), "callback_query": query}

    def _next(self) -> int:
        self._number += 1
        return self._number

    async def messages(self) -> list[Message]:
        """Everything that was ever queued, in order."""
        found: list[Message] = []
        async with self.store.reading() as records:
            for number in range(1, 10_000):
                message = await records.outbox.get(number)
                if message is None:
                    return found
                found.append(message)
        return found

    async def sessions(self) -> Sequence[Session]:
        async with self.store.reading() as records:
            return list(await records.sessions.listing(100))

    async def runs(self) -> Sequence[Run]:
        async with self.store.reading() as records:
            return list(await records.runs.listing(100))

    async def audited(self) -> list[str]:
        async with self.store.reading() as records:
            return [entry.action for entry in await records.audit.listing(100)]

    @property
    def items(self) -> list[Item]:
        """The inbox, of a store in memory."""
        assert isinstance(self.store, MemoryStore)
        return list(self.store._committed.items.values())

    @property
    def unsettled(self) -> list[Item]:
        return [item for item in self.items if item.state is ItemState.WAITING]


class Killed(BaseException):
    """As by SIGKILL: nothing in the agent may catch it."""


class MortalStore:
    """A store that dies right before or right after its n-th commit, and takes the whole life along."""

    def __init__(self, store: Store, dies_at: int, *, after: bool) -> None:
        self._store = store
        self._dies_at = dies_at
        self._after = after
        self.commits = 0
        self.is_dead = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Records]:
        self._require_life()
        async with self._store.transaction() as records:
            self._require_life()
            yield records
            self.commits += 1
            if self.commits == self._dies_at and not self._after:
                self._die()
        if self.commits == self._dies_at and self._after:
            self._die()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Records]:
        self._require_life()
        async with self._store.reading() as records:
            yield records

    @property
    def refusal(self) -> str:
        return self._store.refusal

    async def check_integrity(self) -> str:
        return ""

    async def check_writes(self) -> str:
        return ""

    def _require_life(self) -> None:
        if self.is_dead:
            raise Killed

    def _die(self) -> None:
        self.is_dead = True
        raise Killed


def readable(message: Message) -> str:
    """What a reader sees; fails when Telegram would refuse the message."""
    assert width(message.text) < 4096
    shown: str = parse_html(message.text).text
    assert shown.strip()
    return shown


def body(update: dict[str, Any]) -> str:
    return json.dumps(update)
