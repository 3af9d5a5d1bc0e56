"""`monitoring/prometheus/prometheus.yml`: what is scraped, which rules are loaded, who is told."""

from collections.abc import Iterator

from generator.artifact import HEADER, Artifact
from generator.domain.duration import Duration
from generator.domain.jobs import scrape_jobs
from generator.domain.service import Service
from generator.emit import Plain, emit

_PATIENCE = Duration(10_000)


def render(service: Service) -> Iterator[Artifact]:
    """A configuration that `promtool check config` accepts; targets are read from files beside it."""
    settings = service.settings
    data: Plain = {
        "global": {
            "scrape_interval": str(settings.scrape_interval),
            "scrape_timeout": str(min(_PATIENCE, settings.scrape_interval)),
            "evaluation_interval": str(settings.evaluation_interval),
        },
        "rule_files": ["rules/*.rules.yaml"],
        "alerting": {"alertmanagers": [{"file_sd_configs": [{"files": ["targets/alertmanager.yaml"]}]}]},
        "scrape_configs": [
            {"job_name": job, "file_sd_configs": [{"files": [f"targets/{job}.yaml"]}]} for job in scrape_jobs(service)
        ],
    }
    about = f"For Prometheus {settings.targets.prometheus} and newer. Targets are read from targets/<job>.yaml: "
    header = f"{HEADER}\n{about}https://prometheus.io/docs/guides/file-sd/"
    yield Artifact.at("monitoring/prometheus/prometheus.yml", emit(data, header=header))
