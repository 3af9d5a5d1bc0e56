"""The application `kafka`: the exporter of topics and consumer groups, and the collector that scrapes it."""

from generator.domain.service import Service
from generator.renderers.argocd import places, scraping
from generator.renderers.argocd.folder import Application, File
from generator.renderers.argocd.objects import service as service_object
from generator.renderers.argocd.places import KAFKA, KAFKA_EXPORTER
from generator.renderers.argocd.workloads import Container, Pod, http_probe


def application(service: Service) -> Application | None:
    """The application, if anything of Kafka is watched."""
    namespace = service.deployment.namespaces.kafka
    scrapes = scraping.files(service, KAFKA, namespace)
    return Application.of(KAFKA, namespace, _exporter(service), *scrapes) if scrapes else None


def _exporter(service: Service) -> File:
    container = Container(
        name=KAFKA_EXPORTER,
        image=str(service.deployment.images.kafka_exporter),
        memory=("32Mi", "128Mi"),
        args=[
            *(f"--kafka.server={broker}" for broker in service.deployment.kafka_brokers),
            f"--topic.filter={pattern(values(service, 'topic'))}",
            f"--group.filter={pattern(values(service, 'consumergroup'))}",
        ],
        ports={"http": places.KAFKA_EXPORTER_PORT},
        probes={"readinessProbe": http_probe("/healthz", every=10, timeout=5, failures=3)},
    )
    namespace = service.deployment.namespaces.kafka
    return File.of(
        f"{KAFKA_EXPORTER}.yaml",
        Pod(KAFKA_EXPORTER, namespace, [container]).deployment(),
        service_object(KAFKA_EXPORTER, namespace, container.ports),
    )


def values(service: Service, label: str) -> list[str]:
    """What the exporter's metrics may carry in a label, in the order of the catalogue."""
    metrics = (metric for system in service.systems for metric in system.metrics if metric.job == KAFKA_EXPORTER)
    found = (metric.label(label) for metric in metrics)
    return list(dict.fromkeys(value for one in found if one for value in one.values))


def pattern(names: list[str]) -> str:
    """A regular expression of Go that matches these names and no other; a dot needs one backslash, in YAML as well."""
    escaped = (name.replace(".", r"\.") for name in names)
    return f"^({'|'.join(escaped)})$" if names else ".*"
