"""What the on-call loop needs from the world: Alertmanager, Prometheus, the receivers of steps, words and pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agent.domain.chart import Chart, Curve, Line, Span
from agent.domain.incident import Incident
from agent.domain.incident_action import Action, Answered
from agent.domain.incident_notice import Notice
from agent.domain.incident_silence import Silence
from agent.ports.world import Words


class NoticeReader(Protocol):
    """Reads what Alertmanager has posted."""

    def __call__(self, body: str, told_at: datetime) -> Notice:
        """The notice. Raises `Malformed` with one sentence when it is none; unknown and absent fields are fine."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """What Alertmanager says right now.

    Attributes:
        silences: those that are in force.
        active: fingerprints of all alerts that fire, silenced and inhibited ones included.
    """

    silences: tuple[Silence, ...]
    active: frozenset[str]


class Silencer(Protocol):
    """Alertmanager's API. Everything raises `MonitoringError` when it does not answer or refuses."""

    @property
    def is_configured(self) -> bool:
        """Whether there is an Alertmanager to ask."""
        ...

    async def silence(self, silence: Silence) -> str:
        """Make it, or prolong the one whose id it bears; answers its id. Never without a matcher."""
        ...

    async def expire(self, silence_id: str) -> None:
        """End it now; fine when it has ended or is not known any more."""
        ...

    async def standing(self) -> Standing:
        """What is silenced, and what fires."""
        ...


class ActionRunner(Protocol):
    """Makes the calls of executable steps."""

    def address(self, host: str, path: str) -> str:
        """The whole URL. Raises `Forbidden` for a host that is not allowed, whatever else is right about it."""
        ...

    async def look(self, host: str, path: str) -> object:
        """What is there, as JSON; None when it cannot be had within a few seconds, or not from there. Never raises."""
        ...

    async def run(self, action: Action) -> Answered:
        """Send it once, follow no redirect, and answer what came back, shortened and without secrets; never raises."""
        ...


class IncidentPresenter(Protocol):
    """Puts incidents into words. Pure; whatever the input, they fit into one message and account for every alert."""

    def incident(self, incident: Incident, now: datetime) -> Words:
        """One incident with its first steps and its buttons."""
        ...

    def storm(self, folded: Sequence[Incident], now: datetime, *, over: bool) -> Words:
        """The groups that came too fast, worst first."""
        ...

    def escalated(self, incidents: Sequence[Incident], now: datetime) -> Words:
        """Critical and without an answer: for those who are told next."""
        ...

    def unreached(self, incidents: Sequence[Incident], who: str, why: str) -> Words:
        """A person or a chat whom Telegram did not let us tell of these, and what Telegram has said."""
        ...

    def taken_over(self, incident: Incident, before: Incident) -> Words:
        """Who has taken the incident from whom; said to the one who had it `before`."""
        ...

    def moved(self, incident: Incident) -> Words:
        """What is left in the place of a message that was posted again further down."""
        ...

    def action(self, action: Action, *, is_over: bool = False) -> Words:
        """A call in full, or what became of it; `is_over` when its incident has resolved."""
        ...

    def recovered(self, incidents: Sequence[Incident], now: datetime) -> Words:
        """The exit criteria of these are met."""
        ...

    def chart(self, incident: Incident | None, chart: Chart) -> Words:
        """What is said under a chart."""
        ...

    def unreadable(self, count: int, why: str, named: Sequence[str] = ()) -> Words:
        """For the admins: alert groups that could not be read, why the last one, and what they are about if known."""
        ...


class History(Protocol):
    """What Prometheus remembers."""

    @property
    def is_configured(self) -> bool:
        """Whether there is a Prometheus to ask."""
        ...

    async def over(self, curve: Curve, span: Span) -> Sequence[Line]:
        """Every series of an expression. Raises `MonitoringError` when there is no answer or a refusal."""
        ...


class Painter(Protocol):
    """Draws charts."""

    async def paint(self, chart: Chart) -> bytes:
        """A PNG that Telegram takes as a photo. Raises `MonitoringError` when it cannot be drawn."""
        ...
