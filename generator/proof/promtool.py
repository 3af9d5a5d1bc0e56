"""`promtool` on the rendered rules and their tests, and a failure traced to the one case that failed."""

import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from generator.emit import emit
from generator.tool import Tool, ToolTimeout

RULES = Path("monitoring/prometheus/rules")
TESTS = Path("monitoring/prometheus/tests")
CONFIG = Path("monitoring/prometheus/prometheus.yml")


@dataclass(frozen=True, slots=True)
class Failure:
    """One case that does not hold, or one file that cannot be read.

    Attributes:
        name: the case's name, subject first; the file's name when it is about a whole file.
        said: what the program said.
    """

    name: str
    said: str


class Promtool:
    """Runs the proof of a rendered bundle, where it lies; nothing is written beside it.

    Args:
        tool: the installed promtool.
        root: the bundle's folder.
        jobs: how many processes at once.
        only: names of the test files and rule files to look at; all of them when None.
    """

    def __init__(self, tool: Tool, root: Path, jobs: int | None = None, only: Collection[str] | None = None) -> None:
        self._tool = tool
        self._root = root
        self._jobs = jobs or os.cpu_count() or 1
        self._only = only

    def _files(self, folder: Path) -> list[Path]:
        found = (self._root / folder).glob("*.yaml")
        return sorted(path for path in found if self._only is None or path.name in self._only)

    def check(self) -> Iterator[Failure]:
        """What `promtool check rules` finds; nothing can be tested with rules that cannot be read."""
        files = [path.name for path in self._files(RULES)]
        if files:
            yield from self._checked("check rules", "check", "rules", *files, folder=self._root / RULES)
        config = self._root / CONFIG
        yield from self._checked("check config", "check", "config", "--syntax-only", config.name, folder=config.parent)

    def _checked(self, name: str, *arguments: str, folder: Path) -> Iterator[Failure]:
        said = self._said(*arguments, folder=folder)
        if said:
            yield Failure(f"promtool {name}", said)

    def test(self, progress: Callable[[int, int], None]) -> Iterator[Failure]:
        """What `promtool test rules` finds, case by case.

        Args:
            progress: is told how many of how many files are done.
        """
        files = sorted(self._files(TESTS), key=lambda path: -path.stat().st_size)
        for number, (file, said) in enumerate(self._run_all(files), 1):
            progress(number, len(files))
            if said.startswith(_LATE):
                yield Failure(file.name, said)
            elif said:
                yield from self._traced(file, said)

    def _run_all(self, files: Sequence[Path]) -> Iterator[tuple[Path, str]]:
        """Each file with what promtool said about its failure; empty when all held."""
        with ThreadPoolExecutor(self._jobs) as pool:
            runs = {pool.submit(self._said, "test", "rules", file.name, folder=file.parent): file for file in files}
            for run in as_completed(runs):
                yield runs[run], run.result()

    def _said(self, *arguments: str, folder: Path) -> str:
        """What promtool has against something; empty when it has nothing."""
        try:
            told = self._tool.run(*arguments, folder=folder)
        except ToolTimeout as late:
            return f"{_LATE}{late}; shorten the windows or `for` of its alerts, or give it the machine with --jobs 1"
        return (told.stdout + told.stderr).strip() or "it failed and said nothing" if told.returncode else ""

    def _traced(self, file: Path, said: str) -> Iterator[Failure]:
        """The cases that fail in a file, first by subject and then one by one: promtool does not name them itself."""
        content: dict[str, Any] = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
        subjects: dict[str, list[Any]] = {}
        for case in content["tests"]:
            subjects.setdefault(case["name"].partition(" ")[0], []).append(case)
        shared = {key: value for key, value in content.items() if key != "tests"}
        shared["rule_files"] = [str((file.parent / rules).resolve()) for rules in content["rule_files"]]
        failing = self._failing(shared, list(subjects.values()))
        cases = [[case] for group, _ in failing for case in group]
        failures = [Failure(case["name"], told) for [case], told in self._failing(shared, cases)]
        yield from sorted(failures, key=lambda failure: failure.name) or [Failure(file.name, said)]

    def _failing(self, shared: dict[str, Any], groups: Sequence[list[Any]]) -> list[tuple[list[Any], str]]:
        """The groups of cases that fail when each is run alone, with what promtool said."""
        with tempfile.TemporaryDirectory(prefix="tocsin-prove-") as folder:
            parts = {Path(folder, f"{number:04}.yaml"): group for number, group in enumerate(groups)}
            for part, group in parts.items():
                part.write_text(emit({**shared, "tests": group}), encoding="utf-8")
            return [(parts[part], told) for part, told in self._run_all(list(parts)) if told]


_LATE = "gave up: "
