"""Who may talk to the agent, and to whom it may talk."""

from generator.emit import Plain
from generator.renderers.argocd import places
from generator.renderers.argocd.objects import Manifest, metadata, peers
from generator.renderers.argocd.places import AGENT_NAME, AGENT_NAMESPACE, OBSERVABILITY

_DNS = 53
_HTTPS = 443
_SSH = 22
_LINK_LOCAL = "169.254.0.0/16"
"""Where clouds hand out credentials to whoever asks."""


def network_policy() -> Manifest:
    """In: Alertmanager and the collector. Out: names, Alertmanager, HTTPS and SSH, but never the metadata service."""
    spec: Manifest = {
        "podSelector": {"matchLabels": {"app": AGENT_NAME}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [_in()],
        "egress": [_names(), _silences(), _out()],
    }
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(AGENT_NAME, AGENT_NAMESPACE),
        "spec": spec,
    }


def _in() -> Manifest:
    allowed = [(OBSERVABILITY, places.ALERTMANAGER), (OBSERVABILITY, f"{OBSERVABILITY}-alloy")]
    return {"from": peers(allowed), "ports": _ports(places.AGENT_PORT, places.NODE_EXPORTER_PORT)}


def _names() -> Manifest:
    system: Plain = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}
    return {"to": [system], "ports": [{"protocol": "UDP", "port": _DNS}, *_ports(_DNS)]}


def _silences() -> Manifest:
    return {"to": peers([(OBSERVABILITY, places.ALERTMANAGER)]), "ports": _ports(places.ALERTMANAGER_PORT)}


def _out() -> Manifest:
    anywhere: Plain = {"ipBlock": {"cidr": "0.0.0.0/0", "except": [_LINK_LOCAL]}}
    return {"to": [anywhere], "ports": _ports(_HTTPS, _SSH)}


def _ports(*numbers: int) -> list[Plain]:
    return [{"protocol": "TCP", "port": number} for number in numbers]
