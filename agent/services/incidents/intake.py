"""Takes Alertmanager's webhooks out of the inbox: everything that one causes and its end are one transaction."""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Final

from agent.domain.audit import AGENT
from agent.domain.events import IncidentOpened, IncidentResolved
from agent.domain.inbox import Item, Source
from agent.domain.incident import Incident, IncidentSeverity
from agent.domain.incident_hands import unsilenced
from agent.domain.incident_history import Entry, Happening
from agent.domain.incident_notice import RINGING, News, Notice, absorbed, begun, starts_anew
from agent.domain.incident_silence import breaking
from agent.domain.unreadable import added, name_in, read, written
from agent.errors import AgentError, Malformed, StoreError
from agent.ports import Ids, IncidentPresenter, NoticeReader
from agent.services.incidents.actions import Actions
from agent.services.incidents.announcing import Announcing
from agent.services.incidents.saying import Saying
from agent.services.incidents.watch import Watch
from agent.services.journal import Journal, Writing

_log = logging.getLogger(__name__)

IDLE_SECONDS: Final = 5.0
MOST_ATTEMPTS: Final = 3
MOST_DEATHS: Final = 10
"""An item that was begun so often and never ended is what kills the agent; a full disk may have cost it a few."""

_AT_ONCE: Final = 100
_NAMED: Final = 20
_TURNS: Final = frozenset({News.RESOLVED, News.REOPENED})
_HAPPENINGS: Final = {
    News.OPENED: Happening.OPENED,
    News.REOPENED: Happening.REOPENED,
    News.WORSENED: Happening.WORSENED,
    News.RESOLVED: Happening.RESOLVED,
}


class IncidentIntake:
    """One turn deals with everything that waits, in the order of arrival. `wake` is set whenever something was kept."""

    def __init__(  # noqa: PLR0913, PLR0917 - its neighbours
        self,
        journal: Journal,
        ids: Ids,
        read: NoticeReader,
        announcing: Announcing,
        watch: Watch,
        saying: Saying,
        presenter: IncidentPresenter,
        admin_chat: int | None,
        actions: Actions,
    ) -> None:
        self._journal = journal
        self._ids = ids
        self._read = read
        self._announcing = announcing
        self._watch = watch
        self._saying = saying
        self._presenter = presenter
        self._admin_chat = admin_chat
        self._actions = actions
        self.wake = asyncio.Event()

    async def turn(self) -> float:
        """Deal with what waits; answers how many seconds until there may be more to do."""
        async with self._journal.store.reading() as records:
            waiting = await records.inbox.waiting(Source.ALERTMANAGER, _AT_ONCE)
        for item in waiting:
            await self._take(item)
        if waiting:
            await self._announcing.settle()
        return 0.0 if len(waiting) == _AT_ONCE else IDLE_SECONDS

    async def absorb(self, writing: Writing, notice: Notice) -> Incident | None:
        """What a notice changes; answers its incident, or None when there is nothing in it for anybody."""
        notice = await self._watch.hear(writing, notice)
        if not notice.alerts:
            return None
        incidents = writing.records.incidents
        before = await incidents.latest_of_group(notice.group_key, notice.group_hash)
        if before is None or starts_anew(before, notice, writing.now):
            incident, news = begun(notice, self._ids.short(), writing.now)
            await incidents.add(incident)
        else:
            incident, news = absorbed(before, notice, writing.now)
            if incident is before:
                return before
            incident, news = await self._break_silence(writing, before, incident, news)
        await self._note(writing, before, incident, news)
        told = await self._announcing.announce(writing, incident, news)
        if news in _TURNS:
            await self._actions.restate(writing, told)
        return told

    async def _break_silence(
        self, writing: Writing, before: Incident, incident: Incident, news: News
    ) -> tuple[Incident, News]:
        """What joins a silenced incident and is not covered by its silence is heard at once."""
        loud = breaking(before, incident, writing.now)
        if not loud:
            return incident, news
        heard = incident.acked_by is None or any(each.severity is IncidentSeverity.CRITICAL for each in loud)
        detail = f"alerts that it does not cover: {len(loud)}"
        await writing.records.incidents.note(Entry(incident.id, writing.now, Happening.UNSILENCED, detail))
        broken = unsilenced(incident, writing.now)
        if not heard:
            return broken, news
        return replace(broken, rung_at=None), News.JOINED if news not in RINGING else news  # however lately it has rung

    async def _take(self, item: Item) -> None:
        """A bug must neither lose an item nor hold up the ones behind it; one that is met too often is put aside."""
        if item.attempts >= MOST_DEATHS:
            await self._put_aside(item, f"It was begun {item.attempts} times and never finished.")
            return
        async with self._journal.writing() as writing:
            await writing.records.inbox.tried(item.id)
        try:
            async with self._journal.writing() as writing:
                await self.absorb(writing, self._read(item.body, item.accepted_at))
                await writing.records.inbox.done(item.id)
        except Malformed as error:
            await self._put_aside(item, str(error))
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - see above: whatever it is, the next one comes all the same
            _log.exception("incident.broken", extra={"item_id": item.id, "attempt": item.attempts + 1})
            if item.attempts + 1 >= MOST_ATTEMPTS:
                why = str(error) if isinstance(error, AgentError) else type(error).__name__
                await self._put_aside(item, f"It broke the agent {MOST_ATTEMPTS} times ({why}).")

    async def _put_aside(self, item: Item, why: str) -> None:
        async with self._journal.writing() as writing:
            await writing.records.inbox.failed(item.id, why)
            await writing.audit(AGENT, "incident.unreadable", f"inbox {item.id}", why)
            await self._tell_unreadable(writing, name_in(item.body), why)
        _log.warning("incident.unreadable", extra={"item_id": item.id, "reason": why})

    async def _tell_unreadable(self, writing: Writing, name: str, why: str) -> None:
        """One message a day, edited; a new one rings for each group that it has not rung for."""
        key = f"unreadable:{writing.now:%Y-%m-%d}"
        known, rings = added(read(await writing.records.controls.value(key)), name, why)
        await writing.records.controls.keep(key, written(known))
        words = self._presenter.unreadable(known.count, why, known.names)
        rota = self._saying.rota
        for chat in rota.chats if self._admin_chat is None else (self._admin_chat,):
            await self._saying.say(writing, chat, key, words, anew=rings, silent=not rings)

    async def _note(self, writing: Writing, before: Incident | None, incident: Incident, news: News) -> None:
        now, known = writing.now, set(_names(before)) if before and before.id == incident.id else set()
        entries = []
        if news in _HAPPENINGS:
            detail = f"{len(incident.firing)} alerts fire, severity {incident.severity}"
            entries.append(Entry(incident.id, now, _HAPPENINGS[news], detail))
        standing = set(_names(incident))
        entries += _moved(incident.id, now, Happening.JOINED, standing - known)
        entries += _moved(incident.id, now, Happening.LEFT, known - standing)
        for entry in entries:
            await writing.records.incidents.note(entry)
        if news in {News.OPENED, News.REOPENED}:
            await writing.tell(IncidentOpened(incident.id, incident.severity))
        elif news is News.RESOLVED:
            await writing.tell(IncidentResolved(incident.id, incident.severity))


def _names(incident: Incident) -> list[str]:
    return [f"{alert.labels.get('alertname', 'alert')} {alert.fingerprint}" for alert in incident.firing]


def _moved(incident_id: str, now: datetime, what: Happening, names: Collection[str]) -> list[Entry]:
    if not names:
        return []
    shown = ", ".join(sorted(names)[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return [Entry(incident_id, now, what, f"{len(names)}: {shown}{more}")]
