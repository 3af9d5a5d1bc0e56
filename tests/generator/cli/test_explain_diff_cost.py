"""`tocsin explain`, `diff` and `cost`: what they say, in words."""

import json
from collections.abc import Callable

from tests.generator.cli.conftest import Tocsin


def test_explain_tells_an_alert_whole(tocsin: Tocsin) -> None:
    said = tocsin("explain", "ShopErrorRatioHigh").out

    for part in ("Shop Operations", "2 %", "2.1 %", "1.9 %", "fires", "silent", "notify", "ShopErrorRatioHigh.md"):
        assert part in said


def test_explain_tells_a_burning_budget_whole(tocsin: Tocsin) -> None:
    said = tocsin("explain", "ShopRequestsBudgetBurn").out

    for part in ("99.9 %", "14.4 times too fast", "> 0.0144", "critical", "warning"):
        assert part in said


def test_explain_names_the_nearest_alert(tocsin: Tocsin) -> None:
    said = tocsin("explain", "ShopDwon")

    assert said.code == 2
    assert "did you mean 'ShopDown'?" in said.err


def test_diff_says_a_threshold_with_its_reason(tocsin: Tocsin, edit: Callable[[str, str], None]) -> None:
    tocsin("render")
    edit("          above: 2%\n", "          above: 3%\n        reason: Peak season.\n")

    said = tocsin("diff")

    assert said.code == 0
    assert "threshold 2 % → 3 % on ShopErrorRatioHigh, reason: Peak season." in said.out


def test_diff_says_every_kind_of_change(tocsin: Tocsin, edit: Callable[[str, str], None]) -> None:
    tocsin("render")
    edit("        for: 1m\n        severity: critical", "        for: 3m\n        severity: warning")
    edit("over: 10m}, below: 95%", "over: 20m}, below: 95%")
    edit("objective: 99.9%", "objective: 99.5%")
    edit("name: ShopSyncOld", "name: ShopSyncAged")
    edit("steps: [Close it.]", "steps: [Close it., Lock it.]")
    edit("threshold: {above: 1000}", "threshold: {above: 2000}")

    said = tocsin("diff").out

    for sentence in (
        "wait 1m → 3m on ShopDown",
        "severity critical → warning on ShopDown",
        "window 10m → 20m on ShopSuccessRatioLow",
        "promise 99.9 % → 99.5 % on shop-requests",
        "new alert (warning: The stock has not been in sync for an hour) on ShopSyncAged",
        "alert removed (warning: The stock has not been in sync for an hour) on ShopSyncOld",
        "steps: 1 new, 0 gone on ShopDoorOpen",
        "panel 'Requests' of shop",
    ):
        assert sentence in said


def test_diff_of_what_is_rendered_is_empty(tocsin: Tocsin) -> None:
    tocsin("render")

    assert tocsin("diff").out.startswith("0 changes; 0 of ")


def test_diff_before_the_first_render_says_so(tocsin: Tocsin) -> None:
    assert "no bundle is rendered" in tocsin("diff").out


def test_cost_adds_up(tocsin: Tocsin) -> None:
    rows = json.loads(tocsin("cost", "--json").out)
    total = tocsin("cost", "-q").out.splitlines()[-1].split()

    assert int(total[1]) == sum(row["rules"] for row in rows)
    assert int(total[3].replace(",", "")) == sum(row["samples_per_evaluation"] for row in rows)


def test_more_targets_cost_more(tocsin: Tocsin) -> None:
    one = json.loads(tocsin("cost", "--json").out)
    ten = json.loads(tocsin("cost", "--json", "--instances", "10").out)

    assert all(
        many["samples_per_evaluation"] >= few["samples_per_evaluation"] for few, many in zip(one, ten, strict=True)
    )
    assert sum(row["samples_per_evaluation"] for row in ten) > sum(row["samples_per_evaluation"] for row in one)
