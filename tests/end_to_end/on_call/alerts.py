"""Alerts as the bundle's rules make them, with a value put in."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import yaml

from tests.end_to_end.agent.stage import ROOT

CATALOG: Final = ROOT / "monitoring" / "runbooks" / "catalog.json"
_VALUE: Final = re.compile(r"{{ \$value[^}]*}}")
_LABEL: Final = re.compile(r"{{ \$labels\.(\w+)[^}]*}}")


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert."""

    labels: dict[str, str]
    annotations: dict[str, str]

    @property
    def key(self) -> str:
        """What it is told apart by."""
        return json.dumps(self.labels, sort_keys=True)


def of_bundle(name: str, value: str = "31 %", **labels: str) -> Alert:
    """An alert of a rendered rule, as Prometheus fills in its annotations."""
    rule = _rules()[name]
    own = {"alertname": name} | rule["labels"] | labels
    annotations = {key: _filled(text, value, own) for key, text in rule["annotations"].items()}
    return Alert(own, annotations)


def foreign(name: str, severity: str = "warning", **labels: str) -> Alert:
    """An alert that no runbook knows."""
    return Alert({"alertname": name, "severity": severity, **labels}, {"summary": f"{name} is the matter"})


@lru_cache(maxsize=1)
def _rules() -> dict[str, Any]:
    files = sorted((ROOT / "monitoring" / "prometheus" / "rules").glob("*.rules.yaml"))
    groups = [group for file in files for group in yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)["groups"]]
    return {rule["alert"]: rule for group in groups for rule in group["rules"] if "alert" in rule}


def _filled(text: str, value: str, labels: dict[str, str]) -> str:
    return _LABEL.sub(lambda found: labels.get(found[1], ""), _VALUE.sub(value, text))
