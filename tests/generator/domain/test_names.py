"""Holds the names that other programs depend on to the forms that those programs allow."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.domain import names

RECORD = re.compile(r"slo:[a-z_]+:[a-z_]+[0-9a-z]*")
SLOS = st.from_regex(r"[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,9}){0,4}", fullmatch=True)


@pytest.mark.parametrize("window", ["5m", "1h30m", "30d", "83ms"])
@pytest.mark.parametrize("name", [names.errors, names.total, names.error_ratio, names.burn_rate])
def test_a_record_says_level_metric_and_operation(name: object, window: str) -> None:
    assert callable(name)

    assert RECORD.fullmatch(name(window))


@given(SLOS)
def test_a_burn_alert_is_named_in_pascal_case(slo: str) -> None:
    found = names.burn_alert(slo)

    assert re.fullmatch(r"[A-Z][A-Za-z0-9]*BudgetBurn", found)
    assert found.lower() == slo.replace("-", "") + "budgetburn"


@pytest.mark.parametrize(
    ("made", "path"),
    [
        (names.rules_file("shop"), "monitoring/prometheus/rules/shop.rules.yaml"),
        (names.objective_file("shop-a"), "monitoring/prometheus/rules/shop-a.slo.rules.yaml"),
        (names.tests_file("shop"), "monitoring/prometheus/tests/shop.test.yaml"),
        (names.objective_tests_file("shop-a"), "monitoring/prometheus/tests/shop-a.slo.test.yaml"),
        (names.runbook("ShopDown"), "monitoring/runbooks/ShopDown.md"),
        (names.procedure_page("first-look"), "monitoring/runbooks/procedures/first-look.md"),
        (names.dashboard_file("shop"), "monitoring/grafana/dashboards/shop.json"),
    ],
)
def test_a_file_is_named_after_what_it_is_about(made: str, path: str) -> None:
    assert made == path


@given(st.text("abc-", min_size=1, max_size=90), st.text("abc-", min_size=1, max_size=90))
def test_a_uid_is_short_and_one_of_a_kind(one: str, other: str) -> None:
    assert len(names.uid(one)) <= 40
    assert (names.uid(one) == names.uid(other)) == (one == other)
