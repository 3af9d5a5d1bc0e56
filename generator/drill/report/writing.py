"""The report's folder: each case is written when it ends, the summary at the end."""

import json
from datetime import UTC, datetime
from pathlib import Path

from generator.drill.report.case import Case
from generator.drill.report.summary import Summary
from generator.errors import OutputError

SUMMARY = "SUMMARY.md"
"""For people; `summary.json` says the same."""


class Log:
    """The log of one case, with a moment on every line."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def say(self, text: str) -> None:
        """Add a line."""
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{moment}Z {text}\n")


class Report:
    """Files of one rehearsal.

    Args:
        folder: where they go; made if need be.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> None:
        """Make the folder, and forget what an earlier rehearsal left in it.

        Raises:
            OutputError: when the disk refuses.
        """
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            for name in ("results.jsonl", "summary.json", SUMMARY, "chart.png"):
                (self.folder / name).unlink(missing_ok=True)
            for old in self.logs.glob("*.log"):
                old.unlink()
        except OSError as error:
            raise OutputError(f"cannot write {error.filename}: {error.strerror}; choose another --out") from None

    @property
    def logs(self) -> Path:
        """One log per case and per process."""
        return self.folder / "logs"

    def log(self, case_id: str) -> Log:
        """The log of a case."""
        return Log(self.folder / log_path(case_id))

    def add(self, case: Case) -> None:
        """A case has ended."""
        with (self.folder / "results.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(case.data()) + "\n")

    def close(self, summary: Summary) -> None:
        """All have ended."""
        (self.folder / "summary.json").write_text(json.dumps(summary.data(), indent=2) + "\n", encoding="utf-8")
        (self.folder / SUMMARY).write_text(summary.markdown(), encoding="utf-8")


def log_path(case_id: str) -> str:
    """Relative to the report's folder."""
    return f"logs/{case_id}.log"
