"""`monitoring/alertmanager`: who is told, what the message says, and tests of both."""

from collections.abc import Iterator

from generator.artifact import Artifact
from generator.domain.service import Service
from generator.renderers.alertmanager import config, routing_tests, templates


def render(service: Service) -> Iterator[Artifact]:
    """A configuration that `amtool check-config` accepts, its template, and its routing tests."""
    yield config.render(service)
    yield templates.render()
    yield routing_tests.render(service)
