"""Who hears of what: grouping times, the agent's webhook, and the way out when the agent is the trouble."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from generator.domain.duration import Duration
from generator.domain.severity import Severity


@dataclass(frozen=True, slots=True)
class Timing:
    """Alertmanager's grouping times."""

    group_wait: Duration
    group_interval: Duration
    repeat_interval: Duration

    def scaled(self, divisor: int) -> "Timing":
        """The same times, divided."""
        return Timing(self.group_wait // divisor, self.group_interval // divisor, self.repeat_interval // divisor)


@dataclass(frozen=True, slots=True)
class Webhook:
    """The agent's intake of alerts."""

    url: str
    credentials_file: str


@dataclass(frozen=True, slots=True)
class WayOut:
    """Alertmanager's own Telegram receiver, for alerts about the agent itself."""

    chat_id: int
    bot_token_file: str


@dataclass(frozen=True, slots=True)
class Routing:
    """The whole of routing.

    Attributes:
        timings: per severity.
        heartbeat: for the watchdog, which must be repeated to be of use.
    """

    group_by: tuple[str, ...]
    timing: Timing
    agent: Webhook
    way_out: WayOut | None
    timings: Mapping[Severity, Timing] = field(default_factory=dict)
    heartbeat: Timing = Timing(Duration(0), Duration(60_000), Duration(60_000))

    def scaled(self, divisor: int) -> "Routing":
        """The same routing with every duration divided."""
        return replace(
            self,
            timing=self.timing.scaled(divisor),
            timings={severity: timing.scaled(divisor) for severity, timing in self.timings.items()},
            heartbeat=self.heartbeat.scaled(divisor),
        )
