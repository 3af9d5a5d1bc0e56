"""Draws what an alert has measured, for whoever asks and, of its own accord, for incidents that have just rung."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from agent.domain.catalog import Catalogue, Known
from agent.domain.chart import Chart, Line, Measure, Span, chosen, is_about, narrower, span
from agent.domain.incident import Incident, IncidentSeverity, Presence
from agent.domain.outbox import Kind, Message
from agent.errors import AgentError, MonitoringError, NotFound, StoreError
from agent.ports import History, IncidentPresenter, Painter, Words
from agent.services.incidents.acks import incident_named
from agent.services.incidents.storms import Storms
from agent.services.journal import Journal, Writing
from agent.services.messages import Messages

_log = logging.getLogger(__name__)

IDLE_SECONDS: Final = 60.0
RECENT: Final = timedelta(minutes=2)
"""A chart that comes later than this after the ring has missed its reader."""

AFTERWARDS: Final = timedelta(minutes=15)
"""How much of the time after the end is shown."""

_NARROWINGS: Final = 3


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart and the words under it. `path` is a PNG."""

    path: Path
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Charting:
    """What charts need. `spool` is a folder of our own for pictures on their way out."""

    history: History
    painter: Painter
    length: timedelta
    spool: Path


class Charts:
    """One picture per ring and chat; it makes no sound, leaves after what is urgent, and in a storm there is none."""

    def __init__(  # noqa: PLR0913, PLR0917 - its neighbours
        self,
        journal: Journal,
        messages: Messages,
        storms: Storms,
        presenter: IncidentPresenter,
        catalogue: Catalogue,
        charting: Charting,
    ) -> None:
        self._journal = journal
        self._messages = messages
        self._storms = storms
        self._presenter = presenter
        self._catalogue = catalogue
        self._charting = charting
        self._tried: set[str] = set()

    async def of(self, name: str, key: str) -> Picture:
        """The chart of an incident by its id, or of an alert by its name; `key` names the picture's folder.

        Raises `NotFound` when there is no such thing or nothing of it to draw, `MonitoringError` when it fails.
        """
        known = self._catalogue.alert(name)
        if known is not None:
            return await self._picture(None, known, key)
        async with self._journal.store.reading() as records:
            incident = await incident_named(records, name)
        return await self._picture(incident, self._about(incident), key)

    async def turn(self) -> float:
        """Draw what is due; answers how many seconds until to look again, if nobody is rung up before."""
        await self.draw_due()
        return IDLE_SECONDS

    async def draw_due(self) -> int:
        """Draw for those who were rung up just now; answers how many pictures are on their way."""
        if not self._charting.history.is_configured:
            return 0
        now = self._journal.clock.now()
        async with self._journal.store.reading() as records:
            if not await records.incidents.rung_since(now - RECENT):
                return 0
            rung = [each for each in await records.incidents.open() if _has_just_rung(each, now)]
        self._tried &= {_key(incident, chat) for incident in rung for chat in incident.chats}
        return sum([await self._show(incident) for incident in rung if not await self._is_stormy()])

    async def _is_stormy(self) -> bool:
        """Asked before each: drawing takes a while, and that is how storms begin."""
        async with self._journal.store.reading() as records:
            return await self._storms.rages(records, self._journal.clock.now())

    async def _show(self, incident: Incident) -> bool:
        due = [chat for chat in incident.chats if _key(incident, chat) not in self._tried]
        if not due:
            return False
        self._tried |= {_key(incident, chat) for chat in due}
        try:
            picture = await self._picture(incident, self._about(incident), _key(incident, due[0]))
            async with self._journal.writing() as writing:
                return any([await self._say(writing, incident, chat, picture) for chat in due])
        except StoreError:
            raise
        except AgentError as error:
            _log.warning("chart.missing", extra={"incident_id": incident.id, "reason": str(error)})
            return False

    async def _say(self, writing: Writing, incident: Incident, chat: int, picture: Picture) -> bool:
        key, outbox = _key(incident, chat), writing.records.outbox
        if await outbox.posted(chat, key) or await outbox.waiting_for(chat, key):
            return False  # by an earlier life
        message = Message(
            chat_id=chat,
            kind=Kind.REPLY,
            key=key,
            text=picture.words.text,
            document=str(picture.path),
            is_picture=True,
            queued_at=writing.now,
            next_at=writing.now,
            silent=True,
        )
        await self._messages.say(writing, message)
        return True

    def _about(self, incident: Incident) -> Known:
        alert = incident.foremost
        return self._catalogue.about(alert.labels.get("alertname", "") if alert else incident.name)

    async def _picture(self, incident: Incident | None, known: Known, key: str) -> Picture:
        alert = incident.foremost if incident else None
        measure = known.measure(alert.labels if alert else {})
        if measure is None:
            raise NotFound(f"The runbook catalogue does not say what {known.name[:100]} measures.")
        chart = await self._chart(incident, known, measure)
        if not chart.lines:
            raise NotFound(f"Prometheus knows no value of what {known.name[:100]} measures.")
        path = self._charting.spool / _plain(key) / f"{_plain(known.name)[:60]}.png"
        await asyncio.to_thread(_keep, path, await self._charting.painter.paint(chart))
        return Picture(path, self._presenter.chart(incident, chart))

    async def _chart(self, incident: Incident | None, known: Known, measure: Measure) -> Chart:
        asked = span(self._end(incident), self._charting.length)
        lines = await self._lines(measure, asked)
        for _ in range(_NARROWINGS):
            narrowed = narrower(asked, lines)
            if narrowed is None:
                break
            asked, lines = narrowed, await self._lines(measure, narrowed)
        alerts = [each.labels for each in (incident.firing or incident.alerts if incident else ())]
        marked = [replace(line, fires=is_about(line.labels, alerts)) for line in lines]
        shown = chosen(marked)
        return Chart(
            title=known.name,
            subtitle=known.summary,
            measure=measure,
            lines=shown,
            hidden=len(lines) - len(shown),
            start=asked.start,
            end=asked.end,
            step=asked.step,
            fired=_fired(incident, asked),
        )

    async def _lines(self, measure: Measure, asked: Span) -> Sequence[Line]:
        return [line for curve in measure.curves for line in await self._charting.history.over(curve, asked)]

    def _end(self, incident: Incident | None) -> datetime:
        now = self._journal.clock.now()
        if incident is None or incident.resolved_at is None:
            return now
        return min(now, incident.resolved_at + AFTERWARDS)


def _has_just_rung(incident: Incident, now: datetime) -> bool:
    return (
        incident.presence is Presence.SHOWN
        and incident.severity is not IncidentSeverity.INFO
        and incident.rung_at is not None
        and now - incident.rung_at < RECENT
    )


def _fired(incident: Incident | None, asked: Span) -> tuple[tuple[datetime, datetime | None], ...]:
    """From the first alert to the last, as the incident's message tells it."""
    if incident is None or not incident.alerts:
        return ()
    began = min(each.since for each in incident.firing or incident.alerts)
    if incident.resolved_at is not None and incident.resolved_at < asked.start:
        return ()
    return ((began, incident.resolved_at),) if began < asked.end else ()


def _key(incident: Incident, chat: int) -> str:
    return f"chart:{incident.id}:{chat}:{incident.rings.get(str(chat), 0)}"


def _plain(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in name)


def _keep(path: Path, picture: bytes) -> None:
    """Whole or not at all: the agent may be killed at any moment."""
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(picture)
        part.replace(path)
    except OSError as error:
        raise MonitoringError(f"The chart cannot be kept: {error.strerror}.") from None
