"""Volumes of a pod: configuration, secrets, claims and scratch space, each with its place in the container."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.emit import Plain
from generator.renderers.argocd.objects import Manifest

_READABLE = 0o440


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume and where it is mounted.

    Attributes:
        source: the volume's source; empty for one that the workload claims by a template.
    """

    name: str
    path: str
    source: Mapping[str, Plain]
    read_only: bool = True

    @classmethod
    def of_config_map(cls, name: str, path: str, config_map: str, items: Mapping[str, str] | None = None) -> "Volume":
        """The keys of a ConfigMap as files, each below the path that `items` gives it."""
        source: Manifest = {"name": config_map}
        if items:
            source["items"] = [{"key": key, "path": place} for key, place in items.items()]
        return cls(name, path, {"configMap": source})

    @classmethod
    def of_secret(cls, name: str, path: str, secret: str, keys: Sequence[str], *, optional: bool = False) -> "Volume":
        """The named keys of a Secret as files; of optional ones those that are there."""
        items: Plain = [{"key": key, "path": key} for key in keys]
        source: Manifest = {"secretName": secret, "items": items, "defaultMode": _READABLE}
        return cls(name, path, {"secret": source | {"optional": True} if optional else source})

    @classmethod
    def of_claim(cls, name: str, path: str, claim: str, *, read_only: bool = False) -> "Volume":
        """A PersistentVolumeClaim."""
        return cls(name, path, {"persistentVolumeClaim": {"claimName": claim}}, read_only)

    @classmethod
    def scratch(cls, name: str, path: str) -> "Volume":
        """An empty folder that dies with the pod."""
        return cls(name, path, {"emptyDir": {}}, read_only=False)

    @property
    def mount(self) -> Manifest:
        """The mount in a container."""
        found: Manifest = {"name": self.name, "mountPath": self.path}
        return found | {"readOnly": True} if self.read_only else found
