"""Mirrors what Alertmanager knows and does not post: silences made elsewhere, and ends and returns that were missed."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from agent.domain.incident import Firing, Incident
from agent.domain.incident_hands import silenced, unsilenced
from agent.domain.incident_history import Entry, Happening
from agent.domain.incident_notice import Notice
from agent.domain.incident_silence import Silence, covering, uncovered
from agent.errors import MonitoringError
from agent.ports import Silencer, Standing
from agent.services.incidents.announcing import Announcing
from agent.services.incidents.intake import IncidentIntake
from agent.services.incidents.saying import Saying
from agent.services.journal import Journal, Writing

_log = logging.getLogger(__name__)

SETTLES_AFTER: Final = timedelta(minutes=10)
"""How long Alertmanager has to contradict us to be believed: a webhook is due within a group interval, 5 minutes."""

_RECENT: Final = timedelta(hours=24)


class Mirror:
    """Looks while something is open or has ended lately. Alertmanager being away changes nothing."""

    def __init__(
        self, journal: Journal, silencer: Silencer, saying: Saying, announcing: Announcing, intake: IncidentIntake
    ) -> None:
        self._journal = journal
        self._silencer = silencer
        self._saying = saying
        self._announcing = announcing
        self._intake = intake
        self._contradicted: dict[tuple[str, str], float] = {}

    async def turn(self) -> int:
        """Compare and correct; answers how many incidents were changed."""
        if not self._silencer.is_configured:
            return 0
        async with self._journal.store.reading() as records:
            known = [
                *await records.incidents.open(),
                *await records.incidents.resolved_since(self._journal.clock.now() - _RECENT),
            ]
        known = [each for each in known if not each.is_about_monitoring]
        known = _last_of_their_groups(known)
        if not known:
            return 0
        try:
            standing = await self._silencer.standing()
        except MonitoringError as error:
            _log.warning("mirror.blind", extra={"reason": str(error)})
            return 0
        changed = [await self._mirror(incident, standing) for incident in known]
        return sum(changed)

    async def _mirror(self, incident: Incident, standing: Standing) -> bool:
        changed = incident.is_open and await self._mirror_silence(incident, standing)
        return await self._mirror_alerts(incident, standing) or changed

    async def _mirror_silence(self, incident: Incident, standing: Standing) -> bool:
        now = self._journal.clock.now()
        found = covering(incident, standing.silences, now)
        if found is None and not incident.silence_id and incident.silenced_until is None:
            return False
        if found is not None and _is_known(found, incident):
            return False
        async with self._journal.writing() as writing:
            present = await writing.records.incidents.get(incident.id)
            if present is None or present.updated_at != incident.updated_at:
                return False  # somebody was faster; the next look will see
            if found is None:
                await self._end_silence(writing, present, standing.silences)
            else:
                await self._show_silence(writing, present, found)
        return True

    async def _show_silence(self, writing: Writing, incident: Incident, found: Silence) -> None:
        alone = not uncovered(incident, [found], writing.now)
        comment = "" if found.id in incident.own_silences else found.comment
        matchers = found.matchers if alone else ()
        quiet = silenced(incident, found.id, found.by, found.ends_at, writing.now, comment, matchers)
        detail = f"by {found.by} until {found.ends_at:%Y-%m-%dT%H:%M:%SZ}, seen in Alertmanager"
        await writing.records.incidents.note(Entry(quiet.id, writing.now, Happening.SILENCED, detail))
        await self._saying.refresh(writing, quiet)

    async def _end_silence(self, writing: Writing, incident: Incident, silences: Iterable[Silence]) -> None:
        """Some of it fires and is quiet no more, so somebody has to look, unless somebody has it."""
        loud, fires = unsilenced(incident, writing.now), uncovered(incident, silences, writing.now)
        is_all = len(fires) == len(incident.firing)
        why = "it has ended" if is_all else f"alerts that it does not cover: {len(fires)}"
        await writing.records.incidents.note(Entry(loud.id, writing.now, Happening.UNSILENCED, why))
        if loud.acked_by is None:
            await self._announcing.call(writing, loud)
        else:
            await self._saying.refresh(writing, loud)

    async def _mirror_alerts(self, incident: Incident, standing: Standing) -> bool:
        await self._recognise(incident, standing)
        wrong = [alert for alert in incident.alerts if _is_wrong(alert, standing)]
        settled = self._settled(incident.id, {alert.fingerprint: alert for alert in wrong})
        if not settled:
            return False
        async with self._journal.writing() as writing:
            for alert in settled.values():
                name = f"{alert.labels.get('alertname', 'alert')} {alert.fingerprint}"
                why = "does not know it any more" if alert.ends_at is None else "says that it fires"
                entry = Entry(incident.id, writing.now, Happening.CORRECTED, f"{name}: Alertmanager {why}")
                await writing.records.incidents.note(entry)
            await self._intake.absorb(writing, _correction(incident, settled.values(), writing.now))
        return True

    async def _recognise(self, incident: Incident, standing: Standing) -> None:
        """Remember which alerts are of the Alertmanager that we ask: of others it cannot say that they have ended."""
        if not any(_is_new(alert, standing) for alert in incident.alerts):
            return
        async with self._journal.writing() as writing:
            present = await writing.records.incidents.get(incident.id) or incident
            alerts = tuple(replace(each, is_known=True) if _is_new(each, standing) else each for each in present.alerts)
            await writing.records.incidents.save(replace(present, alerts=alerts))

    def _settled(self, incident_id: str, wrong: Mapping[str, Firing]) -> dict[str, Firing]:
        """Those that have been wrong for long enough; the others are remembered, and forgotten when they are right."""
        now = self._journal.clock.monotonic()
        for key in [key for key in self._contradicted if key[0] == incident_id and key[1] not in wrong]:
            del self._contradicted[key]
        since = {name: self._contradicted.setdefault((incident_id, name), now) for name in wrong}
        return {name: alert for name, alert in wrong.items() if now - since[name] >= SETTLES_AFTER.total_seconds()}


def _last_of_their_groups(known: Iterable[Incident]) -> list[Incident]:
    """What fires belongs to the newest incident of its group; what is said of it must not be put into an older one."""
    newest: dict[str, Incident] = {}
    for incident in known:
        other = newest.setdefault(incident.group_hash, incident)
        if other.opened_at < incident.opened_at:
            newest[incident.group_hash] = incident
    return list(newest.values())


def _is_known(found: Silence, incident: Incident) -> bool:
    """Alertmanager keeps fewer digits of a moment than we do."""
    until = incident.silenced_until
    return found.id == incident.silence_id and until is not None and abs(found.ends_at - until) < timedelta(seconds=1)


def _is_new(alert: Firing, standing: Standing) -> bool:
    return alert.ends_at is None and not alert.is_known and alert.fingerprint in standing.active


def _is_wrong(alert: Firing, standing: Standing) -> bool:
    if alert.ends_at is None:
        return alert.is_known and alert.fingerprint not in standing.active
    return alert.fingerprint in standing.active


def _correction(incident: Incident, wrong: Iterable[Firing], now: datetime) -> Notice:
    return Notice(
        group_key=incident.group_key,
        group_hash=incident.group_hash,
        receiver=incident.receiver,
        group_labels=incident.group_labels,
        alerts=tuple(_turned(alert, now) for alert in wrong),
        told_at=now,
        truncated=incident.truncated,
    )


def _turned(alert: Firing, now: datetime) -> Firing:
    """As Alertmanager has it: ended now, or begun again now."""
    if alert.ends_at is None:
        return replace(alert, ends_at=max(now, alert.starts_at), seen_at=now, is_inferred=True)
    return replace(alert, starts_at=now, ends_at=None, seen_at=now, is_known=True, is_inferred=False)
