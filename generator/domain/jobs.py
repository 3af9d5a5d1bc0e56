"""The scrape jobs that the bundle needs."""

from generator.domain.conditions.down import Down
from generator.domain.service import Service


def scrape_jobs(service: Service) -> tuple[str, ...]:
    """Every job that Prometheus must scrape, sorted; jobs that push their metrics are not among them."""
    pushed = {alert.when.job for alert in service.alerts if isinstance(alert.when, Down) and alert.when.is_pushed}
    jobs = {metric.job for system in service.systems for metric in system.metrics}
    jobs |= {job for system in service.systems for job in system.jobs}
    jobs |= {alert.when.job for alert in service.alerts if isinstance(alert.when, Down)}
    return tuple(sorted(jobs - pushed))
