"""Runs and sessions over HTTP: asked for, followed, cancelled, recovered, and never anybody else's file."""

from pathlib import Path

import pytest

from agent.domain.approval import Scope
from agent.domain.run import RunState
from tests.agent.adapters.http.stage import Client, failed_run, waiting_run
from tests.agent.fakes import Script
from tests.agent.makers import NOON, make_incident

ASK = {"session_id": "S1", "prompt": "go"}


async def test_a_prompt_is_queued_and_worked_off(client: Client) -> None:
    answer = await client.post("/api/runs", ASK)
    assert (answer.status, answer.json["status"], answer.json["agent_id"]) == (202, "pending", "default")
    await client.agency.work_off()
    done = await client.get(answer.headers["Location"])
    assert (done.json["status"], done.json["output"]) == ("completed", "done")


async def test_a_prompt_may_name_its_profile(client: Client) -> None:
    answer = await client.post("/api/runs", {**ASK, "profile": "other"})
    assert answer.json["agent_id"] == "other"
    refused = await client.post("/api/runs", {**ASK, "profile": "nobody"})
    assert (refused.status, refused.json["error"]["message"]) == (
        409,
        "There is no profile nobody; there are default, other.",
    )


async def test_a_prompt_for_no_session_is_refused(client: Client) -> None:
    answer = await client.post("/api/runs", {**ASK, "session_id": "S9"})
    assert (answer.status, answer.code) == (404, "not_found")


async def test_version_one_has_the_same_runs_under_its_own_names(client: Client) -> None:
    run_id = (await client.post("/api/v1/prompts", ASK)).json["run_id"]
    assert (await client.get(f"/api/v1/jobs/{run_id}")).json["status"] == "queued"
    assert [each["run_id"] for each in (await client.get("/api/v1/runs")).json] == [run_id]
    assert (await client.post(f"/api/v1/jobs/{run_id}/cancel")).json["status"] == "cancelled"
    assert (await client.get(f"/api/v1/jobs/{run_id}")).json["status"] == "cancelled"
    assert (await client.get("/api/v1/meta")).json["version"] == "1.2.3"


async def test_lists_are_the_newest_first_and_cut_long_texts(client: Client) -> None:
    await client.agency.ask("x" * 5000)
    await client.agency.ask("short")
    runs = (await client.get("/api/runs?limit=2&session_id=S1")).json
    assert [len(each["prompt"]) for each in runs] == [5, 1000]
    assert len((await client.get(f"/api/runs/{runs[1]['run_id']}")).json["prompt"]) == 5000
    assert (await client.get("/api/runs?session_id=S2")).json == []


async def test_a_queued_run_is_cancelled_once(client: Client) -> None:
    run = await client.agency.ask()
    assert (await client.post(f"/api/runs/{run.id}/cancel")).json["status"] == "cancelled"
    again = await client.post(f"/api/runs/{run.id}/cancel")
    assert (again.status, again.json["error"]["message"]) == (409, f"Run {run.id} is already cancelled.")


async def test_a_run_at_work_is_stopped(client: Client) -> None:
    client.agency.runner.scripts.append(Script(hangs=True))
    run = await client.agency.ask()
    await client.agency.runs.start_ready()
    await client.agency.breathe()
    assert (await client.post(f"/api/runs/{run.id}/cancel")).status == 200
    await client.agency.work.settle()
    assert (await client.agency.run(run.id)).state is RunState.CANCELLED


async def test_events_are_in_order_and_the_trail_is_among_them(client: Client) -> None:
    run = await failed_run(client.agency)
    found = (await client.get(f"/api/runs/{run.id}/events")).json
    assert [each["event_type"] for each in found] == [
        "run.queued",
        "run.failed",
        "recovery.attempted",
        "recovery.trail_checked",
    ]
    assert found[1]["payload"]["error"] == "ERR_CODEX_EXIT_NONZERO"


async def test_a_timeline_has_the_run_its_events_and_its_questions(client: Client) -> None:
    run, approval_id = await waiting_run(client.agency)
    found = (await client.get(f"/api/runs/{run.id}/timeline")).json
    assert found["run"]["status"] == "waiting_approval"
    assert [each["approval_id"] for each in found["approvals"]] == [approval_id]
    assert found["events"][0]["event_type"] == "run.queued"


async def test_a_timeline_page_shows_moments_and_no_markup_of_others(client: Client) -> None:
    run = await client.agency.ask()
    async with client.agency.journal.writing() as writing:
        await client.agency.endings.cancel(writing, run, "ERR_RUN_CANCELLED", "| <b>pipe</b>\n# head")  # type: ignore[arg-type]
    answer = await client.get(f"/api/runs/{run.id}/timeline.md")
    page = answer.body.decode()
    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert "| 2026-03-01T12:00:00.000Z | run.queued |" in page
    assert "\\| \\<b\\>pipe\\</b\\> \\# head" in page


async def test_the_offered_remedies_fit_the_error(client: Client) -> None:
    run = await failed_run(client.agency)
    answer = (await client.get(f"/api/runs/{run.id}/recovery-options")).json
    assert answer["error_code"] == "ERR_CODEX_EXIT_NONZERO"
    assert [each["action_id"] for each in answer["actions"]] == [
        "retry_same_agent",
        "retry_default_agent",
        "download_artifact",
    ]
    healthy = await client.agency.ask()
    assert (await client.get(f"/api/runs/{healthy.id}/recovery-options")).json["actions"] == []


async def test_a_retry_is_a_new_run_in_the_trail_of_the_old(client: Client) -> None:
    run = await failed_run(client.agency)
    answer = await client.post(f"/api/runs/{run.id}/recover", {"action_id": "retry_default_agent"})
    assert answer.json == {
        "run_id": run.id,
        "status": "queued",
        "action_id": "retry_default_agent",
        "job_id": answer.json["job_id"],
        "target_agent": "default",
    }
    again = await client.agency.run(answer.json["job_id"])
    assert (again.retry_of, again.traceparent) == (run.id, answer.headers["traceparent"])
    twice = await client.post(f"/api/runs/{run.id}/recover", {"action_id": "retry_default_agent"})
    assert twice.status == 409


async def test_a_remedy_that_only_shows_says_where(client: Client) -> None:
    run = await failed_run(client.agency)
    answer = (await client.post(f"/api/runs/{run.id}/recover", {"action_id": "download_artifact"})).json
    assert (answer["status"], answer["redirect_to"]) == ("completed", f"/api/runs/{run.id}/artifact.txt")
    assert (await client.get(answer["redirect_to"])).status == 200


async def test_an_artifact_is_the_log_as_it_is(client: Client, tmp_path: Path) -> None:
    run = await client.agency.ask()
    (tmp_path / f"{run.id}.log").write_bytes("zeile\nende ✓\n".encode())
    answer = await client.get(f"/api/runs/{run.id}/artifact.txt")
    assert (answer.status, answer.body.decode()) == (200, "zeile\nende ✓\n")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


async def test_without_a_log_an_artifact_says_what_is_known(client: Client) -> None:
    run = await failed_run(client.agency)
    answer = await client.get(f"/api/runs/{run.id}/artifact.txt")
    assert "detail: exit code 3" in answer.body.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/api/runs/..%2f..%2fsecret/artifact.txt",
        "/api/runs/..%2Fsecret/artifact.txt",
        "/api/runs/%2e%2e%2fsecret/artifact.txt",
        "/api/runs/secret%00/artifact.txt",
        "/api/runs/%ff/artifact.txt",
        "/api/runs/secret/artifact.txt",
        "/api/runs/../secret/artifact.txt",
    ],
)
async def test_no_path_leads_to_a_file_of_no_run(client: Client, tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.log").write_text("secret")
    (tmp_path.parent / "secret.log").write_text("secret")
    answer = await client.raw(f"GET {path} HTTP/1.1\nHost: localhost\nConnection: close\n")
    assert answer.startswith(b"HTTP/1.1 404")


async def test_an_approval_is_given_and_its_run_goes_on(client: Client) -> None:
    run, approval_id = await waiting_run(client.agency)
    client.agency.runs.wake.clear()
    answer = await client.post("/api/approvals/approve", {"approval_id": approval_id, "chat_id": 7, "user_id": 7})
    assert (answer.json["status"], answer.json["run_id"]) == ("approved", run.id)
    assert (await client.agency.run(run.id)).state is RunState.PENDING
    assert client.agency.runs.wake.is_set()
    again = await client.post("/api/approvals/deny", {"approval_id": approval_id})
    assert (again.status, again.json["error"]["message"]) == (409, f"Approval {approval_id} is already approved.")


async def test_an_approval_for_the_session_answers_the_next_one(client: Client) -> None:
    _, approval_id = await waiting_run(client.agency)
    await client.post("/api/approvals/approve", {"approval_id": approval_id, "for_session": True})
    async with client.agency.store.reading() as records:
        session = await records.sessions.get("S1")
    assert session is not None
    assert [each.partition("@")[0] for each in session.allowed_scopes] == [Scope.WRITE]


async def test_a_denial_cancels_the_run(client: Client) -> None:
    run, approval_id = await waiting_run(client.agency)
    answer = await client.post("/api/approvals/deny", {"approval_id": approval_id})
    assert answer.json["status"] == "denied"
    assert (await client.agency.run(run.id)).state is RunState.CANCELLED
    assert (await client.get("/api/approvals")).json == []


async def test_a_session_of_the_api_is_opened_used_and_closed(client: Client) -> None:
    opened = await client.post("/api/sessions", {"project_id": "app", "profile": "other"})
    assert (opened.status, opened.json["chat_id"], opened.json["current_agent_id"]) == (201, 0, "other")
    path = opened.headers["Location"]
    await client.post("/api/runs", {"session_id": opened.json["session_id"], "prompt": "go"})
    await client.agency.work_off()
    detail = (await client.get(f"{path}/detail")).json
    assert [(each["role"], each["content"]) for each in detail["recent_messages"]] == [
        ("user", "go"),
        ("assistant", "done"),
    ]
    assert (await client.post(f"{path}/close")).json["status"] == "archived"
    await client.agency.send_all()
    assert client.agency.chat.said == []


async def test_projects_are_listed_and_an_unknown_one_opens_nothing(client: Client) -> None:
    assert [each["project_id"] for each in (await client.get("/api/projects")).json] == ["app"]
    assert (await client.post("/api/sessions", {"project_id": "nothing"})).status == 404
    assert (await client.post("/api/sessions", {"project_id": "app", "profile": "nobody"})).status == 404


async def test_an_incident_says_who_has_it_and_who_keeps_it_quiet_and_how_far_it_has_come(client: Client) -> None:
    async with client.agency.store.transaction() as records:
        changes = {
            "acked_by": 7,
            "acked_name": "anna",
            "level": 2,
            "silenced_by": "bo",
            "silenced_until": NOON,
            "recovered_at": NOON,
        }
        await records.incidents.add(make_incident(**changes))
    found = (await client.get("/api/incidents/I1")).json
    assert {name: found[name] for name in ("acked_by", "acked_name", "level", "silenced_by")} == {
        "acked_by": 7,
        "acked_name": "anna",
        "level": 2,
        "silenced_by": "bo",
    }
    assert found["silenced_until"] == found["recovered_at"] == "2026-03-01T12:00:00.000Z"


async def test_incidents_are_listed_and_shown(client: Client) -> None:
    async with client.agency.store.transaction() as records:
        await records.incidents.add(make_incident())
    (found,) = (await client.get("/api/incidents?status=firing")).json
    assert (found["incident_id"], found["status"], found["severity"]) == ("I1", "firing", "warning")
    assert (await client.get("/api/incidents/I1")).json == found
    assert (await client.get("/api/incidents/i1")).json == found
    assert (await client.get("/api/incidents")).json == [found]
    assert (await client.get("/api/incidents/I2")).status == 404


@pytest.mark.parametrize(
    "path", ["/api/runs/x", "/api/runs/x/events", "/api/runs/x/timeline", "/api/sessions/x", "/api/v1/jobs/x"]
)
async def test_what_does_not_exist_is_not_found(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status, answer.code) == (404, "not_found")
