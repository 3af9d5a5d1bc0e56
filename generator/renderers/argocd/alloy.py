"""Grafana Alloy: what collects metrics and sends them to Mimir. Its configuration, and the pod that runs it.

Components: https://grafana.com/docs/alloy/latest/reference/components/
"""

import json
from collections.abc import Iterable, Mapping

from generator.artifact import HEADER
from generator.domain.deployment import RuleEngine
from generator.domain.duration import Duration
from generator.domain.jobs import scrape_jobs
from generator.domain.service import Service
from generator.renderers.argocd import places
from generator.renderers.argocd.folder import File
from generator.renderers.argocd.objects import config_map, digest
from generator.renderers.argocd.objects import service as service_object
from generator.renderers.argocd.places import OBSERVABILITY, Target, inside, targets
from generator.renderers.argocd.volumes import Volume
from generator.renderers.argocd.workloads import Container, Pod, http_probe

RECEIVER = "prometheus.remote_write.metrics.receiver"
OTHER_TARGETS = "alloy-targets"
"""A ConfigMap that people make: targets of the jobs whose address we do not know, in <job>.yaml, as for Prometheus."""

PATIENCE = Duration(10_000)
_CONFIG = "config.alloy"
_OTHERS = "/etc/alloy-targets"
_STORAGE = "/var/lib/alloy"
_MEMORY = ("128Mi", "512Mi")


def collector(service: Service, name: str, namespace: str, config: str, ports: Mapping[str, int] | None = None) -> File:
    """An Alloy with this configuration; with ports that others send to, it has a Service."""
    data = {_CONFIG: config}
    container = Container(
        name="alloy",
        image=str(service.deployment.images.alloy),
        memory=_MEMORY,
        cpu="50m",
        args=(
            "run",
            f"/etc/alloy/{_CONFIG}",
            f"--storage.path={_STORAGE}",
            f"--server.http.listen-addr=0.0.0.0:{places.ALLOY_PORT}",
            "--disable-reporting",
        ),
        ports={"http": places.ALLOY_PORT, **(ports or {})},
        probes={"readinessProbe": http_probe("/-/ready", every=10, timeout=5, failures=3)},
        volumes=list(_volumes(name, config)),
    )
    objects = [
        config_map(name, namespace, data),
        Pod(name, namespace, [container], digest(data)).deployment(),
        *([service_object(name, namespace, ports)] if ports else []),
    ]
    return File.of(f"{name}.yaml", *objects)


def _volumes(name: str, config: str) -> Iterable[Volume]:
    yield Volume.of_config_map("config", "/etc/alloy", name)
    yield Volume.scratch("storage", _STORAGE)
    if _OTHERS in config:
        yield Volume("targets", _OTHERS, {"configMap": {"name": OTHER_TARGETS, "optional": True}})


def jobs_of(service: Service, application: str) -> list[str]:
    """The jobs that an application's collector scrapes; those without a known address fall to observability."""
    known = targets(service.deployment)
    jobs = scrape_jobs(service)
    return [job for job in jobs if (known[job].application if job in known else OBSERVABILITY) == application]


def scraping(service: Service, jobs: Iterable[str]) -> str:
    """A configuration that scrapes these jobs."""
    return configuration(service, *(_scrape(service, job) for job in jobs))


def configuration(service: Service, *blocks: str) -> str:
    """A configuration of these blocks, with a way to what evaluates the rules."""
    return "\n\n".join([f"// {HEADER}", *blocks, _remote_write(service)]) + "\n"


def label(text: str) -> str:
    """A component's label made of `text`."""
    return "".join(character if character.isalnum() else "_" for character in text)


def quoted(text: str) -> str:
    """A string of Alloy's syntax."""
    return json.dumps(text, ensure_ascii=False)


def _remote_write(service: Service) -> str:
    deployment = service.deployment
    if deployment.rule_engine is RuleEngine.PROMETHEUS_OPERATOR:
        host = inside("prometheus-operated", deployment.namespaces.observability)
        lines = [f"url = {quoted(f'http://{host}:{places.PROMETHEUS_PORT}/api/v1/write')}"]
    else:
        url = quoted(deployment.mimir.url + "/api/v1/push")
        lines = [f"url     = {url}", f'headers = {{"X-Scope-OrgID" = {quoted(deployment.mimir.tenant)}}}']
    endpoint = "\n".join(f"    {line}" for line in lines)
    return f"""\
prometheus.remote_write "metrics" {{
  endpoint {{
{endpoint}
  }}
}}"""


def _scrape(service: Service, job: str) -> str:
    found, discovery = _targets(service, job)
    interval = service.settings.scrape_interval
    return f"""{discovery}\
prometheus.scrape "{label(job)}" {{
  job_name        = {quoted(job)}
  targets         = {found}
  scrape_interval = {quoted(str(interval))}
  scrape_timeout  = {quoted(str(min(PATIENCE, interval)))}
  forward_to      = [{RECEIVER}]
}}"""


def _targets(service: Service, job: str) -> tuple[str, str]:
    """The expression of a job's targets, and the block that it refers to."""
    target = targets(service.deployment).get(job)
    if target is None:
        return f"discovery.file.{label(job)}.targets", _from_file(job)
    if target.replicated:
        return f"discovery.dns.{label(job)}.targets", _from_dns(job, target)
    return f'[{{"__address__" = {quoted(f"{target.host}:{target.port}")}}}]', ""


def _from_dns(job: str, target: Target) -> str:
    return f"""\
discovery.dns "{label(job)}" {{
  names = [{quoted(target.host)}]
  type  = "A"
  port  = {target.port}
}}

"""


def _from_file(job: str) -> str:
    return f"""\
discovery.file "{label(job)}" {{
  files = [{quoted(f"{_OTHERS}/{job}.yaml")}]
}}

"""
