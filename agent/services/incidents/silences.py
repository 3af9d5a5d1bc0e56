"""Silences made from the chat: asked of Alertmanager first, outside of any transaction, and kept when it has agreed."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from agent.domain.incident import Incident
from agent.domain.incident_hands import silenced, unsilenced
from agent.domain.incident_history import Entry, Happening
from agent.domain.incident_silence import SEVERITY, Matcher, Silence, covering, is_marked, silence_for
from agent.errors import Conflict
from agent.ports import Silencer
from agent.services.incidents.acks import incident_named
from agent.services.incidents.saying import Saying
from agent.services.journal import Journal, Writing

SAME_WISH: Final = timedelta(seconds=30)
"""Two taps on the same button that are not further apart want one silence."""


_SECOND: Final = timedelta(seconds=1)
"""Alertmanager keeps fewer digits of a moment than we do."""


@dataclass(frozen=True, slots=True)
class Silenced:
    """A silence that Alertmanager has agreed to and that has to be kept yet; `before` is when it was to end before."""

    incident_id: str
    silence: Silence
    by: int
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """What Alertmanager has ended and has to be kept yet; `left` goes on, for somebody else has made it."""

    incident_id: str
    by: int
    name: str = ""
    left: Silence | None = None


class Silences:
    """Two steps each, so that the second can be in the transaction that answers. Doing both twice is harmless.

    Only what was made from the chat is prolonged or ended from there. `group_by` is what the routes group by.
    """

    def __init__(self, journal: Journal, silencer: Silencer, saying: Saying, group_by: Collection[str] = ()) -> None:
        self._journal = journal
        self._silencer = silencer
        self._saying = saying
        self._group_by = tuple(group_by)

    async def make(self, name: str, length: timedelta, *, by: int, as_name: str = "") -> Silenced:
        """Silence the incident's group, or change the end of the silence that was made for it before.

        Raises `NotFound`, `Conflict` for a group without labels or one that is resolved, and `MonitoringError` when
        Alertmanager does not agree; nothing has changed then.
        """
        incident = await self._incident(name)
        if not incident.is_open:
            raise Conflict(f"Incident {incident.id} is resolved.")
        called, now = self._saying.called(by, as_name), self._journal.clock.now()
        wanted = silence_for(incident, called, length, now, self._group_by)
        ours = [each for each in (await self._silencer.standing()).silences if _is_ours(each, incident, wanted)]
        made = next((each for each in ours if _is_same(each, wanted)), None)
        if made is None:
            wanted = replace(wanted, id=ours[0].id if ours else "")
            made = replace(wanted, id=await self._silencer.silence(wanted))
        before = incident.silenced_until if incident.is_silenced(now) and incident.is_silenced_from_here else None
        changed = before is not None and abs(before - made.ends_at) > SAME_WISH
        return Silenced(incident.id, made, by, before if changed else None)

    async def keep(self, writing: Writing, made: Silenced) -> Incident:
        """Keep what `make` has made, and show it; nothing when somebody else's tap has done so already.

        The mirror may have seen it first: then it is shown, and yet nobody knows that it is ours.
        """
        incident, silence = await incident_named(writing.records, made.incident_id), made.silence
        until = incident.silenced_until
        is_shown = incident.silence_id == silence.id and until is not None and abs(until - silence.ends_at) < _SECOND
        if is_shown and silence.id in incident.own_silences:
            return incident
        own = tuple(dict.fromkeys((*incident.own_silences, silence.id)))
        quiet = replace(
            silenced(incident, silence.id, silence.by, silence.ends_at, writing.now, matchers=silence.matchers),
            own_silences=own,
        )
        was = f" (was until {_moment(made.before)})" if made.before else ""
        covers = ", ".join(matcher.text for matcher in silence.matchers)
        detail = f"until {_moment(silence.ends_at)}{was}: {covers}; silence {silence.id}"
        entry = Entry(quiet.id, writing.now, Happening.SILENCED, detail, made.by, silence.by)
        await writing.records.incidents.note(entry)
        await writing.audit(made.by, "incident.silenced", quiet.id, detail)
        await self._saying.refresh(writing, quiet)
        return quiet

    async def take_back(self, name: str, *, by: int, as_name: str = "") -> Ended:
        """End the silences that were made from the chat for the incident, also one whose answer never reached us.

        Raises `NotFound`, `Conflict` when there is none or only one that was made elsewhere, and `MonitoringError`.
        """
        incident, now = await self._incident(name), self._journal.clock.now()
        standing = (await self._silencer.standing()).silences
        lost = self._lost(incident, standing, now)
        ours = [each for each in standing if each.id in incident.own_silences or each in lost]
        left = covering(incident, (each for each in standing if each not in ours), now)
        if not ours and not incident.is_silenced_from_here:
            raise Conflict(_not_ours(incident, left))
        for silence in ours:
            await self._silencer.expire(silence.id)
        return Ended(incident.id, by, self._saying.called(by, as_name), left)

    async def keep_ended(self, writing: Writing, ended: Ended) -> Incident:
        """Keep what `take_back` has ended, and show it."""
        before, left = await incident_named(writing.records, ended.incident_id), ended.left
        after = unsilenced(before, writing.now)
        if left is not None:
            after = silenced(after, left.id, left.by, left.ends_at, writing.now, left.comment)
        detail = "taken back" + (f"; that of {left.by} goes on until {_moment(left.ends_at)}" if left else "")
        entry = Entry(after.id, writing.now, Happening.UNSILENCED, detail, ended.by, ended.name)
        await writing.records.incidents.note(entry)
        await writing.audit(ended.by, "incident.unsilenced", after.id, detail)
        await self._saying.refresh(writing, after)
        return after

    def _lost(self, incident: Incident, standing: Collection[Silence], now: datetime) -> Collection[Silence]:
        """Those of ours that were made without our hearing of it: marked, and with the matchers that we give.

        Not by the severity, for it is of those that fired then.
        """
        marked = [each for each in standing if is_marked(each, incident)]
        if not marked or not any(incident.group_labels.values()):
            return ()
        given = _shape(silence_for(incident, "", SAME_WISH, now, self._group_by))
        return [each for each in marked if _shape(each) == given]

    async def _incident(self, name: str) -> Incident:
        async with self._journal.store.reading() as records:
            return await incident_named(records, name)


def _is_ours(silence: Silence, incident: Incident, wanted: Silence) -> bool:
    """Known to be ours, or made by a life that was ended before it could be kept."""
    same = is_marked(silence, incident) and silence.by == wanted.by and silence.matchers == wanted.matchers
    return same or silence.id in incident.own_silences


def _is_same(silence: Silence, wanted: Silence) -> bool:
    return set(silence.matchers) == set(wanted.matchers) and abs(silence.ends_at - wanted.ends_at) <= SAME_WISH


def _shape(silence: Silence) -> frozenset[Matcher | bool]:
    """Its matchers, whichever severities it is for; whether it is for any is told by `True` among them."""
    return frozenset(each.is_equal if each.name == SEVERITY else each for each in silence.matchers)


def _not_ours(incident: Incident, found: Silence | None) -> str:
    if found is None:
        return f"Incident {incident.id} is not silenced."
    said = f" ({' '.join(found.comment[:200].split())})" if found.comment.strip() else ""
    return (
        f"Incident {incident.id} is silenced by {found.by or 'somebody'} until {found.ends_at:%d %b %H:%M} UTC{said}. "
        f"That silence was not made in this chat: end it in Alertmanager, with amtool silence expire {found.id}"
    )


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
