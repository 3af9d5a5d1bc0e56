"""The store without a disk: the fake of `ports.Store`, held to the same contract as the real one."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from agent.domain.alert import WAITING, Alert, AlertState
from agent.domain.approval import Approval
from agent.domain.audit import Audited
from agent.domain.breaker import BreakerName, Closed, State
from agent.domain.containment import Containment
from agent.domain.events import EventName
from agent.domain.inbox import Item, ItemState, Source
from agent.domain.incident import UNCLAIMED, Incident, IncidentSeverity, Presence
from agent.domain.incident_action import Action, ActionState
from agent.domain.incident_history import Entry
from agent.domain.keyed import KeyedRequest
from agent.domain.outbox import Kind, Message, MessageState, head
from agent.domain.quality import Score
from agent.domain.reliability import Finished
from agent.domain.run import Run, RunState
from agent.domain.session import Project, Session, SessionState
from agent.domain.timeline import Moment
from agent.errors import StoreError, StoreReadOnly


@dataclass
class Data:
    """Everything, in containers of frozen values, so that a shallow copy is a snapshot."""

    items: dict[int, Item] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    posts: dict[tuple[int, str], int] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    approvals: dict[str, Approval] = field(default_factory=dict)
    alerts: dict[int, Alert] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    actions: dict[str, Action] = field(default_factory=dict)
    breakers: dict[BreakerName, State] = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)
    audited: list[Audited] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    scores: list[Score] = field(default_factory=list)
    keyed: dict[tuple[str, str], KeyedRequest] = field(default_factory=dict)
    containment: list[Containment] = field(default_factory=lambda: [Containment()])
    numbers: dict[str, int] = field(default_factory=dict)

    def snapshot(self) -> "Data":
        return Data(**{each.name: copy(getattr(self, each.name)) for each in fields(self)})

    def number(self, name: str) -> int:
        self.numbers[name] = self.numbers.get(name, 0) + 1
        return self.numbers[name]


class Part:
    """One aggregate over the data; refuses to write when it only looks."""

    def __init__(self, data: Data, *, writable: bool) -> None:
        self._all = data
        self._writable = writable

    @property
    def _own(self) -> Data:
        if not self._writable:
            raise StoreReadOnly
        return self._all


class MemoryInbox(Part):
    async def accept(self, source: Source, key: str, body: str, now: datetime) -> bool:
        if any((item.source, item.key) == (source, key) for item in self._own.items.values()):
            return False
        number = self._own.number("item")
        self._own.items[number] = Item(id=number, source=source, key=key, body=body, accepted_at=now)
        return True

    async def waiting(self, source: Source, limit: int) -> Sequence[Item]:
        items = (item for item in self._all.items.values() if item.source is source)
        return [item for item in items if item.state is ItemState.WAITING][:limit]

    async def tried(self, item_id: int) -> None:
        self._own.items[item_id] = replace(self._all.items[item_id], attempts=self._all.items[item_id].attempts + 1)

    async def done(self, item_id: int) -> None:
        self._own.items[item_id] = replace(self._all.items[item_id], state=ItemState.DONE)

    async def failed(self, item_id: int, detail: str) -> None:
        self._own.items[item_id] = replace(self._all.items[item_id], state=ItemState.FAILED, detail=detail)


class MemoryOutbox(Part):
    async def add(self, message: Message) -> Message:
        numbered = replace(message, id=self._own.number("message"))
        self._own.messages[numbered.id] = numbered
        return numbered

    async def save(self, message: Message) -> None:
        self._own.messages[message.id] = message
        if message.key and message.telegram_id and message.state is MessageState.SENT:
            self._own.posts[message.chat_id, message.key] = message.telegram_id

    async def get(self, message_id: int) -> Message | None:
        return self._all.messages.get(message_id)

    async def waiting_for(self, chat_id: int, key: str) -> Message | None:
        found = [each for each in await self.unsent() if (each.chat_id, each.key) == (chat_id, key)]
        return found[-1] if found else None

    async def posted(self, chat_id: int, key: str) -> int:
        return self._all.posts.get((chat_id, key), 0)

    async def key_of(self, chat_id: int, telegram_id: int) -> str:
        found = [key for (chat, key), number in self._all.posts.items() if (chat, number) == (chat_id, telegram_id)]
        return found[0] if found else ""

    async def forget(self, chat_id: int, key: str) -> None:
        self._own.posts.pop((chat_id, key), None)

    async def heads(self) -> Sequence[Message]:
        unsent = await self.unsent()
        chats = {each.chat_id for each in unsent}
        found = [head(each for each in unsent if each.chat_id == chat) for chat in chats]
        return sorted((each for each in found if each is not None), key=lambda each: each.id)

    async def unsent(self) -> Sequence[Message]:
        return [each for each in self._all.messages.values() if each.is_unsent]

    async def unsent_by_kind(self) -> Mapping[Kind, int]:
        unsent = await self.unsent()
        return {kind: sum(each.kind is kind for each in unsent) for kind in Kind}

    async def oldest_unsent_at(self) -> datetime | None:
        return min((each.queued_at for each in await self.unsent()), default=None)

    async def dead(self, limit: int) -> Sequence[Message]:
        return [each for each in reversed(self._all.messages.values()) if each.state is MessageState.DEAD][:limit]


class MemoryRuns(Part):
    async def add(self, run: Run) -> None:
        if run.id in self._all.runs:
            raise StoreError("known")
        self._own.runs[run.id] = run

    async def save(self, run: Run) -> None:
        if run.id in self._all.runs:
            self._own.runs[run.id] = run

    async def get(self, run_id: str) -> Run | None:
        return self._all.runs.get(run_id)

    async def listing(self, limit: int, session_id: str = "") -> Sequence[Run]:
        return [run for run in reversed(self._all.runs.values()) if session_id in {"", run.session_id}][:limit]

    async def of_chat(self, chat_id: int, limit: int) -> Sequence[Run]:
        return [run for run in reversed(self._all.runs.values()) if run.chat_id == chat_id][:limit]

    async def starting_with(self, beginning: str, limit: int) -> Sequence[Run]:
        found = sorted(each for each in self._all.runs if beginning and each.startswith(beginning))
        return [self._all.runs[each] for each in found[:limit]]

    async def in_state(self, *states: RunState) -> Sequence[Run]:
        return [run for run in self._all.runs.values() if run.state in states]

    async def startable(self, limit: int) -> Sequence[Run]:
        busy = {run.session_id for run in await self.in_state(RunState.RUNNING, RunState.WAITING_APPROVAL)}
        first: dict[str, Run] = {}
        for run in await self.in_state(RunState.PENDING):
            session = self._all.sessions.get(run.session_id)
            if run.session_id not in busy and session is not None and session.is_open:
                first.setdefault(run.session_id, run)
        return list(first.values())[:limit]

    async def position(self, run_id: str) -> int:
        run = self._all.runs[run_id]
        own = [each for each in self._all.runs.values() if each.session_id == run.session_id]
        return sum(each.state is RunState.PENDING for each in own[: own.index(run)])

    async def beat(self, run_ids: Sequence[str], until: datetime) -> None:
        for run_id in run_ids:
            if self._all.runs[run_id].state is RunState.RUNNING:
                self._own.runs[run_id] = replace(self._all.runs[run_id], lease_until=until)

    async def newest_finished(self, limit: int) -> Sequence[Finished]:
        ended = [(run.finished_at, place, run) for place, run in enumerate(self._all.runs.values()) if run.finished_at]
        counted = [each for each in ended if each[2].state in {RunState.COMPLETED, RunState.FAILED}]
        newest = sorted(counted, key=lambda each: each[:2], reverse=True)[:limit]
        return [
            Finished(run.state, run.worked.total_seconds() if run.worked is not None else None) for *_, run in newest
        ]

    async def count_by_state(self) -> Mapping[RunState, int]:
        return {state: len(await self.in_state(state)) for state in RunState}

    async def queue_sizes(self) -> Mapping[str, int]:
        pending = await self.in_state(RunState.PENDING)
        open_ones = [session.id for session in self._all.sessions.values() if session.is_open]
        return {session_id: sum(run.session_id == session_id for run in pending) for session_id in open_ones}


class MemorySessions(Part):
    async def next_id(self) -> str:
        return f"S{self._own.number('session')}"

    async def add(self, session: Session) -> None:
        self._own.sessions[session.id] = session

    async def save(self, session: Session) -> None:
        self._own.sessions[session.id] = session

    async def get(self, session_id: str) -> Session | None:
        return self._all.sessions.get(session_id)

    async def active(self) -> Sequence[Session]:
        found = [each for each in reversed(self._all.sessions.values()) if each.state is not SessionState.CLOSED]
        return sorted(found, key=lambda each: each.last_activity_at, reverse=True)

    async def of_chat(self, chat_id: int, thread_id: int = 0) -> Sequence[Session]:
        newest = reversed(self._all.sessions.values())
        here = [each for each in newest if each.is_open and (each.chat_id, each.thread_id) == (chat_id, thread_id)]
        return sorted(here, key=lambda each: each.chosen_at, reverse=True)

    async def listing(self, limit: int) -> Sequence[Session]:
        return list(reversed(self._all.sessions.values()))[:limit]


class MemoryProjects(Part):
    async def save(self, project: Project) -> bool:
        is_new = project.id not in self._all.projects
        self._own.projects[project.id] = project
        return is_new

    async def remove(self, project_id: str) -> None:
        self._own.projects.pop(project_id, None)

    async def get(self, project_id: str) -> Project | None:
        return self._all.projects.get(project_id)

    async def all(self) -> Sequence[Project]:
        return [self._all.projects[key] for key in sorted(self._all.projects)]


class MemoryApprovals(Part):
    async def add(self, approval: Approval) -> None:
        self._own.approvals[approval.id] = approval

    async def save(self, approval: Approval) -> None:
        self._own.approvals[approval.id] = approval

    async def get(self, approval_id: str) -> Approval | None:
        return self._all.approvals.get(approval_id)

    async def pending(self) -> Sequence[Approval]:
        return [each for each in self._all.approvals.values() if each.is_pending]

    async def of_run(self, run_id: str) -> Sequence[Approval]:
        return [each for each in self._all.approvals.values() if each.run_id == run_id]

    async def answered(self, run_id: str, tool_use_id: str) -> Approval | None:
        found = [each for each in await self.of_run(run_id) if each.tool_use_id == tool_use_id]
        return found[-1] if found else None

    async def listing(self, limit: int) -> Sequence[Approval]:
        return list(reversed(self._all.approvals.values()))[:limit]


class MemoryAlerts(Part):
    async def add(self, alert: Alert) -> Alert:
        numbered = replace(alert, id=self._own.number("alert"))
        self._own.alerts[numbered.id] = numbered
        return numbered

    async def save(self, alert: Alert) -> None:
        self._own.alerts[alert.id] = alert

    async def newest_like(self, signature: str) -> datetime | None:
        told = {AlertState.SENT, *WAITING}
        alike = [each.ts for each in self._all.alerts.values() if each.signature == signature and each.state in told]
        return max(alike, default=None)

    async def due(self, now: datetime, limit: int) -> Sequence[Alert]:
        found = [each for each in self._all.alerts.values() if each.state in WAITING and each.next_at <= now]
        return sorted(found, key=lambda each: (each.state is AlertState.DEAD_LETTER, each.id))[:limit]

    async def next_due(self) -> datetime | None:
        return min((each.next_at for each in self._all.alerts.values() if each.state in WAITING), default=None)

    async def count_by_state(self) -> Mapping[AlertState, int]:
        return {state: sum(each.state is state for each in self._all.alerts.values()) for state in AlertState}

    async def drop_oldest_dead(self, keep: int) -> int:
        dead = sorted(each.id for each in self._all.alerts.values() if each.state is AlertState.DEAD_LETTER)
        beyond = dead[: max(len(dead) - keep, 0)]
        for number in beyond:
            del self._own.alerts[number]
        return len(beyond)


class MemoryIncidents(Part):
    async def add(self, incident: Incident) -> None:
        self._own.incidents[incident.id] = incident

    async def save(self, incident: Incident) -> None:
        self._own.incidents[incident.id] = incident

    async def get(self, incident_id: str) -> Incident | None:
        return self._all.incidents.get(incident_id)

    async def open_of_group(self, group_key: str, group_hash: str) -> Incident | None:
        found = [each for each in await self.open() if each.group_key == group_key or each.group_hash == group_hash]
        return max(found, key=lambda each: each.group_key == group_key, default=None)

    async def latest_of_group(self, group_key: str, group_hash: str) -> Incident | None:
        newest = list(reversed(self._all.incidents.values()))
        by_key = [each for each in newest if each.group_key == group_key]
        return next(iter(by_key or [each for each in newest if each.group_hash == group_hash]), None)

    async def open(self) -> Sequence[Incident]:
        return [each for each in self._all.incidents.values() if each.is_open]

    async def recovering(self) -> Sequence[Incident]:
        return [each for each in self._all.incidents.values() if not each.is_open and each.recovered_at is None]

    async def resolved_since(self, moment: datetime) -> Sequence[Incident]:
        return [each for each in self._all.incidents.values() if each.resolved_at and each.resolved_at >= moment]

    async def in_presence(self, presence: Presence) -> Sequence[Incident]:
        return [each for each in self._all.incidents.values() if each.presence is presence]

    async def rung_since(self, moment: datetime) -> int:
        return sum(each.rung_at is not None and each.rung_at >= moment for each in self._all.incidents.values())

    async def listing(self, limit: int) -> Sequence[Incident]:
        return list(reversed(self._all.incidents.values()))[:limit]

    async def open_by_severity(self) -> Mapping[IncidentSeverity, int]:
        found = await self.open()
        return {severity: sum(each.severity is severity for each in found) for severity in IncidentSeverity}

    async def unattended_by_severity(self, now: datetime) -> Mapping[IncidentSeverity, int]:
        found = [each for each in await self.open() if each.is_unattended(now) and each.name != UNCLAIMED]
        return {severity: sum(each.severity is severity for each in found) for severity in IncidentSeverity}

    async def note(self, entry: Entry) -> None:
        self._own.entries.append(entry)

    async def history(self, incident_id: str) -> Sequence[Entry]:
        return [each for each in self._all.entries if each.incident_id == incident_id]

    async def add_action(self, action: Action) -> None:
        self._own.actions[action.id] = action

    async def save_action(self, action: Action) -> None:
        self._own.actions[action.id] = action

    async def action(self, action_id: str) -> Action | None:
        return self._all.actions.get(action_id)

    async def actions_in(self, *states: ActionState) -> Sequence[Action]:
        return [each for each in self._all.actions.values() if each.state in states]


class MemoryBreakers(Part):
    async def load(self) -> Mapping[BreakerName, State]:
        return {name: self._all.breakers.get(name, Closed()) for name in BreakerName}

    async def save(self, name: BreakerName, state: State) -> None:
        self._own.breakers[name] = state


class MemoryTimeline(Part):
    async def append(self, moment: Moment) -> None:
        self._own.moments.append(moment)

    async def of_run(self, run_id: str) -> Sequence[Moment]:
        return [moment for moment in self._all.moments if moment.run_id == run_id]

    async def count_recovery(self) -> int:
        names = [moment.event for moment in self._all.moments if moment.event.startswith("recovery.")]
        return sum(name is not EventName.TRAIL_CHECKED for name in names)


class MemoryAuditTrail(Part):
    async def append(self, entry: Audited) -> None:
        self._own.audited.append(entry)

    async def listing(self, limit: int) -> Sequence[Audited]:
        return self._all.audited[::-1][:limit]


class MemoryControls(Part):
    async def containment(self) -> Containment:
        return self._all.containment[-1]

    async def contain(self, containment: Containment) -> None:
        self._own.containment.append(containment)

    async def value(self, key: str) -> str:
        return self._all.values.get(key, "")

    async def keep(self, key: str, value: str) -> None:
        self._own.values[key] = value


class MemoryScores(Part):
    async def add(self, score: Score) -> None:
        self._own.scores.append(score)

    async def since(self, moment: datetime) -> Sequence[Score]:
        return [score for score in self._all.scores if score.at >= moment]


class MemoryKeyed(Part):
    async def add(self, request: KeyedRequest) -> None:
        taken = (request.caller, request.key)
        if taken in self._own.keyed or request.run_id not in self._all.runs:
            raise ValueError("known, or of no run")
        self._own.keyed[taken] = request

    async def get(self, caller: str, key: str) -> KeyedRequest | None:
        return self._all.keyed.get((caller, key))


class MemoryRecords:
    def __init__(self, data: Data, *, writable: bool) -> None:
        self._data = data
        self.inbox = MemoryInbox(data, writable=writable)
        self.outbox = MemoryOutbox(data, writable=writable)
        self.runs = MemoryRuns(data, writable=writable)
        self.sessions = MemorySessions(data, writable=writable)
        self.projects = MemoryProjects(data, writable=writable)
        self.approvals = MemoryApprovals(data, writable=writable)
        self.alerts = MemoryAlerts(data, writable=writable)
        self.incidents = MemoryIncidents(data, writable=writable)
        self.breakers = MemoryBreakers(data, writable=writable)
        self.timeline = MemoryTimeline(data, writable=writable)
        self.audit = MemoryAuditTrail(data, writable=writable)
        self.controls = MemoryControls(data, writable=writable)
        self.scores = MemoryScores(data, writable=writable)
        self.keyed = MemoryKeyed(data, writable=writable)

    async def prune(self, before: datetime) -> int:
        settled = {MessageState.SENT, MessageState.DROPPED}
        items = [each.id for each in self._data.items.values() if each.state is ItemState.DONE]
        messages = [each.id for each in self._data.messages.values() if each.state in settled]
        alerts = [each.id for each in self._data.alerts.values() if each.state not in WAITING]
        gone = 0
        for taken in [each for each, request in self._data.keyed.items() if request.at < before]:
            del self._data.keyed[taken]
            gone += 1
        for number in [each for each in items if self._data.items[each].accepted_at < before]:
            del self._data.items[number]
            gone += 1
        for number in [each for each in messages if self._data.messages[each].queued_at < before]:
            del self._data.messages[number]
            gone += 1
        for number in [each for each in alerts if self._data.alerts[each].ts < before]:
            del self._data.alerts[number]
            gone += 1
        return gone


class MemoryStore:
    """Keeps `ports.Store` in memory. `broken` makes every write fail, as on a full disk."""

    def __init__(self) -> None:
        self._committed = Data()
        self._lock = asyncio.Lock()
        self.broken = False
        self.refusal = ""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[MemoryRecords]:
        async with self._lock:
            if self.broken:
                self.refusal = str(StoreReadOnly())
                raise StoreReadOnly
            draft = self._committed.snapshot()
            yield MemoryRecords(draft, writable=True)
            self._committed, self.refusal = draft, ""

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[MemoryRecords]:
        yield MemoryRecords(self._committed, writable=False)

    async def check_integrity(self) -> str:
        return ""

    async def check_writes(self) -> str:
        self.refusal = str(StoreReadOnly()) if self.broken else ""
        return self.refusal
