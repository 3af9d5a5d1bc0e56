"""The rendered bundle as files: rules, dashboards and runbook pages, read without the generator."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from .reading import Reading, read

ROOT: Final = Path(__file__).resolve().parents[2]
RULES: Final = ROOT / "monitoring" / "prometheus" / "rules"
DASHBOARDS: Final = ROOT / "monitoring" / "grafana" / "dashboards"
RUNBOOKS: Final = ROOT / "monitoring" / "runbooks"
SYSTEMS: Final = ("codex-bot", "openagents-runtime", "televibe", "codex-pipeline", "agentos")
UNITS: Final = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One alerting rule of a rule file."""

    alert: str
    file: str
    expr: str
    lasts: timedelta
    labels: Mapping[str, str]
    annotations: Mapping[str, str]

    @property
    def reading(self) -> Reading:
        """The expression, taken apart."""
        return read(self.expr)


def rule_file(system: str) -> Path:
    """Where the rules of a system are rendered."""
    return RULES / f"{system}.rules.yaml"


@cache
def entries(path: Path) -> tuple[dict[str, Any], ...]:
    """All rules of a file, alerting and recording, as they stand there."""
    groups = yaml.safe_load(_text(path))["groups"]
    return tuple(entry for group in groups for entry in group["rules"])


@cache
def rules_in(path: Path) -> tuple[Rule, ...]:
    """All alerting rules of a file."""
    return tuple(_rule(path.name, entry) for entry in entries(path) if "alert" in entry)


@cache
def rules() -> tuple[Rule, ...]:
    """All alerting rules of all rule files."""
    return tuple(rule for path in sorted(RULES.glob("*.y*ml")) for rule in rules_in(path))


def rule(alert: str) -> Rule:
    """The one rule of that name."""
    found = [rule for rule in rules() if rule.alert == alert]
    assert len(found) == 1, f"{alert}: expected one rule, found {len(found)}: {[rule.file for rule in found]}"
    return found[0]


@cache
def dashboard(system: str) -> dict[str, Any]:
    """The dashboard of a system."""
    content: dict[str, Any] = json.loads(_text(DASHBOARDS / f"{system}.json"))
    return content


def panels(system: str) -> tuple[dict[str, Any], ...]:
    """All panels of a dashboard, rows and what is nested in them included."""
    top = dashboard(system)["panels"]
    return tuple(panel for outer in top for panel in (outer, *outer.get("panels", ())))


def expressions(panel: Mapping[str, Any]) -> tuple[object, ...]:
    """The `expr` of every target of a panel, whatever it is."""
    return tuple(target.get("expr") for target in panel.get("targets", ()))


@cache
def pages() -> tuple[Path, ...]:
    """All runbook pages; there must be some."""
    found = tuple(sorted(RUNBOOKS.rglob("*.md")))
    assert found, f"no page is rendered under {RUNBOOKS}"
    return found


def runbook(alert: str) -> Path:
    """The page that the alert's `runbook` annotation names."""
    return ROOT / rule(alert).annotations.get("runbook", "")


def duration(text: str) -> timedelta:
    """A Prometheus duration, zero included."""
    parts = re.findall(r"(\d+)(ms|[smhdw])", text)
    assert "".join(map("".join, parts)) == text, f"{text!r} is no duration"
    return sum((int(count) * UNITS[unit] for count, unit in parts), timedelta(0))


def _rule(file: str, entry: Mapping[str, Any]) -> Rule:
    return Rule(
        alert=entry["alert"],
        file=file,
        expr=entry["expr"],
        lasts=duration(str(entry.get("for", "0s"))),
        labels=entry.get("labels") or {},
        annotations=entry.get("annotations") or {},
    )


def _text(path: Path) -> str:
    assert path.is_file(), f"{path} is not rendered"
    return path.read_text(encoding="utf-8")
