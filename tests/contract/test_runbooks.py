"""Holds alerts and runbook pages to each other, both ways, and every link on a page to its target."""

import pytest

from .bundle import ROOT, RUNBOOKS, SYSTEMS, pages, rule_file, rules, rules_in
from .markdown import fault, links

INDEX = RUNBOOKS / "index.md"
PROCEDURES = RUNBOOKS / "procedures"


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_alerts_page_exists(system: str) -> None:
    missing = {
        rule.alert: rule.annotations.get("runbook")
        for rule in rules_in(rule_file(system))
        if not (ROOT / rule.annotations.get("runbook", "")).is_file()
    }
    assert not missing, f"expected a page in the repository for every `runbook`, found none for {missing}"


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_alerts_page_is_a_runbook(system: str) -> None:
    outside = {
        rule.alert: rule.annotations.get("runbook")
        for rule in rules_in(rule_file(system))
        if RUNBOOKS not in (ROOT / rule.annotations.get("runbook", "")).parents
    }
    assert not outside, f"expected pages under monitoring/runbooks, found {outside}"


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_url_of_a_runbook_ends_with_its_page(system: str) -> None:
    wrong = {
        rule.alert: (url, page)
        for rule in rules_in(rule_file(system))
        if not (url := rule.annotations.get("runbook_url", "")).endswith(
            "/" + (page := rule.annotations.get("runbook", "").rpartition("/")[2])
        )
        or not page.endswith(".md")
        or not url.startswith("https://")
    }
    assert not wrong, f"expected runbook_url to end with the page of `runbook`, found {wrong}"


def test_every_page_belongs_to_an_alert_or_to_the_procedures_of_the_index() -> None:
    of_alerts = {(ROOT / rule.annotations.get("runbook", "")).resolve() for rule in rules()}
    linked = {(RUNBOOKS / target.partition("#")[0]).resolve() for target in links(INDEX)}
    of_procedures = {page for page in linked if PROCEDURES in page.parents}
    orphans = [
        str(page.relative_to(ROOT))
        for page in pages()
        if page.resolve() not in of_alerts | of_procedures | {INDEX.resolve()}
    ]
    assert not orphans, f"expected a page's alert, or its link in index.md under procedures/, none for {orphans}"


def test_the_index_links_every_alerts_page() -> None:
    linked = {(RUNBOOKS / target.partition("#")[0]).resolve() for target in links(INDEX)}
    missing = [rule.alert for rule in rules() if (ROOT / rule.annotations.get("runbook", "")).resolve() not in linked]
    assert not missing, f"expected a link to every alert's page in index.md, found none for {missing}"


def test_every_relative_link_leads_to_a_file_and_a_heading() -> None:
    checked = [(page, target) for page in pages() for target in links(page)]
    assert checked, "expected relative links in the runbooks, found none"
    broken = [found for page, target in checked if (found := fault(page, target))]
    assert not broken, "\n".join(["broken links:", *broken])
