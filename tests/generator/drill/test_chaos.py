"""What the scenarios of the gate look at, on processes and messages of our own."""

import os
import subprocess
import sys

import pytest

from generator.drill.chaos import named
from generator.drill.chaos.offspring import can_be_seen, offspring
from generator.drill.chaos.scenarios import SCENARIOS, answered_about, apart
from generator.errors import TocsinError

NAMES = ["OrchestratorDown", "HighP95Latency", "DatabaseCorruption"]


def said(number: int, text: str, sender: str = "bot") -> dict[str, object]:
    return {"message_id": number, "text": text, "sender": sender}


@pytest.mark.skipif(not can_be_seen(), reason="no /proc on this machine")
def test_children_and_theirs_are_found_and_known_to_have_ended() -> None:
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE) as process:
        while len(found := [each for each in offspring(os.getpid()) if each.pid >= process.pid]) < 2:
            assert process.poll() is None
        assert [each.lives for each in found] == [True, True]
        process.communicate(b"\n", timeout=10)

    assert [each.lives for each in found] == [False, False]


def test_answers_are_told_apart_and_keep_their_order() -> None:
    messages = [said(5, "📖 HighP95Latency\n…"), said(3, "📖 OrchestratorDown"), said(7, "📖 HighP95Latency")]

    assert answered_about(NAMES, messages, 0) == ["OrchestratorDown", "HighP95Latency", "HighP95Latency"]


def test_what_was_there_before_and_what_the_person_wrote_is_no_answer() -> None:
    messages = [said(1, "📖 OrchestratorDown"), said(2, "/runbook HighP95Latency", "user"), said(3, "Hello")]

    assert answered_about(NAMES, messages, 1) == []


def test_no_answer_is_taken_for_another_nor_for_the_incident_that_is_let_loose() -> None:
    names = ["HighP95Latency", "HighJobFailureRate", "HighJobFailureRateOfAll", "OrchestratorDown"]

    assert apart(names, taken="HighP95Latency") == ["HighJobFailureRate", "OrchestratorDown"]


def test_scenarios_are_chosen_by_name_in_their_own_order() -> None:
    assert named([]) == list(SCENARIOS)
    assert [one.case_id for one in named(["token_expired", "missed_updates_replayed"])] == [
        "missed_updates_replayed",
        "token_expired",
    ]


def test_a_scenario_that_is_none_is_refused_with_the_nearest() -> None:
    with pytest.raises(TocsinError, match=r"no scenario 'token_expird'; did you mean 'token_expired'\?"):
        named(["token_expird"])
