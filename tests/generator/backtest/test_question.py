"""What is asked of a history that has no records of ours."""

import re
from pathlib import Path

import promql_parser
import pytest

from generator.backtest.question import Question, Reading, expanded, questions
from generator.domain.service import Service
from generator.spec.load import load

SPEC = Path(__file__).parents[3] / "slo.yaml"


@pytest.fixture(scope="module")
def service() -> Service:
    return load(SPEC)


@pytest.fixture(scope="module")
def asked(service: Service) -> list[Question]:
    return list(questions(service))


def test_every_alert_but_the_watchdog_is_asked(service: Service, asked: list[Question]) -> None:
    names = {question.alert for question in asked}

    assert {alert.name for alert in service.alerts} - names == {"TocsinWatchdog"}


def test_every_burn_rate_window_is_asked(service: Service, asked: list[Question]) -> None:
    windows = {f"{slo.alert_name} ({window.long})" for slo in service.objectives for window in slo.windows}

    assert windows <= {question.alert for question in asked}


def test_nothing_that_only_our_rules_record_is_asked_for(asked: list[Question]) -> None:
    assert [question.alert for question in asked if "slo:" in question.expression] == []


def test_every_question_is_promql(asked: list[Question]) -> None:
    for question in asked:
        promql_parser.parse(question.expression)  # raises for anything else


def test_a_question_is_marked_when_records_were_replaced(asked: list[Question]) -> None:
    assert {question.is_expanded for question in asked if "BudgetBurn" in question.alert} == {True}
    assert {question.is_expanded for question in asked if "BudgetBurn" not in question.alert} == {False}


def test_every_question_knows_what_it_reads(asked: list[Question]) -> None:
    for question in asked:
        assert question.reads
        assert all(re.search(rf"\b{reading.name}\b", question.expression) for reading in question.reads)


def test_a_job_that_is_down_is_read_by_its_name(asked: list[Question]) -> None:
    (down,) = (question for question in asked if question.alert == "OrchestratorDown")

    assert down.reads == {Reading("up", "televibe-orchestrator")}
    assert down.minds_absence


def test_which_alerts_mind_absence(asked: list[Question]) -> None:
    assert {question.minds_absence for question in asked if "absent(" in question.expression} == {True}
    assert {question.minds_absence for question in asked if "absent" not in question.expression} == {False}


def test_a_record_is_replaced_in_parentheses() -> None:
    assert expanded('slo:a:x{slo="s"} / 2', {"slo:a:x": "1 + 1"}) == "(1 + 1) / 2"


def test_an_unknown_record_stays() -> None:
    assert expanded('slo:b:x{slo="s"}', {"slo:a:x": "1"}) == 'slo:b:x{slo="s"}'


def test_a_scaled_service_is_asked_with_its_own_step(service: Service) -> None:
    assert {question.step for question in questions(service.only("televibe").scaled(2))} == {15.0}
