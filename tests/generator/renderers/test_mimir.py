"""`monitoring/mimir` is what `mimirtool rules sync` takes: a namespace for each system, with its plain groups."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.artifact import HEADER, Artifact
from generator.domain.service import Service, System
from generator.renderers import mimir, prometheus_rules
from generator.spec.load import load

ROOT = Path(__file__).parents[3]


@cache
def service() -> Service:
    return load(ROOT / "slo.yaml")


def carried(given: Service) -> list[Artifact]:
    """What is made of the rules that Prometheus reads."""
    return list(mimir.render(given, list(prometheus_rules.render(given))))


def parsed(given: Service) -> dict[str, dict[str, Any]]:
    """Every file's data by its name."""
    return {artifact.path.name: yaml.safe_load(artifact.text) for artifact in carried(given)}


def test_there_is_a_file_for_every_system() -> None:
    paths = [str(artifact.path) for artifact in carried(service())]
    assert paths == [f"monitoring/mimir/{system.name}.rules.yaml" for system in service().systems]


def test_a_file_holds_a_namespace_and_groups_and_nothing_else() -> None:
    for data in parsed(service()).values():
        assert list(data) == ["namespace", "groups"]


def test_the_groups_are_the_plain_ones_in_the_same_order() -> None:
    plain = [
        group for artifact in prometheus_rules.render(service()) for group in yaml.safe_load(artifact.text)["groups"]
    ]
    assert [group for data in parsed(service()).values() for group in data["groups"]] == plain


def test_no_two_files_share_a_namespace_because_mimirtool_refuses_that() -> None:
    namespaces = [data["namespace"] for data in parsed(service()).values()]
    assert len(namespaces) == len(set(namespaces))


def test_no_other_bundles_namespace_begins_like_ours() -> None:
    other = replace(service(), settings=replace(service().settings, name=f"{service().settings.name}-dev"))
    ours = f"{service().settings.name}."
    assert all(data["namespace"].startswith(ours) for data in parsed(service()).values())
    assert not any(data["namespace"].startswith(ours) for data in parsed(other).values())


@pytest.mark.parametrize(
    "system", [replace(service().systems[0], alerts=()), replace(service().systems[0], objectives=())]
)
def test_a_system_with_only_one_sort_of_rules_keeps_its_file(system: System) -> None:
    assert len(parsed(replace(service(), systems=(system,)))) == 1


def test_a_system_without_rules_has_no_file() -> None:
    system = replace(service().systems[0], alerts=(), objectives=())
    assert parsed(replace(service(), systems=(system,))) == {}


def test_every_file_says_where_it_comes_from() -> None:
    for artifact in carried(service()):
        assert artifact.text.startswith(f"# {HEADER}\n")
