"""Holds every rendered rule, documented or not, to what the on-call needs and to the label guardrail."""

import re
from typing import Final

import pytest

from .bundle import SYSTEMS, entries, rule_file, rules_in
from .documented import IDENTIFIER, Severity

SEVERITIES: Final = {severity.value for severity in Severity}

each_system = pytest.mark.parametrize("system", SYSTEMS)


@each_system
def test_a_system_has_alerting_rules(system: str) -> None:
    assert rules_in(rule_file(system)), f"{rule_file(system).name}: expected alerting rules, found none"


@each_system
@pytest.mark.parametrize("annotation", ["summary", "runbook", "runbook_url"])
def test_every_rule_is_annotated(system: str, annotation: str) -> None:
    missing = [
        rule.alert for rule in rules_in(rule_file(system)) if not str(rule.annotations.get(annotation) or "").strip()
    ]
    assert not missing, f"expected a non-empty `{annotation}`, found none on {missing}"


@each_system
def test_every_rule_has_a_known_severity(system: str) -> None:
    wrong = {
        rule.alert: rule.labels.get("severity")
        for rule in rules_in(rule_file(system))
        if rule.labels.get("severity") not in SEVERITIES
    }
    assert not wrong, f"expected one of {sorted(SEVERITIES)}, found {wrong}"


@each_system
def test_no_rule_touches_an_identifier_label(system: str) -> None:
    found = [
        (entry.get("alert") or entry["record"], match.group())
        for entry in entries(rule_file(system))
        if (match := IDENTIFIER.search(f"{entry['expr']} {entry.get('record')} {entry.get('labels')}"))
    ]
    assert not found, f"identifiers are no labels (document 2, Guardrails), found {found}"


@each_system
def test_no_annotation_prints_an_identifier_label(system: str) -> None:
    found = [
        (rule.alert, match.group())
        for rule in rules_in(rule_file(system))
        for text in rule.annotations.values()
        for printed in re.findall(r"\$labels\.\w+", text)
        if (match := IDENTIFIER.search(printed))
    ]
    assert not found, f"no series carries an identifier label that a text could print, found {found}"
