"""Containment over HTTP: every call does something to this agent, or says that it has no meaning here."""

from pathlib import Path
from typing import Any

import pytest

from agent.adapters.http.agentos.unserved import unserved
from agent.domain.approval import ApprovalState
from agent.domain.audit import API
from agent.domain.containment import Autonomy, Containment
from tests.agent.adapters.http.stage import Client, waiting_run

V1 = "/api/v1/agents"
CASE = {"scenario_id": "s", "expected": "a", "observed": "a", "evidence_refs": ["e"], "latency_ms": 10}


async def levers(client: Client) -> Containment:
    async with client.agency.store.reading() as records:
        return await records.controls.containment()


async def audited(client: Client) -> list[tuple[int, str, str]]:
    async with client.agency.store.reading() as records:
        return [(each.actor, each.action, each.detail) for each in reversed(await records.audit.listing(100))]


async def patch(client: Client, path: str, body: Any) -> Any:  # noqa: ANN401
    return await client.call("PATCH", V1 + path, json=body)


async def test_the_denylist_is_replaced_and_decides(client: Client) -> None:
    answer = await client.call("PUT", f"{V1}/policies/overlay", json={"emergency_denylist": ["Bash", "Web"]})
    assert answer.json["emergency_denylist"] == ["Bash", "Web"]
    decision = (await client.post(f"{V1}/policies/decide", {"tool_id": "Bash"})).json
    assert (decision["action"], decision["code"]) == ("deny", "agentos.policy.emergency_denylist")
    await client.call("PUT", f"{V1}/policies/overlay", json={"emergency_denylist": ["Web"]})
    assert (await levers(client)).denied_tools == ("Web",)
    assert (await audited(client))[-1] == (API, "containment.allow", "Bash")
    assert (await client.post(f"{V1}/policies/decide", {"tool_id": "Bash"})).json["action"] == "allow"


async def test_the_overlay_can_be_written_back_as_it_was_read(client: Client) -> None:
    await client.call("PUT", f"{V1}/policies/overlay", json={"emergency_denylist": ["Bash"]})
    read = (await client.get(f"{V1}/policies/overlay?organization_id=local")).json
    assert (await client.call("PUT", f"{V1}/policies/overlay", json=read)).json == read


@pytest.mark.parametrize("field", ["allow_tools", "deny_tools", "require_approval_tools"])
async def test_lists_that_nobody_enforces_are_not_taken(client: Client, field: str) -> None:
    body = {"emergency_denylist": [], field: ["Bash"]}
    answer = await client.call("PUT", f"{V1}/policies/overlay", json=body)
    assert (answer.status, answer.json["error"]["field"]) == (422, field)


async def test_a_denied_tool_can_not_be_approved(client: Client) -> None:
    _, approval_id = await waiting_run(client.agency)
    await client.call("PUT", f"{V1}/policies/overlay", json={"emergency_denylist": ["Bash"]})
    answer = await client.post(f"{V1}/approvals/{approval_id}/approve")
    assert (answer.status, answer.json["error"]["message"]) == (409, "The tool Bash is on the denylist.")


async def test_the_levers_are_pulled_together(client: Client) -> None:
    answer = await patch(client, "/containment", {"halted": True, "fallback": True, "autonomy": "L1"})
    shown = {"halted": True, "fallback": True, "autonomy": "L1", "denied_tools": []}
    assert (answer.json, (await client.get(f"{V1}/containment")).json) == (shown, shown)
    await patch(client, "/containment", {"halted": False})
    assert await levers(client) == Containment(halted=False, fallback=True, autonomy=Autonomy.L1)
    assert (await patch(client, "/containment", {})).status == 422


async def test_recommend_only_denies_tools(client: Client) -> None:
    await patch(client, "/containment", {"autonomy": "L1"})
    decision = (await client.post(f"{V1}/policies/decide", {"tool_id": "Bash"})).json
    assert (decision["action"], decision["code"]) == ("deny", "agentos.policy.autonomy")


async def test_a_rollback_puts_new_runs_on_the_default_profile(client: Client) -> None:
    answer = await client.post(f"{V1}/deployments/other/rollback")
    assert answer.json == {
        "deployment_id": "other",
        "status": "rolled_back",
        "updated_at": "2026-03-01T12:00:00.000Z",
    }
    assert (await client.agency.ask(profile="other")).profile == "default"
    listed = (await client.get(f"{V1}/deployments?organization_id=local")).json
    assert [(each["id"], each["status"]) for each in listed] == [("default", "active"), ("other", "rolled_back")]
    assert (await client.post(f"{V1}/deployments/other/promote")).json["status"] == "active"
    assert (await client.get(f"{V1}/deployments/other")).json["status"] == "active"


async def test_the_default_profile_cannot_be_rolled_back(client: Client) -> None:
    assert (await client.post(f"{V1}/deployments/default/rollback")).status == 409
    assert (await client.post(f"{V1}/deployments/nobody/rollback")).status == 404
    assert await levers(client) == Containment()


async def test_a_disabled_trigger_refuses_prompts_over_http_only(client: Client) -> None:
    assert (await patch(client, "/triggers/api", {"is_enabled": False})).json["is_enabled"] is False
    refused = await client.post("/api/runs", {"session_id": "S1", "prompt": "go"})
    assert (refused.status, "disabled" in refused.json["error"]["message"]) == (409, True)
    assert (await client.agency.ask()).id
    await patch(client, "/triggers/api", {"is_enabled": True})
    assert (await client.post("/api/runs", {"session_id": "S1", "prompt": "go"})).status == 202
    assert [each["is_enabled"] for each in (await client.get(f"{V1}/triggers")).json] == [True]
    assert (await patch(client, "/triggers/cron", {"is_enabled": True})).status == 404


async def test_what_waits_too_long_is_escalated_once_and_still_waits(client: Client) -> None:
    _, approval_id = await waiting_run(client.agency)
    assert (await client.post(f"{V1}/approvals/escalate")).json == {"escalated_count": 0}
    client.agency.clock.advance(15 * 60)
    assert (await client.post(f"{V1}/approvals/escalate")).json == {"escalated_count": 1}
    assert (await client.post(f"{V1}/approvals/escalate")).json == {"escalated_count": 0}
    (shown,) = (await client.get(f"{V1}/approvals?status=escalated")).json
    assert (shown["id"], shown["action_tier"], shown["tool_id"]) == (approval_id, "low_risk_write", "Bash")
    assert b'drovi_agent_approval_backlog{organization_id="local"} 1.0' in (await client.get("/metrics")).body
    assert (await client.post(f"{V1}/approvals/{approval_id}/approve")).json["status"] == "approved"


async def test_approvals_are_filtered_and_paged(client: Client) -> None:
    run, first = await waiting_run(client.agency)
    await client.post(f"{V1}/approvals/{first}/deny", {"reason": "no"})
    _, second = await waiting_run(client.agency)
    assert [each["id"] for each in (await client.get(f"{V1}/approvals")).json] == [second, first]
    assert [each["id"] for each in (await client.get(f"{V1}/approvals?offset=1&limit=1")).json] == [first]
    for query, expected in ((f"run_id={run.id}", [first]), ("status=denied", [first]), ("status=pending", [second])):
        found = (await client.get(f"{V1}/approvals?{query}")).json
        assert [each["id"] for each in found] == expected, query
    assert (API, "approval.reason", "no") in await audited(client)


@pytest.mark.parametrize("word", ["cancel", "kill"])
async def test_a_run_is_ended(client: Client, word: str) -> None:
    run = await client.agency.ask()
    answer = await client.post(f"{V1}/runs/{run.id}/{word}", {"organization_id": "local", "reason": "containment"})
    assert answer.json == {
        "run_id": run.id,
        "status": "cancelled",
        "workflow_id": f"agent-run:{run.id}",
        "accepted": True,
    }
    shown = (await client.get(f"{V1}/runs/{run.id}")).json
    assert (shown["status"], shown["deployment_id"]) == ("cancelled", "default")
    assert (await client.get(f"{V1}/runs")).json == [shown]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/policies/overlay?organization_id=other", None),
        ("PUT", "/policies/overlay", {"organization_id": "other", "emergency_denylist": ["Bash"]}),
        ("POST", "/approvals/escalate?organization_id=other", None),
        ("GET", "/deployments?organization_id=other", None),
        ("POST", "/quality/regression-gates/evaluate", {"organization_id": "other"}),
    ],
)
async def test_another_organisation_is_refused(client: Client, method: str, path: str, body: Any) -> None:  # noqa: ANN401
    answer = await client.call(method, V1 + path, **({"json": body} if body else {}))
    assert (answer.status, answer.json["error"]["field"]) == (403, "organization_id")
    assert await levers(client) == Containment()


@pytest.mark.parametrize("path", ["/quality/evals/offline/run", "/quality/offline-evals/run"])
async def test_an_offline_evaluation_is_measured_and_kept(client: Client, path: str) -> None:
    cases = [CASE] * 4 + [{**CASE, "observed": "b", "policy_decision": "deny", "latency_ms": 5000}]
    body = {"suite_name": "nightly", "cases": cases, "deployment_id": "other"}
    answer = (await client.post(V1 + path, body)).json
    assert {each["metric_name"]: each["passed"] for each in answer["metrics"]} == {
        "offline.accuracy": True,
        "offline.evidence_coverage": True,
        "offline.policy_compliance": False,
        "offline.latency_p95_ms": False,
    }
    assert (answer["passed"], answer["case_count"], answer["deployment_id"]) == (False, 5, "other")
    (standing,) = (await client.get(f"{V1}/quality/trends")).json
    assert (standing["role_scope"], standing["drift_score"]) == ("other", 0.8)
    assert (
        b'drovi_agent_quality_drift_score{organization_id="local",role_scope="other"} 0.8'
        in (await client.get("/metrics")).body
    )


async def test_an_evaluation_that_is_not_to_be_kept_leaves_nothing(client: Client) -> None:
    body = {"suite_name": "try", "cases": [CASE], "persist_results": False, "thresholds": {"accuracy": 1}}
    assert (await client.post(f"{V1}/quality/evals/offline/run", body)).json["passed"] is True
    assert (await client.get(f"{V1}/quality/trends")).json == []


async def test_a_gate_that_blocks_stops_a_promotion_and_says_why(client: Client) -> None:
    gate = {
        "role_id": "other",
        "metric_name": "eval_pass_rate",
        "comparator": "min_value",
        "threshold": 0.9,
        "min_samples": 5,
    }
    assert (await client.post(f"{V1}/quality/gates", gate)).status == 201
    bad = [{**CASE, "observed": "b"}] * 5
    await client.post(f"{V1}/quality/offline-evals/run", {"suite_name": "n", "cases": bad, "deployment_id": "other"})
    await client.post(f"{V1}/deployments/other/rollback")
    judged = (await client.post(f"{V1}/quality/regression-gates/evaluate", {"persist_events": True})).json
    assert (judged["blocked"], judged["evaluations"][0]["verdict"]) == (True, "block")
    refused = await client.post(f"{V1}/deployments/other/promote")
    assert (refused.status, refused.code) == (409, "quality_regression_gate_blocked")
    assert refused.json["error"]["evaluations"] == judged["evaluations"]
    assert (await levers(client)).fallback
    assert (API, "quality.regression_gate.evaluated", "1 gates, blocked") in await audited(client)
    found = (await client.post(f"{V1}/quality/recommendations/generate", {})).json
    assert [(each["role_id"], each["recommendation_type"], each["priority"]) for each in found] == [
        ("other", "evaluation", "critical")
    ]


async def test_a_gate_about_the_same_replaces_the_first(client: Client) -> None:
    gate = {"metric_name": "eval_pass_rate", "comparator": "min_value", "threshold": 0.9}
    await client.post(f"{V1}/quality/regression-gates", gate)
    await client.post(f"{V1}/quality/regression-gates", {**gate, "threshold": 0.5, "is_enabled": False})
    (found,) = (await client.get(f"{V1}/quality/gates")).json
    assert (found["threshold"], found["is_enabled"], found["role_id"]) == (0.5, False, None)
    assert (await client.post(f"{V1}/quality/regression-gates/evaluate")).json["evaluations"] == []


async def test_feedback_is_about_runs_that_ended(client: Client) -> None:
    run = await client.agency.ask()
    body = {"run_id": run.id, "accepted": False, "score": 0.2}
    assert (await client.post(f"{V1}/quality/feedback", body)).status == 409
    await client.agency.work_off()
    answer = await client.post(f"{V1}/quality/feedback", body)
    assert (answer.status, answer.json["role_scope"]) == (201, "default")
    (standing,) = (await client.get(f"{V1}/quality/trends")).json
    assert {each["signal"]: (each["judged"], each["poor"]) for each in standing["signals"]} == {
        "feedback": (1, 1),
        "evaluation": (0, 0),
        "run": (1, 1),
    }


async def test_what_has_no_meaning_here_says_so_and_is_not_documented(client: Client, tmp_path: Path) -> None:
    documented = (await client.get("/openapi.json")).json["paths"]
    for route in unserved():
        answer = await client.call(route.method, route.path.replace("{id}", "x"))
        assert (answer.status, answer.code) == (501, "not_here"), route.path
        assert answer.json["error"]["message"] == route.summary
        assert route.method.lower() not in documented.get(route.path, {}), route.path


async def test_halting_keeps_high_risk_from_being_approved_over_http(client: Client) -> None:
    _, approval_id = await waiting_run(client.agency, scope="deploy")  # type: ignore[arg-type]
    await patch(client, "/containment", {"halted": True})
    assert (await client.post("/api/approvals/approve", {"approval_id": approval_id})).status == 409
    async with client.agency.store.reading() as records:
        asked = await records.approvals.get(approval_id)
    assert asked is not None
    assert asked.state is ApprovalState.PENDING
