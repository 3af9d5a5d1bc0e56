"""The application `jangar`: a collector that takes metrics over OTLP and makes of them the series that the rules read.

Jangar pushes, so there is no scrape. Its resource attributes become the labels `job` (namespace/name) and `instance`.
"""

from generator.domain.jobs import scrape_jobs
from generator.domain.service import Service
from generator.renderers.argocd import alloy, places
from generator.renderers.argocd.folder import Application
from generator.renderers.argocd.places import JANGAR


def application(service: Service) -> Application | None:
    """The application, if any system pushes its metrics."""
    jobs = pushed_jobs(service)
    if not jobs:
        return None
    name = f"{JANGAR}-alloy"
    ports = {"otlp-grpc": places.OTLP_GRPC_PORT, "otlp-http": places.OTLP_HTTP_PORT}
    config = alloy.configuration(
        service, _receiver(), _attributes(jobs[0], service.deployment.namespaces.jangar), _translation()
    )
    namespace = service.deployment.namespaces.jangar
    return Application.of(JANGAR, namespace, alloy.collector(service, name, namespace, config, ports))


def pushed_jobs(service: Service) -> list[str]:
    """The jobs that nobody scrapes, because they push."""
    jobs = {metric.job or system.job for system in service.systems for metric in system.metrics}
    return sorted(jobs - set(scrape_jobs(service)))


def _receiver() -> str:
    return f"""\
otelcol.receiver.otlp "default" {{
  grpc {{
    endpoint = "0.0.0.0:{places.OTLP_GRPC_PORT}"
  }}

  http {{
    endpoint = "0.0.0.0:{places.OTLP_HTTP_PORT}"
  }}

  output {{
    metrics = [otelcol.processor.transform.default.input]
  }}
}}"""


def _attributes(job: str, space: str) -> str:
    """A sender that names no namespace, or no service, is given those of the job.

    Jangar's service.namespace is the namespace of its pod; where that is another one than the job's, it is replaced,
    because the rules know the job alone.
    """
    namespace, _, name = job.rpartition("/")
    known = {"service.namespace": (namespace, space), "service.name": (name, name)}
    statements = "".join(
        f'      `set(attributes["{key}"], "{value}") where {_is_wrong(key, value, sent)}`,\n'
        for key, (value, sent) in known.items()
        if value
    )
    return f"""\
otelcol.processor.transform "default" {{
  error_mode = "ignore"

  metric_statements {{
    context    = "resource"
    statements = [
{statements}    ]
  }}

  output {{
    metrics = [otelcol.processor.batch.default.input]
  }}
}}"""


def _is_wrong(key: str, value: str, sent: str) -> str:
    attribute = f'attributes["{key}"]'
    missing = f"{attribute} == nil"
    return missing if sent == value else f'{missing} or {attribute} == "{sent}"'


def _translation() -> str:
    """No suffixes: the instruments are named as Prometheus wants them. `target_info` marks every sender."""
    return f"""\
otelcol.processor.batch "default" {{
  output {{
    metrics = [otelcol.exporter.prometheus.default.input]
  }}
}}

otelcol.exporter.prometheus "default" {{
  add_metric_suffixes = false
  include_target_info = true
  forward_to          = [{alloy.RECEIVER}]
}}"""
