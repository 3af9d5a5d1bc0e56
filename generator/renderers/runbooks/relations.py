"""How alerts, procedures and objectives relate: who leads to whom, who keeps whom quiet, who bypasses the agent."""

from collections import defaultdict

from generator.domain import names
from generator.domain.alert import Alert
from generator.domain.inhibition import inhibitions, muted_pairs
from generator.domain.objective import Objective
from generator.domain.procedure import Procedure
from generator.domain.routes import ALERTNAME, WAY_OUT, alert_labels, tree
from generator.domain.service import Service
from generator.domain.slis import SlicesSli
from generator.renderers.runbooks.markdown import link, prose

INDEX = "index.md"


class Relations:
    """What a page must know of the other pages; links are Markdown."""

    def __init__(self, service: Service) -> None:
        self._titles = {procedure.name: procedure.title for procedure in service.procedures}
        self._families: defaultdict[str, list[Alert]] = defaultdict(list)
        self._leading: defaultdict[str, list[str]] = defaultdict(list)
        self._counting: defaultdict[str, list[Objective]] = defaultdict(list)
        for alert in service.alerts:
            self._families[alert.family].append(alert)
            for name in alert.see:
                self._leading[name].append(alert.name)
        for objective in service.objectives:
            for name in objective.see:
                self._leading[name].append(objective.alert_name)
            if isinstance(objective.sli, SlicesSli):
                self._counting[objective.sli.alert].append(objective)
        self._tree = tree(service)
        pairs = muted_pairs(inhibitions(service), list(alert_labels(service)))
        self._mutes: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._muted_by: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for _, source, target in pairs:
            one, other = source[ALERTNAME], target[ALERTNAME]
            if one != other:
                self._mutes[one][other] = self._muted_by[other][one] = None

    def procedures(self, seen_from: Alert | Objective) -> list[str]:
        """Links from the page of an alert or of an objective to the procedures worth opening."""
        return [link(prose(self._titles[name]), _relative(names.procedure_page(name))) for name in seen_from.see]

    def family(self, alert: Alert) -> list[str]:
        """Links to the alert's siblings."""
        siblings = self._families[alert.family] if alert.family else []
        return [alert_link(sibling.name) for sibling in siblings if sibling.name != alert.name]

    def muted_by(self, name: str) -> list[str]:
        """Links to the alerts that keep the one of that name quiet."""
        return [alert_link(source) for source in self._muted_by[name]]

    def mutes(self, name: str) -> list[str]:
        """Links to the alerts that the one of that name keeps quiet."""
        return [alert_link(target) for target in self._mutes[name]]

    def bypasses_agent(self, alert: Alert) -> bool:
        """Whether Alertmanager also writes to the chat itself."""
        taken = self._tree.taken({ALERTNAME: alert.name, **alert.labels})
        return any(route.receiver == WAY_OUT for route in taken)

    def objectives(self, alert: Alert) -> list[str]:
        """Links to the objectives that count the minutes in which the alert's condition holds."""
        return [alert_link(objective.alert_name) for objective in self._counting[alert.name]]

    def leading(self, procedure: Procedure) -> list[str]:
        """Links from a procedure's page to the alerts that lead there."""
        return [link(alert, "../" + _relative(names.runbook(alert))) for alert in self._leading[procedure.name]]


def alert_link(name: str) -> str:
    """A link to an alert's page from the pages beside it."""
    return link(name, _relative(names.runbook(name)))


def procedure_link(procedure: Procedure) -> str:
    """A link to a procedure's page from the index."""
    return link(prose(procedure.title), _relative(names.procedure_page(procedure.name)))


def _relative(path: str) -> str:
    return path.removeprefix(f"{names.RUNBOOKS}/")
