"""Everything that the routes need, in one frozen value that the application's builder fills in."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from agent.adapters.http.alert_intake import AlertIntake
from agent.adapters.http.event_stream import EventStream
from agent.adapters.telegram.webhook import Webhook
from agent.domain.profile import Profile
from agent.ports import Ids
from agent.services.alerts import HookRules
from agent.services.approvals import Approvals
from agent.services.breakers import Breakers
from agent.services.containing import Containing
from agent.services.health import Health
from agent.services.journal import Journal
from agent.services.quality import Quality
from agent.services.recovery import Recovery
from agent.services.runs import Runs
from agent.services.sessions import Sessions
from agent.services.snapshot import Snapshot, Snapshots
from agent.services.triggers import Triggers
from agent.settings.model import Http


class Exposition(Protocol):
    """The metrics, as far as scraping is concerned."""

    def show(self, snapshot: Snapshot) -> None:
        """Set every gauge."""
        ...

    def exposition(self) -> bytes:
        """Prometheus' text format."""
        ...

    def counted(self) -> bytes:
        """The same without what only the store knows, and with the database's check failed."""
        ...


IncidentTimeline = Callable[[str], Awaitable[str]]
"""An incident's timeline as Markdown, by the incident's id; raises `NotFound`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What is on the desk.

    Attributes:
        missing: a sentence when a profile's program is not installed, otherwise empty; `Runner.missing`.
        log_of: where a run's log is.
        telegram_webhook: None while updates are polled; the route does not exist then.
        alert_intake: None where nobody takes alerts; the route does not exist then.
        incident_timeline: None until somebody can write one; the route does not exist then.
    """

    journal: Journal
    ids: Ids
    runs: Runs
    approvals: Approvals
    recovery: Recovery
    sessions: Sessions
    containing: Containing
    triggers: Triggers
    quality: Quality
    breakers: Breakers
    health: Health
    snapshots: Snapshots
    metrics: Exposition
    stream: EventStream
    profiles: Mapping[str, Profile]
    missing: Callable[[Profile], str]
    log_of: Callable[[str], Path]
    http: Http
    hook: HookRules
    organization: str
    max_concurrent_runs: int
    version: str
    telegram_webhook: Webhook | None = None
    alert_intake: AlertIntake | None = None
    incident_timeline: IncidentTimeline | None = None
