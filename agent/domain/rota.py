"""Who is on call when, who is told if nobody answers, and when warnings may wait until the morning."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo

from agent.domain.incident import IncidentSeverity


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be on call; a Telegram user's private chat has the user's number."""

    name: str
    user: int


@dataclass(frozen=True, slots=True)
class Rotation:
    """People who take turns. `starts` is a local time without zone: handovers keep the wall clock, summer or winter."""

    name: str
    people: tuple[Person, ...]
    length: timedelta
    starts: datetime


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody stands in, from one local time until another."""

    rotation: str
    person: Person
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When warnings wait: from one local time until another, perhaps past midnight. `days` are those it begins on."""

    starts: time
    ends: time
    days: frozenset[int] = frozenset(range(7))

    def cover(self, local: datetime) -> bool:
        """Whether a local time is inside."""
        clock = local.time()
        if self.starts <= self.ends:
            return self.starts <= clock < self.ends and local.weekday() in self.days
        if clock >= self.starts:
            return local.weekday() in self.days
        return clock < self.ends and (local.weekday() - 1) % 7 in self.days


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """Whom to tell after so long without an acknowledgement.

    Attributes:
        rotations: whoever is on call in these then.
        people: these persons.
        chats: these chats.
    """

    after: timedelta
    rotations: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    chats: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """The whole plan.

    Attributes:
        repeat: how often the last step of the escalation is taken again while nobody answers; None for never.
    """

    zone: tzinfo = UTC
    chats: tuple[int, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()
    quiet: QuietHours | None = None
    escalation: tuple[EscalationStep, ...] = field(
        default=(EscalationStep(timedelta(minutes=15)), EscalationStep(timedelta(minutes=30)))
    )
    repeat: timedelta | None = timedelta(minutes=30)

    def on_call(self, now: datetime) -> Mapping[str, Person]:
        """By rotation, whose turn it is; a rotation that has not begun yet is not listed."""
        local = self._local(now)
        found = {}
        for rotation in self.rotations:
            stand_in = [each for each in self.overrides if each.rotation == rotation.name and _during(each, local)]
            person = stand_in[-1].person if stand_in else _in_turn(rotation, local)
            if person is not None:
                found[rotation.name] = person
        return found

    def next_handover(self, rotation: Rotation, now: datetime) -> datetime:
        """The end of the present turn."""
        local = self._local(now)
        turns = (local - rotation.starts) // rotation.length + 1
        return (rotation.starts + max(turns, 0) * rotation.length).replace(tzinfo=self.zone).astimezone(UTC)

    def waits(self, severity: IncidentSeverity, now: datetime) -> bool:
        """Whether something of this severity waits for the end of the quiet hours; what is critical never does."""
        if self.quiet is None or severity is IncidentSeverity.CRITICAL:
            return False
        return self.quiet.cover(self._local(now))

    def told_by(self, step: EscalationStep, now: datetime) -> tuple[int, ...]:
        """The chats that a step tells; where it names nobody, those where everything is posted."""
        turns = self.on_call(now)
        users = [turns[name].user for name in step.rotations if name in turns]
        told = (*users, *(person.user for person in step.people), *step.chats)
        return tuple(dict.fromkeys(told)) or self.chats

    def name_of(self, chat: int) -> str:
        """The person whose private chat it is, or empty."""
        return next((person.name for person in self.people if person.user == chat), "")

    def called(self, chat: int) -> str:
        """As people know it."""
        return self.name_of(chat) or f"chat {chat}"

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody who may be told of something, each once."""
        turns = (person for rotation in self.rotations for person in rotation.people)
        stand_ins = (each.person for each in self.overrides)
        escalated = (person for step in self.escalation for person in step.people)
        return tuple(dict.fromkeys((*turns, *stand_ins, *escalated)))

    def _local(self, now: datetime) -> datetime:
        return now.astimezone(self.zone).replace(tzinfo=None)


def _during(override: Override, local: datetime) -> bool:
    return override.starts <= local < override.ends


def _in_turn(rotation: Rotation, local: datetime) -> Person | None:
    if local < rotation.starts or not rotation.people:
        return None
    return rotation.people[(local - rotation.starts) // rotation.length % len(rotation.people)]
