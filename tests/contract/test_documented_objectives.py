"""Holds every documented objective's rules to its document: the target, and the bound where it has one."""

import re
from decimal import Decimal

import pytest

from . import bundle
from .documented_objectives import PROMISED, Promised

each = pytest.mark.parametrize("row", PROMISED, ids=[row.slo for row in PROMISED])


def records(row: Promised) -> dict[str, str]:
    """Expressions of the objective's recording rules by name."""
    rules = bundle.entries(bundle.RULES / f"{row.slo}.slo.rules.yaml")
    return {rule["record"]: rule["expr"] for rule in rules if "record" in rule}


@each
def test_an_objective_promises_what_its_document_does(row: Promised) -> None:
    found = records(row)["slo:objective:ratio"]

    assert Decimal(found.removeprefix("vector(").removesuffix(")")) == row.target, row.quote


@each
def test_the_budget_is_what_the_promise_leaves(row: Promised) -> None:
    left = records(row)["slo:error_budget_remaining:ratio"]

    assert Decimal(left.rpartition(" / ")[2]) == 1 - row.target, row.quote


@each
def test_an_observation_is_good_up_to_the_documented_bound(row: Promised) -> None:
    bounds = re.findall(r'le=~"([0-9.]+)', records(row)["slo:sli_errors:increase5m"])

    assert [Decimal(bound) for bound in bounds] == ([] if row.bound is None else [row.bound]), row.quote
