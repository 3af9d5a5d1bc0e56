"""The README's way of one alert, stop by stop: each is what the code makes of the one before."""

import re
import shutil
import subprocess
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.adapters.catalog import read_catalogue
from agent.adapters.telegram.forms import plain
from agent.adapters.telegram.render.incidents import TelegramIncidents
from agent.domain.incident import Firing, Incident
from agent.domain.incident_hands import acknowledged
from generator.cli import main
from generator.drill.loop.measure import ALERT
from generator.drill.loop.moments import Moment
from tests.agent.makers import NOON, make_incident
from tests.docs.blocks import ROOT, hold

RULES = ROOT / "monitoring/prometheus/rules/codex-bot.rules.yaml"
CATALOGUE = ROOT / "monitoring/runbooks/catalog.json"
VALUE = "{{ $value | humanizePercentage }}"


def entry(file: Path, first: str) -> str:
    """The list's entry that begins with this line, without its indentation."""
    text = file.read_text("utf-8")
    found = re.search(rf"^( *){re.escape(first)}\n(?:\1 .*\n)+", text, re.MULTILINE)
    assert found, f"{file.name} has no {first!r}"
    return textwrap.dedent(found[0])


def rule() -> Mapping[str, Any]:
    """The alert as Prometheus loads it."""
    ((found,),) = yaml.safe_load_all(entry(RULES, f"- alert: {ALERT}"))
    return dict(found)


def firing() -> Firing:
    """The alert as Alertmanager sends it, two runs of seven having failed."""
    loaded = rule()
    said = {name: text.replace(VALUE, "28.57%") for name, text in loaded["annotations"].items()}
    assert not any("{{" in text for text in said.values())
    return Firing("f", loaded["labels"] | {"alertname": ALERT}, said, NOON)


def shown(incident: Incident, now: datetime) -> list[str]:
    """As on a phone: the words, and the buttons below them."""
    words = TelegramIncidents(read_catalogue(CATALOGUE), with_charts=True).incident(incident, now)
    return [*plain(words.text).splitlines(), *(" ".join(f"[{each.label}]" for each in row) for row in words.buttons)]


def stop(hop: Moment, lines: Sequence[str], before: Sequence[str] = ()) -> str:
    """What is new in the message, under what has happened."""
    return "\n".join([str(hop), *(f"  │ {line}".rstrip() for line in lines if line not in before or not before), ""])


def test_the_spec_says_it_as_shown() -> None:
    head, steps = entry(ROOT / "slo.yaml", f"- name: {ALERT}").split("  steps:\n")
    count = len(re.findall(r"^    - ", steps, re.MULTILINE))

    hold("tour-spec", f"{head}  steps:  # {count}; the first of them stand in the message below\n")


def test_the_rule_is_the_rendered_one() -> None:
    head, annotations = entry(RULES, f"- alert: {ALERT}").split("  annotations:\n")
    assert "    summary: " in annotations

    hold("tour-rule", f"{head}  annotations:  # summary, value, impact and links, for the message below\n")


@pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is missing: apt-get install prometheus-alertmanager")
def test_the_route_is_what_amtool_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", f"--spec={ROOT / 'slo.yaml'}", "--target=alertmanager=0.25", f"--out={tmp_path}"]) == 0
    capsys.readouterr()
    labels = [f"alertname={ALERT}", *(f"{name}={value}" for name, value in rule()["labels"].items())]
    command = ["amtool", "config", "routes", "test", "--config.file=monitoring/alertmanager/alertmanager.yml", *labels]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=30)

    hold("tour-route", f"$ {' '.join(command[:5])} \\\n    {' '.join(labels)}\n{done.stdout}")


def test_the_messages_are_those_that_the_agent_writes() -> None:
    minute = timedelta(minutes=1)
    told = make_incident(id="FY9M6G9", alerts=(firing(),))
    taken = acknowledged(told, 7, NOON + 2 * minute, "Ola")
    over = NOON + 20 * minute
    ended = replace(taken, alerts=(replace(firing(), ends_at=over),), resolved_at=over, updated_at=over)
    first, second, third = (
        shown(incident, incident.updated_at + wait)
        for incident, wait in ((told, minute / 2), (taken, timedelta()), (ended, timedelta()))
    )

    parts = stop(Moment.TOLD, first), stop(Moment.ACKED, second, first), stop(Moment.RESOLVED, third, second)
    hold("tour-chat", "".join(parts))
