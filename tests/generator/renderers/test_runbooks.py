"""Holds the runbook pages and the catalogue to the spec that they are rendered from."""

import json
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any

import pytest

from generator.artifact import HEADER
from generator.domain.alert import Alert
from generator.domain.catalog import catalog
from generator.domain.conditions import Level
from generator.domain.conditions.value import Value
from generator.domain.duration import Duration
from generator.domain.groups import alert_group, objective_groups
from generator.domain.metric import Metric
from generator.domain.objective import Objective
from generator.domain.procedure import Action, Step
from generator.domain.quantity import Unit
from generator.domain.rule import AlertingRule
from generator.domain.service import Service
from generator.domain.severity import Severity
from generator.renderers.runbooks import render
from generator.renderers.runbooks.markdown import cell, code, fence, prose
from generator.renderers.runbooks.steps import numbered, remarks
from generator.spec.load import load

SPEC = Path(__file__).parents[3] / "slo.yaml"
RUNBOOKS = PurePosixPath("monitoring/runbooks")
SECTIONS = ["Meaning", "Impact", "First look", "Steps", "Silence", "When it clears", "See also"]

FENCED = re.compile(r"^( *)(`{3,})(\w*)\n(.*?)^\1\2$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
MATCHER = re.compile(r'\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|=|!=|!~)\s*("(?:[^"\\]|\\.)*"|[^"{}\s,]+)\s*')
"""A label matcher as amtool reads it: https://github.com/prometheus/alertmanager (matchers/compat)."""

Pages = Mapping[PurePosixPath, str]


@pytest.fixture(scope="module")
def service() -> Service:
    return load(SPEC)


@pytest.fixture(scope="module")
def pages(service: Service) -> Pages:
    return {artifact.path: artifact.text for artifact in render(service)}


def test_every_page_says_that_it_is_rendered(pages: Pages) -> None:
    silent = [path for path, text in pages.items() if HEADER not in text[:200]]

    assert not silent


def test_every_alerts_page_has_all_sections_in_order(service: Service, pages: Pages) -> None:
    alerts = [alert.name for alert in service.alerts]
    burning = [objective.alert_name for objective in service.objectives]

    wrong = {name: found for name in alerts + burning if (found := sections(page(pages, name))) != SECTIONS}

    assert not wrong


def test_a_page_is_titled_like_its_alert(service: Service, pages: Pages) -> None:
    assert all(f"\n# {alert.name}\n" in page(pages, alert.name) for alert in service.alerts)


def test_every_step_of_an_alert_stands_on_its_page_in_order(service: Service, pages: Pages) -> None:
    for alert in service.alerts:
        shown = page(pages, alert.name)
        places = [shown.index(f"\n{number}. {prose(step.text)}") for number, step in enumerate(alert.steps, start=1)]
        assert places == sorted(places)


def test_every_step_of_a_procedure_stands_on_its_page(service: Service, pages: Pages) -> None:
    for procedure in service.procedures:
        shown = pages[RUNBOOKS / "procedures" / f"{procedure.name}.md"]
        lost = [step.text for part in procedure.sections for step in part.steps if prose(step.text) not in shown]
        assert not lost


def test_every_command_can_be_copied_as_the_spec_has_it(service: Service, pages: Pages) -> None:
    for alert in service.alerts:
        commands = blocks(page(pages, alert.name), "sh")
        lost = [step.run for step in alert.steps if step.run and step.run not in commands]
        assert not lost


def test_every_request_shows_its_method_its_path_and_its_body(service: Service, pages: Pages) -> None:
    for alert in service.alerts:
        shown = [request(text) for text in blocks(page(pages, alert.name), "http")]
        assert shown == [replace(step.action, values={}) for step in alert.steps if step.action]


def test_both_queries_of_an_alert_can_be_copied(service: Service, pages: Pages) -> None:
    for alert in service.alerts:
        queries = blocks(page(pages, alert.name), "promql")
        assert {alert.when.measured, alert.when.expression} == set(queries)


def test_every_relative_link_leads_to_a_page_and_a_place_on_it(pages: Pages) -> None:
    broken = [(path, target) for path, target in relative_links(pages) if not resolves(pages, path, target)]

    assert not broken


def test_the_index_links_every_page(pages: Pages) -> None:
    linked = {target for path, target in relative_links(pages) if path == RUNBOOKS / "index.md"}

    unlinked = [path for path in pages if path.suffix == ".md" and str(path.relative_to(RUNBOOKS)) not in linked]

    assert unlinked == [RUNBOOKS / "index.md"]


def test_a_procedure_names_the_alerts_that_lead_to_it(service: Service, pages: Pages) -> None:
    for alert in service.alerts:
        for name in alert.see:
            assert f"(../{alert.name}.md)" in pages[RUNBOOKS / "procedures" / f"{name}.md"]


def test_every_row_of_a_table_has_as_many_cells_as_its_head(pages: Pages) -> None:
    for path, text in pages.items():
        for table in tables(text):
            assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table}) == 1, (path, table)


def test_no_two_blank_lines_follow_one_another(pages: Pages) -> None:
    assert [path for path, text in pages.items() if "\n\n\n" in text] == []


def test_a_silence_is_in_the_syntax_of_amtool_and_names_labels_of_the_alert(service: Service, pages: Pages) -> None:
    for alert in (alert for alert in service.alerts if not alert.when.holds(Level.WITHIN)):
        matched = matchers(page(pages, alert.name))
        assert matched["alertname"] == alert.name
        assert matched.keys() - {"alertname"} <= set(alert.when.labels)


def test_a_silence_leaves_out_what_is_the_same_for_every_instance(pages: Pages) -> None:
    assert matchers(page(pages, "OrchestratorDown")).keys() == {"alertname"}
    assert matchers(page(pages, "JobStuckRunning")).keys() == {"alertname", "project_id", "job_id"}


def test_a_burn_alert_is_silenced_window_by_window(service: Service, pages: Pages) -> None:
    assert all(
        matchers(page(pages, objective.alert_name)).keys() == {"alertname", "window"}
        for objective in service.objectives
    )


def test_nobody_is_told_how_to_silence_the_watchdog(pages: Pages) -> None:
    assert "amtool" not in page(pages, "TocsinWatchdog")


def test_an_alert_about_the_agent_says_that_some_messages_have_no_button(service: Service, pages: Pages) -> None:
    saying = {alert.name for alert in service.alerts if "have no buttons" in page(pages, alert.name)}

    assert saying == {alert.name for alert in service.alerts if alert.about_agent}


def test_without_a_way_around_the_agent_no_page_speaks_of_one(service: Service) -> None:
    closed = replace(service, routing=replace(service.routing, way_out=None))

    text = rendered(closed, named(closed, "OrchestratorDown"))

    assert "own Telegram receiver" not in text
    assert "may then be unable to tell you" in text


def test_when_it_clears_tells_for_how_long_trouble_is_remembered(service: Service) -> None:
    alert = named(service, "OpenAgentsRuntimeHttp5xxRateHigh")
    lingering = replace(alert, keep_firing=Duration.parse("7m"))

    text = section(rendered(service, lingering), "When it clears")

    assert "up to 5 minutes after the trouble" in text
    assert "goes on for 7 minutes" in text


def test_two_alerts_of_which_one_keeps_the_other_quiet_both_say_so(pages: Pages) -> None:
    assert "kept quiet while it fires: [HighRunFailureRate](" in page(pages, "CriticalRunFailureRate")
    assert "Nobody hears of it while [CriticalRunFailureRate](" in page(pages, "HighRunFailureRate")


def test_an_alert_that_nothing_keeps_quiet_does_not_speak_of_it(pages: Pages) -> None:
    assert "Nobody hears of it" not in page(pages, "OrchestratorDown")


def test_a_burn_alerts_page_has_a_row_for_every_window(service: Service, pages: Pages) -> None:
    for objective in service.objectives:
        rows = tables(section(page(pages, objective.alert_name), "Meaning"))[0][2:]
        assert [row.split("|")[1].strip() for row in rows] == [str(window.long) for window in objective.windows]


def test_a_widened_window_is_explained(pages: Pages) -> None:
    assert "widened to 3h" in section(page(pages, "CodexBotRunSuccessBudgetBurn"), "Meaning")


def test_a_budget_is_told_in_events_and_in_time(pages: Pages) -> None:
    shown = page(pages, "CodexPipelineAgentCommsIngestedBudgetBurn")

    assert "1 of every 100 minutes may be bad" in shown
    assert "7 hours 12 minutes" in shown


def test_an_objective_over_an_alerts_minutes_and_that_alert_lead_to_each_other(pages: Pages) -> None:
    assert "(CodexJangarAgentCommsStalled.md)" in page(pages, "CodexPipelineAgentCommsIngestedBudgetBurn")
    assert "(CodexPipelineAgentCommsIngestedBudgetBurn.md)" in page(pages, "CodexJangarAgentCommsStalled")


def test_rendering_twice_gives_the_same_text(service: Service, pages: Pages) -> None:
    assert {artifact.path: artifact.text for artifact in render(service)} == pages


def test_no_two_pages_want_the_same_place(service: Service) -> None:
    paths = [artifact.path for artifact in render(service)]

    assert len(paths) == len(set(paths))


def test_a_rehearsal_has_all_pages_too(service: Service, pages: Pages) -> None:
    assert {artifact.path for artifact in render(service.scaled(60))} == pages.keys()


def test_the_catalogue_lists_exactly_the_alerts_of_the_rules(service: Service, pages: Pages) -> None:
    assert on_disk(pages)["alerts"].keys() == {rule.alert for rule in alerting_rules(service)}


def test_the_catalogue_has_the_expression_of_every_rule(service: Service, pages: Pages) -> None:
    entries = on_disk(pages)["alerts"]

    for rule in alerting_rules(service):
        assert rule.expression in entries[rule.alert]["condition"]["expression"]


def test_the_catalogue_has_the_links_of_every_rule(service: Service, pages: Pages) -> None:
    entries = on_disk(pages)["alerts"]

    for rule in alerting_rules(service):
        for link in ("runbook", "runbook_url", "dashboard_url"):
            assert entries[rule.alert][link] == rule.annotations[link]


def test_the_catalogue_reads_back_from_disk_as_it_was_made(service: Service, pages: Pages) -> None:
    assert on_disk(pages) == catalog(service)


def test_the_catalogue_names_only_pages_that_exist(pages: Pages) -> None:
    content = on_disk(pages)

    named_pages = {entry["runbook"] for kind in ("alerts", "procedures") for entry in content[kind].values()}

    assert named_pages == {str(path) for path in pages} - {f"{RUNBOOKS}/index.md", f"{RUNBOOKS}/catalog.json"}


def test_a_burn_alert_is_as_severe_as_its_worst_window(service: Service, pages: Pages) -> None:
    content = on_disk(pages)

    for objective in content["objectives"].values():
        severities = {window["severity"] for window in objective["windows"]}
        worst = next(str(severity) for severity in Severity if severity in severities)
        assert content["alerts"][objective["alert"]]["severity"] == worst


MINUTE = Duration.parse("1m")
CHANGES: Mapping[str, Callable[[Service], Service]] = {
    "an alert's wait": lambda it: with_alert(it, lambda alert: replace(alert, wait=MINUTE)),
    "an alert's keep_firing_for": lambda it: with_alert(it, lambda alert: replace(alert, keep_firing=MINUTE)),
    "an alert's severity": lambda it: with_alert(it, lambda alert: replace(alert, severity=Severity.INFO)),
    "a condition's threshold": lambda it: with_alert(it, shifted),
    "an objective's target": lambda it: with_objective(it, lambda slo: replace(slo, target=Fraction(77, 100))),
    "an objective's period": lambda it: with_objective(it, lambda slo: replace(slo, period=Duration.parse("28d"))),
    "an objective's min_errors": lambda it: with_objective(it, lambda slo: replace(slo, min_errors=99)),
    "an objective's paging": lambda it: with_objective(it, lambda slo: replace(slo, paging=not slo.paging)),
    "a metric's buckets": lambda it: with_metric(it, lambda metric: replace(metric, buckets=(Fraction(1),))),
    "a metric's unit": lambda it: with_metric(it, lambda metric: replace(metric, unit=Unit("bytes"))),
    "a severity's class": lambda it: replace(
        it, severities={**it.severities, Severity.INFO: replace(it.severities[Severity.INFO], sev="SEV-9")}
    ),
    "a grouping time": lambda it: replace(
        it, routing=replace(it.routing, timing=replace(it.routing.timing, group_wait=MINUTE))
    ),
    "a label's budget": lambda it: replace(it, label_budgets={**it.label_budgets, "job_id": 1}),
    "an interval": lambda it: replace(it, settings=replace(it.settings, evaluation_interval=MINUTE)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_of_the_spec_shows_in_the_catalogue(service: Service, change: Callable[[Service], Service]) -> None:
    assert catalog(change(service)) != catalog(service)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("More than 2 % fail.", "More than 2 % fail."),
        ("a <b> and *c*", r"a \<b> and \*c\*"),
        ("[DONE](x)", r"\[DONE\]\(x)"),
        ("see `a*b`", "see `a*b`"),
        ("a lone ` tick", r"a lone \` tick"),
        ("from run_id on", "from `run_id` on"),
        ("one of denied_*.", "one of `denied_*`."),
        ("send /halt, then read /var/log/x.log.", "send `/halt`, then read `/var/log/x.log`."),
        ("and/or https://example.com/a_b", "and/or https://example.com/a_b"),
        ("# no heading", r"\# no heading"),
        ("1. no list", r"1\. no list"),
        ("two\n  lines", "two lines"),
    ],
)
def test_prose_shows_what_the_spec_says(text: str, expected: str) -> None:
    assert prose(text) == expected


def test_a_bar_does_not_end_a_cell_even_inside_code() -> None:
    assert cell(prose('`a=~"b|c"` | d')) == '`a=~"b\\|c"` \\| d'


def test_code_may_hold_ticks() -> None:
    assert code("a`b") == "``a`b``"
    assert fence("sh", "echo ```") == "````sh\necho ```\n````"


def test_a_command_of_several_lines_stays_inside_its_step() -> None:
    text = numbered([Step("Do.", run="a \\\n  b"), Step("Next.")])

    assert text == "1. Do.\n\n   ```sh\n   a \\\n     b\n   ```\n\n2. Next."


def test_the_tenth_step_is_indented_as_far_as_its_number_is_long() -> None:
    text = numbered([*(Step("Wait.") for _ in range(9)), Step("Do.", run="a")])

    assert text.endswith("10. Do.\n\n    ```sh\n    a\n    ```")


def test_what_must_be_filled_in_is_said_once() -> None:
    steps = [Step("Look.", run="cat {run_id} $TOKEN"), Step("Stop.", action=Action("POST", "/runs/{run_id}/cancel"))]

    assert remarks(steps).count("`{braces}`") == 1
    assert "`$TOKEN` is your key" in remarks(steps)
    assert "button" in remarks(steps)


def test_a_request_says_what_its_placeholders_are_and_where_to_find_them() -> None:
    action = Action("POST", "/runs/{run_id}/cancel", values={"run_id": "the run; GET /runs lists them"})

    text = numbered([Step("Stop.", action=action), Step("Look.")])

    assert text.endswith("```\n\n   - `{run_id}`: the run; GET `/runs` lists them\n\n2. Look.")


def test_an_objective_leads_to_its_procedures_and_they_lead_back(pages: Pages) -> None:
    burning = page(pages, "AgentosAgentRunSuccessBudgetBurn")
    procedure = pages[RUNBOOKS / "procedures/rollback.md"]

    assert "(procedures/rollback.md)" in section(burning, "See also")
    assert "(../AgentosAgentRunSuccessBudgetBurn.md)" in section(procedure, "See also")


def test_the_steps_of_a_procedure_are_numbered_through(pages: Pages) -> None:
    text = pages[RUNBOOKS / "procedures/emergency-denylist.md"]

    assert section(text, "Switch it on").strip().startswith("1. ")
    assert section(text, "Switch it off").strip().startswith("5. ")


def test_plain_sentences_need_no_remarks() -> None:
    assert remarks([Step("Think."), Step("Count.", run="echo ${HOME}")]) == ""


def test_an_alert_of_hostile_texts_keeps_the_page_in_shape(service: Service) -> None:
    alert = named(service, "HighRunFailureRate")
    hostile = "a | b <script> `c\n## Steps"

    text = rendered(service, replace(alert, summary=hostile, impact=hostile, source=hostile, reason=hostile))

    assert sections(text) == SECTIONS
    assert all(len({len(re.findall(r"(?<!\\)\|", row)) for row in table}) == 1 for table in tables(text))


def page(pages: Pages, alert: str) -> str:
    return pages[RUNBOOKS / f"{alert}.md"]


def sections(text: str) -> list[str]:
    return [line.removeprefix("## ") for line in FENCED.sub("", text).splitlines() if line.startswith("## ")]


def section(text: str, title: str) -> str:
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def blocks(text: str, language: str) -> list[str]:
    found = [match for match in FENCED.finditer(text) if match[3] == language]
    return [re.sub(f"^{match[1]}", "", match[4], flags=re.MULTILINE).rstrip("\n") for match in found]


def request(text: str) -> Action:
    head, _, body = text.partition("\n\n")
    method, _, path = head.partition(" ")
    return Action(method, path, json.loads(body) if body else None)


def tables(text: str) -> list[list[str]]:
    grouped = re.findall(r"(?:^\|.*\n)+", FENCED.sub("", text), re.MULTILINE)
    return [table.splitlines() for table in grouped]


def relative_links(pages: Pages) -> Iterator[tuple[PurePosixPath, str]]:
    for path, text in pages.items():
        if path.suffix == ".md":
            yield from ((path, target) for target in LINK.findall(FENCED.sub("", text)) if "://" not in target)


def resolves(pages: Pages, path: PurePosixPath, target: str) -> bool:
    place, _, anchor = target.partition("#")
    text = pages.get(PurePosixPath(normpath(path.parent / place)) if place else path, "")
    return bool(text) and (not anchor or f'<a id="{anchor}"></a>' in text)


def matchers(text: str) -> dict[str, str]:
    """The label matchers of the page's one silence command, which must be a command that amtool would accept."""
    (command,) = blocks(section(text, "Silence"), "sh")
    words = shlex.split(command.replace("\\\n", " "))
    assert words[:3] == ["amtool", "silence", "add"]
    flags = [word for word in words[3:] if word.startswith("--")]
    assert [flag.partition("=")[0] for flag in flags] == ["--alertmanager.url", "--duration", "--comment"]
    found = [MATCHER.fullmatch(word) for word in words[3 + len(flags) :]]
    assert all(match and match[2] == "=" for match in found), words
    return {match[1]: match[3].strip('"') for match in found if match}


def on_disk(pages: Pages) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(pages[RUNBOOKS / "catalog.json"])
    return content


def alerting_rules(service: Service) -> list[AlertingRule]:
    groups = [alert_group(service, system) for system in service.systems]
    groups += [group for system in service.systems for group in objective_groups(service, system)]
    return [rule for group in groups for rule in group.rules if isinstance(rule, AlertingRule)]


def named(service: Service, name: str) -> Alert:
    return next(alert for alert in service.alerts if alert.name == name)


def rendered(service: Service, alert: Alert) -> str:
    """The page of an alert that takes the place of the one of its name."""
    systems = [
        replace(system, alerts=[alert if it.name == alert.name else it for it in system.alerts])
        for system in service.systems
    ]
    return page({it.path: it.text for it in render(replace(service, systems=systems))}, alert.name)


def with_alert(service: Service, change: Callable[[Alert], Alert]) -> Service:
    system, *others = service.systems
    first, *rest = system.alerts
    return replace(service, systems=[replace(system, alerts=[change(first), *rest]), *others])


def with_objective(service: Service, change: Callable[[Objective], Objective]) -> Service:
    system, *others = service.systems
    first, *rest = system.objectives
    return replace(service, systems=[replace(system, objectives=[change(first), *rest]), *others])


def with_metric(service: Service, change: Callable[[Metric], Metric]) -> Service:
    system, *others = service.systems
    first, *rest = system.metrics
    return replace(service, systems=[replace(system, metrics=[change(first), *rest]), *others])


def shifted(alert: Alert) -> Alert:
    assert isinstance(alert.when, Value)
    return replace(alert, when=replace(alert.when, limit=replace(alert.when.limit, value=Fraction(1, 3))))
