"""The report: the documents' keys, honest totals, and nothing left over from before."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from generator.drill.report import Case, Report, Status, Summary

NOON = datetime(2026, 2, 21, 12, tzinfo=UTC)
PASSED = Case(
    "A", "from breach to message", Status.PASSED, NOON, 12.3456, "tocsin drill A", "logs/A.log",
    hops={"pending": 0.5, "told": 11.0}, expected_seconds=10.5, overhead_seconds=0.5,
)  # fmt: skip
FAILED = replace(PASSED, case_id="B", status=Status.FAILED, reason="it was not told.", hops={}, overhead_seconds=None)


def summary(*cases: Case) -> Summary:
    return Summary("tocsin.alert_drill.v1", "Alert drill", NOON, 60.0, {"Time scale": "60"}, cases)


def test_a_case_has_the_keys_of_the_documents_reports() -> None:
    keys = ["case_id", "description", "status", "started_at", "duration_seconds", "command", "log_path"]

    assert list(PASSED.data())[: len(keys)] == keys
    assert PASSED.data()["started_at"] == "2026-02-21T12:00:00Z"


def test_a_summary_has_the_keys_of_the_documents_reports() -> None:
    found = summary(PASSED, FAILED).data()

    assert found["harness"] == "tocsin.alert_drill.v1"
    assert found["totals"] == {"case_count": 2, "passed": 1, "failed": 1}
    assert found["overall_status"] == "failed"
    assert {"timestamp", "cases"} <= found.keys()


def test_all_passed_is_passed() -> None:
    assert summary(PASSED).overall is Status.PASSED


def test_nothing_rehearsed_is_nothing_passed() -> None:
    assert summary().overall is Status.FAILED


def test_the_median_leaves_out_cases_that_never_arrived() -> None:
    assert summary(PASSED, FAILED, replace(PASSED, overhead_seconds=1.5)).median_overhead == 1.0


def test_the_markdown_has_a_row_per_case_and_says_what_failed_and_how_to_repeat_it() -> None:
    text = summary(PASSED, FAILED).markdown()

    assert "| [A](logs/A.log) | passed | 12.3 | 0.50 | 11.00 | 0.50 |" in text
    assert "- **B**: it was not told. Again, alone: `tocsin drill A`" in text
    assert "2 cases, 1 passed, 1 failed" in text


def test_results_are_there_as_soon_as_a_case_ends(tmp_path: Path) -> None:
    report = Report(tmp_path / "report")
    report.open()
    report.add(PASSED)

    assert [json.loads(line)["case_id"] for line in (report.folder / "results.jsonl").read_text().splitlines()] == ["A"]


def test_an_earlier_rehearsal_in_the_same_folder_is_forgotten(tmp_path: Path) -> None:
    report = Report(tmp_path / "report")
    report.open()
    report.log("Old").say("once upon a time")
    report.add(PASSED)
    report.close(summary(PASSED))
    report.open()

    assert [path.name for path in sorted(report.folder.rglob("*"))] == ["logs"]


def test_a_log_has_a_moment_on_every_line(tmp_path: Path) -> None:
    report = Report(tmp_path)
    report.open()
    report.log("A").say("breached")

    moment, text = (tmp_path / "logs" / "A.log").read_text().split(" ", 1)

    assert (datetime.fromisoformat(moment).tzinfo, text) == (UTC, "breached\n")
