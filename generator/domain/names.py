"""Every name that another program depends on: records, labels, files, uids. Nothing else spells one.

Record names follow `level:metric:operation`: https://prometheus.io/docs/practices/rules/#naming.
"""

import hashlib

SLO = "slo"
SYSTEM = "system"
WINDOW = "window"
SUBJECT = "subject"
SUBJECT_AGENT = "agent"
FAMILY = "family"
SEVERITY = "severity"

OBJECTIVE = "slo:objective:ratio"
BUDGET_LEFT = "slo:error_budget_remaining:ratio"

RULES = "monitoring/prometheus/rules"
TESTS = "monitoring/prometheus/tests"
DASHBOARDS = "monitoring/grafana/dashboards"
PROVISIONING = "monitoring/grafana/provisioning"
OVERVIEW = "overview"
RUNBOOKS = "monitoring/runbooks"
ALERTMANAGER = "monitoring/alertmanager"
CATALOG = f"{RUNBOOKS}/catalog.json"

_UID_LENGTH = 40


def errors(window: object) -> str:
    """The record of bad events in a window."""
    return f"slo:sli_errors:increase{window}"


def total(window: object) -> str:
    """The record of all events in a window."""
    return f"slo:sli_events:increase{window}"


def error_ratio(window: object) -> str:
    """The record of the share of bad events in a window."""
    return f"slo:sli_error:ratio_rate{window}"


def burn_rate(window: object) -> str:
    """The record of how many times too fast the budget burns."""
    return f"slo:burn_rate:ratio_rate{window}"


def burn_alert(slo: str) -> str:
    """`codex-bot-run-success` burns as `CodexBotRunSuccessBudgetBurn`."""
    return "".join(part.capitalize() for part in slo.split("-")) + "BudgetBurn"


def alert_group(system: str) -> str:
    """The rule group of a system's alerts."""
    return f"{system}.alerts"


def objective_group(slo: str) -> str:
    """The rule group of one objective, in order of dependence."""
    return f"{slo}.slo"


def rules_file(system: str) -> str:
    """A system's alerting rules."""
    return f"{RULES}/{system}.rules.yaml"


def objective_file(slo: str) -> str:
    """An objective's recording and alerting rules."""
    return f"{RULES}/{slo}.slo.rules.yaml"


def tests_file(system: str) -> str:
    """The unit tests of a system's alerts."""
    return f"{TESTS}/{system}.test.yaml"


def slow_tests_file(system: str, every: object) -> str:
    """The unit tests of those of its alerts that look back for hours and are sampled less often."""
    return f"{TESTS}/{system}.every-{every}.test.yaml"


def objective_tests_file(slo: str) -> str:
    """The unit tests of an objective."""
    return f"{TESTS}/{slo}.slo.test.yaml"


def runbook(alert: str) -> str:
    """The page that an alert leads to."""
    return f"{RUNBOOKS}/{alert}.md"


def procedure_page(name: str) -> str:
    """The page of a procedure."""
    return f"{RUNBOOKS}/procedures/{name}.md"


def dashboard_file(name: str) -> str:
    """A dashboard's JSON."""
    return f"{DASHBOARDS}/{name}.json"


def uid(text: str) -> str:
    """A Grafana uid made from `text`: at most 40 characters, told apart by a hash where it had to be cut."""
    if len(text) <= _UID_LENGTH:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{text[: _UID_LENGTH - 9]}-{digest}"
