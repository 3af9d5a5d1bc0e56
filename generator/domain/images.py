"""Container images by name, tag and digest."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace

from generator.errors import ValueProblem

_NAME = r"(?P<name>(?:[a-z0-9.-]+(?::[0-9]{1,5})?/)?[a-z0-9][a-z0-9._/-]*)"
_TAG = r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?"
_REFERENCE = re.compile(rf"{_NAME}{_TAG}(?:@(?P<digest>.*))?")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_NO_DIGEST = "sha256:" + "0" * 64


@dataclass(frozen=True, slots=True)
class Image:
    """What a container is started from.

    Attributes:
        digest: `sha256:` and 64 digits; empty where only the tag says which image it is.
    """

    name: str
    tag: str = ""
    digest: str = ""

    @classmethod
    def parse(cls, text: str) -> "Image":
        """Read `name:tag`, `name@sha256:...` or `name:tag@sha256:...`.

        Raises:
            ValueProblem: for anything else, and for an image that could be another one tomorrow.
        """
        found = _REFERENCE.fullmatch(text)
        if not found:
            raise ValueProblem(f"{text!r} is no image", "write registry/name:tag@sha256:...")
        image = cls(found["name"], found["tag"] or "", found["digest"] or "")
        if found["digest"] is not None and not _DIGEST.fullmatch(image.digest):
            raise ValueProblem(f"{image.digest!r} is no digest", "write sha256: and 64 hexadecimal digits")
        if image.digest == _NO_DIGEST:
            raise ValueProblem(f"{image.digest!r} is a placeholder", "write the digest that your registry shows")
        if "example" in re.split(r"[./]", image.name.rpartition("/")[0]):
            raise ValueProblem(f"{text!r} is a placeholder", "write where your own image lies")
        if not image.digest and image.tag in {"", "latest"}:
            raise ValueProblem(f"{text!r} may be another image tomorrow", "add a version as tag, or a digest")
        return image

    def __str__(self) -> str:
        """What a pod names; a digest leaves no room for a tag to mean something else."""
        return f"{self.name}@{self.digest}" if self.digest else f"{self.name}:{self.tag}"


@dataclass(frozen=True, slots=True)
class Images:
    """One image for each kind of container, each of a version that was looked at."""

    agent: Image = Image("registry.internal/tocsin-agent", "0.1.0")
    alertmanager: Image = Image("quay.io/prometheus/alertmanager", "v0.28.1")
    alloy: Image = Image("docker.io/grafana/alloy", "v1.11.2")
    kafka_exporter: Image = Image("docker.io/danielqsj/kafka-exporter", "v1.8.0")
    nats_exporter: Image = Image("docker.io/natsio/prometheus-nats-exporter", "0.15.0")
    node_exporter: Image = Image("quay.io/prometheus/node-exporter", "v1.9.1")
    python: Image = Image("docker.io/library/python", "3.13.5-alpine3.22")

    @classmethod
    def uses(cls) -> list[str]:
        """What may be named."""
        return [field.name for field in fields(cls)]

    def with_changes(self, changes: Mapping[str, Image]) -> "Images":
        """The same images, some of them replaced."""
        return replace(self, **changes)

    def pairs(self) -> Iterator[tuple[str, Image]]:
        """Each key with its image."""
        return ((key, getattr(self, key)) for key in self.uses())
