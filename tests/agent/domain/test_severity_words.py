"""Foreign words for how bad something is: known ones mean what people mean, unknown ones never less than a warning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.incident import Firing, Incident, IncidentSeverity, severity_of
from agent.domain.severity_words import meaning
from tests.agent.makers import NOON, make_incident


def of(*words: str) -> Incident:
    alerts = tuple(Firing(str(place), {"severity": word}, {}, NOON) for place, word in enumerate(words))
    return make_incident(alerts=alerts, severity=severity_of(words))


@pytest.mark.parametrize(
    "word",
    ["critical", "CRITICAL", "Page", "p1", "P0", "sev1", "SEV-1", "Sev 1", "emergency", "fatal", "disaster", " page "],
)
def test_what_pages_elsewhere_is_critical_here(word: str) -> None:
    assert of(word).is_critical


@pytest.mark.parametrize("word", ["warning", "Warn", "error", "ERR", "p2", "sev-2", "ticket"])
def test_what_is_a_ticket_elsewhere_is_a_warning_that_may_wait(word: str) -> None:
    assert (of(word).severity, of(word).may_wait) == (IncidentSeverity.WARNING, True)


@pytest.mark.parametrize("word", ["info", "Informational", "none", "debug", "notice", "low"])
def test_what_is_for_nobody_elsewhere_is_information_here(word: str) -> None:
    assert of(word).severity is IncidentSeverity.INFO


@pytest.mark.parametrize("word", ["", "high", "major", "purple", "criticall", "1", "\ud800"])
def test_a_word_that_nobody_knows_is_a_warning_that_never_waits(word: str) -> None:
    assert (of(word).severity, of(word).may_wait) == (IncidentSeverity.WARNING, False)
    assert not of("warning", word).may_wait


@given(st.text(max_size=12))
def test_whatever_the_word_it_means_one_of_three_or_nothing(word: str) -> None:
    assert meaning(word) in {"", *IncidentSeverity}
    assert meaning(word.upper()) == meaning(f"-{word.upper()} ")


def test_nothing_waits_of_which_only_the_count_is_known() -> None:
    assert not make_incident(alerts=(), truncated=3).may_wait
