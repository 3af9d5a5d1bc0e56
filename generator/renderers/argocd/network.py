"""Who may talk to the agent, to whom it may talk, and Telegram's way in."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from generator.domain.deployment import Deployment, RuleEngine
from generator.domain.service import Service
from generator.emit import Plain
from generator.renderers.argocd import agent_pod, places
from generator.renderers.argocd.objects import Manifest, in_namespace, metadata, peers
from generator.renderers.argocd.places import AGENT_NAME, OBSERVABILITY

_DNS = 53
_HTTPS = 443
_SSH = 22
_HTTP = 80
_MIMIR = 8080
"""Of Mimir's own pods, its gateway among them: a policy sees the port behind the service."""

_INSIDE = re.compile(r"[^.]+\.(?P<namespace>[^.]+)\.svc(\..+)?")
_ANYWHERE = {"0.0.0.0/0": ["169.254.0.0/16"], "::/0": ["fe80::/10", "fd00:ec2::254/128"]}
"""Every address but the link-local ones, where clouds hand out credentials to whoever asks."""


def network_policy(service: Service) -> Manifest:
    """In: Alertmanager and what scrapes. Out: names, Alertmanager, PromQL, HTTPS, SSH and what people add."""
    spec: Manifest = {
        "podSelector": {"matchLabels": {"app": AGENT_NAME}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": list(_in(service)),
        "egress": [_names(), _silences(service), *_values(service.deployment), _out(_HTTPS, _SSH), *_more(service)],
    }
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(AGENT_NAME, service.deployment.namespaces.agent),
        "spec": spec,
    }


def _in(service: Service) -> Iterator[Manifest]:
    space = service.deployment.namespaces.observability
    allowed = peers([(space, places.ALERTMANAGER), (space, f"{OBSERVABILITY}-alloy")])
    if service.deployment.rule_engine is RuleEngine.PROMETHEUS_OPERATOR:
        scraper: Manifest = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}}}
        allowed = [*peers([(space, places.ALERTMANAGER)]), {**in_namespace(space), **scraper}]
    yield {"from": allowed, "ports": _ports(places.AGENT_PORT, places.NODE_EXPORTER_PORT)}
    if service.deployment.ingress:
        yield {"from": [in_namespace(service.deployment.ingress.namespace)], "ports": _ports(places.AGENT_PORT)}


def _names() -> Manifest:
    """Wherever the cluster's DNS is: in another namespace on some, on the node itself, or at a link-local address."""
    return {"ports": [{"protocol": "UDP", "port": _DNS}, *_ports(_DNS)]}


def _silences(service: Service) -> Manifest:
    alertmanager = peers([(service.deployment.namespaces.observability, places.ALERTMANAGER)])
    return {"to": alertmanager, "ports": _ports(places.ALERTMANAGER_PORT)}


def _values(deployment: Deployment) -> Iterator[Manifest]:
    """To what answers PromQL."""
    if deployment.rule_engine is RuleEngine.PROMETHEUS_OPERATOR:
        prometheus: Manifest = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}}}
        to = {**in_namespace(deployment.namespaces.observability), **prometheus}
        yield {"to": [to], "ports": _ports(places.PROMETHEUS_PORT)}
        return
    parts = urlsplit(deployment.mimir.url)
    inside = _INSIDE.fullmatch(parts.hostname or "")
    port = parts.port or (_HTTPS if parts.scheme == "https" else _HTTP)
    if inside:
        yield {"to": [in_namespace(inside["namespace"])], "ports": _ports(*sorted({port, _MIMIR}))}
    elif port != _HTTPS:
        yield _out(port)


def _out(*ports: int) -> Manifest:
    blocks: list[Plain] = [{"ipBlock": {"cidr": cidr, "except": kept}} for cidr, kept in _ANYWHERE.items()]
    return {"to": blocks, "ports": _ports(*ports)}


def _more(service: Service) -> Iterator[Manifest]:
    """What people add: a block of addresses is taken as it is written, without one it is anywhere."""
    for extra in service.deployment.egress:
        if extra.cidr:
            yield {"to": [{"ipBlock": {"cidr": extra.cidr}}], "ports": _ports(*extra.ports)}
        else:
            yield _out(*extra.ports)


def _ports(*numbers: int) -> list[Plain]:
    return [{"protocol": "TCP", "port": number} for number in numbers]


def ingress(service: Service) -> Iterator[Manifest]:
    """Telegram's webhook and nothing else: neither the API nor the metrics are for the outside."""
    wanted = service.deployment.ingress
    if not wanted:
        return
    backend: Plain = {"service": {"name": AGENT_NAME, "port": {"name": "http"}}}
    path: Plain = {"path": agent_pod.WEBHOOK_PATH, "pathType": "Exact", "backend": backend}
    spec: Manifest = {
        **({"ingressClassName": wanted.class_name} if wanted.class_name else {}),
        "tls": [{"hosts": [wanted.host], "secretName": wanted.tls_secret}],
        "rules": [{"host": wanted.host, "http": {"paths": [path]}}],
    }
    yield {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": metadata(AGENT_NAME, service.deployment.namespaces.agent),
        "spec": spec,
    }
