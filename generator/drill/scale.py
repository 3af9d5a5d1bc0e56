"""How fast a rehearsal can go: real servers have to look at real targets in what is left of their intervals."""

from generator.domain.duration import Duration
from generator.domain.service import Service
from generator.errors import TocsinError

SHORTEST = Duration(50)
"""A scrape or an evaluation interval below this is not kept on two cores: alerts about targets that are gone then fire
although nothing is breached. 30 s at 600 times the speed works, at 900 times it does not."""


def check_scale(service: Service) -> None:
    """Refuse to divide time by more than a machine can keep up with.

    Raises:
        TocsinError: naming the largest time scale that works with this spec.
    """
    settings, scale = service.settings, service.time_scale
    shortest = min(settings.scrape_interval, settings.evaluation_interval)
    if scale > 1 and shortest < SHORTEST:
        most = max(shortest.milliseconds * scale // SHORTEST.milliseconds, 1)
        raise TocsinError(
            f"--time-scale {scale} leaves {shortest} between two scrapes or evaluations, and below {SHORTEST} "
            f"Prometheus cannot keep up; the largest that works with this spec is about {most}"
        )
