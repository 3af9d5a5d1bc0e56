"""Values for charts that run already: they name what is there, and ask for room enough."""

from typing import Any

from .manifests import documents, files, of_kind, one, service
from .test_rules import plain_groups


def values(name: str) -> Any:  # noqa: ANN401 - YAML
    return documents(files()[f"argocd/values/{name}.yaml"])[0]


def dashboards() -> dict[str, Any]:
    return {
        it["metadata"]["name"]: it for it in of_kind("ConfigMap") if "grafana_dashboard" in it["metadata"]["labels"]
    }


def test_the_sidecar_looks_for_the_labels_and_the_annotation_that_the_config_maps_have() -> None:
    wanted = values("grafana-sidecar")["sidecar"]
    for it in dashboards().values():
        assert it["metadata"]["labels"][wanted["dashboards"]["label"]] == wanted["dashboards"]["labelValue"]
    named = [it for it in dashboards().values() if wanted["dashboards"]["folderAnnotation"] in str(it["metadata"])]
    assert len(named) == len(dashboards()) - 1, "all but the one whose document has it in the root folder"
    labels = one("ConfigMap", "tocsin-datasource")["metadata"]["labels"]
    assert labels[wanted["datasources"]["label"]] == wanted["datasources"]["labelValue"]


def test_every_dashboard_has_a_provider_and_its_config_map_by_name() -> None:
    chart = values("grafana-config-maps")
    providers = {it["name"]: it for it in chart["dashboardProviders"]["dashboardproviders.yaml"]["providers"]}
    assert set(chart["dashboardsConfigMaps"]) == set(providers)
    assert set(chart["dashboardsConfigMaps"].values()) == set(dashboards())
    for name, provider in providers.items():
        assert provider["options"]["path"] == f"/var/lib/grafana/dashboards/{name}"
    assert providers["codex-pipeline"]["folder"] == ""


def test_mimir_is_given_room_for_every_rule_and_the_way_to_our_alertmanager() -> None:
    config = values("mimir")["mimir"]["structuredConfig"]
    largest = max(len(group["rules"]) for group in plain_groups().values())
    assert config["limits"]["ruler_max_rules_per_rule_group"] >= largest
    assert config["limits"]["ruler_max_rule_groups_per_tenant"] >= len(plain_groups())
    [port] = one("Service", "alertmanager")["spec"]["ports"]
    namespace = service().deployment.namespaces.observability
    url = f"http://alertmanager.{namespace}.svc.cluster.local:{port['port']}"
    assert config["ruler"]["alertmanager_url"] == url
