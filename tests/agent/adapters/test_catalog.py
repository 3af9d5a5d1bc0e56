"""The catalogue that the bundle renders, and everything that may be wrong with it."""

import json
from pathlib import Path

import pytest

from agent.adapters.catalog import catalogue_of, read_catalogue
from agent.adapters.telegram.render.runbooks import procedure, runbook
from agent.domain.catalog import Catalogue, Known, Procedure, calls_among
from agent.domain.chart import Curve, Measure, Threshold
from agent.domain.incident import IncidentSeverity
from tests.agent.makers import make_incident

RENDERED = Path(__file__).parents[3] / "monitoring" / "runbooks" / "catalog.json"


@pytest.fixture(scope="module")
def rendered() -> Catalogue:
    return catalogue_of(json.loads(RENDERED.read_text(encoding="utf-8")))


def test_the_rendered_catalogue_knows_every_alert_with_its_steps(rendered: Catalogue) -> None:
    high = rendered.about("HighRunFailureRate")

    assert (high.system, high.severity, high.sev, high.threshold) == ("codex-bot", "warning", "SEV-2", "above 20 %")
    assert high.steps[0].run.startswith("curl")
    assert high.runbook_url.endswith("/HighRunFailureRate.md")
    assert all(each.steps for each in rendered.alerts.values())
    assert "TocsinWatchdog" in rendered.watchdogs


def test_the_catalogue_says_what_the_routes_group_by(rendered: Catalogue) -> None:
    assert rendered.group_by == ("alertname", "system")
    assert catalogue_of({"version": 1, "alerts": {}}).group_by == ()


CONTAINMENT = {
    ("POST", "/api/v1/agents/deployments/{id}/rollback"),
    ("PATCH", "/api/v1/agents/triggers/{id}"),
    ("PUT", "/api/v1/agents/policies/overlay"),
    ("POST", "/api/v1/agents/quality/regression-gates/evaluate"),
    ("POST", "/api/v1/agents/quality/evals/offline/run"),
    ("PATCH", "/api/v1/agents/containment"),
}
"""Rollback, trigger off, emergency denylist, regression gate, offline evaluation; and the agent's own levers."""


def calls_of(catalogue: Catalogue, alert: str) -> set[tuple[str, str]]:
    known = catalogue.about(alert)
    steps = [*known.steps, *(step for each in catalogue.seen_from(known) for step in each.steps)]
    return {(step.call.method, step.call.path) for step in steps if step.call is not None}


def test_every_containment_call_of_the_agentos_runbook_is_reached_from_its_alerts(rendered: Catalogue) -> None:
    own = [name for name, each in rendered.alerts.items() if each.system == "agentos"]
    reached = {name: calls_of(rendered, name) for name in own}

    assert set().union(*reached.values()) >= CONTAINMENT
    assert reached["DroviAgentQualityDriftHigh"] >= CONTAINMENT - {("PATCH", "/api/v1/agents/triggers/{id}")}
    runtime = {("POST", "/api/v1/agents/deployments/{id}/rollback"), ("PATCH", "/api/v1/agents/triggers/{id}")}
    for name in ("DroviAgentRunSuccessRateLow", "DroviAgentRunLatencyP95High", "AgentosAgentRunSuccessBudgetBurn"):
        assert reached[name] >= runtime
    for name in own:
        assert not name.startswith("DroviAgentRun") or ("PUT", "/api/v1/agents/policies/overlay") in reached[name]


def test_everything_that_a_rendered_call_leaves_open_is_explained(rendered: Catalogue) -> None:
    runbooks: list[Known | Procedure] = [*rendered.alerts.values(), *rendered.procedures.values()]
    calls = [step.call for each in runbooks for step in each.steps if step.call is not None]
    unexplained = {(call.path, slot) for call in calls for slot in call.slots if not call.values.get(slot)}

    assert len(calls) >= 30
    assert unexplained == set()


def test_every_procedure_of_the_bundle_is_there_and_every_alert_leads_to_some_that_are(rendered: Catalogue) -> None:
    raw = json.loads(RENDERED.read_text(encoding="utf-8"))["procedures"]
    found = {name: [step.text for step in each.steps] for name, each in rendered.procedures.items()}

    assert found == {
        name: [step["text"] for section in each["sections"] for step in section["steps"]] for name, each in raw.items()
    }
    assert len({each.mark for each in rendered.procedures.values()}) == len(raw)
    seen = [name for each in rendered.alerts.values() for name in each.see]
    assert seen
    assert set(seen) <= set(found)


def test_every_step_of_the_bundle_fits_into_its_message_and_every_call_has_a_button(rendered: Catalogue) -> None:
    incident = make_incident(id="ABCDEFGH")
    for known in rendered.alerts.values():
        words = runbook(known, rendered.seen_from(known), incident, incident.id)
        assert "… and" not in words.text, known.name
        assert len(words.buttons) == len(calls_among(known.steps)) + len(known.see)
    for each in rendered.procedures.values():
        words = procedure(each, incident.id, incident)
        assert "… and" not in words.text, each.name
        assert len(words.buttons) == len(calls_among(each.steps)) + 1


def test_a_procedure_is_found_in_any_case_and_by_its_mark(rendered: Catalogue) -> None:
    found = rendered.procedures["emergency-denylist"]

    assert rendered.procedure("Emergency-Denylist") is rendered.procedure(found.mark) is found
    assert rendered.procedure("nothing") is None
    assert rendered.alert("highrunfailurerate") is rendered.about("HighRunFailureRate")


def test_alerts_on_objectives_are_those_that_recovery_waits_for(rendered: Catalogue) -> None:
    waited_for = {name for name, each in rendered.alerts.items() if each.on_objective}

    assert {
        "DroviAgentRunSuccessRateLow",
        "DroviAgentApprovalBacklogHigh",
        "AgentosAgentRunSuccessBudgetBurn",
    } <= waited_for
    assert "SessionLongIdle" not in waited_for


def test_labels_that_the_bundle_routes_by_are_told_from_those_that_say_something(rendered: Catalogue) -> None:
    assert rendered.about("HighRunFailureRate").routing == {"family"}
    assert rendered.about("CodexBotRunSuccessBudgetBurn").routing == {"slo", "window"}
    assert rendered.about("OpenAgentsRuntimeHttp5xxRateHigh").routing == frozenset()
    assert rendered.about("Stranger").routing == frozenset()


def test_the_sev_follows_the_severity(rendered: Catalogue) -> None:
    assert rendered.sev_of("HighRunFailureRate", IncidentSeverity.WARNING) == "SEV-2"
    assert rendered.sev_of("HighRunFailureRate", IncidentSeverity.CRITICAL) == "SEV-1"
    assert rendered.sev_of("Unknown", IncidentSeverity.INFO) == "SEV-3"
    assert Catalogue().sev_of("Unknown", IncidentSeverity.INFO) == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": 2, "alerts": {}}',
        '{"version": 1, "alerts": []}',
        '{"version": 1, "alerts": {"A": 7}}',
        '{"version": 1, "alerts": {"A": {"steps": [7]}}}',
        '{"version": 1, "alerts": {}, "procedures": {"p": 7}}',
        '{"version": 1, "alerts": {}, "procedures": {"p": {"sections": [{"steps": [7]}]}}}',
        '{"version": 1, "alerts": {"A": {"steps": [{"run": "x"}]}}}',
        '{"version": 1, "alerts": {"A": {"steps": [{"text": "x", "action": {"method": "POST", "path": "//evil/x"}}]}}}',
        '{"version": 1, "alerts": {"A": {"steps": [{"text": "x", "action": {"method": "RUN", "path": "/x"}}]}}}',
        '{"version":1, "alerts": {"A": {"steps": [{"text":"", "action": {"method":"GET", "path":"/", "body": 1}}]}}}',
    ],
)
def test_a_catalogue_that_cannot_be_used_is_an_empty_one_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    (tmp_path / "catalog.json").write_text(text)

    assert read_catalogue(tmp_path / "catalog.json") == Catalogue()
    assert "catalogue.unusable" in caplog.text


def test_a_catalogue_that_is_not_there_or_not_named_is_an_empty_one_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert read_catalogue(tmp_path / "none.json") == Catalogue()
    assert read_catalogue(None) == Catalogue()
    assert {"catalogue.unusable", "catalogue.missing"} <= {record.message for record in caplog.records}


def test_texts_alone_are_steps_and_unknown_fields_are_fine() -> None:
    found = catalogue_of({"version": 1, "new": 1, "alerts": {"A": {"steps": ["look"], "other": {}}}})

    assert found.about("A").steps[0].text == "look"
    assert found.about("B").steps == ()


def test_an_alert_is_measured_beside_its_threshold(rendered: Catalogue) -> None:
    measure = rendered.about("HighRunFailureRate").measure({})

    assert measure == Measure(
        (Curve("max(codex_bot_run_failure_rate)"),), "ratio", Threshold(0.2, "above 20 %", is_above=True)
    )


def test_an_objective_is_measured_in_the_window_that_burns(rendered: Catalogue) -> None:
    measure = rendered.about("CodexBotRunSuccessBudgetBurn").measure({"window": "8h"})

    assert measure == Measure(
        (
            Curve('slo:sli_error:ratio_rate8h{slo="codex-bot-run-success"}', "over 8h"),
            Curve('slo:sli_error:ratio_rate40m{slo="codex-bot-run-success"}', "over 40m"),
        ),
        "ratio",
        Threshold(0.9, "above 90 %", is_above=True),
    )


def test_an_alert_whose_labels_name_no_window_is_measured_in_the_first(rendered: Catalogue) -> None:
    known = rendered.about("CodexBotRunSuccessBudgetBurn")

    assert known.measure({"window": "unheard of"}) == known.measure({"window": "3h"})


def test_everything_can_be_drawn_but_what_always_holds(rendered: Catalogue) -> None:
    undrawn = {name for name, known in rendered.alerts.items() if known.measure({}) is None}

    assert undrawn == {name for name, known in rendered.alerts.items() if known.always_fires}


def test_a_catalogue_of_an_older_bundle_draws_what_it_knows_of() -> None:
    raw = {"condition": {"kind": "value", "measured": "max(x)"}}
    burn = {"objective": "o", "condition": {"kind": "burn", "measured": "left"}}
    windows = {"windows": [{"long": "1h", "short": "5m", "above": {"value": 1}}]}
    found = catalogue_of({"version": 1, "alerts": {"A": raw, "B": burn, "C": {}}, "objectives": {"o": windows}})

    assert found.about("A").measure({}) == Measure((Curve("max(x)"),))
    assert found.about("B").measure({"window": "1h"}) == Measure((Curve("left"),))
    assert found.about("C").measure({}) is None
