"""The renderer's own choices: what it leaves out, splits, refuses and does when a spec is not ours.

What the manifests say to a cluster is tested in `tests/argocd`.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from generator.artifact import Artifact
from generator.bundle import render as render_bundle
from generator.domain.deployment import RuleEngine
from generator.domain.service import Service
from generator.errors import RefusedError
from generator.renderers import argocd
from generator.renderers.argocd import kafka, objects, rule_texts, rules
from generator.spec.load import load

ROOT = Path(__file__).parents[3]
OBSERVABILITY = "argocd/applications/observability"


@cache
def service() -> Service:
    return load(ROOT / "slo.yaml")


@cache
def foreign() -> Service:
    """A spec that has nothing to do with our five systems."""
    return load(ROOT / "tests/cases/every-kind/slo.yaml")


def others(given: Service) -> list[Artifact]:
    """What the other renderers make."""
    return [one for one in render_bundle(given).artifacts if one.path.parts[0] != "argocd"]


@cache
def ours() -> list[Artifact]:
    """What the other renderers make of our spec."""
    return others(service())


def rendered(given: Service) -> dict[str, str]:
    made = ours() if given.systems == service().systems else others(given)
    return {str(one.path): one.text for one in argocd.render(given, made)}


def deployed(**changes: Any) -> Service:  # noqa: ANN401 - any key of a deployment
    """Our spec, deployed in another way."""
    settings = service().settings
    return replace(service(), settings=replace(settings, deployment=replace(settings.deployment, **changes)))


def with_operator() -> Service:
    return deployed(rule_engine=RuleEngine.PROMETHEUS_OPERATOR)


def documents(text: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(text))


def applications(files: dict[str, str]) -> list[str]:
    return [
        element["name"]
        for path, text in files.items()
        if path.startswith("argocd/applicationsets/")
        for element in documents(text)[0]["spec"]["generators"][0]["list"]["elements"]
    ]


def resources(files: dict[str, str]) -> list[str]:
    listed: list[str] = documents(files[f"{OBSERVABILITY}/kustomization.yaml"])[0]["resources"]
    return listed


def test_the_same_spec_gives_the_same_manifests() -> None:
    assert rendered(service()) == rendered(load(ROOT / "slo.yaml"))


def test_the_order_of_what_others_rendered_changes_nothing_that_runs() -> None:
    backwards = {str(one.path): one.text for one in argocd.render(service(), ours()[::-1])}
    for path, text in rendered(service()).items():
        if "alloy" in path or path.startswith("argocd/applications/agent/"):
            assert backwards[path] == text


@pytest.mark.parametrize(
    ("system", "wanted"),
    [
        ("televibe", ["observability", "agent"]),
        ("openagents-runtime", ["observability"]),
        ("codex-pipeline", ["observability", "kafka", "nats", "jangar"]),
    ],
)
def test_an_application_that_nothing_is_watched_of_is_not_rendered(system: str, wanted: list[str]) -> None:
    files = rendered(service().only(system))
    assert applications(files) == wanted
    assert {path.split("/")[2] for path in files if path.startswith("argocd/applications/")} == set(wanted)


def test_a_set_without_members_is_not_rendered() -> None:
    assert "argocd/applicationsets/platform.yaml" not in rendered(service().only("openagents-runtime"))


def test_a_job_without_a_known_address_reads_its_targets_from_a_config_map_that_people_make() -> None:
    text = rendered(foreign())[f"{OBSERVABILITY}/observability-alloy.yaml"]
    config, deployment = documents(text)
    assert 'files = ["/etc/alloy-targets/shop.yaml"]' in config["data"]["config.alloy"]
    volumes = deployment["spec"]["template"]["spec"]["volumes"]
    assert {"name": "targets", "configMap": {"name": "alloy-targets", "optional": True}} in volumes


def test_a_full_address_of_the_agent_needs_no_alias() -> None:
    kinds = [
        one["spec"].get("type")
        for one in documents(rendered(foreign())[f"{OBSERVABILITY}/alertmanager.yaml"])
        if one["kind"] == "Service"
    ]
    assert "ExternalName" not in kinds


def test_credentials_in_one_folder_of_any_name_are_one_volume() -> None:
    [stateful_set] = [
        one
        for one in documents(rendered(foreign())[f"{OBSERVABILITY}/alertmanager.yaml"])
        if one["kind"] == "StatefulSet"
    ]
    [container] = stateful_set["spec"]["template"]["spec"]["containers"]
    places = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert [place for name, place in places.items() if name.startswith("credentials")] == ["/run/secrets"]


def test_without_a_way_out_no_bot_token_is_asked_for() -> None:
    quiet = replace(service(), routing=replace(service().routing, way_out=None))
    text = {str(one.path): one.text for one in argocd.render(quiet, ours())}
    manifests = text[f"{OBSERVABILITY}/alertmanager.yaml"]
    assert "--from-file=telegram-bot-token" not in manifests
    assert "key: telegram-bot-token" not in manifests


def test_for_the_operator_the_rules_are_objects_and_nothing_is_loaded_into_mimir() -> None:
    files = rendered(with_operator())
    assert "prometheus-rules" in resources(files)
    assert not [name for name in resources(files) if "mimir" in name]
    assert not [path for path in files if "mimir" in path or ("-alloy" in path and "jangar" not in path)]


def test_for_mimir_the_objects_are_rendered_beside_and_not_synced() -> None:
    files = rendered(service())
    assert f"{OBSERVABILITY}/prometheus-rules/kustomization.yaml" in files
    assert "prometheus-rules" not in resources(files)


@pytest.mark.parametrize(("engine", "permitted"), [*zip(RuleEngine, (False, True), strict=True)])
def test_the_project_permits_prometheus_rules_only_for_the_operator(engine: RuleEngine, permitted: bool) -> None:
    kinds = documents(rendered(deployed(rule_engine=engine))["argocd/project.yaml"])[0]["spec"][
        "namespaceResourceWhitelist"
    ]
    assert ({"group": "monitoring.coreos.com", "kind": "PrometheusRule"} in kinds) is permitted


def test_a_config_map_over_the_limit_is_refused_by_name() -> None:
    huge = Artifact(PurePosixPath("monitoring/grafana/dashboards/huge.json"), '{"a": "' + "x" * (1 << 20) + '"}\n')
    with pytest.raises(
        RefusedError, match=r"slo\.yaml:\d+:1: bundle: ConfigMap huge-dashboard .* 10\d{5} bytes .* 1048576"
    ):
        list(argocd.render(service(), [*ours(), huge]))


def many_groups() -> Iterator[Artifact]:
    """More rules than one ConfigMap holds."""
    for number in range(30):
        rule = f"    - name: g{number}\n      rules:\n        - record: a:b:c\n          expr: '{'x' * 100_000}'\n"
        text = f"# header\nnamespace: tocsin.s{number}\ngroups:\n{rule}".replace("\n  ", "\n")
        yield Artifact(PurePosixPath(f"monitoring/mimir/s{number}.rules.yaml"), text)


def test_rules_that_one_config_map_cannot_hold_are_spread_over_several_and_none_is_lost() -> None:
    file, names = rules.mimir_rules(service(), list(many_groups()), "loader.yaml")
    assert names == ["graf-mimir-rules", "graf-mimir-rules-2", "graf-mimir-rules-3", "graf-mimir-rules-4"]
    keys = [key for one in documents(file.text) for key in one["data"]]
    assert sorted(keys) == sorted(f"tocsin.s{number}_g{number}.yaml" for number in range(30))


def test_the_loader_mounts_every_config_map_of_rules() -> None:
    kept = [one for one in ours() if not str(one.path).startswith("monitoring/mimir/")]
    files = {str(one.path): one.text for one in argocd.render(service(), [*kept, *many_groups()])}
    job = documents(files[f"{OBSERVABILITY}/mimir-rule-loader.yaml"])[1]
    [volume] = [one for one in job["spec"]["template"]["spec"]["volumes"] if one["name"] == "rules"]
    assert [one["configMap"]["name"] for one in volume["projected"]["sources"]] == [
        "graf-mimir-rules",
        "graf-mimir-rules-2",
        "graf-mimir-rules-3",
        "graf-mimir-rules-4",
    ]


def test_a_group_is_cut_out_of_a_file_with_its_blocks_and_empty_lines() -> None:
    text = """\
# header

groups:
  - name: a
    rules:
      - expr: |
          x

            + y
  - name: b
    rules: []
"""
    assert [yaml.safe_load(body) for _, body in rule_texts.groups(text)] == yaml.safe_load(text)["groups"]
    assert [name for name, _ in rule_texts.groups(text)] == ["a", "b"]


def test_a_dot_in_a_name_is_escaped_by_one_backslash() -> None:
    assert kafka.pattern(["a.b-c", "d"]) == r"^(a\.b-c|d)$"


def test_without_names_the_filter_lets_everything_through() -> None:
    assert kafka.pattern([]) == ".*"


@pytest.mark.parametrize("data", [{"a": "1", "b": "3"}, {"a": "2"}, {"b": "1"}, {"a": "1\0b", "": "2"}])
def test_the_hash_changes_with_every_key_and_value(data: dict[str, str]) -> None:
    assert objects.digest(data) != objects.digest({"a": "1", "b": "2"})
