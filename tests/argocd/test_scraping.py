"""What is scraped is what the rules read: the same jobs, the same topics, the same labels."""

import re
from collections.abc import Iterator

import pytest

from .manifests import APPLICATIONS, Object, application, argument, containers, documents, files, of_kind, one

BRACKETS = {"{": "}", "[": "]", "(": ")"}


def configurations() -> dict[str, str]:
    return {
        it["metadata"]["name"]: it["data"]["config.alloy"]
        for it in of_kind("ConfigMap")
        if "config.alloy" in it["data"]
    }


def everything() -> str:
    return "\n".join(configurations().values())


def job_labels() -> Iterator[str]:
    """Every job that an expression of the rules asks for by name."""
    for path, text in files().items():
        if path.startswith("monitoring/prometheus/rules/"):
            for group in documents(text)[0]["groups"]:
                for rule in group["rules"]:
                    yield from re.findall(r'\bjob="([^"]+)"', rule["expr"])


def exporter(name: str) -> Object:
    [found] = [container for _, container in containers() if container["name"] == name]
    return found


def test_the_jobs_in_the_rules_are_scraped_or_pushed_and_no_others() -> None:
    scraped = re.findall(r'job_name\s*= "([^"]+)"', everything())
    assert len(scraped) == len(set(scraped)), "a job that two collectors scrape counts double"
    assert {*scraped, "jangar/jangar"} == set(job_labels())


def test_the_pushed_job_is_named_by_its_namespace_and_its_service() -> None:
    given = dict(re.findall(r'set\(attributes\["([\w.]+)"\], "(\w+)"\)', configurations()["jangar-alloy"]))
    assert f"{given['service.namespace']}/{given['service.name']}" == "jangar/jangar"


def test_pushed_metrics_keep_their_names_and_mark_their_sender() -> None:
    config = configurations()["jangar-alloy"]
    assert re.search(r"add_metric_suffixes\s*= false", config)
    assert re.search(r"include_target_info\s*= true", config)


def test_the_receiver_listens_on_the_ports_of_its_service() -> None:
    listens = {int(port) for port in re.findall(r'endpoint = "0\.0\.0\.0:(\d+)"', configurations()["jangar-alloy"])}
    assert listens == {port["port"] for port in one("Service", "jangar-alloy")["spec"]["ports"]} == {4317, 4318}


@pytest.mark.parametrize(
    ("flag", "wanted", "unwanted"),
    [
        (
            "--topic.filter=",
            "argo.workflows.completions",
            ["argo-workflows-completions", "x.argo.workflows.completions"],
        ),
        ("--group.filter=", "jangar-codex-completions", ["jangar-codex-completions-2", "other"]),
    ],
)
def test_the_kafka_filter_matches_what_the_rules_read_and_no_more(flag: str, wanted: str, unwanted: list[str]) -> None:
    pattern = argument(exporter("kafka-exporter"), flag)
    assert re.search(pattern, wanted)
    assert not [name for name in unwanted if re.search(pattern, name)]
    assert wanted in "".join(text for path, text in files().items() if path.startswith("monitoring/prometheus/rules/"))


def test_the_nats_exporter_asks_every_server_by_its_own_name_and_for_streams_and_consumers() -> None:
    arguments = exporter("nats-exporter")["args"]
    servers = [text for text in arguments if text.startswith("http://")]
    assert len(servers) == len(set(servers)) == 3
    assert all(re.fullmatch(r"http://nats-\d\.nats-headless\.nats\.svc\.cluster\.local:8222", url) for url in servers)
    assert "-jsz=all" in arguments


def test_no_label_of_a_scraped_series_is_dropped_or_renamed() -> None:
    assert "relabel" not in everything()


@pytest.mark.parametrize("config", configurations().values(), ids=configurations())
def test_every_block_of_the_collectors_configuration_is_closed(config: str) -> None:
    open_brackets = []
    for character in re.sub(r'`[^`]*`|"(?:[^"\\]|\\.)*"|//[^\n]*', "", config):
        if character in BRACKETS:
            open_brackets.append(BRACKETS[character])
        elif character in BRACKETS.values():
            assert open_brackets.pop() == character
    assert not open_brackets


@pytest.mark.parametrize("config", configurations().values(), ids=configurations())
def test_every_component_that_is_referred_to_is_defined(config: str) -> None:
    defined = {f"{kind}.{label}" for kind, label in re.findall(r'^([a-z_.]+) "(\w+)" \{$', config, re.MULTILINE)}
    referred = re.findall(r"\b((?:prometheus|otelcol|discovery)\.[a-z_.]+\.\w+)\.(?:receiver|input|targets)\b", config)
    assert referred
    assert set(referred) <= defined


@pytest.mark.parametrize("name", APPLICATIONS[1:4])
def test_the_application_brings_the_collector_that_its_document_names(name: str) -> None:
    assert f"Deployment/{name}-alloy" in {f"{it['kind']}/{it['metadata']['name']}" for it in application(name)}


def test_the_agent_is_scraped_through_the_service_that_lists_it_while_it_is_not_ready() -> None:
    [target] = re.findall(r'"televibe-orchestrator"\s*targets\s*= \[\{"__address__" = "([^".]+)\.', everything())
    assert one("Service", target)["spec"]["publishNotReadyAddresses"] is True
