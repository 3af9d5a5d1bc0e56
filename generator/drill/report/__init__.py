"""What a rehearsal leaves behind: results.jsonl, summary.json, SUMMARY.md and logs, in the documents' form."""

from generator.drill.report.case import Case, Status, Step
from generator.drill.report.summary import Summary
from generator.drill.report.writing import Report

__all__ = ["Case", "Report", "Status", "Step", "Summary"]
