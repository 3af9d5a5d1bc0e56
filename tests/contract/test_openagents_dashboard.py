"""Holds the runtime's dashboard and rules to the contract that the system's own tests assert over its assets.

Published: `apps/runtime/test/openagents_runtime/ops/monitoring_assets_test.exs` of OpenAgentsInc/openagents
at 9cd4408090: fourteen panel titles, every target a non-empty string `expr`, every rule has a `runbook`.
"""

from typing import Final

import pytest

from .bundle import dashboard, expressions, panels, rule_file, rules_in

SYSTEM: Final = "openagents-runtime"
TITLES: Final = (
    "Executor p95 Run Duration (ms)",
    "Runtime 5xx Rate",
    "Stream Completion Ratio ([DONE]/session)",
    "Lease Steal Rate",
    "Tool Terminal Failures",
    "Provider Circuit Breaker Open",
    "Spend/Policy Denial Ratio",
    "Khala Projection Writes/s",
    "Khala Projection Lag p95 (events)",
    "Khala Projection Write Failure Ratio",
    "Khala Projection Drift Incidents (10m)",
    "Khala Projection Replay Errors (15m)",
    "Khala Token Mint Failure Ratio",
    "Khala Projection Hash Mismatch Incidents (10m)",
)
#: Document 2, Parity failure class spikes.
PARITY_METRIC: Final = "openagents_runtime_parity_failure_count"


def test_the_dashboard_keeps_its_uid() -> None:
    found = dashboard(SYSTEM)["uid"]
    assert found == "runtime-ops", f"dashboard uid: expected runtime-ops, found {found}"


@pytest.mark.parametrize("title", TITLES)
def test_a_required_panel_is_there_once_and_queries_something(title: str) -> None:
    found = [panel for panel in panels(SYSTEM) if panel.get("title") == title]
    titles = sorted(str(panel.get("title")) for panel in panels(SYSTEM))
    assert len(found) == 1, f"panel {title!r}: expected once, found {len(found)} times among {titles}"
    assert expressions(found[0]), f"panel {title!r}: expected a target, found none"


def test_a_panel_shows_parity_failures() -> None:
    found = [panel for panel in panels(SYSTEM) if PARITY_METRIC in str(expressions(panel))]
    assert found, f"expected a panel that reads {PARITY_METRIC}, found none"


def test_every_rule_names_its_runbook() -> None:
    missing = [rule.alert for rule in rules_in(rule_file(SYSTEM)) if not rule.annotations.get("runbook")]
    assert not missing, f"expected a `runbook` annotation, found none on {missing}"
