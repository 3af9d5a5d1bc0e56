"""The agent's application: one writer, reachable for alerts at all times, told only what it understands."""

import re
import shutil
import subprocess
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

import kubernetes_validate
import pytest

from agent.settings.load import load

from .manifests import Object, application, argument, containers, documents, files, of_kind, one, pods, service

SECRETS = {
    "TELEGRAM_BOT_TOKEN": "12345678:" + "x" * 35,
    "TELEGRAM_USERS": "12345:admin",
    "LOCAL_API_KEYS": "key:api:read",
    "ALERTMANAGER_WEBHOOK_TOKEN": "token",
    "TELEGRAM_ADMIN_CHAT_ID": "-100",
    "ALERT_WEBHOOK_URL": "https://hooks.example.com/",
    "ALERT_WEBHOOK_SECRET": "secret",
}


def container(name: str) -> Object:
    [found] = [it for workload, it in containers() if it["name"] == name and workload["kind"] == "Deployment"]
    return found


def environment() -> dict[str, str]:
    return {it["name"]: it.get("value", SECRETS.get(it["name"], "")) for it in container("agent")["env"]}


def test_there_is_one_replica_and_never_two() -> None:
    spec = one("Deployment", "tocsin-agent")["spec"]
    assert spec["replicas"] == 1
    assert spec["strategy"] == {"type": "Recreate"}


def test_the_agents_settings_understand_the_whole_environment() -> None:
    read: set[str] = set()

    class Watched(dict[str, str]):
        """An environment that remembers what it was asked for."""

        def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
            read.add(key)
            return super().get(key, default)

        def __getitem__(self, key: str) -> str:
            read.add(key)
            return super().__getitem__(key)

        def __contains__(self, key: object) -> bool:
            read.add(str(key))
            return super().__contains__(key)

    load(Watched(environment()))
    assert set(environment()) - {"HOME"} <= read


def test_the_agent_listens_where_its_container_port_is() -> None:
    http = load(environment()).http
    assert http.host == "0.0.0.0"  # noqa: S104 - that is the point
    assert {"name": "http", "containerPort": http.port} in container("agent")["ports"]


def test_everything_that_the_agent_writes_lies_on_a_volume() -> None:
    paths = load(environment()).paths
    places = {it["name"]: it["mountPath"] for it in container("agent")["volumeMounts"] if not it.get("readOnly")}
    assert str(paths.backups) == places["backups"]
    for path in (paths.data, paths.logs, paths.repos, paths.workspaces):
        assert str(path).startswith(f"{places['projects']}/")
    assert environment()["HOME"] == places["projects"]


def test_the_catalogue_lies_where_the_agent_looks_for_it() -> None:
    catalog = load(environment()).on_call.catalog
    places = {it["name"]: it["mountPath"] for it in container("agent")["volumeMounts"]}
    assert catalog is not None
    assert str(catalog.parent) == places["catalog"]
    assert catalog.name in one("ConfigMap", "tocsin-agent-catalog")["data"]


def test_the_probes_are_the_documented_ones() -> None:
    live, ready = container("agent")["livenessProbe"], container("agent")["readinessProbe"]
    assert live["httpGet"]["path"] == "/health/live"
    assert (live["periodSeconds"], live["timeoutSeconds"], live["failureThreshold"]) == (10, 5, 3)
    assert ready["httpGet"]["path"] == "/health/ready"
    assert (ready["periodSeconds"], ready["timeoutSeconds"], ready["failureThreshold"]) == (15, 10, 2)


def test_alerts_come_in_while_the_agent_is_not_ready() -> None:
    services = {it["metadata"]["name"]: it["spec"] for it in application("agent") if it["kind"] == "Service"}
    assert services["tocsin-agent-alerts"]["publishNotReadyAddresses"] is True
    assert "publishNotReadyAddresses" not in services["tocsin-agent"]


def test_alertmanagers_url_of_the_agent_means_the_intake_in_alertmanagers_namespace() -> None:
    url = urlsplit(service().routing.agent.url)
    [alias] = [it for it in application("observability") if it.get("spec", {}).get("type") == "ExternalName"]
    assert alias["metadata"]["name"] == url.hostname
    intake = one("Service", "tocsin-agent-alerts")
    target = f"{intake['metadata']['name']}.{intake['metadata']['namespace']}.svc.cluster.local"
    assert alias["spec"]["externalName"] == target
    assert url.port in {port["port"] for port in intake["spec"]["ports"]}


def test_the_node_exporter_sees_the_projects_volume_under_the_name_that_the_rules_read() -> None:
    exporter = container("node-exporter")
    [metric] = [m for s in service().systems for m in s.metrics if m.name == "node_filesystem_avail_bytes"]
    label = metric.label("mountpoint")
    assert label is not None
    assert {it["mountPath"] for it in exporter["volumeMounts"]} == set(label.values)
    assert argument(exporter, "--collector.filesystem.mount-points-include=") == f"^({'|'.join(label.values)})$"


def test_the_state_survives_a_prune() -> None:
    for claim in of_kind("PersistentVolumeClaim"):
        assert claim["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == "Prune=false,Delete=false"


def test_the_network_policy_lets_out_what_the_agent_needs_and_keeps_it_from_the_metadata_service() -> None:
    [policy] = of_kind("NetworkPolicy")
    ports = {port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]}
    settings = load(environment())
    alertmanager, mimir = urlsplit(settings.on_call.alertmanager_url), urlsplit(settings.charts.prometheus_url)
    assert {53, 443, 22, alertmanager.port, mimir.port or 80, 8080} == ports
    blocks = [peer["ipBlock"] for rule in policy["spec"]["egress"] for peer in rule.get("to", ()) if "ipBlock" in peer]
    assert [it["cidr"] for it in blocks] == ["0.0.0.0/0", "::/0"]
    for address in ("169.254.169.254", "169.254.170.2", "fe80::1", "fd00:ec2::254"):
        assert not [it for it in blocks if lets_out(it, address)], address
    for address in ("149.154.167.220", "2001:67c:4e8:f004::9"):
        assert [it for it in blocks if lets_out(it, address)], address


def lets_out(block: Object, address: str) -> bool:
    found = ip_address(address)
    return found in ip_network(block["cidr"]) and not any(found in ip_network(kept) for kept in block["except"])


def test_names_are_asked_wherever_the_clusters_dns_is() -> None:
    [policy] = of_kind("NetworkPolicy")
    [rule] = [it for it in policy["spec"]["egress"] if {"protocol": "UDP", "port": 53} in it["ports"]]
    assert {"protocol": "TCP", "port": 53} in rule["ports"]
    assert "to" not in rule, "kube-system on one cluster, openshift-dns on another, 169.254.20.10 on a third"


def test_ssh_takes_the_key_and_the_hosts_of_the_secret_and_starts_without_them() -> None:
    [pod] = [pod for workload, pod in pods() if workload["metadata"]["name"] == "tocsin-agent"]
    [keys] = [it["secret"] for it in pod["volumes"] if it["name"] == "ssh-keys"]
    assert keys["optional"] is True
    mounted = {it["name"]: it["mountPath"] for it in container("agent")["volumeMounts"]}
    files_there = {f"{mounted['ssh-keys']}/{item['path']}" for item in keys["items"]}
    config = dict(
        re.findall(r"^  (\w+) (.*)$", one("ConfigMap", "tocsin-agent-ssh")["data"]["tocsin.conf"], re.MULTILINE)
    )
    assert {config["IdentityFile"], config["UserKnownHostsFile"]} == files_there
    assert config["StrictHostKeyChecking"] == "yes"
    assert mounted["ssh-config"] == "/etc/ssh/ssh_config.d", "which ssh of the image reads, whoever starts it"


@pytest.mark.skipif(shutil.which("ssh") is None, reason="ssh is not installed: apt-get install openssh-client")
def test_ssh_itself_understands_its_configuration(tmp_path: Path) -> None:
    place = tmp_path / "tocsin.conf"
    place.write_text(one("ConfigMap", "tocsin-agent-ssh")["data"]["tocsin.conf"], "utf-8")
    done = subprocess.run(
        ["ssh", "-G", "-F", str(place), "git.acme.internal"], capture_output=True, text=True, check=True
    )
    found = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert found["identityfile"] == "/etc/tocsin-ssh/ssh-key"
    assert found["identitiesonly"] == "yes"
    assert found["userknownhostsfile"] == "/etc/tocsin-ssh/known-hosts"


# Restoring ------------------------------------------------------------------------------------------------------------


def restoring() -> Object:
    [found] = documents(files()["argocd/by-hand/restore.yaml"])
    return found


def test_the_pod_for_restoring_is_valid_and_has_the_agents_volumes_settings_and_user() -> None:
    version = ".".join(kubernetes_validate.latest_version().split(".")[:2])
    kubernetes_validate.validate(restoring(), version, strict=True)
    [mine] = restoring()["spec"]["containers"]
    for key in ("env", "image", "volumeMounts", "securityContext"):
        assert mine[key] == container("agent")[key], key
    [pod] = [pod for workload, pod in pods() if workload["metadata"]["name"] == "tocsin-agent"]
    assert restoring()["spec"]["volumes"] == pod["volumes"]
    assert restoring()["spec"]["securityContext"] == pod["securityContext"]


def test_the_pod_for_restoring_takes_no_calls_and_is_synced_by_nobody() -> None:
    labels = restoring()["metadata"]["labels"]
    assert labels["app"] != one("Deployment", "tocsin-agent")["metadata"]["labels"]["app"]
    listed = [text for path, text in files().items() if path.endswith("kustomization.yaml")]
    assert not [text for text in listed if "by-hand" in text]
