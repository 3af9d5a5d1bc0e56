"""Holds both logs to what a person looks for in them: one trace from end to end, who did what, and nobody's words."""

import json
import logging
import typing
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.adapters.audit_log import AuditLog
from agent.adapters.run_log import RunLog, level_of
from agent.adapters.run_memory import RunMemory
from agent.adapters.runner import CliRunner
from agent.domain.activity import Failure, Said
from agent.domain.alert import AlertState, Category
from agent.domain.approval import Scope
from agent.domain.audit import AGENT, API, Audited
from agent.domain.breaker import BreakerName, Closed, Open
from agent.domain.error_codes import ErrorCode
from agent.domain.events import (
    AgentErred,
    AgentStarted,
    AlertSettled,
    ApprovalRequested,
    BreakerChanged,
    Event,
    IncidentUnheard,
    MessageDead,
    MessageDelivered,
    RunFailed,
    RunProgressed,
    RunStarted,
    ToolFailed,
    ToolLetThrough,
    ToolStarted,
    TrailChecked,
)
from agent.domain.incident import IncidentSeverity
from agent.domain.outbox import Kind
from agent.domain.trace import Trace
from agent.errors import Conflict
from agent.logs import AGENT_LOG, AUDIT_LOG, Redaction, configure
from agent.ports import Order
from agent.services.containing import Containing
from agent.services.journal import Broadcast
from agent.services.runs import Wish
from tests.agent.fakes import Script
from tests.agent.makers import NOON, make_profile, make_run
from tests.agent.services.agency import Agency

TRACE = Trace("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")
SECOND = timedelta(seconds=1)


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Path]:
    configure(tmp_path, level="debug", redact=Redaction())
    yield tmp_path
    configure(None, level="warning", redact=Redaction())
    logging.getLogger().handlers.clear()


def lines(folder: Path, name: str = AGENT_LOG) -> Sequence[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def logged_agency(gate: Scope | None = None) -> Agency:
    agency = Agency()
    agency.profiles["default"] = make_profile(gate=gate)
    memory = RunMemory()
    audit = AuditLog(memory)
    agency.journal._note = audit.note
    agency.journal._observer = Broadcast(agency.observer, audit, RunLog(memory))
    return agency


async def test_one_trace_id_leads_from_the_request_to_the_message(logs: Path) -> None:
    agency = logged_agency()
    await agency.open()
    agency.runner.scripts.append(Script(verdict=Failure(ErrorCode.UNKNOWN, "it broke")))
    async with agency.journal.writing() as writing:
        wish = Wish(session_id="S1", prompt="the words of a person", by=7, trace=TRACE)
        run = await agency.runs.accept(writing, wish)
    await agency.work_off()
    await agency.alerts.deliver_due()
    await agency.send_all()

    found = [line for line in lines(logs) if line["trace_id"] == TRACE.trace_id]

    messages = [line["message"] for line in found]
    wanted = ["run.queued", "run.started", "run.failed", "alert.settled", "message.delivered"]
    assert [message for message in messages if message in wanted][: len(wanted)] == wanted
    failed = next(line for line in found if line["message"] == "run.failed")
    assert failed["level"] == "error"
    assert failed["context"]["job_id"] == run.id
    assert (failed["context"]["session_id"], failed["context"]["project_id"]) == ("S1", "app")
    assert "the words of a person" not in (logs / AGENT_LOG).read_text()


async def test_the_process_that_works_for_a_trace_is_named_under_it(logs: Path) -> None:
    runner = CliRunner({"PATH": "/usr/bin:/bin"}, Redaction(), kill_grace_seconds=1)
    order = Order(
        run_id="r1",
        profile=make_profile(program="printenv", arguments=("TRACEPARENT",), launcher=()),
        prompt="PATH",
        workspace=logs,
        log=logs / "r1.log",
        traceparent=TRACE.traceparent,
    )
    execution = await runner.start(order)
    said = [activity async for activity in execution.activities()]

    (line,) = [line for line in lines(logs) if line["message"] == "run.child_started"]
    assert (line["trace_id"], line["context"]["job_id"]) == (TRACE.trace_id, "r1")
    assert line["context"]["pid"] == execution.mark.pid
    assert Said(TRACE.traceparent) in said


async def test_the_audit_log_has_the_documented_events_with_their_actor(logs: Path) -> None:
    agency = logged_agency(Scope.PUSH)
    await agency.open()
    run = await agency.ask("the words of a person")
    async with agency.journal.writing() as writing:
        (asked,) = await writing.records.approvals.pending()
        await agency.approvals.decide(writing, asked.id, yes=False, by=42)

    asking, denied = lines(logs, AUDIT_LOG)

    assert (asking["message"], denied["message"]) == ("job.approval_needed", "job.denied")
    assert asking["context"]["scope"] == "push"
    assert (denied["context"]["actor"], denied["context"]["job_id"]) == ("42", run.id)
    assert asking["trace_id"] == denied["trace_id"] != ""
    assert "the words of a person" not in (logs / AUDIT_LOG).read_text()


async def test_a_deed_that_was_rolled_back_is_not_logged(logs: Path) -> None:
    agency = logged_agency()
    with suppress(Conflict):
        async with agency.journal.writing() as writing:
            await writing.audit(7, "session.closed", "S1")
            raise Conflict

    assert lines(logs, AUDIT_LOG) == []


async def test_containment_is_logged_with_what_was_contained(logs: Path) -> None:
    agency = logged_agency()
    async with agency.journal.writing() as writing:
        await Containing().deny(writing, "Bash", by=42)

    (line,) = lines(logs, AUDIT_LOG)
    assert (line["message"], line["context"]["detail"]) == ("containment.deny", "Bash")


@pytest.mark.parametrize(("actor", "said"), [(API, "api"), (AGENT, "agent"), (42, "42")])
def test_an_actor_is_a_person_the_api_or_the_agent(logs: Path, actor: int, said: str) -> None:
    AuditLog().note(Audited(actor, "session.created", "S1", "free text", NOON))

    (line,) = lines(logs, AUDIT_LOG)
    assert line["context"] == {"session_id": "S1", "actor": said}


def test_runs_from_before_a_restart_are_known_once_they_were_named(logs: Path) -> None:
    memory = RunMemory()
    memory.learn([make_run(traceparent=TRACE.traceparent)])
    RunLog(memory).observe(RunStarted("r1", "app", "default"))

    (line,) = lines(logs)
    assert (line["trace_id"], line["span_id"]) == (TRACE.trace_id, TRACE.span_id)
    assert line["context"]["session_id"] == "S1"


def test_a_question_is_in_the_agents_log_once(logs: Path) -> None:
    memory = RunMemory()
    for observer in (AuditLog(memory), RunLog(memory)):
        observer.observe(ApprovalRequested("K7Q2", "r1", Scope.PUSH))

    assert [line["message"] for line in lines(logs)] == ["job.approval_needed"]


def test_what_needed_no_question_is_in_both_logs_once_with_its_tool_and_its_reason(logs: Path) -> None:
    memory = RunMemory()
    for observer in (AuditLog(memory), RunLog(memory)):
        observer.observe(ToolLetThrough("r1", "Bash", Scope.SHELL, "The scope shell is approved for this session."))

    for name in (AGENT_LOG, AUDIT_LOG):
        (line,) = [json.loads(each) for each in (logs / name).read_text().splitlines()]
        assert line["message"] == "job.let_through"
        assert (line["context"]["run_id"], line["context"]["tool"], line["context"]["scope"]) == ("r1", "Bash", "shell")
        assert line["context"]["detail"] == "The scope shell is approved for this session."


def test_breakers_speak_as_the_document_does(logs: Path) -> None:
    log = RunLog()
    log.observe(BreakerChanged(BreakerName.CLAUDE_CODE, Open(NOON)))
    log.observe(BreakerChanged(BreakerName.CLAUDE_CODE, Closed()))

    said = [(line["message"], line["level"]) for line in lines(logs)]
    assert said == [
        ("Circuit breaker OPEN for Claude Code", "warning"),
        ("Circuit breaker CLOSED for Claude Code", "info"),
    ]


@pytest.mark.parametrize("event", [RunProgressed("r1", "psst"), ToolStarted("r1", "Bash", "psst")])
def test_what_a_model_writes_stays_out_even_of_the_debug_log(logs: Path, event: Event) -> None:
    RunLog().observe(event)

    assert "run_id" in lines(logs)[0]["context"]
    assert "psst" not in (logs / AGENT_LOG).read_text()


@pytest.mark.parametrize(
    ("event", "level"),
    [
        (RunStarted("r1", "app", "default"), logging.INFO),
        (RunProgressed("r1", ""), logging.DEBUG),
        (ToolFailed("r1", "Bash", ""), logging.WARNING),
        (RunFailed("r1", "app", ErrorCode.UNKNOWN, None, None), logging.ERROR),
        (AlertSettled(Category.RUN_FAILED, AlertState.DEAD_LETTER), logging.ERROR),
        (AlertSettled(Category.RUN_FAILED, AlertState.SENT), logging.INFO),
        (MessageDead(Kind.REPLY), logging.ERROR),
        (MessageDelivered(Kind.REPLY, "", SECOND), logging.DEBUG),
        (MessageDelivered(Kind.REPLY, "", SECOND, TRACE.traceparent), logging.INFO),
        (TrailChecked("r1", recorded=False), logging.ERROR),
        (TrailChecked("r1", recorded=True), logging.DEBUG),
        (AgentErred("backup"), logging.ERROR),
        (IncidentUnheard("K1", IncidentSeverity.CRITICAL), logging.ERROR),
    ],
)
def test_the_level_says_whether_somebody_has_to_look(event: Event, level: int) -> None:
    assert level_of(event) == level


def test_no_fact_of_an_event_has_a_name_that_logging_keeps_for_itself(logs: Path) -> None:
    taken = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
    for kind in typing.get_args(Event):
        assert taken.isdisjoint({each.name for each in fields(kind)} - {"name"}), kind
    RunLog().observe(AgentStarted("life-1"))
    assert lines(logs)[0]["context"] == {"event": "agent.started", "life": "life-1"}


def test_the_memory_is_bounded() -> None:
    memory = RunMemory(most=2)
    memory.learn([make_run(id=name) for name in ("r1", "r2")])
    memory.about("r1")
    memory.learn([make_run(id="r3")])

    assert "session_id" in memory.about("r1")
    assert "session_id" not in memory.about("r2")
