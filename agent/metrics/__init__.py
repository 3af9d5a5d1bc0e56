"""The three dialects in which the agent reports about itself, one file each.

slo.yaml lists the same metrics, and a test compares both ways. Counters and histograms move by domain events and by
nothing else; gauges are set from a snapshot of the store when somebody scrapes, so that a restart forgets nothing.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Self

import prometheus_client
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.registry import Collector

from agent.domain.events import Event
from agent.metrics.agentos import AgentOsMetrics
from agent.metrics.codex_bot import CodexBotMetrics
from agent.metrics.damaged import damaged_exposition
from agent.metrics.exposition import exposition
from agent.metrics.televibe import TeleVibeMetrics
from agent.services.snapshot import Snapshot


class Metrics:
    """All metrics of the agent. Keeps `ports.Observer`."""

    def __init__(self, registry: CollectorRegistry, *, started_at: datetime) -> None:
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]  # the library's own
        self.registry = registry
        self._codex_bot = CodexBotMetrics(registry, started_at=started_at)
        self._televibe = TeleVibeMetrics(registry)
        self._agentos = AgentOsMetrics(registry)

    @classmethod
    def fresh(cls, *, started_at: datetime) -> Self:
        """On a registry of their own; nothing touches the library's global one."""
        return cls(CollectorRegistry(), started_at=started_at)

    def observe(self, event: Event) -> None:
        """Move what the event moves."""
        self._codex_bot.observe(event)
        self._televibe.observe(event)
        self._agentos.observe(event)

    def show(self, snapshot: Snapshot) -> None:
        """Set every gauge."""
        self._codex_bot.show(snapshot)
        self._televibe.show(snapshot)
        self._agentos.show(snapshot)

    def exposition(self) -> bytes:
        """Prometheus' text format."""
        return exposition(self.registry)

    def counted(self) -> bytes:
        """The same while the store cannot be read: what only it knows is left out, and its check has failed."""
        return exposition(_Counted(self.registry)) + damaged_exposition()


class _Counted(Collector):
    """Counters and histograms, which live in memory; a gauge would show what was true at the last scrape."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        return (family for family in self._registry.collect() if family.type in {"counter", "histogram"})


__all__ = ["Metrics", "damaged_exposition"]
