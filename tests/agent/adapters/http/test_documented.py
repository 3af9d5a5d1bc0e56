"""The documented addresses answer with the documented bodies."""

import pytest

from tests.agent.adapters.http.stage import Client, failed_run, waiting_run

AT_NOON = "2026-03-01T12:00:00.000Z"


async def test_liveness_is_the_documented_body(client: Client) -> None:
    answer = await client.get("/health/live")
    assert (answer.status, answer.json) == (200, {"status": "alive"})


async def test_a_late_event_loop_is_dead(client: Client) -> None:
    client.agency.meter.lag = 1.5
    answer = await client.get("/health/live")
    assert (answer.status, answer.json) == (503, {"status": "dead", "reason": "the event loop was 1.5 s late"})


async def test_readiness_is_the_documented_body(client: Client) -> None:
    answer = await client.get("/health/ready")
    checks = {"database": "ok", "telegram": "ok", "repos": "ok"}
    assert (answer.status, answer.json) == (200, {"status": "ready", "checks": checks})


async def test_without_telegram_nobody_is_ready(client: Client) -> None:
    client.agency.chat.down = "connection refused"
    answer = await client.get("/health/ready")
    checks = {"database": "ok", "telegram": "failed: connection refused", "repos": "ok"}
    assert (answer.status, answer.json) == (503, {"status": "not_ready", "checks": checks})


async def test_the_reliability_summary_has_the_documented_fields(client: Client) -> None:
    await failed_run(client.agency)
    answer = await client.get("/api/reliability?limit=300")
    assert answer.json == {
        "status": "critical",
        "window_runs": 1,
        "completed_runs": 0,
        "failed_runs": 1,
        "total_runs": 1,
        "failure_rate": 1.0,
        "latency_p95_sec": 0.0,
        "recovery_events": 1,
        "alerts_enabled": True,
        "alerts": {
            "enabled": True,
            "min_severity": "medium",
            "dedup_window_sec": 90,
            "max_retries": 2,
            "queued_dead_letters": 0,
            "dropped_by_threshold": 0,
            "dropped_by_dedup": 0,
        },
    }


@pytest.mark.parametrize("limit", ["-5", "9", "5001", "999999999999999999", "many"])
async def test_a_window_out_of_its_bounds_is_refused_and_the_bounds_are_named(client: Client, limit: str) -> None:
    answer = await client.get(f"/api/reliability?limit={limit}")
    assert (answer.status, answer.json["error"]["field"]) == (400, "limit")
    assert "a whole number from 10 to 5000" in answer.json["error"]["message"]


@pytest.mark.parametrize("limit", ["10", "5000"])
async def test_the_bounds_of_the_window_belong_to_it(client: Client, limit: str) -> None:
    assert (await client.get(f"/api/reliability?limit={limit}")).status == 200


async def test_health_includes_the_reliability_summary_and_the_counts(client: Client) -> None:
    answer = (await client.get("/health")).json
    assert answer["status"] == "ok"
    assert answer["reliability"] == (await client.get("/api/reliability")).json
    assert answer["metrics"] == (await client.get("/api/metrics")).json
    assert answer["provider_health"] == {
        "active_provider": "default",
        "consecutive_failures": 0,
        "circuit_open": False,
        "circuit_open_until_unix": 0,
    }


async def test_runs_are_counted_by_state(client: Client) -> None:
    await client.agency.ask()
    await failed_run(client.agency)
    answer = (await client.get("/api/metrics")).json
    assert (answer["total_runs"], answer["pending_runs"], answer["failed_runs"]) == (2, 1, 1)


async def test_a_failed_run_says_why_in_the_documented_fields(client: Client) -> None:
    run = await failed_run(client.agency)
    answer = (await client.get(f"/api/runs/{run.id}")).json
    assert answer == {
        "run_id": run.id,
        "session_id": "S1",
        "project_id": "app",
        "agent_id": "default",
        "status": "failed",
        "prompt": "do it",
        "output": "",
        "error": "exit code 3",
        "error_code": "ERR_CODEX_EXIT_NONZERO",
        "error_title": "CLI ended with an error",
        "error_message": "The CLI gave up by itself. The end of its output usually says why.",
        "retry_of": "",
        "created_at": AT_NOON,
        "started_at": None,
        "completed_at": AT_NOON,
    }


async def test_a_pending_approval_has_the_documented_fields(client: Client) -> None:
    run, approval_id = await waiting_run(client.agency)
    assert (await client.get("/api/approvals")).json == [
        {
            "approval_id": approval_id,
            "chat_id": 7,
            "user_id": 7,
            "session_id": "S1",
            "project_id": "app",
            "agent_id": "default",
            "run_id": run.id,
            "scope": "write",
            "risk_tier": "low",
            "argv": ["Bash", "rm -rf build"],
            "stdin_text": "",
            "timeout_sec": 3600,
            "status": "pending",
            "created_at": AT_NOON,
            "updated_at": AT_NOON,
            "expires_at": "2026-03-01T13:00:00.000Z",
        }
    ]


async def test_a_session_has_the_documented_fields(client: Client) -> None:
    run = await client.agency.ask()
    (answer,) = (await client.get("/api/sessions")).json
    assert answer == {
        "session_id": "S1",
        "chat_id": 7,
        "user_id": 7,
        "project_id": "app",
        "branch": "tocsin/S1",
        "status": "active",
        "state": "idle",
        "current_agent_id": "default",
        "summary": "",
        "last_run_id": run.id,
        "created_at": AT_NOON,
        "updated_at": AT_NOON,
    }
    assert (await client.get("/api/sessions/S1")).json == answer


async def test_agents_are_the_profiles_and_say_what_they_lack(client: Client) -> None:
    client.agency.runner.not_installed = "echo is not installed."
    answer = (await client.get("/api/agents")).json
    assert [each["agent_id"] for each in answer] == ["default", "other"]
    assert (answer[0]["enabled"], answer[0]["problem"]) == (False, "echo is not installed.")


async def test_the_catalogue_has_eleven_codes_with_their_remedies(client: Client) -> None:
    answer = (await client.get("/api/error-catalog")).json
    assert len(answer) == 11
    assert all(each["actions"] for each in answer)
