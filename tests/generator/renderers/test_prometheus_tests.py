"""Holds the rendered unit tests to being about the rules beside them, evaluated as often as the series are sampled."""

from pathlib import PurePosixPath

import pytest
import yaml

from generator.domain.service import Service
from generator.renderers import prometheus_rules, prometheus_tests
from generator.spec import load_text
from tests.generator.specs import changed, small


def rendered(service: Service) -> dict[PurePosixPath, dict[str, object]]:
    """Every test file, read."""
    return {artifact.path: yaml.safe_load(artifact.text) for artifact in prometheus_tests.render(service)}


@pytest.mark.parametrize(("divisor", "interval"), [(1, "1m"), (60, "1s")], ids=["real time", "scaled"])
def test_rules_are_evaluated_as_often_as_series_are_sampled(divisor: int, interval: str) -> None:
    """promtool evaluates once a minute unless told otherwise, which is far too seldom for a scaled bundle."""
    found = {file["evaluation_interval"] for file in rendered(small().scaled(divisor)).values()}

    assert found == {interval}


def test_every_rule_file_has_a_test_file_beside_it() -> None:
    rules = {artifact.path for artifact in prometheus_rules.render(small())}

    named = {path.parent / str(file["rule_files"][0]) for path, file in rendered(small()).items() if file["rule_files"]}  # type: ignore[index]

    assert {PurePosixPath("monitoring/prometheus/rules") / path.name for path in named} == rules


def test_alerts_that_look_back_for_hours_have_a_file_with_an_interval_of_their_own() -> None:
    """In a file of promtool, rules are evaluated at one interval; at a minute, a window of days takes for ever."""
    text = changed("over: 10m}, below: 0.5/s}\n        for: 5m", "over: 3d}, below: 0.5/s}\n        for: 2d")

    files = {path.name: file for path, file in rendered(load_text(text)).items()}

    subjects = {case["name"].partition(" ")[0] for case in files["shop.every-20m.test.yaml"]["tests"]}  # type: ignore[attr-defined]
    assert subjects == {"OrdersSlow"}
    assert files["shop.every-20m.test.yaml"]["evaluation_interval"] == "20m"
    assert "OrdersSlow " not in str(files["shop.test.yaml"])
