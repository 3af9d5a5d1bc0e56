"""`amtool` on the rendered Alertmanager configuration and its routing tests."""

import os
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from generator.proof.promtool import Failure
from generator.tool import Tool, ToolTimeout

FOLDER = Path("monitoring/alertmanager")
CONFIG = "alertmanager.yml"
CASES = "tests/routing.yaml"


class Amtool:
    """Runs the routing proof of a rendered bundle.

    Args:
        tool: the installed amtool.
        root: the bundle's folder.
        jobs: how many processes at once.
        systems: whose alerts to look at; all of them when empty.
    """

    def __init__(self, tool: Tool, root: Path, jobs: int | None = None, systems: Collection[str] = frozenset()) -> None:
        self._tool = tool
        self._systems = systems
        self._folder = root / FOLDER
        self._jobs = jobs or os.cpu_count() or 1

    def check(self) -> Iterator[Failure]:
        """What `amtool check-config` finds."""
        said = self._said("check-config", CONFIG)
        if said:
            yield Failure("amtool check-config", said)

    def cases(self) -> list[dict[str, Any]]:
        """The rendered route cases."""
        text = (self._folder / CASES).read_text("utf-8")
        content: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
        routes: list[dict[str, Any]] = content["routes"]
        return [case for case in routes if not self._systems or case["labels"].get("system") in self._systems]

    def test(self, progress: Callable[[int, int], None]) -> Iterator[Failure]:
        """Route cases that end at other receivers than they should.

        Args:
            progress: is told how many of how many cases are done.
        """
        cases = self.cases()
        with ThreadPoolExecutor(self._jobs) as pool:
            for number, failure in enumerate(pool.map(self._case, cases), 1):
                progress(number, len(cases))
                if failure:
                    yield failure

    def _case(self, case: dict[str, Any]) -> Failure | None:
        labels = [f"{name}={value}" for name, value in case["labels"].items()]
        wanted = ",".join(case["receivers"])
        options = (f"--config.file={CONFIG}", f"--verify.receivers={wanted}")
        said = self._said("config", "routes", "test", *options, *labels)
        return Failure(f"{case['labels']['alertname']} reaches {wanted}", said) if said else None

    def _said(self, *arguments: str) -> str:
        """What amtool has against something; empty when it has nothing."""
        try:
            told = self._tool.run(*arguments, folder=self._folder)
        except ToolTimeout as late:
            return f"gave up: {late}; give it the machine with --jobs 1"
        return (told.stdout + told.stderr).strip() or "it failed and said nothing" if told.returncode else ""
