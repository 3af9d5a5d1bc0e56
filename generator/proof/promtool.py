"""`promtool` on the rendered rules and their tests, and a failure traced to the one case that failed."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from generator.emit import emit
from generator.tool import Tool

RULES = Path("monitoring/prometheus/rules")
TESTS = Path("monitoring/prometheus/tests")


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
    """Runs the proof of a rendered bundle.

    Args:
        tool: the installed promtool.
        root: the bundle's folder.
        jobs: how many processes at once.
    """

    def __init__(self, tool: Tool, root: Path, jobs: int | None = None) -> None:
        self._tool = tool
        self._root = root
        self._jobs = jobs or os.cpu_count() or 1

    def check(self) -> Iterator[Failure]:
        """What `promtool check rules` finds."""
        files = sorted(path.name for path in (self._root / RULES).glob("*.yaml"))
        told = self._tool.run("check", "rules", *files, folder=self._root / RULES)
        if told.returncode:
            yield Failure("promtool check rules", (told.stdout + told.stderr).strip())
        config = Path("monitoring/prometheus/prometheus.yml")
        told = self._tool.run("check", "config", "--syntax-only", config.name, folder=(self._root / config).parent)
        if told.returncode:
            yield Failure("promtool check config", (told.stdout + told.stderr).strip())

    def test(self, progress: Callable[[int, int], None]) -> Iterator[Failure]:
        """What `promtool test rules` finds, case by case.

        Args:
            progress: is told how many of how many files are done.
        """
        files = sorted((self._root / TESTS).glob("*.yaml"), key=lambda path: -path.stat().st_size)
        for number, (file, said) in enumerate(self._run_all(files), 1):
            progress(number, len(files))
            if said:
                yield from self._traced(file, said)

    def _run_all(self, files: Sequence[Path]) -> Iterator[tuple[Path, str]]:
        """Each file with what promtool said about its failure; empty when all held."""
        with ThreadPoolExecutor(self._jobs) as pool:
            runs = {pool.submit(self._tool.run, "test", "rules", file.name, folder=file.parent): file for file in files}
            for run in as_completed(runs):
                told = run.result()
                yield runs[run], (told.stdout + told.stderr).strip() if told.returncode else ""

    def _traced(self, file: Path, said: str) -> Iterator[Failure]:
        """The cases that fail in a file, first by subject and then one by one: promtool does not name them itself."""
        content: dict[str, Any] = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
        subjects: dict[str, list[Any]] = {}
        for case in content["tests"]:
            subjects.setdefault(case["name"].partition(" ")[0], []).append(case)
        failing = self._failing(file, content["rule_files"], list(subjects.values()))
        cases = [[case] for group, _ in failing for case in group]
        failures = [Failure(case["name"], told) for [case], told in self._failing(file, content["rule_files"], cases)]
        yield from sorted(failures, key=lambda failure: failure.name) or [Failure(file.name, said)]

    def _failing(self, file: Path, rules: Sequence[str], groups: Sequence[list[Any]]) -> list[tuple[list[Any], str]]:
        """The groups of cases that fail when each is run alone, with what promtool said."""
        parts = {file.with_name(f"{file.stem}.{number:04}.part"): group for number, group in enumerate(groups)}
        try:
            for part, group in parts.items():
                part.write_text(emit({"rule_files": rules, "tests": group}), encoding="utf-8")
            return [(parts[part], told) for part, told in self._run_all(list(parts)) if told]
        finally:
            for part in parts:
                part.unlink(missing_ok=True)
