"""The rules in the manifests are the rules in `monitoring/`: nothing added, lost or changed on the way."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from .manifests import Object, application, documents, files, listed, of_kind

Group = Mapping[str, Any]


@cache
def plain_groups() -> Mapping[str, Group]:
    """Every group of `monitoring/prometheus/rules` by its name."""
    texts = (text for path, text in files().items() if path.startswith("monitoring/prometheus/rules/"))
    return {group["name"]: group for text in texts for group in documents(text)[0]["groups"]}


def prometheus_rules() -> Iterator[Object]:
    yield from listed("argocd/applications/observability/prometheus-rules")


def loaded_keys() -> dict[str, str]:
    maps = [it for it in of_kind("ConfigMap") if it["metadata"]["name"].startswith("graf-mimir-rules")]
    return {key: text for it in maps for key, text in it["data"].items()}


def test_prometheus_rule_objects_hold_exactly_the_plain_groups() -> None:
    groups = [group for it in prometheus_rules() for group in it["spec"]["groups"]]
    assert {group["name"]: group for group in groups} == plain_groups()
    assert len(groups) == len(plain_groups())


def test_prometheus_rule_objects_hold_the_plain_files_byte_for_byte() -> None:
    held = [text for path, text in files().items() if "/prometheus-rules/" in path]
    for path, text in files().items():
        if path.startswith("monitoring/prometheus/rules/"):
            moved = re.sub(r"^(?=.)", "  ", text.partition("groups:\n")[2], flags=re.MULTILINE)
            assert any(moved in one for one in held), path


def test_prometheus_rule_objects_carry_the_labels_that_the_operator_selects() -> None:
    for it in prometheus_rules():
        assert it["metadata"]["labels"].items() >= {"prometheus": "k8s", "role": "alert-rules"}.items()


def test_the_loaders_config_map_holds_exactly_the_plain_groups() -> None:
    groups = [documents(text)[0] for text in loaded_keys().values()]
    assert {group["name"]: group for group in groups} == plain_groups()


def test_the_loaders_keys_name_the_namespace_and_the_group_of_mimirs_files() -> None:
    wanted = set()
    for path, text in files().items():
        if path.startswith("monitoring/mimir/"):
            [data] = documents(text)
            wanted |= {f"{data['namespace']}_{group['name']}.yaml" for group in data["groups"]}
    assert set(loaded_keys()) == wanted


def test_only_one_engine_is_given_the_rules() -> None:
    assert "PrometheusRule" not in {it["kind"] for it in application("observability")}


def test_the_loader_runs_after_every_sync_and_mounts_every_config_map_of_rules() -> None:
    [job] = of_kind("Job")
    annotations = job["metadata"]["annotations"]
    assert annotations["argocd.argoproj.io/hook"] == "PostSync"
    assert annotations["argocd.argoproj.io/hook-delete-policy"] == "BeforeHookCreation"
    [volume] = [it for it in job["spec"]["template"]["spec"]["volumes"] if it["name"] == "rules"]
    mounted = [source["configMap"]["name"] for source in volume["projected"]["sources"]]
    assert mounted == [name for name in map_names() if name.startswith("graf-mimir-rules")]


def map_names() -> list[str]:
    return [it["metadata"]["name"] for it in of_kind("ConfigMap")]


def test_the_file_says_how_far_mimirs_limits_must_be_raised() -> None:
    text = files()["argocd/applications/observability/graf-mimir-rules.yaml"]
    largest = max(len(group["rules"]) for group in plain_groups().values())
    assert f"These are {len(plain_groups())} groups of up\n# to {largest} rules" in text
