"""Where Alertmanager's largest notification meets the agent's door: what is refused there for its size is lost."""

import json

import yaml

from agent.adapters.alertmanager import read_notice
from agent.adapters.http.alert_intake import LARGEST_BODY
from tests.agent.makers import NOON
from tests.contract.bundle import ROOT


def test_the_largest_group_that_is_sent_is_a_small_part_of_what_the_door_takes() -> None:
    config = yaml.safe_load((ROOT / "monitoring" / "alertmanager" / "alertmanager.yml").read_text(encoding="utf-8"))
    rules = [
        rule
        for path in (ROOT / "monitoring" / "prometheus" / "rules").glob("*.yaml")
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]
    longest = max(rules, key=lambda rule: len(json.dumps(rule["annotations"])))
    alert = {
        "status": "firing",
        "labels": {"alertname": longest["alert"], **longest["labels"], "instance": "i" * 60, "job": "j" * 40},
        "annotations": longest["annotations"],
        "startsAt": "2026-03-01T11:00:00.123456789Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example:9090/graph?g0.expr=" + "x" * 500,
        "fingerprint": "f" * 16,
    }
    hooks = [hook for receiver in config["receivers"] for hook in receiver.get("webhook_configs", ())]
    assert hooks
    for hook in hooks:
        body = json.dumps({"alerts": [alert] * hook["max_alerts"], "truncatedAlerts": 7})
        assert len(body) < LARGEST_BODY / 5
        assert read_notice(body, NOON).truncated == 7
    assert hooks[0]["max_alerts"] == 1000
