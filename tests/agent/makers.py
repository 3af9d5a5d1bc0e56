# ruff: noqa: ANN401 - a test changes any field
"""Makes domain values with everything filled in but what a test is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from agent.domain.alert import Alert, Category, Severity
from agent.domain.approval import Approval, Scope
from agent.domain.incident import Firing, Incident, IncidentSeverity
from agent.domain.outbox import Kind, Message
from agent.domain.profile import Dialect, Profile
from agent.domain.run import Run
from agent.domain.session import Project, Session

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def make_run(**changes: Any) -> Run:
    fields: dict[str, Any] = {
        "id": "r1",
        "session_id": "S1",
        "project_id": "app",
        "chat_id": 7,
        "requested_by": 7,
        "profile": "default",
        "prompt": "do it",
        "created_at": NOON,
    }
    return Run(**{**fields, **changes})


def make_session(**changes: Any) -> Session:
    fields: dict[str, Any] = {
        "id": "S1",
        "project_id": "app",
        "chat_id": 7,
        "owner_id": 7,
        "workspace": "/w/S1",
        "branch": "tocsin/S1",
        "profile": "default",
        "created_at": NOON,
        "last_activity_at": NOON,
        "chosen_at": NOON,
    }
    return Session(**{**fields, **changes})


def make_approval(**changes: Any) -> Approval:
    fields: dict[str, Any] = {
        "id": "A1",
        "run_id": "r1",
        "session_id": "S1",
        "project_id": "app",
        "organization": "local",
        "scope": Scope.SHELL,
        "question": "rm -rf build",
        "requested_at": NOON,
        "expires_at": NOON + timedelta(hours=1),
    }
    return Approval(**{**fields, **changes})


def make_message(**changes: Any) -> Message:
    fields: dict[str, Any] = {"chat_id": 7, "kind": Kind.REPLY, "text": "hello", "queued_at": NOON, "next_at": NOON}
    return Message(**{**fields, **changes})


def make_alert(**changes: Any) -> Alert:
    fields: dict[str, Any] = {
        "category": Category.RUN_FAILED,
        "severity": Severity.HIGH,
        "run_id": "r1",
        "agent_id": "default",
        "error_code": "ERR_CODEX_EXIT_NONZERO",
        "ts": NOON,
        "next_at": NOON,
    }
    return Alert(**{**fields, **changes})


def make_incident(**changes: Any) -> Incident:
    fields: dict[str, Any] = {
        "id": "I1",
        "group_key": "{}:{alertname='X'}",
        "group_hash": "h",
        "name": "HighRunFailureRate",
        "system": "codex-bot",
        "severity": IncidentSeverity.WARNING,
        "opened_at": NOON,
        "updated_at": NOON,
        "alerts": (Firing("f1", {"alertname": "X"}, {"summary": "bad"}, NOON),),
    }
    return Incident(**{**fields, **changes})


def make_project(**changes: Any) -> Project:
    fields: dict[str, Any] = {"id": "app", "path": "/r/app", "default_branch": "main", "registered_at": NOON}
    return Project(**{**fields, **changes})


def make_profile(**changes: Any) -> Profile:
    fields: dict[str, Any] = {"name": "default", "dialect": Dialect.COMMAND, "program": "echo"}
    return Profile(**{**fields, **changes})
