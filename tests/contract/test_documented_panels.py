"""Holds all dashboards to having queries, and those of documents 1 and 4 to the documented panels."""

from dataclasses import dataclass
from typing import Any, Final

import pytest

from .bundle import SYSTEMS, dashboard, expressions, panels
from .documented import IDENTIFIER


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel that document 4 lists under its heading `Panels`.

    Attributes:
        words: what its title says, in any case and order.
        metrics: beginnings of the metrics that its queries read.
        mentions: label values that its queries or legends tell apart.
    """

    words: tuple[str, ...]
    metrics: tuple[str, ...]
    mentions: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The test's id."""
        return "-".join(self.words)


#: Document 4, lines 14-25. Messages and bytes of the stream may share a panel or have one each.
PIPELINE_PANELS: Final = (
    Panel(("kafka", "ingest rate"), ("kafka_",), ("argo.workflows.completions",)),
    Panel(("kafka", "consumer lag"), ("kafka_consumergroup_lag",), ("jangar-codex-completions",)),
    Panel(("nats", "publish rate"), ("jetstream_stream_last_seq",), ("agent-comms",)),
    Panel(("nats", "stream size"), ("jetstream_stream_total_messages",), ("agent-comms",)),
    Panel(("nats", "stream size"), ("jetstream_stream_total_bytes",), ("agent-comms",)),
    Panel(("nats", "consumer lag"), ("jetstream_consumer_num_pending",), ("jangar-agent-comms",)),
    Panel(("insert rate",), ("jangar_agent_comms_inserted_total",)),
    Panel(("ingest error",), ("jangar_agent_comms_ingest_errors_total",)),
    Panel(("sse", "connections"), ("jangar_sse_connections",)),
    Panel(("sse error rate",), ("jangar_sse_errors_total",)),
)
#: Document 4, the groups of that list.
PIPELINE_ROWS: Final = ("Kafka completions", "NATS agent comms", "Jangar ingest + SSE")
#: Document 1, Sample Grafana Dashboard, lines 79-83: title and the panel types that draw what it names.
RELIABILITY_PANELS: Final = {
    "Run outcomes": {"timeseries", "barchart"},
    "P95 latency": {"timeseries"},
    "Failure rate": {"gauge"},
    "Active sessions": {"stat"},
    "Pending approvals": {"stat"},
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_target_is_a_query(system: str) -> None:
    wrong = [
        (panel.get("title"), expression)
        for panel in panels(system)
        for expression in expressions(panel)
        if not (isinstance(expression, str) and expression.strip())
    ]
    assert not wrong, f"{system}: expected a non-empty string `expr` on every target, found {wrong}"


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_query_touches_an_identifier_label(system: str) -> None:
    found = [
        (panel.get("title"), match.group())
        for panel in panels(system)
        if (match := IDENTIFIER.search(str(expressions(panel))))
    ]
    assert not found, f"{system}: identifiers are no labels (document 2, Guardrails), found {found}"


def test_the_pipeline_dashboard_keeps_its_uid_and_title() -> None:
    found = dashboard("codex-pipeline")
    assert found["uid"] == "codex-pipeline-observability"
    assert found["title"] == "Codex Pipeline Observability"


@pytest.mark.parametrize("row", PIPELINE_ROWS)
def test_the_pipeline_dashboard_has_the_documented_groups(row: str) -> None:
    found = [str(panel.get("title")) for panel in panels("codex-pipeline") if panel.get("type") == "row"]
    assert row.casefold() in map(str.casefold, found), f"row {row!r}: expected, found {found}"


@pytest.mark.parametrize("wanted", PIPELINE_PANELS, ids=str)
def test_the_pipeline_dashboard_shows_what_the_document_lists(wanted: Panel) -> None:
    titled = [
        panel
        for panel in panels("codex-pipeline")
        if panel.get("type") != "row" and all(word in str(panel.get("title")).casefold() for word in wanted.words)
    ]
    found = [
        str(expressions(panel))
        for panel in titled
        if all(text in str(expressions(panel)) for text in (*wanted.metrics, *wanted.mentions))
    ]
    titles = [str(panel.get("title")) for panel in panels("codex-pipeline")]
    assert found, f"expected a panel titled {wanted.words} that reads {wanted.metrics}, found {titles}"


@pytest.mark.parametrize("stream", ["chat", "agent-events"])
def test_sse_connections_are_told_apart_by_stream(stream: str) -> None:
    found = [
        str(panel["targets"])
        for panel in panels("codex-pipeline")
        if "jangar_sse_connections" in str(expressions(panel))
    ]
    assert any(stream in text or "by (stream)" in text for text in found), f"{stream}: not shown in {found}"


@pytest.mark.parametrize("title", RELIABILITY_PANELS)
def test_the_bot_dashboard_draws_the_documented_panel(title: str) -> None:
    found = [panel["type"] for panel in panels("codex-bot") if panel.get("title") == title]
    expected = RELIABILITY_PANELS[title]
    assert len(found) == 1, f"panel {title!r}: expected once, found {len(found)} times"
    assert found[0] in expected, f"panel {title!r}: expected type {expected}, found {found[0]}"


def test_run_outcomes_are_stacked_bars() -> None:
    panel = bot_panel("Run outcomes")
    custom = panel["fieldConfig"]["defaults"].get("custom", {})
    stacking = panel.get("options", {}).get("stacking") or custom.get("stacking", {}).get("mode")
    assert panel["type"] == "barchart" or custom.get("drawStyle") == "bars", f"no bars: {custom}"
    assert stacking == "normal", f"Run outcomes: expected stacked bars, found stacking {stacking}"


def test_the_failure_rate_gauge_has_its_threshold_at_a_fifth() -> None:
    steps = bot_panel("Failure rate")["fieldConfig"]["defaults"]["thresholds"]["steps"]
    found = [step["value"] for step in steps]
    assert 0.2 in found, f"Failure rate: expected a threshold at 0.2, found {found}"


def bot_panel(title: str) -> dict[str, Any]:
    """The bot's panel of that title."""
    found = [panel for panel in panels("codex-bot") if panel.get("title") == title]
    assert len(found) == 1, f"panel {title!r}: expected once, found {len(found)} times"
    return found[0]
