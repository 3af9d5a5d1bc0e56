"""`tocsin prove` with the real promtool and amtool: what holds is counted, what fails is named."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from generator.emit import emit
from generator.proof.promtool import Promtool
from generator.tool import Tool
from tests.generator.cli.conftest import Tocsin

needs_tools = pytest.mark.skipif(
    not (shutil.which("promtool") and shutil.which("amtool")),
    reason="promtool or amtool is not installed: apt-get install prometheus prometheus-alertmanager",
)


@needs_tools
def test_every_kind_of_condition_and_indicator_is_proven(tocsin: Tocsin) -> None:
    said = tocsin("prove")

    assert said.code == 0, said.out
    assert "12/12 documented alerts, 5 to 7 cases each, 0 failed" in said.out


def keep_only(*subjects: str, file: Path) -> None:
    """Leaves only these subjects' cases in a test file, because every case costs promtool a database."""
    content = yaml.safe_load(file.read_text("utf-8"))
    content["tests"] = [case for case in content["tests"] if case["name"].startswith(subjects)]
    file.write_text(emit(content), "utf-8")


@needs_tools
@pytest.mark.parametrize(
    ("written", "instead", "case"),
    [
        pytest.param("> 100", "> 99", "ShopQueueLong is silent at the threshold", id="a lower threshold"),
        pytest.param("> 100", "> 110", "ShopQueueLong fires beyond the threshold", id="a higher threshold"),
        pytest.param("for: 10m", "for: 5m", "ShopQueueLong does not fire before its time", id="a shorter wait"),
    ],
)
def test_a_rule_that_was_tampered_with_is_named_with_its_case(
    tocsin: Tocsin, spec: Path, written: str, instead: str, case: str
) -> None:
    tocsin("render")
    rules = spec.parent / "monitoring/prometheus/rules/shop.rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace(written, instead, 1), "utf-8")
    tests = spec.parent / "monitoring/prometheus/tests"
    for other in tests.glob("*.slo.test.yaml"):
        other.unlink()
    keep_only("ShopQueueLong", "ShopFreeSpaceLow", file=tests / "shop.test.yaml")

    failures = list(Promtool(Tool.find("promtool", "prometheus"), spec.parent).test(lambda *_: None))

    assert case in {failure.name for failure in failures}


def test_a_missing_program_names_the_package(tocsin: Tocsin) -> None:
    said = tocsin("prove", "--promtool", "no-such-promtool")

    assert said.code == 2
    assert "apt-get install prometheus" in said.err


def test_the_schema_is_a_json_schema(tocsin: Tocsin) -> None:
    assert json.loads(tocsin("schema").out)["title"] == "Tocsin SLO spec"
