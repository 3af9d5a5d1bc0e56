"""What holds for every rendered dashboard, panel by panel."""

# ruff: noqa: PLC0415  # the SDK warns on import, unless the renderer has imported it before

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import promql_parser
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.domain import names
from generator.domain.alert import Alert
from generator.domain.dashboard import Query
from generator.domain.duration import Duration
from generator.domain.groups import alert_group, objective_groups
from generator.domain.objective import Objective
from generator.domain.quantity import Unit
from generator.domain.rule import AlertingRule, RecordingRule
from generator.domain.service import Service, System
from generator.renderers.grafana import render
from generator.renderers.grafana.encoded import encoded
from generator.renderers.grafana.layout import COLUMNS, Tile, lines
from generator.renderers.grafana.units import span, unit_of
from generator.spec.load import load

ROOT = Path(__file__).resolve().parents[3]
DASHBOARDS = ("codex-bot", "openagents-runtime", "televibe", "codex-pipeline", "agentos", "overview")
TITLES = (
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
"""Panels that the OpenAgents runtime's own tests require; copied from its document, not from slo.yaml."""

VARIABLE = {"type": "prometheus", "uid": "${datasource}"}

Json = dict[str, Any]

_RECORDED = re.compile(r'"expr": "(slo:[a-z0-9_:]+)\{slo=\\"([a-z0-9-]+)\\"\}"')


@cache
def service() -> Service:
    """The real spec."""
    return load(ROOT / "slo.yaml")


@cache
def files() -> Mapping[str, str]:
    """Everything rendered from it, by path."""
    return {str(artifact.path): artifact.text for artifact in render(service())}


@cache
def dashboard(name: str) -> Json:
    found: Json = json.loads(files()[names.dashboard_file(name)])
    return found


def panels(name: str) -> list[Json]:
    """All panels but the rows."""
    return [panel for panel in dashboard(name)["panels"] if panel["type"] != "row"]


def expressions(name: str) -> Iterator[str]:
    """Every expression of a dashboard, annotations included."""
    yield from (target["expr"] for panel in panels(name) for target in panel["targets"])
    yield from (annotation["expr"] for annotation in dashboard(name)["annotations"]["list"])


def colours(panel: Json) -> dict[float | None, str]:
    """The colour from each threshold on."""
    return {step["value"]: step["color"] for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]}


def titled(name: str, title: str) -> Json:
    found = [panel for panel in panels(name) if panel["title"] == title]
    assert len(found) == 1, f"{title!r} in {name}: expected once, found {len(found)} times"
    return found[0]


def colour_at(panel: Json, value: float) -> str:
    """The colour that Grafana gives a value: that of the last step it reaches."""
    return [colour for limit, colour in colours(panel).items() if limit is None or value >= limit][-1]


def without_placement(node: Json) -> Json:
    """What the SDK reads without the menu that it puts everything into."""
    return {key: value for key, value in node.items() if (key, value) != ("placement", "inControlsMenu")}


@dataclass(frozen=True, slots=True)
class Place:
    """A panel's rectangle on the grid."""

    x: int
    y: int
    w: int
    h: int

    def overlaps(self, other: "Place") -> bool:
        beside = self.x + self.w <= other.x or other.x + other.w <= self.x
        return not beside and self.y < other.y + other.h and other.y < self.y + self.h


def places(name: str) -> list[Place]:
    return [Place(**panel["gridPos"]) for panel in dashboard(name)["panels"]]


def test_there_is_one_file_per_dashboard_and_two_for_provisioning() -> None:
    provisioned = {"dashboards/tocsin.yaml", "datasources/prometheus.yaml"}
    expected = {names.dashboard_file(name) for name in DASHBOARDS} | {f"{names.PROVISIONING}/{p}" for p in provisioned}
    assert set(files()) == expected


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_panel_says_what_it_shows_in_which_unit_and_where_trouble_starts(name: str) -> None:
    for panel in panels(name):
        defaults = panel["fieldConfig"]["defaults"]
        assert panel["title"], panel
        assert len(panel["description"]) > len(panel["title"]), panel["title"]
        assert defaults["unit"], panel["title"]
        assert len(defaults["thresholds"]["steps"]) > 1, panel["title"]


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_panel_and_query_goes_through_the_data_source_variable(name: str) -> None:
    for panel in panels(name):
        assert panel["datasource"] == VARIABLE, panel["title"]
        assert panel["targets"], panel["title"]
        assert all(target["datasource"] == VARIABLE and target["expr"].strip() for target in panel["targets"])
    assert all(annotation["datasource"] == VARIABLE for annotation in dashboard(name)["annotations"]["list"])


@pytest.mark.parametrize("name", DASHBOARDS)
def test_the_data_source_variable_is_the_one_that_linters_and_people_expect(name: str) -> None:
    found = [v for v in dashboard(name)["templating"]["list"] if v["type"] == "datasource"]
    assert [(v["name"], v["query"], v["label"]) for v in found] == [("datasource", "prometheus", "Data source")]
    assert found[0]["current"]["value"] == service().settings.datasource


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_chart_draws_its_threshold_as_a_line(name: str) -> None:
    charts = [panel for panel in panels(name) if panel["type"] == "timeseries"]
    assert charts
    for panel in charts:
        assert panel["fieldConfig"]["defaults"]["custom"]["thresholdsStyle"]["mode"] == "line", panel["title"]


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_panel_leads_on(name: str) -> None:
    assert [panel["title"] for panel in panels(name) if not panel["links"]] == []


@pytest.mark.parametrize("name", DASHBOARDS)
def test_no_two_panels_share_an_id(name: str) -> None:
    ids = [panel["id"] for panel in dashboard(name)["panels"]]
    assert len(ids) == len(set(ids))


def test_no_two_dashboards_share_a_uid_or_a_title() -> None:
    assert len({dashboard(name)["uid"] for name in DASHBOARDS}) == len(DASHBOARDS)
    assert len({dashboard(name)["title"] for name in DASHBOARDS}) == len(DASHBOARDS)


@pytest.mark.parametrize("system", service().systems, ids=lambda system: system.name)
def test_a_system_keeps_its_uid_rows_panels_and_ids(system: System) -> None:
    found = dashboard(system.dashboard.file)
    ours = [panel for panel in found["panels"] if panel["id"] in {panel.id for panel in system.dashboard.panels}]
    rows = [panel["title"] for panel in found["panels"] if panel["type"] == "row" and panel["title"] != "Error budgets"]
    assert found["uid"] == system.dashboard.uid
    assert [(panel["id"], panel["title"]) for panel in ours] == [(p.id, p.title) for p in system.dashboard.panels]
    assert rows == [row.title for row in system.dashboard.rows]


@pytest.mark.parametrize("system", service().systems, ids=lambda system: system.name)
def test_a_system_draws_exactly_its_expressions(system: System) -> None:
    for panel in system.dashboard.panels:
        found = titled(system.dashboard.file, panel.title)["targets"]
        assert [t["expr"] for t in found] == [query.expression for query in panel.queries]


@pytest.mark.parametrize("title", TITLES)
def test_the_runtime_dashboard_has_the_required_panel(title: str) -> None:
    assert titled("openagents-runtime", title)["targets"]


@pytest.mark.parametrize("alert", [alert for alert in service().alerts if alert.panel], ids=lambda alert: alert.name)
def test_the_link_of_an_alert_opens_its_panel_and_the_panel_leads_to_its_runbook(alert: Alert) -> None:
    system = service().system(alert.system)
    rules = (rule for rule in alert_group(service(), system).rules if isinstance(rule, AlertingRule))
    url = next(rule.annotations["dashboard_url"] for rule in rules if rule.alert == alert.name)
    panel = titled(system.dashboard.file, alert.panel)
    assert parse_qs(urlsplit(url).query)["viewPanel"] == [str(panel["id"])]
    assert service().runbook_url(alert.name) in [link["url"] for link in panel["links"]]


@pytest.mark.parametrize("name", DASHBOARDS)
def test_nothing_overlaps_on_the_grid(name: str) -> None:
    assert not [pair for pair in combinations(places(name), 2) if pair[0].overlaps(pair[1])]


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_line_of_the_grid_is_full(name: str) -> None:
    tops = {place.y for place in places(name)}
    assert {sum(place.w for place in places(name) if place.y == top) for top in tops} == {COLUMNS}


@pytest.mark.parametrize("name", DASHBOARDS)
def test_panels_stand_in_reading_order_below_an_open_row(name: str) -> None:
    assert all(one.y < other.y or one.x < other.x for one, other in pairwise(places(name)))
    assert dashboard(name)["panels"][0]["type"] == "row"
    assert not any(panel["collapsed"] for panel in dashboard(name)["panels"] if panel["type"] == "row")


@given(st.lists(st.integers(min_value=1, max_value=COLUMNS)))
def test_any_tiles_are_laid_in_order_on_lines_that_hold_them(widths: list[int]) -> None:
    tiles = [Tile(None, width, 1) for width in widths]  # type: ignore[arg-type]  # lines look at widths only
    laid = list(lines(tiles))
    assert [tile for line in laid for tile in line] == tiles
    assert all(line and sum(tile.width for tile in line) <= COLUMNS for line in laid)


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_expression_is_promql(name: str) -> None:
    for expression in expressions(name):
        promql_parser.parse(expression)


@pytest.mark.parametrize("scale", [1, 60])
def test_every_recorded_series_that_is_drawn_is_recorded(scale: int) -> None:
    scaled = service().scaled(scale)
    groups = (group for system in scaled.systems for group in objective_groups(scaled, system))
    rules = (rule for group in groups for rule in group.rules)
    recorded = {(rule.record, rule.labels["slo"]) for rule in rules if isinstance(rule, RecordingRule)}
    drawn = {
        (word.group(1), word.group(2)) for artifact in render(scaled) for word in _RECORDED.finditer(artifact.text)
    }
    assert drawn
    assert drawn - recorded == set()


def test_the_interval_variable_of_grafana_reaches_grafana() -> None:
    system = service().systems[0]
    row = system.dashboard.rows[0]
    query = Query("sum(rate(codex_bot_runs_total[$__rate_interval]))", "runs/s")
    panel = replace(row.panels[0], queries=(query,))
    changed = replace(system, dashboard=replace(system.dashboard, rows=(replace(row, panels=(panel,)),)))
    assert query.expression in next(iter(render(replace(service(), systems=(changed,))))).text


@pytest.mark.parametrize("name", DASHBOARDS)
def test_the_file_is_what_the_sdk_reads_and_writes(name: str) -> None:
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.cog.plugins import register_default_plugins
    from grafana_foundation_sdk.models.dashboard import Dashboard

    register_default_plugins()
    text = json.dumps(Dashboard.from_json(dashboard(name)), cls=JSONEncoder)
    assert json.loads(text, object_hook=without_placement) == dashboard(name)


@pytest.mark.parametrize("name", DASHBOARDS)
def test_no_link_is_hidden_in_a_menu(name: str) -> None:
    assert "inControlsMenu" not in files()[names.dashboard_file(name)]


@pytest.mark.parametrize("name", DASHBOARDS)
def test_our_encoder_writes_what_the_standard_one_would(name: str) -> None:
    standard = json.dumps(dashboard(name), indent=2, sort_keys=True, ensure_ascii=False)
    assert files()[names.dashboard_file(name)] == standard + "\n"
    assert encoded(dashboard(name)) == standard


def test_two_processes_render_the_same_bytes() -> None:
    program = (
        "from pathlib import Path; from hashlib import sha256;"
        "from generator.spec.load import load; from generator.renderers.grafana import render;"
        "print(sha256(''.join(a.text for a in render(load(Path('slo.yaml')))).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_belongs_to_no_single_grafana(name: str) -> None:
    found = dashboard(name)
    assert found.get("id") is None
    assert "version" not in found
    assert found["schemaVersion"] in {41, 42}


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_is_live_shared_and_not_to_be_edited(name: str) -> None:
    found = dashboard(name)
    assert (found["editable"], found["graphTooltip"], found["refresh"]) == (False, 1, "30s")
    assert found["time"] == {"from": "now-6h", "to": "now"}
    assert found["tags"][0] == "tocsin"


@pytest.mark.parametrize("system", service().systems, ids=lambda system: system.name)
def test_a_system_marks_the_times_in_which_its_alerts_fired(system: System) -> None:
    found = dashboard(system.dashboard.file)["annotations"]["list"][0]
    assert f'alertstate="firing",system="{system.name}"' in found["expr"]
    assert found["enable"]


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_watchdog_is_no_news(name: str) -> None:
    counting = [e for e in expressions(name) if "ALERTS{" in e and "$slo" not in e and "clamp_max" not in e]
    assert counting
    assert all('alertname!="TocsinWatchdog"' in expression for expression in counting)


@pytest.mark.parametrize("objective", tuple(service().objectives), ids=lambda objective: objective.id)
def test_the_link_of_a_burn_alert_chooses_an_objective_that_the_dashboard_offers(objective: Objective) -> None:
    system = service().system(objective.system)
    rules = (rule for group in objective_groups(service(), system) for rule in group.rules)
    burns = next(r for r in rules if isinstance(r, AlertingRule) and r.alert == objective.alert_name)
    chosen = parse_qs(urlsplit(burns.annotations["dashboard_url"]).query)["var-slo"]
    variables = dashboard(system.dashboard.file)["templating"]["list"]
    offered = [option["value"] for v in variables if v["name"] == "slo" for option in v["options"]]
    assert chosen == [objective.id]
    assert objective.id in offered


@pytest.mark.parametrize("objective", tuple(service().objectives), ids=lambda objective: objective.id)
def test_an_objective_shows_its_budget_and_every_line_that_an_alert_starts_at(objective: Objective) -> None:
    file = service().system(objective.system).dashboard.file
    budget = titled(file, objective.title)
    burn = titled(file, f"{objective.title}: burn rate")
    assert [colour_at(budget, value) for value in (-0.1, 0.1, 0.25, 1)] == ["red", "orange", "green", "green"]
    assert {float(window.factor) for window in objective.windows} == set(colours(burn)) - {None}
    assert objective.description in burn["description"]
    assert len(burn["targets"]) == len({window.long for window in objective.windows})


def test_error_budgets_come_first() -> None:
    firsts = {name: dashboard(name)["panels"][0]["title"] for name in DASHBOARDS[:-1]}
    assert set(firsts.values()) == {"Error budgets"}


def test_a_number_is_not_red_at_zero_where_only_more_than_zero_is_trouble() -> None:
    panel = titled("agentos", "Organisations over their backlog")
    assert (colour_at(panel, 0), colour_at(panel, 1)) == ("green", "red")


def test_too_little_is_red_below_the_threshold_and_green_on_it() -> None:
    panel = titled("openagents-runtime", "Stream Completion Ratio ([DONE]/session)")
    assert (colour_at(panel, 0.94), colour_at(panel, 0.95)) == ("red", "green")


def test_two_alerts_on_one_panel_colour_it_by_severity() -> None:
    assert colours(titled("codex-bot", "Failure rate")) == {None: "green", 0.2: "orange", 0.5: "red"}


def test_states_have_names_and_colours() -> None:
    mapping = titled("televibe", "Circuit breaker state")["fieldConfig"]["defaults"]["mappings"][0]["options"]
    shown = {value: (result["text"], result["color"]) for value, result in mapping.items()}
    assert shown == {"1": ("closed", "green"), "0.5": ("half open", "orange"), "0": ("open", "red")}


@pytest.mark.parametrize(
    ("unit", "limit", "expected"),
    [
        ("ratio", None, "percentunit"),
        ("seconds", None, "s"),
        ("milliseconds", None, "ms"),
        ("timestamp", None, "dateTimeFromNow"),
        ("events", None, "short"),
        ("writes/s", None, "wps"),
        ("requests/s", None, "reqps"),
        ("events/s", None, "ops"),
        ("bytes", Fraction(5 * 10**9), "decbytes"),
        ("bytes", Fraction(8 * 2**30), "bytes"),
    ],
)
def test_a_unit_has_an_id_that_grafana_knows(unit: str, limit: Fraction | None, expected: str) -> None:
    from grafana_foundation_sdk.models import units

    assert unit_of(Unit.parse(unit), limit) == expected
    assert expected in vars(units).values()


@pytest.mark.parametrize(
    ("length", "expected"), [("30d", "30d"), ("1h30m", "90m"), ("11h12m", "672m"), ("500ms", "500ms")]
)
def test_a_length_of_time_is_written_in_one_unit(length: str, expected: str) -> None:
    assert span(Duration.parse(length)) == expected


def test_the_overview_leads_to_every_dashboard() -> None:
    urls = [link["url"] for panel in panels("overview") for link in panel["links"]]
    for system in service().systems:
        assert any(url.startswith(f"/d/{system.dashboard.uid}?") for url in urls), system.name


def test_the_overview_shows_the_budget_of_every_system_that_promises_something() -> None:
    shown = [target["expr"] for target in titled("overview", "Error budget left")["targets"]]
    promising = [system.name for system in service().systems if system.objectives]
    assert shown == [f'{names.BUDGET_LEFT}{{system="{name}"}}' for name in promising]


def test_the_overview_is_red_when_the_watchdog_is_silent() -> None:
    panel = titled("overview", "Rules are evaluated")
    assert (colour_at(panel, 0), colour_at(panel, 1)) == ("red", "green")
    assert panel["targets"][0]["expr"].endswith("or vector(0)")


def test_grafana_is_told_where_prometheus_and_the_dashboards_are() -> None:
    source = yaml.safe_load(files()[f"{names.PROVISIONING}/datasources/prometheus.yaml"])["datasources"][0]
    provider = yaml.safe_load(files()[f"{names.PROVISIONING}/dashboards/tocsin.yaml"])["providers"][0]
    assert (source["uid"], source["url"], source["jsonData"]["timeInterval"]) == ("prom", "${PROMETHEUS_URL}", "30s")
    assert (provider["allowUiUpdates"], provider["options"]["path"]) == (False, "/var/lib/grafana/dashboards/tocsin")
