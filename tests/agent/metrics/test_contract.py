"""Holds a fresh process's scrape to slo.yaml, in both directions, and every counter to moving on a scripted day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from agent.domain.alert import AlertState, Category
from agent.domain.approval import Scope
from agent.domain.breaker import BreakerName
from agent.domain.error_codes import ErrorCode
from agent.domain.events import (
    AgentErred,
    AgentStarted,
    AgentStopped,
    AlertSettled,
    ApprovalApproved,
    ApprovalDenied,
    ApprovalExpired,
    ApprovalRequested,
    BreakerFailed,
    Event,
    IncidentAcked,
    IncidentUnheard,
    MessageDead,
    MessageDelivered,
    ProjectRegistered,
    ProjectRemoved,
    ProjectsScanned,
    RecoveryNoted,
    RunCancelled,
    RunCompleted,
    RunFailed,
    RunProgressed,
    RunQueued,
    RunStarted,
    RunWaiting,
    SessionChanged,
    SessionClosed,
    SessionCreated,
    SessionErred,
    SessionReady,
    ToolCompleted,
    ToolFailed,
    ToolStarted,
    TrailChecked,
)
from agent.domain.incident import UNCLAIMED, IncidentSeverity
from agent.domain.outbox import Kind
from agent.domain.recovery import Stage
from agent.domain.session import SessionState
from agent.metrics import Metrics
from agent.metrics.codex_bot import OUTCOMES
from agent.metrics.projects import OTHER, PROJECTS, ProjectLabels
from agent.metrics.televibe import EVENT_TYPES
from agent.services.snapshot import RUNS, SESSIONS
from tests.agent.fakes import Script
from tests.agent.makers import NOON, make_session
from tests.agent.services.agency import Agency

SPEC: dict[str, Any] = yaml.safe_load((Path(__file__).parents[3] / "slo.yaml").read_text(encoding="utf-8"))
OURS = ("codex-bot", "televibe", "agentos")
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Shape:
    """A metric as far as the contract goes; an open label has the value None."""

    type: str
    help: str
    labels: Mapping[str, frozenset[str] | None]
    buckets: frozenset[float]


def catalogue() -> dict[str, Shape]:
    shapes = {}
    for system in SPEC["systems"]:
        for metric in system["metrics"] if system["name"] in OURS else ():
            if metric.get("job") in {None, system["job"]}:
                labels = {
                    name: None if values == "any" else frozenset(values)
                    for name, values in metric.get("labels", {}).items()
                }
                buckets = frozenset(float(bound) for bound in metric.get("buckets", ()))
                shapes[metric["name"]] = Shape(metric["type"], metric["help"], labels, buckets)
    return shapes


def scraped(metrics: Metrics) -> dict[str, Shape]:
    shapes = {}
    for family in text_string_to_metric_families(metrics.exposition().decode()):
        name = f"{family.name}_total" if family.type == "counter" else family.name
        values: dict[str, set[str]] = {}
        bounds = set()
        for sample in family.samples:
            for label, value in sample.labels.items():
                if label == "le":
                    bounds.add(float(value))
                else:
                    values.setdefault(label, set()).add(value)
        labels = {label: frozenset(found) for label, found in values.items()}
        shapes[name] = Shape(family.type, family.documentation, labels, frozenset(bounds) - {float("inf")})
    return shapes


async def busy_scrape() -> dict[str, Shape]:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.append(Script(hangs=True))
    await agency.ask()
    await agency.runs.start_ready()
    for event in a_day():
        agency.metrics.observe(event)
    snapshot = await agency.snapshots.take()
    agency.metrics.show(snapshot)
    agency.metrics._agentos._drift.labels("local", "all").set(0.1)
    await agency.work.stop_all()
    return scraped(agency.metrics)


def test_a_fresh_process_exposes_exactly_the_catalogue() -> None:
    fresh, known = scraped(Metrics.fresh(started_at=NOON)), catalogue()

    assert set(fresh) == set(known)
    for name, shape in known.items():
        assert (fresh[name].type, fresh[name].help) == (shape.type, shape.help), name


def test_a_fresh_process_has_every_closed_series() -> None:
    fresh = scraped(Metrics.fresh(started_at=NOON))
    for name, shape in catalogue().items():
        if None not in shape.labels.values():
            assert fresh[name].labels == shape.labels, name


async def test_labels_values_and_buckets_are_those_of_the_catalogue_while_everything_goes_on() -> None:
    busy = await busy_scrape()
    for name, shape in catalogue().items():
        assert set(busy[name].labels) == set(shape.labels), name
        assert busy[name].buckets == shape.buckets, name
        for label, values in shape.labels.items():
            assert values is None or busy[name].labels[label] == values, (name, label)


def test_no_label_is_forbidden() -> None:
    forbidden = set(SPEC["labels"]["forbidden"])
    assert not any(set(shape.labels) & forbidden for shape in catalogue().values())


def test_the_caps_are_the_declared_budgets() -> None:
    budgets = SPEC["labels"]["budgets"]

    assert [budgets[key] for key in ("project_id", "session_id", "job_id")] == [PROJECTS, SESSIONS, RUNS]


def test_projects_beyond_the_budget_share_a_label() -> None:
    labels = ProjectLabels()
    seen = {labels.label(f"p{number}") for number in range(200)}

    assert len(seen) == PROJECTS
    assert OTHER in seen
    assert labels.label("p0") == "p0"


async def test_sessions_beyond_the_budget_have_no_series_and_closed_ones_lose_theirs() -> None:
    agency = Agency()
    await agency.open(*(f"S{number}" for number in range(SESSIONS + 5)))
    agency.metrics.show(await agency.snapshots.take())
    series = scraped(agency.metrics)["televibe_session_last_activity_timestamp"].labels["session_id"]
    assert series is not None
    assert len(series) == SESSIONS

    async with agency.store.transaction() as records:
        for session in await records.sessions.active():
            await records.sessions.save(make_session(id=session.id, state=SessionState.CLOSED))
    agency.metrics.show(await agency.snapshots.take())

    assert not scraped(agency.metrics)["televibe_session_last_activity_timestamp"].labels


async def test_a_job_that_ended_has_no_series() -> None:
    agency = Agency()
    await agency.open()
    await agency.ask()
    await agency.work_off()
    agency.metrics.show(await agency.snapshots.take())

    assert not scraped(agency.metrics)["televibe_job_start_timestamp"].labels


def a_day() -> Iterator[Event]:
    yield from (AgentStarted("l"), AgentStopped("l"), AgentErred("x"))
    yield from (ProjectRegistered("app"), ProjectRemoved("app"), ProjectsScanned(1))
    yield from (SessionCreated("S1", "app"), SessionChanged("S1", "app", "idle"), SessionReady("S1", "app"))
    yield from (SessionClosed("S1", "app", MINUTE), SessionErred("S1", "app", ""))
    yield from (RunQueued("r", "S1", "app"), RunStarted("r", "app", "default"), RunProgressed("r", ""))
    yield from (
        RunWaiting("r", "app"),
        ToolStarted("r", "t", ""),
        ToolCompleted("r", "t", ""),
        ToolFailed("r", "t", ""),
    )
    yield RunCompleted("r", "app", MINUTE, MINUTE)
    for code in ErrorCode:
        yield from (RunFailed("r", "app", code, MINUTE, MINUTE), RunCancelled("r", "app", code, MINUTE, MINUTE))
    for scope in Scope:
        yield from (ApprovalRequested("a", "r", scope), ApprovalApproved("a", "r", scope, MINUTE))
        yield from (ApprovalDenied("a", "r", scope, MINUTE), ApprovalExpired("a", "r", scope))
    yield from (RecoveryNoted("r", stage, "") for stage in Stage)
    yield from (TrailChecked("r", recorded=True), TrailChecked("r", recorded=False))
    yield from (BreakerFailed(name) for name in BreakerName)
    yield from (AlertSettled(category, outcome) for category in Category for outcome in OUTCOMES)
    yield from (MessageDead(kind) for kind in Kind)
    yield from (MessageDelivered(Kind.REPLY, cause, MINUTE) for cause in EVENT_TYPES)
    yield from (IncidentAcked("i", severity) for severity in IncidentSeverity)
    yield from (IncidentUnheard("i", severity) for severity in IncidentSeverity)


def test_a_scripted_day_moves_every_counter_and_every_histogram() -> None:
    metrics = Metrics.fresh(started_at=NOON)
    for event in a_day():
        metrics.observe(event)

    unmoved = [
        sample
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for sample in family.samples
        if sample.name.endswith(("_total", "_count")) and sample.value == 0
    ]
    assert unmoved == []


@pytest.mark.parametrize("state", [state for state in AlertState if state is not AlertState.PENDING])
def test_every_outcome_of_an_alert_is_in_the_catalogue(state: AlertState) -> None:
    assert state in (catalogue()["codex_bot_alerts_total"].labels["outcome"] or ())


async def test_gauges_are_right_after_a_restart_because_they_come_from_the_store() -> None:
    agency = Agency(gate=Scope.SHELL)
    await agency.open()
    await agency.ask()

    reborn = Agency(store=agency.store, clock=agency.clock)
    reborn.metrics.show(await reborn.snapshots.take())

    assert b"televibe_approvals_pending 1.0" in reborn.metrics.exposition()
    assert b'drovi_agent_approval_backlog{organization_id="local"} 1.0' in reborn.metrics.exposition()
    assert b'codex_bot_runs_active{state="waiting_approval"} 1.0' in reborn.metrics.exposition()


def test_the_alert_that_does_not_count_itself_is_the_one_that_reads_the_count() -> None:
    alerts = [alert for system in SPEC["systems"] for alert in system["alerts"]]
    readers = {alert["name"] for alert in alerts if "codex_bot_incidents_unacknowledged" in str(alert["when"])}

    assert readers == {UNCLAIMED}
