"""Whatever an object refers to exists, under that name and with that key; what a Service selects runs."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import pytest

from .manifests import Object, application, containers, documents, files, name_of, objects, of_kind, one, place_of, pods

LIMIT = 1 << 20
MADE_BY_PEOPLE = {"alloy-targets"}


def sources(pod: Object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every ConfigMap and Secret that a pod mounts, those inside of projected volumes among them."""
    for volume in pod.get("volumes", []):
        for source in (volume, *volume.get("projected", {}).get("sources", [])):
            if "configMap" in source:
                yield "ConfigMap", source["configMap"]
            if "secret" in source:
                yield "Secret", source["secret"] | {"name": source["secret"]["secretName"]}


def is_needed(kind: str, source: Mapping[str, Any], secret: str) -> bool:
    return kind == "Secret" and source["name"] == secret and not source.get("optional")


def test_every_mounted_config_map_exists_and_has_the_mounted_keys() -> None:
    held = {place_of(it): it["data"] for it in of_kind("ConfigMap")}
    for workload, pod in pods():
        for kind, source in sources(pod):
            if kind == "ConfigMap" and source["name"] not in MADE_BY_PEOPLE:
                data = held[workload["metadata"]["namespace"], source["name"]]
                assert {item["key"] for item in source.get("items", [])} <= set(data), name_of(workload)


def test_a_config_map_that_people_make_is_optional() -> None:
    wanted = [source for _, pod in pods() for _, source in sources(pod) if source["name"] in MADE_BY_PEOPLE]
    assert wanted
    assert all(source["optional"] for source in wanted)


def test_every_config_map_is_used_by_a_pod_or_by_grafana() -> None:
    used = {
        (workload["metadata"]["namespace"], source["name"]) for workload, pod in pods() for _, source in sources(pod)
    }
    unused = [it for it in of_kind("ConfigMap") if place_of(it) not in used]
    for it in unused:
        labels = it["metadata"]["labels"]
        assert labels.get("grafana_dashboard") == "1" or labels.get("grafana_datasource") == "1", name_of(it)


def test_every_mount_has_its_volume_and_every_volume_its_mount() -> None:
    for workload, pod in pods():
        claimed = {it["metadata"]["name"] for it in workload["spec"].get("volumeClaimTemplates", [])}
        volumes = {volume["name"] for volume in pod.get("volumes", [])} | claimed
        mounts = {mount["name"] for container in pod["containers"] for mount in container.get("volumeMounts", [])}
        assert volumes == mounts, name_of(workload)


def test_nothing_is_mounted_below_a_writable_mount_of_its_container() -> None:
    for workload, container in containers():
        mounts = {it["mountPath"]: it for it in container.get("volumeMounts", [])}
        for path in mounts:
            over = [str(parent) for parent in PurePosixPath(path).parents if str(parent) in mounts]
            root_owned = [parent for parent in over if not mounts[parent].get("readOnly")]
            assert not root_owned, f"{name_of(workload)}: the runtime makes the folders up to {path} as root"


def test_every_claim_that_a_pod_mounts_exists() -> None:
    held = {place_of(it) for it in of_kind("PersistentVolumeClaim")}
    for workload, pod in pods():
        for volume in pod.get("volumes", []):
            if "persistentVolumeClaim" in volume:
                claim = volume["persistentVolumeClaim"]["claimName"]
                assert (workload["metadata"]["namespace"], claim) in held, claim


@pytest.mark.parametrize(
    ("secret", "file"), [("alertmanager-credentials", "observability/alertmanager"), ("tocsin-agent", "agent/agent")]
)
def test_the_note_above_the_objects_makes_a_secret_with_every_key_that_is_needed(secret: str, file: str) -> None:
    text = files()[f"argocd/applications/{file}.yaml"]
    note = text[: text.index("apiVersion:")]
    assert f"create secret generic {secret} -n " in note
    command, _, optional = note.partition("For git over SSH")
    made = set(re.findall(r"--from-(?:file|literal)=([\w-]+)=", command))
    assert made == needed_keys(secret)
    assert not needed_keys(secret) & set(re.findall(r"--from-(?:file|literal)=([\w-]+)=", optional))


def needed_keys(secret: str) -> set[str]:
    found = set()
    for _, container in containers():
        for variable in container.get("env", []):
            reference = variable.get("valueFrom", {}).get("secretKeyRef", {"name": ""})
            if reference["name"] == secret and not reference.get("optional"):
                found.add(reference["key"])
    for _, pod in pods():
        for kind, source in sources(pod):
            if is_needed(kind, source, secret):
                found |= {item["key"] for item in source["items"]}
    return found


def test_there_is_no_secret_and_nothing_that_looks_like_one() -> None:
    assert not of_kind("Secret")
    for path, text in files().items():
        if path.startswith("argocd/"):
            assert not re.search(r"\b\d{8,10}:[A-Za-z0-9_-]{35}\b|-----BEGIN|\bghp_\w{36}\b|\bsk-\w{20,}", text), path


def test_every_service_selects_exactly_one_workload_and_its_named_ports() -> None:
    for it in of_kind("Service"):
        if it["spec"].get("type") == "ExternalName":
            continue
        chosen = [workload for workload, _ in pods() if selects(it, workload)]
        assert len(chosen) == 1, name_of(it)
        named = {port["name"] for one in chosen[0]["spec"]["template"]["spec"]["containers"] for port in one["ports"]}
        assert {port["targetPort"] for port in it["spec"]["ports"]} <= named, name_of(it)


def selects(it: Object, workload: Object) -> bool:
    labels = workload["spec"]["template"]["metadata"]["labels"]
    same = it["metadata"]["namespace"] == workload["metadata"]["namespace"]
    return bool(same and it["spec"]["selector"].items() <= labels.items())


def test_every_selector_of_a_workload_and_of_a_budget_finds_its_pods() -> None:
    labels = {
        place_of(workload): workload["spec"]["template"]["metadata"]["labels"]
        for workload, _ in pods()
        if workload["kind"] != "Job"
    }
    for workload in of_kind("Deployment", "StatefulSet", "PodDisruptionBudget"):
        assert workload["spec"]["selector"]["matchLabels"].items() <= labels[place_of(workload)].items()


def test_every_peer_of_a_network_policy_runs() -> None:
    running = {(workload["metadata"]["namespace"], workload["metadata"]["labels"]["app"]) for workload, _ in pods()}
    for policy in of_kind("NetworkPolicy"):
        peers = [peer for rule in policy["spec"]["ingress"] for peer in rule["from"]]
        peers += [peer for rule in policy["spec"]["egress"] for peer in rule.get("to", ()) if "podSelector" in peer]
        found = {
            (
                peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"],
                peer["podSelector"]["matchLabels"]["app"],
            )
            for peer in peers
        }
        assert found
        assert found <= running


def test_every_probe_asks_a_port_of_its_container() -> None:
    for workload, container in containers():
        for key in ("startupProbe", "livenessProbe", "readinessProbe"):
            if key in container:
                probe = container[key].get("httpGet") or container[key]["tcpSocket"]
                assert probe["port"] in {port["name"] for port in container["ports"]}, name_of(workload)


def test_every_config_map_is_smaller_than_kubernetes_allows() -> None:
    for it in of_kind("ConfigMap"):
        assert sum(len(key) + len(value.encode()) for key, value in it["data"].items()) < LIMIT, name_of(it)


def test_every_image_names_its_registry_and_its_version() -> None:
    for workload, container in containers():
        assert re.fullmatch(r"[a-z0-9.-]+\.[a-z]+/[a-z0-9./-]+:v?\d+\.\d+\.\d+\S*", container["image"]), (
            name_of(workload),
            container["image"],
        )


def test_no_pod_runs_as_root_writes_to_its_image_or_talks_to_the_api_server() -> None:
    for workload, pod in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True, name_of(workload)
        assert pod["automountServiceAccountToken"] is False, name_of(workload)
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod), name_of(workload)
        assert not any("hostPath" in volume for volume in pod.get("volumes", [])), name_of(workload)
        for container in pod["containers"]:
            confinement = container["securityContext"]
            assert confinement["readOnlyRootFilesystem"] is True
            assert confinement["allowPrivilegeEscalation"] is False
            assert confinement["capabilities"] == {"drop": ["ALL"]}


def test_configuration_and_secrets_are_mounted_to_be_read() -> None:
    for workload, pod in pods():
        given = {
            volume["name"]
            for volume in pod.get("volumes", [])
            if not {"persistentVolumeClaim", "emptyDir"} & set(volume)
        }
        for container in pod["containers"]:
            for mount in container.get("volumeMounts", []):
                assert mount.get("readOnly", False) or mount["name"] not in given, name_of(workload)


def test_every_container_asks_for_memory_and_is_limited_in_it() -> None:
    for _, container in containers():
        assert {"cpu", "memory"} <= set(container["resources"]["requests"])
        assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("name", ["kafka-alloy", "nats-alloy", "jangar-alloy", "observability-alloy", "alertmanager"])
def test_pods_restart_when_the_configuration_that_they_read_once_has_changed(name: str) -> None:
    [workload] = [it for it, _ in pods() if it["metadata"]["name"] == name]
    assert re.fullmatch(r"[0-9a-f]{64}", workload["spec"]["template"]["metadata"]["annotations"]["checksum/config"])


def test_dashboards_are_carried_whole_under_keys_that_are_unique_in_the_cluster() -> None:
    maps = [it for it in application("observability") if "grafana_dashboard" in it["metadata"]["labels"]]
    keys = [key for it in maps for key in it["data"]]
    assert len(keys) == len(set(keys)) == len(maps)
    carried = {text for it in maps for text in it["data"].values()}
    assert carried == {
        text for path, text in files().items() if re.match(r"monitoring/grafana/dashboards/[^/]+\.json$", path)
    }
    assert all(json.loads(text)["uid"] for text in carried)


def test_the_documented_dashboard_has_its_documented_name_key_and_folder() -> None:
    documented = one("ConfigMap", "codex-pipeline-dashboard")
    assert list(documented["data"]) == ["codex-pipeline-dashboard.json"]
    assert documented["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert "annotations" not in documented["metadata"], "its document has it in Grafana's root folder"


def test_every_other_dashboard_has_a_folder() -> None:
    for it in of_kind("ConfigMap"):
        if "grafana_dashboard" in it["metadata"]["labels"] and it["metadata"]["name"] != "codex-pipeline-dashboard":
            assert it["metadata"]["annotations"]["grafana_folder"]


def test_alertmanager_reads_the_rendered_configuration_with_its_templates_beside_it() -> None:
    config = one("ConfigMap", "alertmanager")["data"]
    assert config["alertmanager.yml"] == files()["monitoring/alertmanager/alertmanager.yml"]
    [pod] = [pod for workload, pod in pods() if workload["metadata"]["name"] == "alertmanager"]
    [volume] = [it for it in pod["volumes"] if it["name"] == "config"]
    paths = {item["path"] for item in volume["configMap"]["items"]}
    [parsed] = documents(config["alertmanager.yml"])
    for pattern in parsed["templates"]:
        assert any(re.fullmatch(pattern.replace(".", r"\.").replace("*", "[^/]+"), path) for path in paths), pattern


def test_every_credentials_file_of_alertmanager_is_mounted_from_a_secret() -> None:
    text = files()["monitoring/alertmanager/alertmanager.yml"]
    wanted = set(re.findall(r"_file: '?([^'\s]+)'?", text))
    [pod] = [pod for workload, pod in pods() if workload["metadata"]["name"] == "alertmanager"]
    folders = {mount["name"]: mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]}
    mounted = {
        f"{folders[volume['name']]}/{item['path']}"
        for volume in pod["volumes"]
        if "secret" in volume
        for item in volume["secret"]["items"]
    }
    assert wanted
    assert wanted == mounted


def test_every_address_in_a_runbook_belongs_to_a_service_with_that_port() -> None:
    held = {
        (it["metadata"]["name"], it["metadata"]["namespace"], str(port["port"]))
        for it in of_kind("Service")
        for port in it["spec"].get("ports", [])
    }
    pages = "".join(text for path, text in files().items() if path.startswith("monitoring/runbooks/"))
    found = set(re.findall(r"\bhttp://([\w-]+)\.([\w-]+)\.svc(?:\.cluster\.local)?(?::(\d+))", pages))
    assert len(found) >= 2
    assert found <= held


def test_every_address_of_ours_in_a_configuration_belongs_to_a_service_with_that_port() -> None:
    held = {
        f"{it['metadata']['name']}.{it['metadata']['namespace']}.svc.cluster.local:{port['port']}"
        for it in of_kind("Service")
        for port in it["spec"].get("ports", [])
    }
    ours = {it["metadata"]["name"] for it in of_kind("Service")}
    for it in objects():
        for host, port in re.findall(r"([\w-]+(?:\.[\w-]+)+\.svc\.cluster\.local):(\d+)", json.dumps(it)):
            if host.split(".")[0] in ours:
                assert f"{host}:{port}" in held, name_of(it)
