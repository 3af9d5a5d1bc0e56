"""Looks at the state for people and programs that only want to know; nothing here changes anything."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.domain.alert import AlertState
from agent.domain.reliability import Reliability, measure
from agent.domain.run import RunState
from agent.ports import Records


@dataclass(frozen=True, slots=True)
class ReliabilityReport:
    """The reliability summary of the documents.

    Attributes:
        window: the figures of the newest finished runs.
        runs: how many runs there are in each state.
        recovery_events: over all runs.
        alerts: how many outgoing alerts are kept in each state.
    """

    window: Reliability
    runs: Mapping[RunState, int]
    recovery_events: int
    alerts: Mapping[AlertState, int]


async def reliability_report(records: Records, window: int) -> ReliabilityReport:
    """The summary over so many of the newest finished runs."""
    return ReliabilityReport(
        window=measure(await records.runs.newest_finished(window), window),
        runs=await records.runs.count_by_state(),
        recovery_events=await records.timeline.count_recovery(),
        alerts=await records.alerts.count_by_state(),
    )
