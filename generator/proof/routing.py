"""`amtool` on the rendered Alertmanager configuration and its routing tests."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from generator.proof.promtool import Failure
from generator.tool import Tool

FOLDER = Path("monitoring/alertmanager")
CONFIG = "alertmanager.yml"
CASES = "tests/routing.yaml"


class Amtool:
    """Runs the routing proof of a rendered bundle.

    Args:
        tool: the installed amtool.
        root: the bundle's folder.
        jobs: how many processes at once.
    """

    def __init__(self, tool: Tool, root: Path, jobs: int | None = None) -> None:
        self._tool = tool
        self._folder = root / FOLDER
        self._jobs = jobs or os.cpu_count() or 1

    def check(self) -> Iterator[Failure]:
        """What `amtool check-config` finds."""
        told = self._tool.run("check-config", CONFIG, folder=self._folder)
        if told.returncode:
            yield Failure("amtool check-config", (told.stdout + told.stderr).strip())

    def cases(self) -> list[dict[str, Any]]:
        """The rendered route cases."""
        text = (self._folder / CASES).read_text("utf-8")
        content: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
        return list(content["routes"])

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
        told = self._tool.run(
            "config", "routes", "test", f"--config.file={CONFIG}", f"--verify.receivers={wanted}", *labels,
            folder=self._folder,
        )  # fmt: skip
        if not told.returncode:
            return None
        return Failure(f"{case['labels']['alertname']} reaches {wanted}", (told.stdout + told.stderr).strip())
