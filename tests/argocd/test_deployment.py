"""What people decide under `bundle.deployment` arrives where it belongs, and what cannot be is refused by its place."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import yaml

from agent.settings.load import load as load_settings
from generator.artifact import Artifact
from generator.domain.addresses import read_repository, read_revision
from generator.domain.deployment import Address, Egress, Ingress, Mimir, Namespaces, RuleEngine, SecretProvider
from generator.domain.images import Image
from generator.domain.service import Service
from generator.errors import RefusedError, ValueProblem
from generator.renderers import argocd
from generator.spec import SpecError
from generator.spec.load import load_text

from .manifests import ROOT, Object, artifacts, documents, name_of
from .test_agent import SECRETS
from .test_overlays import DIGEST, deployed

SPEC = (ROOT / "slo.yaml").read_text("utf-8")
START = SPEC.index("  deployment:\n")
END = SPEC.index("\n# Three levels")


@cache
def others() -> tuple[Artifact, ...]:
    return tuple(it for it in artifacts() if it.path.parts[0] != "argocd")


def rendered(given: Service) -> Mapping[str, str]:
    return {str(it.path): it.text for it in argocd.render(given, others())}


def objects(given: Service, folder: str) -> list[Object]:
    """The objects of a folder's own files."""
    texts = [text for path, text in rendered(given).items() if path.rpartition("/")[0] == f"argocd/{folder}"]
    return [it for text in texts for it in documents(text) if it["kind"] != "Kustomization"]


def with_deployment(deployment: Mapping[str, Any]) -> str:
    """Our spec with another deployment."""
    block = yaml.safe_dump({"deployment": deployment}, sort_keys=False)
    return SPEC[:START] + "".join(f"  {line}\n" for line in block.splitlines()) + SPEC[END:]


def spoilt(deployment: Mapping[str, Any] | None = None, **bundle: str) -> list[str]:
    """What is said about our spec with another deployment, or another line of the bundle."""
    text = SPEC if deployment is None else with_deployment(deployment)
    for key, value in bundle.items():
        text = re.sub(rf"^  {key}: .*$", f"  {key}: {value}" if value else "", text, count=1, flags=re.MULTILINE)
    with pytest.raises(SpecError) as raised:
        load_text(text)
    return str(raised.value).splitlines()


# Refused --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/example/tocsin.git",
        "https://git.example.com/tocsin.git",
        "https://example.org/a.git",
        "https://github.com/your-org/tocsin.git",
        "https://github.com/<you>/tocsin.git",
        "https://git.invalid/tocsin.git",
        "ssh://git@github.com/CHANGEME/tocsin.git",
        "http://localhost:3000/tocsin.git",
        "https://github.com/ORG/tocsin.git",
        "https://github.com/OWNER/REPO",
        "https://github.com/acme/REPO.git",
        "https://gitlab.acme.internal/platform/USER/tocsin",
        "git@github.com:your-org/tocsin.git",
        "https://git.acme.internal",
        "https://git.acme.internal/",
        "'https://github.com/acme/tocsin.git#main'",
        "'https://github.com/acme/tocsin.git?ref=main'",
        "https://robot:hunter2@git.acme.internal/tocsin.git",
        "https://hunter2@git.acme.internal/tocsin.git",
        "ssh://git:hunter2@git.acme.internal/tocsin.git",
        "'[::1'",
        "git.acme.internal/tocsin.git",
    ],
)
def test_a_repository_that_was_only_ever_an_example_is_refused_at_its_line(url: str) -> None:
    [line] = spoilt(repository=url)
    number = next(n for n, text in enumerate(SPEC.splitlines(), 1) if text.startswith("  repository:"))
    assert line.startswith(f"slo.yaml:{number}:3: bundle.repository: ")
    assert "hunter2" not in line, "a message must not show a password"
    assert "grafana" not in line, "the example is that of another key"


def test_a_missing_repository_is_refused_at_the_bundle() -> None:
    [line] = spoilt(repository="")
    number = next(n for n, text in enumerate(SPEC.splitlines(), 1) if text == "bundle:")
    assert line.startswith(f"slo.yaml:{number}:1: bundle: 'repository' is missing")


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/acme/tocsin.git",
        "ssh://git@git.acme.internal/platform/tocsin.git",
        "https://git.internal/examples/tocsin.git",
        "https://git.acme.internal/user/repo.git",
        "git@github.com:acme/tocsin.git",
        "git@git.acme.internal:/srv/git/tocsin.git",
        "deploy@git.acme.internal:platform/teams/tocsin",
    ],
)
def test_a_repository_that_may_exist_is_taken(url: str) -> None:
    assert read_repository(url) == url
    changed = re.sub(r"^  repository: .*$", f"  repository: {url}", SPEC, count=1, flags=re.MULTILINE)
    assert load_text(changed).settings.repository == url


@pytest.mark.parametrize(
    "ref", ["'with space'", "a..b", "'-x'", "x.lock", "x/", "'a~1'", "'a^'", "a//b", "'a:b'", "a.", "'@{1}'"]
)
def test_a_revision_that_git_would_not_take_is_refused_at_its_line(ref: str) -> None:
    [line] = spoilt(revision=ref)
    assert ": bundle.revision: " in line


@pytest.mark.parametrize(
    "ref", ["main", "HEAD", "release/1.2", "v1.0.0", "feature/a-b_c", "0123456789abcdef" * 2, "1.x"]
)
def test_a_branch_a_tag_or_a_commit_is_taken(ref: str) -> None:
    assert read_revision(ref) == ref


@pytest.mark.parametrize(
    ("deployment", "place", "what"),
    [
        ({"namespaces": {"kafka": "Kafka_1"}}, "namespaces.kafka", "Kafka_1"),
        ({"namespaces": {"agent": "-x"}}, "namespaces.agent", "-x"),
        ({"namespaces": {"agent": "x" * 64}}, "namespaces.agent", "xxx"),
        ({"namespaces": {"kafak": "x"}}, "namespaces.kafak", "unknown key"),
        ({"images": {"agent": "ghcr.io/acme/agent@sha256:123"}}, "images.agent", "'sha256:123' is no digest"),
        ({"images": {"agent": f"ghcr.io/acme/agent@{DIGEST.upper()}"}}, "images.agent", "is no digest"),
        ({"images": {"agent": "ghcr.io/acme/agent@"}}, "images.agent", "'' is no digest"),
        ({"images": {"agent": "ghcr.io/acme/agent:latest"}}, "images.agent", "another image tomorrow"),
        ({"images": {"agent": "ghcr.io/acme/agent"}}, "images.agent", "another image tomorrow"),
        ({"images": {"agent": "ghcr.io/example/agent:1.0.0"}}, "images.agent", "placeholder"),
        ({"images": {"agent": "not an image"}}, "images.agent", "is no image"),
        ({"overlays": {"prod": {"images": {"alloy": "a/b@sha256:x"}}}}, "overlays.prod.images.alloy", "is no digest"),
        ({"overlays": {"prod": {"alertmanager_replicas": 0}}}, "overlays.prod.alertmanager_replicas", "0"),
        ({"overlays": {"stage": {}}}, "overlays.stage", "unknown key"),
        ({"overlay": "staging"}, "overlay", "staging"),
        ({"storage": {"projects": "50 gigabytes"}}, "storage.projects", "50 gigabytes"),
        ({"kafka_brokers": ["kafka"]}, "kafka_brokers[0]", "kafka"),
        ({"nats_servers": ["nats-0:8222"]}, "nats_servers[0]", "nats-0:8222"),
        ({"targets": {"openagents-runtim": {"host": "a.b", "port": 1}}}, "targets.openagents-runtim", "did you mean"),
        ({"targets": {"openagents-runtime": {"host": "a.b", "port": 70000}}}, "targets.openagents-runtime.port", ""),
        ({"rule_engine": "thanos"}, "rule_engine", "thanos"),
        ({"images": {"agent": f"ghcr.io/acme/agent@sha256:{'0' * 64}"}}, "images.agent", "placeholder"),
        ({"mimir": {"url": "http://u:p@mimir:8080"}}, "mimir.url", "holds a credential"),
        ({"mimir": {"url": "http://mimir.acme.internal/prometheus"}}, "mimir.url", "write http://mimir.acme.internal"),
        ({"mimir": {"url": "http://mimir:8080/prometheus/"}}, "mimir.url", "write http://mimir:8080"),
        ({"mimir": {"url": "http://mimir:8080/api/v1/push"}}, "mimir.url", "write http://mimir:8080"),
        ({"mimir": {"url": "mimir:8080"}}, "mimir.url", "address inside the cluster"),
        ({"mimir": {"tenant": "two words"}}, "mimir.tenant", "two words"),
        ({"mimir": {"tenant": ".."}}, "mimir.tenant", ".."),
        ({"mimir": {"tenant": "a|b"}}, "mimir.tenant", "a|b"),
        ({"nats_servers": ["http://a:8222", "http://u:p@b:8222"]}, "nats_servers[1]", "holds a credential"),
        ({"cluster": "https://u:p@acme.internal:6443"}, "cluster", "holds a credential"),
        ({"secrets": {"path": "with space"}}, "secrets.path", "with space"),
        ({"secrets": {"path": "../other"}}, "secrets.path", "../other"),
        ({"targets": {"node": {"host": "a.b", "port": 9100}}}, "targets.node", "where the bundle deploys it"),
        (
            {"targets": {"televibe-orchestrator": {"host": "a.b", "port": 1}}},
            "targets.televibe-orchestrator",
            "where the bundle deploys it",
        ),
        ({"application_prefix": "Tocsin_"}, "application_prefix", "Tocsin_"),
        ({"agent_replicas": 2}, "agent_replicas", "2 is above 1"),
        ({"egress": [{"ports": [0]}]}, "egress[0].ports[0]", "0 is below 1"),
        ({"egress": [{"ports": [80]}, {"ports": [80], "cidr": "10.0.0.1/8"}]}, "egress[1].cidr", "no block"),
        ({"egress": [{"cidr": "10.0.0.0/8"}]}, "egress[0]", "'ports' is missing"),
        ({"ingress": {"host": "https://x"}}, "ingress.host", "https://x"),
    ],
)
def test_what_no_cluster_would_take_is_refused_at_its_place(
    deployment: Mapping[str, Any], place: str, what: str
) -> None:
    said = spoilt(deployment)
    assert len(said) == 1, said
    assert re.match(rf"slo\.yaml:\d+:\d+: bundle\.deployment\.{re.escape(place)}: ", said[0]), said
    assert what in said[0]


@pytest.mark.parametrize(
    "text", ["a/b:1", "a/b:1@" + DIGEST, "a/b@" + DIGEST, "registry:5000/a/b:v1.2-x", "python:3.13"]
)
def test_an_image_that_says_its_version_is_taken(text: str) -> None:
    image = Image.parse(text)
    assert image.tag or image.digest


def test_a_digest_is_never_cut() -> None:
    with pytest.raises(ValueProblem, match="is no digest"):
        Image.parse(f"a/b:1@{DIGEST[:-1]}")


def test_two_objects_with_one_name_are_refused_at_the_namespaces() -> None:
    spaces = replace(Namespaces(), agent="observability")
    with pytest.raises(RefusedError) as refused:
        rendered(deployed(namespaces=spaces))
    assert re.match(
        r".*slo\.yaml:\d+:5: bundle\.deployment\.namespaces: "
        r"Service tocsin-agent stands in namespace observability twice",
        str(refused.value),
    )


def test_two_references_to_one_secret_are_refused() -> None:
    given = deployed(
        secrets=replace(deployed().deployment.secrets, agent="one", alertmanager="one"),
        namespaces=replace(Namespaces(), agent="observability"),
    )
    with pytest.raises(RefusedError, match="stands in namespace observability twice"):
        rendered(given)


def test_namespaces_may_be_shared_as_long_as_names_are_not() -> None:
    spaces = replace(Namespaces(), kafka="messaging", nats="messaging")
    project = documents(rendered(deployed(namespaces=spaces))["argocd/project.yaml"])[0]
    assert [it["namespace"] for it in project["spec"]["destinations"]].count("messaging") == 1


# Arrives --------------------------------------------------------------------------------------------------------------


def test_other_namespaces_leave_nothing_of_the_old_ones_behind() -> None:
    spaces = Namespaces("gitops", "watching", "streams", "messages", "ingest", "agents")
    given = deployed(
        namespaces=spaces,
        mimir=Mimir("http://mimir.metrics.svc.cluster.local"),
        kafka_brokers=("kafka.streams:9092",),
        nats_servers=("http://nats-0.messages:8222",),
    )
    for path, text in rendered(given).items():
        if "alertmanager.yaml" not in path and "catalog.yaml" not in path and "dashboard" not in path:
            assert not re.search(r"\.(observability|kafka|nats|jangar|tocsin)\.svc\.", text), path
    root = documents(rendered(given)["argocd/root.yaml"])[0]
    assert root["metadata"]["namespace"] == root["spec"]["destination"]["namespace"] == "gitops"


def test_the_addresses_of_brokers_servers_and_targets_arrive() -> None:
    given = deployed(
        kafka_brokers=("one:9092", "two:9092"),
        nats_servers=("http://a:8222", "http://b:8222"),
        targets={"openagents-runtime": Address("runtime.acme.internal", 4001)},
    )
    text = "\n".join(rendered(given).values())
    for wanted in ("--kafka.server=one:9092", "--kafka.server=two:9092", "- http://a:8222", "- http://b:8222"):
        assert wanted in text
    assert '[{"__address__" = "runtime.acme.internal:4001"}]' in text


def test_another_cluster_is_the_destination_while_argo_cd_keeps_its_own_objects() -> None:
    files = rendered(deployed(cluster="https://prod.acme.internal:6443"))
    sets = [documents(text)[0] for path, text in files.items() if "applicationsets/" in path]
    servers = {it["spec"]["template"]["spec"]["destination"]["server"] for it in sets}
    assert servers == {"https://prod.acme.internal:6443"}
    assert documents(files["argocd/root.yaml"])[0]["spec"]["destination"]["server"] == "https://kubernetes.default.svc"
    allowed = documents(files["argocd/project.yaml"])[0]["spec"]["destinations"]
    assert {it["server"] for it in allowed} == servers


def test_the_data_source_has_the_uid_that_the_dashboards_ask_for() -> None:
    [it] = [
        it for it in objects(deployed(), "applications/observability") if it["metadata"]["name"] == "tocsin-datasource"
    ]
    [source] = yaml.safe_load(next(iter(it["data"].values())))["datasources"]
    assert source["uid"] == deployed().settings.datasource
    assert source["url"] == f"{deployed().deployment.mimir.url}/prometheus"


def test_with_no_replica_asked_for_the_agent_stands_still_and_keeps_its_volumes() -> None:
    found = {name_of(it): it for it in objects(deployed(agent_replicas=0), "applications/agent")}
    assert found["Deployment/tocsin-agent"]["spec"]["replicas"] == 0
    assert "PersistentVolumeClaim/tocsin-agent" in found


def test_other_ways_out_are_added_to_the_agents_own() -> None:
    def egress(given: Service) -> list[Any]:
        [policy] = [it for it in objects(given, "applications/agent") if it["kind"] == "NetworkPolicy"]
        return list(policy["spec"]["egress"])

    extra = (Egress((8080, 8443), "10.20.0.0/16"), Egress((587,)))
    *plain, proxy, mail = egress(deployed(egress=extra))
    assert plain == egress(deployed())
    assert proxy["to"] == [{"ipBlock": {"cidr": "10.20.0.0/16"}}]
    assert [it["port"] for it in proxy["ports"]] == [8080, 8443]
    assert [it["ipBlock"]["cidr"] for it in mail["to"]] == ["0.0.0.0/0", "::/0"]
    assert "169.254.0.0/16" in mail["to"][0]["ipBlock"]["except"]


def test_what_stands_in_the_spec_is_what_is_deployed() -> None:
    wanted = {
        "application_prefix": "tocsin-",
        "agent_replicas": 0,
        "egress": [{"ports": [8080], "cidr": "10.20.0.0/16"}, {"ports": [587]}],
    }
    found = load_text(with_deployment(wanted)).deployment
    assert (found.application_prefix, found.agent_replicas) == ("tocsin-", 0)
    assert [(list(it.ports), it.cidr) for it in found.egress] == [([8080], "10.20.0.0/16"), ([587], "")]


@pytest.mark.parametrize(("job", "application"), [("nats", "nats"), ("kafka-exporter", "kafka")])
def test_an_application_that_disappears_because_others_deploy_it_is_said(job: str, application: str) -> None:
    given = load_text(with_deployment({"targets": {job: {"host": "exporter.acme.internal", "port": 7777}}}))
    assert f"argocd/applications/{application}/kustomization.yaml" not in rendered(given)
    assert [note for note in given.notes if f"the application {application} is not rendered" in note]
    assert not [note for note in deployed().notes if "is not rendered" in note]


def test_jangar_in_another_namespace_is_known_by_its_job_all_the_same() -> None:
    spaces = replace(Namespaces(), jangar="ingest")
    text = rendered(deployed(namespaces=spaces))["argocd/applications/jangar/jangar-alloy.yaml"]
    [where] = re.findall(r'`set\(attributes\["service\.namespace"\], "jangar"\) where (.*)`', text)
    key = 'attributes["service.namespace"]'
    assert set(where.split(" or ")) == {f"{key} == nil", f'{key} == "ingest"'}, "its pod's namespace is what it sends"


# Another engine -------------------------------------------------------------------------------------------------------


def with_operator() -> Service:
    return deployed(rule_engine=RuleEngine.PROMETHEUS_OPERATOR)


def test_for_the_operator_every_known_job_has_a_monitor_that_calls_it_by_its_name() -> None:
    found = set()
    for application in ("observability", "kafka", "nats"):
        for it in objects(with_operator(), f"applications/{application}"):
            if it["kind"] == "ServiceMonitor":
                found |= {one["relabelings"][0]["replacement"] for one in it["spec"]["endpoints"]}
            if it["kind"] == "ScrapeConfig":
                found.add(it["spec"]["jobName"])
    assert found == {"televibe-orchestrator", "node", "kafka-exporter", "nats", "openagents-runtime"}


def test_for_the_operator_every_monitor_finds_its_service_and_its_port() -> None:
    given = with_operator()
    services = {
        (it["metadata"]["namespace"], it["metadata"]["labels"]["app"]): {port["name"] for port in it["spec"]["ports"]}
        for application in ("agent", "kafka", "nats")
        for it in objects(given, f"applications/{application}")
        if it["kind"] == "Service"
    }
    monitors = [
        it
        for application in ("observability", "kafka", "nats")
        for it in objects(given, f"applications/{application}")
        if it["kind"] == "ServiceMonitor"
    ]
    assert len(monitors) == 3
    for it in monitors:
        [namespace] = it["spec"]["namespaceSelector"]["matchNames"]
        ports = services[namespace, it["spec"]["selector"]["matchLabels"]["app"]]
        assert {one["port"] for one in it["spec"]["endpoints"]} <= ports


def test_for_the_operator_its_prometheus_may_knock_at_the_agent() -> None:
    [policy] = [it for it in objects(with_operator(), "applications/agent") if it["kind"] == "NetworkPolicy"]
    labels = [peer["podSelector"]["matchLabels"] for rule in policy["spec"]["ingress"] for peer in rule["from"]]
    assert {"app.kubernetes.io/name": "prometheus"} in labels
    assert {"app": "observability-alloy"} not in labels


# Charts ---------------------------------------------------------------------------------------------------------------


def asked(given: Service) -> str:
    """Where the agent's charts come from."""
    [agent] = [it for it in objects(given, "applications/agent") if it["kind"] == "Deployment"]
    [environment] = [it["env"] for it in agent["spec"]["template"]["spec"]["containers"] if it["name"] == "agent"]
    [url] = [variable["value"] for variable in environment if variable["name"] == "PROMETHEUS_URL"]
    return str(url)


def let_out(given: Service) -> list[Object]:
    [policy] = [it for it in objects(given, "applications/agent") if it["kind"] == "NetworkPolicy"]
    egress: list[Object] = policy["spec"]["egress"]
    return egress


def test_the_agent_asks_for_values_where_grafana_asks() -> None:
    for given in (deployed(), with_operator(), deployed(mimir=Mimir("https://mimir.example.com", "team-a"))):
        [source] = yaml.safe_load(
            documents(rendered(given)["argocd/applications/observability/tocsin-datasource.yaml"])[0]["data"][
                "tocsin-datasource.yaml"
            ]
        )["datasources"]
        assert asked(given) == source["url"]


def test_it_may_reach_mimir_within_the_cluster_under_the_port_of_its_pods() -> None:
    ways = let_out(deployed(mimir=Mimir("http://mimir-gateway.metrics.svc", "team-a")))
    to = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "metrics"}}}
    assert [[port["port"] for port in way["ports"]] for way in ways if to in way.get("to", ())] == [[80, 8080]]


def test_it_may_reach_a_mimir_elsewhere_under_its_own_port() -> None:
    ways = let_out(deployed(mimir=Mimir("http://mimir.example.com:9009", "team-a")))
    assert [9009] in [[port["port"] for port in way["ports"]] for way in ways]


def test_it_may_reach_the_operators_prometheus() -> None:
    ways = [way for way in let_out(with_operator()) if {"protocol": "TCP", "port": 9090} in way["ports"]]
    [[peer]] = [way["to"] for way in ways]
    assert peer["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "prometheus"}


# Secrets --------------------------------------------------------------------------------------------------------------


def from_store() -> Service:
    return deployed(secrets=replace(deployed().deployment.secrets, provider=SecretProvider.EXTERNAL_SECRETS))


@pytest.mark.parametrize("application", ["agent", "observability"])
def test_references_to_a_store_are_synced_only_where_the_spec_asks_for_them(application: str) -> None:
    for given, wanted in ((deployed(), False), (from_store(), True)):
        listed = documents(rendered(given)[f"argocd/applications/{application}/kustomization.yaml"])[0]["resources"]
        assert ("external-secrets" in listed) is wanted
        kinds = documents(rendered(given)["argocd/project.yaml"])[0]["spec"]["namespaceResourceWhitelist"]
        assert ({"group": "external-secrets.io", "kind": "ExternalSecret"} in kinds) is wanted


@pytest.mark.parametrize(
    ("application", "name", "namespace"),
    [("agent", "tocsin-agent", "tocsin"), ("observability", "alertmanager-credentials", "observability")],
)
def test_a_reference_makes_the_secret_that_pods_read_with_every_key_they_need(
    application: str, name: str, namespace: str
) -> None:
    [it] = objects(from_store(), f"applications/{application}/external-secrets")
    assert it["metadata"]["namespace"] == namespace
    assert it["spec"]["target"]["name"] == name
    keys = {one["secretKey"] for one in it["spec"]["data"]}
    text = "\n".join(
        text
        for path, text in rendered(from_store()).items()
        if path in {"argocd/applications/agent/agent.yaml", "argocd/applications/observability/alertmanager.yaml"}
    )
    [note] = re.findall(rf"create secret generic {name} (?:.*\\\n)?.*", text)
    assert keys == set(re.findall(r"--from-(?:file|literal)=([\w-]+)=", note))
    assert "data" not in it


# Ingress --------------------------------------------------------------------------------------------------------------


def with_ingress() -> Service:
    return deployed(ingress=Ingress("tocsin.acme.internal", "nginx"))


def test_without_an_ingress_the_agent_polls_and_nothing_leads_in() -> None:
    assert not [it for it in objects(deployed(), "applications/agent") if it["kind"] == "Ingress"]


def test_an_ingress_leads_telegram_to_the_webhook_and_nobody_to_the_api() -> None:
    found = {it["kind"]: it for it in objects(with_ingress(), "applications/agent")}
    [rule] = found["Ingress"]["spec"]["rules"]
    [path] = rule["http"]["paths"]
    [container] = [it for it in found["Deployment"]["spec"]["template"]["spec"]["containers"] if it["name"] == "agent"]
    secrets = SECRETS | {"TELEGRAM_WEBHOOK_SECRET": "x" * 32}
    environment = {it["name"]: it.get("value", secrets.get(it["name"], "")) for it in container["env"]}
    telegram = load_settings(environment).telegram
    assert str(telegram.updates) == "webhook"
    assert telegram.webhook_url == f"https://{rule['host']}{path['path']}"
    assert (path["pathType"], path["path"]) == ("Exact", "/webhooks/telegram")
    knocks = [
        peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
        for one in found["NetworkPolicy"]["spec"]["ingress"]
        for peer in one["from"]
    ]
    assert "ingress-nginx" in knocks
