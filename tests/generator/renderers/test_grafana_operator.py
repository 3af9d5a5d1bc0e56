"""Dashboards as objects of the Grafana operator: the same JSON, the same uid, one folder."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from generator.bundle import Output, render
from generator.spec.load import load

ROOT = Path(__file__).parents[3]


@cache
def files() -> dict[str, str]:
    bundle = render(load(ROOT / "slo.yaml"), [Output.PLAIN, Output.GRAFANA_OPERATOR])
    return {str(one.path): one.text for one in bundle.artifacts}


def objects(kind: str) -> list[dict[str, Any]]:
    texts = [text for path, text in files().items() if path.startswith("grafana-operator/")]
    return [one for one in map(yaml.safe_load, texts) if one["kind"] == kind]


def test_every_dashboard_is_carried_whole_under_its_own_uid() -> None:
    carried = {one["spec"]["json"]: one["spec"]["uid"] for one in objects("GrafanaDashboard")}
    plain = {text for path, text in files().items() if path.startswith("monitoring/grafana/dashboards/")}
    assert set(carried) == plain
    assert all(json.loads(text)["uid"] == uid for text, uid in carried.items())


def test_every_dashboard_lies_in_the_one_folder_and_finds_the_same_grafana() -> None:
    [folder] = objects("GrafanaFolder")
    for one in objects("GrafanaDashboard"):
        assert one["spec"]["folderRef"] == folder["metadata"]["name"]
        assert one["spec"]["instanceSelector"] == folder["spec"]["instanceSelector"]
        assert one["metadata"]["namespace"] == folder["metadata"]["namespace"]


def test_the_kustomization_lists_every_file() -> None:
    [kustomization] = objects("Kustomization")
    here = {path.removeprefix("grafana-operator/") for path in files() if path.startswith("grafana-operator/")}
    assert {*kustomization["resources"], "kustomization.yaml"} == here
