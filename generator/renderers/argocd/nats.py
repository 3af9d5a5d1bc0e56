"""The application `nats`: the exporter in front of every server's monitoring port, and the collector that scrapes it.

Port 8222 of NATS serves JSON, so Prometheus cannot read it. The exporter asks every server by its own name and passes
over one that does not answer; asked through one name for all of them, each scrape would see another server.
"""

from generator.domain.service import Service
from generator.renderers.argocd import places, scraping
from generator.renderers.argocd.folder import Application, File
from generator.renderers.argocd.objects import service as service_object
from generator.renderers.argocd.places import NATS, NATS_EXPORTER
from generator.renderers.argocd.workloads import Container, Pod


def application(service: Service) -> Application | None:
    """The application, if anything of NATS is watched."""
    namespace = service.deployment.namespaces.nats
    scrapes = scraping.files(service, NATS, namespace)
    return Application.of(NATS, namespace, _exporter(service), *scrapes) if scrapes else None


def _exporter(service: Service) -> File:
    container = Container(
        name=NATS_EXPORTER,
        image=str(service.deployment.images.nats_exporter),
        memory=("32Mi", "128Mi"),
        args=[f"-port={places.NATS_EXPORTER_PORT}", "-varz", "-healthz", "-jsz=all", *service.deployment.nats_servers],
        ports={"http": places.NATS_EXPORTER_PORT},
        probes={"readinessProbe": {"tcpSocket": {"port": "http"}, "periodSeconds": 10}},
    )
    namespace = service.deployment.namespaces.nats
    return File.of(
        f"{NATS_EXPORTER}.yaml",
        Pod(NATS_EXPORTER, namespace, [container]).deployment(),
        service_object(NATS_EXPORTER, namespace, container.ports),
    )
