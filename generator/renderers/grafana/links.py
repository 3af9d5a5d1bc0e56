"""Ways on from a panel: the runbook page, the overview, another dashboard."""

from collections.abc import Iterable
from typing import TypeVar

from grafana_foundation_sdk.builders.dashboard import AnnotationQuery, DashboardLink
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import DashboardLink as Link
from grafana_foundation_sdk.models.dashboard import DashboardLinkType

from generator.domain import names
from generator.domain.service import Service

Placed = TypeVar("Placed", DashboardLink, AnnotationQuery)

_KEPT = "${__url_time_range}&${datasource:queryparam}"
"""The time range and the data source go along. Source: https://grafana.com/docs/grafana/latest/panels-visualizations/configure-data-links/"""


def overview_uid(service: Service) -> str:
    """The overview's stable identity in Grafana."""
    return names.uid(f"{service.settings.name}-{names.OVERVIEW}")


def drill_down(service: Service, alerts: Iterable[str] = ()) -> list[Builder[Link]]:
    """The runbook page of each alert, then the overview."""
    runbooks = [_link(f"Runbook: {alert}", service.runbook_url(alert)).target_blank(True) for alert in alerts]
    return [*runbooks, to_dashboard("Overview of all systems", overview_uid(service))]


def to_dashboard(title: str, uid: str, slo: str = "") -> DashboardLink:
    """A dashboard of this Grafana, at one objective where `slo` is given; relative, so it works under any address."""
    chosen = f"var-{names.SLO}={slo}&" if slo else ""
    return _link(title, f"/d/{uid}?{chosen}{_KEPT}")


def to_systems(service: Service) -> list[Builder[Link]]:
    """Every system's dashboard."""
    return [to_dashboard(system.dashboard.title, system.dashboard.uid) for system in service.systems]


def navigation(service: Service) -> list[Builder[Link]]:
    """The links at the top of every dashboard: all other dashboards, and the runbooks."""
    others = DashboardLink("Dashboards").type(DashboardLinkType.DASHBOARDS).tags([service.settings.name])
    runbooks = _link("Runbooks", service.settings.runbook_base_url).icon("doc").target_blank(True)
    return [in_sight(others.as_dropdown(True).keep_time(True)), runbooks]


def _link(title: str, url: str) -> DashboardLink:
    return in_sight(DashboardLink(title).type(DashboardLinkType.LINK).url(url))


def in_sight(part: Placed) -> Placed:
    """The link or annotation at the top of the page, where Grafana puts it unless told otherwise.

    The SDK tells it otherwise: into a menu, in which Grafana 12.3 does not show links to dashboards at all.
    Source: https://github.com/grafana/grafana/issues/115084
    """
    part.build().placement = None  # type: ignore[assignment]  # the SDK's encoder leaves None out, its type forbids it
    return part
