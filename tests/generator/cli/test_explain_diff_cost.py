"""`tocsin explain`, `diff` and `cost`: what they say, in words."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.generator.cli.conftest import Tocsin


def test_explain_tells_an_alert_whole(tocsin: Tocsin) -> None:
    said = tocsin("explain", "ShopErrorRatioHigh").out

    for part in ("Shop Operations", "2 %", "2.1 %", "1.9 %", "fires", "silent", "notify", "ShopErrorRatioHigh.md"):
        assert part in said


def test_explain_tells_a_burning_budget_whole(tocsin: Tocsin) -> None:
    said = tocsin("explain", "ShopRequestsBudgetBurn").out

    for part in ("99.9 %", "14.4 times too fast", "> 0.0144", "critical", "warning"):
        assert part in said


def test_explain_takes_the_name_of_an_objective(tocsin: Tocsin) -> None:
    by_name, by_alert = tocsin("explain", "shop-requests"), tocsin("explain", "ShopRequestsBudgetBurn")

    assert by_name.code == 0
    assert by_name.out.splitlines()[1:] == by_alert.out.splitlines()[1:]


def test_explain_says_to_which_system_an_alert_belongs_when_asked_for_another(
    tocsin: Tocsin, edit: Callable[[str, str], None], spec: Path
) -> None:
    text = spec.read_text("utf-8")
    spec.write_text(
        text + "  - {name: mill, title: Mill, document: Mill, emitter: external, job: mill, metrics: [], alerts: [], "
        "dashboard: {uid: mill, title: Mill, rows: []}}\n",
        "utf-8",
    )

    elsewhere, typo = tocsin("explain", "ShopDown", "--system", "mill"), tocsin("explain", "Shp", "--system", "mill")

    assert elsewhere.code == 2
    assert "ShopDown belongs to shop; leave --system out, or write --system shop" in elsewhere.err
    assert "there is no alert or objective 'Shp'" in typo.err
    assert "ShopDown" not in typo.err


def test_explain_shows_no_threshold_where_there_is_none(tocsin: Tocsin) -> None:
    watchdog, down = tocsin("explain", "ShopWatchdog").out, tocsin("explain", "ShopDown").out

    assert "tested at  whatever happens: fires\n" in watchdog
    assert "at the threshold" not in watchdog + down
    assert "breached: fires" in down


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
    assert "summary More than 2 % of requests fail → More than 3 % of requests fail on ShopErrorRatioHigh" in said.out


def test_diff_asks_for_a_reason_only_where_a_document_is_departed_from(
    tocsin: Tocsin, edit: Callable[[str, str], None]
) -> None:
    tocsin("render")
    edit("above: 100}", "above: 200}")
    edit("for: 1m\n        severity: critical", "for: 3m\n        severity: critical")

    said = tocsin("diff").out

    assert "threshold 100 orders → 200 orders on ShopQueueLong, reason: none given" in said
    assert "wait 1m → 3m on ShopDown\n" in said


def test_diff_with_a_scaled_bundle_says_that_it_is_scaled(tocsin: Tocsin, tmp_path: Path) -> None:
    folder = str(tmp_path / "scaled")
    tocsin("render", "--time-scale", "60", "--out", folder)

    unscaled, scaled = tocsin("diff", "--out", folder), tocsin("diff", "--out", folder, "--time-scale", "60")

    assert unscaled.code == 2
    assert unscaled.err.endswith("the bundle there was rendered with --time-scale 60; add --time-scale 60\n")
    assert scaled.out.startswith("0 changes; 0 of ")


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
        "new alert (warning: The stock has not been in sync for 1 hour) on ShopSyncAged",
        "alert removed (warning: The stock has not been in sync for 1 hour) on ShopSyncOld",
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
