"""Values for charts that run already: they name what is there, and ask for room enough."""

from typing import Any

from generator.bundle import render
from generator.domain.deployment import RuleEngine

from .manifests import documents, files, of_kind, one, service
from .test_overlays import deployed
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
    assert config["ruler"]["alertmanager_url"].startswith("dns+http://"), "each address is told, not one of them"
    host, _, port = config["ruler"]["alertmanager_url"].removeprefix("dns+http://").rpartition(":")
    assert_every_replica_is_behind(host, int(port))


def assert_every_replica_is_behind(host: str, port: int) -> None:
    name, namespace, _ = host.split(".", 2)
    assert namespace == service().deployment.namespaces.observability
    spec = one("Service", name)["spec"]
    assert spec["clusterIP"] == "None", "a Service with an address of its own hides all replicas but one"
    assert (
        spec["selector"].items() <= one("StatefulSet", "alertmanager")["spec"]["template"]["metadata"]["labels"].items()
    )
    assert port in {it["port"] for it in spec["ports"] if it["name"] == "http"}


def test_a_grafana_without_sidecars_is_given_the_data_source_as_well() -> None:
    [in_config_map] = documents(one("ConfigMap", "tocsin-datasource")["data"]["tocsin-datasource.yaml"])
    assert values("grafana-config-maps")["datasources"] == {"datasources.yaml": in_config_map}


# The operator's Prometheus --------------------------------------------------------------------------------------------


def of_operator() -> Any:  # noqa: ANN401 - YAML
    path = "argocd/values/kube-prometheus-stack.yaml"
    assert path not in files(), "only where the operator evaluates the rules"
    given = deployed(rule_engine=RuleEngine.PROMETHEUS_OPERATOR)
    [text] = [str(it.text) for it in render(given).artifacts if str(it.path) == path]
    return documents(text)[0]["prometheus"]["prometheusSpec"]


def test_the_charts_prometheus_finds_our_objects_and_takes_what_is_pushed() -> None:
    spec = of_operator()
    for kind in ("rule", "serviceMonitor", "scrapeConfig"):
        assert spec[f"{kind}SelectorNilUsesHelmValues"] is False
    assert spec["enableRemoteWriteReceiver"] is True


def test_the_charts_prometheus_tells_every_replica_of_our_alertmanager() -> None:
    [config] = of_operator()["additionalAlertManagerConfigs"]
    [discovery] = config["dns_sd_configs"]
    [host] = discovery["names"]
    assert (config["scheme"], discovery["type"]) == ("http", "A")
    assert_every_replica_is_behind(host, discovery["port"])
