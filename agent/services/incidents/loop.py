"""All of the on-call loop, built in the order in which its parts need one another, and its rhythms."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Final, Self

from agent.domain.catalog import Catalogue
from agent.domain.incident import IncidentSeverity
from agent.domain.rota import Rota
from agent.ports import ActionRunner, Ids, IncidentPresenter, NoticeReader, Silencer
from agent.services.incidents.acks import Acks
from agent.services.incidents.actions import Actions
from agent.services.incidents.announcing import Announcing
from agent.services.incidents.charts import Charting, Charts
from agent.services.incidents.deliveries import Deliveries
from agent.services.incidents.escalation import Escalation
from agent.services.incidents.exits import Exits
from agent.services.incidents.intake import IncidentIntake
from agent.services.incidents.mirror import Mirror
from agent.services.incidents.saying import Saying
from agent.services.incidents.silences import Silences
from agent.services.incidents.slots import Slots
from agent.services.incidents.storms import Storms
from agent.services.incidents.vigil import Vigil
from agent.services.incidents.watch import Watch
from agent.services.journal import Journal
from agent.services.messages import Messages

LAPSE: Final[Mapping[IncidentSeverity, timedelta]] = MappingProxyType(
    {IncidentSeverity.CRITICAL: timedelta(hours=1), IncidentSeverity.WARNING: timedelta(hours=8)}
)
"""An hour for what pages: whoever has it is at work on it. A working day for what merely notifies."""

SOON, SOMETIMES, OFTEN_ENOUGH = 10.0, 30.0, 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What can be configured.

    Attributes:
        lapse: how long an acknowledgement holds while it goes on firing.
        storm_groups: how many groups may ring within a minute.
        heartbeat: how long the monitoring may be silent.
        heartbeat_expected: whether that counts before the first heartbeat, as where an Alertmanager is configured.
        exit_after: how long a system must have been without critical alerts.
        admin_chat: who hears of what could not be read, or None.
    """

    lapse: Mapping[IncidentSeverity, timedelta] = field(default_factory=lambda: LAPSE)
    storm_groups: int = 10
    heartbeat: timedelta = timedelta(minutes=5)
    heartbeat_expected: bool = False
    exit_after: timedelta = timedelta(hours=1)
    admin_chat: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The outside of the loop."""

    ids: Ids
    read: NoticeReader
    presenter: IncidentPresenter
    silencer: Silencer
    runner: ActionRunner
    rota: Rota
    catalogue: Catalogue
    charting: Charting
    own_values: Mapping[str, str] = field(default_factory=dict)
    """What fills the slots of steps that call our own API, where no alert says anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallLoop:
    """The parts. Turns of `intake` and `actions` are due when their `wake` is set, of `charts` after `saying.rung`."""

    saying: Saying
    storms: Storms
    announcing: Announcing
    watch: Watch
    vigil: Vigil
    intake: IncidentIntake
    acks: Acks
    silences: Silences
    mirror: Mirror
    escalation: Escalation
    actions: Actions
    exits: Exits
    charts: Charts

    @classmethod
    def built(cls, journal: Journal, messages: Messages, world: World, rules: Rules) -> Self:
        """Nothing is started and nothing is read yet. At boot, `actions.recover()` comes first."""
        words, catalogue = world.presenter, world.catalogue
        saying = Saying(messages, words, world.rota)
        storms = Storms(journal, saying, words, groups=rules.storm_groups)
        announcing = Announcing(journal, saying, storms)
        expected, period = rules.heartbeat_expected, rules.heartbeat
        watch = Watch(journal, catalogue, period=period, expected=expected)
        escalation = Escalation(journal, saying, words)
        messages.followed_by(Deliveries(saying, escalation, words))
        slots = Slots(journal, world.runner, catalogue, world.own_values)
        actions = Actions(journal, world.ids, world.runner, saying, words, slots)
        chat = rules.admin_chat
        intake = IncidentIntake(journal, world.ids, world.read, announcing, watch, saying, words, chat, actions)
        return cls(
            saying=saying,
            storms=storms,
            announcing=announcing,
            watch=watch,
            vigil=Vigil(journal, watch, intake),
            intake=intake,
            acks=Acks(journal, saying, announcing, words, rules.lapse),
            silences=Silences(journal, world.silencer, saying, catalogue.group_by),
            mirror=Mirror(journal, world.silencer, saying, announcing, intake),
            escalation=escalation,
            actions=actions,
            exits=Exits(journal, watch, saying, words, catalogue, rules.exit_after),
            charts=Charts(journal, messages, storms, words, catalogue, world.charting),
        )

    def rhythms(self) -> tuple[tuple[float, Callable[[], Awaitable[object]]], ...]:
        """What has to be done from time to time, with how many seconds in between."""
        return (
            (SOON, self.escalation.escalate_due),
            (SOON, self.storms.calm),
            (SOON, self.vigil.look),
            (SOMETIMES, self.mirror.turn),
            (OFTEN_ENOUGH, self.acks.lapse_due),
            (OFTEN_ENOUGH, self.announcing.release),
            (OFTEN_ENOUGH, self.exits.turn),
        )
