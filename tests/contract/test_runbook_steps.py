"""Holds the runbook pages to the documents' numbered steps: none may be lost in rewording."""

import pytest

from .bundle import RUNBOOKS, pages, runbook
from .documented import DOCUMENTED, RUNTIME
from .documented_steps import ACTIONS, PROCEDURES, Procedure
from .markdown import text

NUMBERED = [(alert, number) for alert, items in ACTIONS.items() for number in range(1, len(items) + 1)]


def test_every_alert_of_the_runtime_document_has_its_actions_here() -> None:
    assert set(ACTIONS) == {row.alert for row in DOCUMENTED if row.document == RUNTIME}


@pytest.mark.parametrize(("alert", "number"), NUMBERED, ids=[f"{alert}-{n}" for alert, n in NUMBERED])
def test_an_alerts_page_keeps_the_documented_action(alert: str, number: int) -> None:
    expected = ACTIONS[alert][number - 1]
    lost = missing(text(runbook(alert)), expected)
    assert not lost, f"{alert}: action {number}: expected {expected} on its page, found no {lost}"


@pytest.mark.parametrize("wanted", PROCEDURES, ids=[it.heading for it in PROCEDURES])
def test_one_page_keeps_the_whole_documented_procedure(wanted: Procedure) -> None:
    terms = tuple(term for item in wanted.items for term in item)
    folder = RUNBOOKS / wanted.folder
    candidates = [page for page in pages() if folder in page.parents]
    assert candidates, f"{wanted.heading} ({wanted.document}): expected pages under {folder}, found none"
    nearest = min(candidates, key=lambda page: len(missing(text(page), terms)))
    lost = missing(text(nearest), terms)
    assert not lost, (
        f"{wanted.heading} ({wanted.document}): expected all its steps on one page under {folder.name}/, "
        f"found no {lost} on the nearest one, {nearest.name}"
    )


def missing(page: str, terms: tuple[str, ...]) -> list[str]:
    """The terms that a page lacks, in every way to say them."""
    return [term for term in terms if not any(way in page for way in term.casefold().split(" or "))]
