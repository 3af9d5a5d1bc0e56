"""Secrets that a store fills: references to External Secrets, in a folder that is synced only where that is wanted.

https://external-secrets.io/latest/api/externalsecret/
"""

from collections.abc import Sequence

from generator.domain.deployment import SecretProvider
from generator.domain.service import Service
from generator.emit import Plain
from generator.renderers.argocd.folder import File, Folder
from generator.renderers.argocd.objects import Manifest, metadata

_API = "external-secrets.io/v1"
_FOLDER = "external-secrets"


def folder(service: Service, application: str, name: str, namespace: str, keys: Sequence[str]) -> Folder:
    """A folder with the reference; `keys` are needed, whatever else the store holds beside them comes along."""
    secrets = service.deployment.secrets
    entry = f"{secrets.path}/{application}"
    note = f"The store's entry {entry} needs the properties {', '.join(keys)}."
    spec: Manifest = {
        "refreshInterval": "1h",
        "secretStoreRef": {"kind": secrets.store_kind, "name": secrets.store},
        "target": {"name": name, "creationPolicy": "Owner", "template": _template(name)},
        "dataFrom": [{"extract": {"key": entry}}],
        "data": [{"secretKey": key, "remoteRef": {"key": entry, "property": key}} for key in keys],
    }
    reference: Manifest = {
        "apiVersion": _API,
        "kind": "ExternalSecret",
        "metadata": metadata(name, namespace),
        "spec": spec,
    }
    return Folder(f"applications/{application}/{_FOLDER}", [File.of("external-secret.yaml", reference, note=note)])


def _template(name: str) -> Plain:
    """What the Secret is made like; its data come from the store alone."""
    return {"type": "Opaque", "metadata": {"labels": {"app.kubernetes.io/part-of": "tocsin", "app": name}}}


def is_synced(service: Service) -> bool:
    """Whether a store makes the Secrets, and not people."""
    return service.deployment.secrets.provider is SecretProvider.EXTERNAL_SECRETS
