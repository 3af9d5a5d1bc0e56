"""What comes out of the variants: the base, with images, sizes and replicas of their own and nothing else."""

import subprocess
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from generator.bundle import render
from generator.domain.deployment import Deployment, Ingress, Overlay, OverlayName, RuleEngine, SecretProvider, Storage
from generator.domain.images import Image
from generator.domain.service import Service

from .manifests import APPLICATIONS, OVERLAYS, Object, documents, files, name_of, service
from .test_builds import KUBECTL

DIGEST = "sha256:" + "0123456789abcdef" * 4
CORE = {"v1", "apps/v1", "batch/v1", "policy/v1", "networking.k8s.io/v1"}

needs_kubectl = pytest.mark.skipif(
    KUBECTL is None, reason="kubectl is not installed: apt-get install kubernetes-client"
)


def deployed(**changes: Any) -> Service:  # noqa: ANN401 - any key of a deployment
    """Our spec, deployed in another way."""
    settings = service().settings
    return replace(service(), settings=replace(settings, deployment=replace(settings.deployment, **changes)))


def written(given: Service, root: Path) -> Path:
    render(given).write(root)
    return root


def built(root: Path, folder: str) -> list[Object]:
    """The objects that kustomize makes of a folder."""
    done = subprocess.run(["kubectl", "kustomize", str(root / folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return documents(done.stdout)


@cache
def bases() -> Mapping[str, Object]:
    return {
        f"{name}:{name_of(it)}": it
        for name in APPLICATIONS
        for it in documents("---\n".join(text for path, text in files().items() if _is_base(path, name)))
    }


def _is_base(path: str, name: str) -> bool:
    folder, _, file = path.rpartition("/")
    return folder == f"argocd/applications/{name}" and file != "kustomization.yaml"


def claims(objects: list[Object]) -> dict[str, str]:
    return {
        it["metadata"]["name"]: it["spec"]["resources"]["requests"]["storage"]
        for it in objects
        if it["kind"] == "PersistentVolumeClaim"
    }


def images(objects: list[Object]) -> set[str]:
    found = set()
    for it in objects:
        pod = it.get("spec", {}).get("template", {}).get("spec", {})
        found |= {container["image"] for container in pod.get("containers", [])}
    return found


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(service(), tmp_path_factory.mktemp("bundle"))


@needs_kubectl
@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("name", APPLICATIONS)
def test_an_overlay_has_every_object_of_its_base_and_no_other(tree: Path, overlay: str, name: str) -> None:
    found = built(tree, f"argocd/overlays/{overlay}/{name}")
    assert {f"{name}:{name_of(it)}" for it in found} == {key for key in bases() if key.startswith(f"{name}:")}
    assert all(it["metadata"]["labels"]["tocsin/overlay"] == overlay for it in found)


@needs_kubectl
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_an_overlay_builds_is_valid_for_the_newest_kubernetes(tree: Path, overlay: str) -> None:
    version = ".".join(kubernetes_validate.latest_version().split(".")[:2])
    for name in APPLICATIONS:
        for it in built(tree, f"argocd/overlays/{overlay}/{name}"):
            if it["apiVersion"] in CORE:
                kubernetes_validate.validate(it, version, strict=True)


@needs_kubectl
def test_dev_is_smaller_than_prod(tree: Path) -> None:
    dev, prod = (built(tree, f"argocd/overlays/{overlay}/agent") for overlay in OVERLAYS)
    assert claims(dev) == {"tocsin-agent": "5Gi", "tocsin-agent-backups": "1Gi"}
    assert claims(prod) == {"tocsin-agent": "50Gi", "tocsin-agent-backups": "10Gi"}
    replicas = [
        it["spec"]["replicas"]
        for overlay in OVERLAYS
        for it in built(tree, f"argocd/overlays/{overlay}/observability")
        if it["kind"] == "StatefulSet"
    ]
    assert replicas == [1, 2]


@needs_kubectl
def test_an_image_by_digest_takes_the_place_of_its_tag_in_its_overlay_alone(tmp_path: Path) -> None:
    mine = Image("ghcr.io/acme/agent", "", DIGEST)
    deployment = service().deployment
    prod = deployment.overlays[OverlayName.PROD]
    overlays = {
        **deployment.overlays,
        OverlayName.PROD: replace(prod, images=prod.images.with_changes({"agent": mine})),
    }
    root = written(deployed(overlays=overlays), tmp_path)
    assert f"ghcr.io/acme/agent@{DIGEST}" in images(built(root, "argocd/overlays/prod/agent"))
    assert str(deployment.images.agent) in images(built(root, "argocd/overlays/dev/agent"))


@needs_kubectl
def test_a_digest_in_the_base_reaches_every_overlay(tmp_path: Path) -> None:
    mine = {"agent": Image("ghcr.io/acme/agent", "1.0.0", DIGEST)}
    deployment = service().deployment
    overlays = {name: replace(one, images=one.images.with_changes(mine)) for name, one in deployment.overlays.items()}
    root = written(deployed(images=deployment.images.with_changes(mine), overlays=overlays), tmp_path)
    for folder in ("applications/agent", "overlays/dev/agent", "overlays/prod/agent"):
        assert f"ghcr.io/acme/agent@{DIGEST}" in images(built(root, f"argocd/{folder}"))


@needs_kubectl
def test_a_storage_class_of_an_overlay_reaches_every_volume(tmp_path: Path) -> None:
    storage = Storage("fast", "60Gi", "20Gi", "2Gi")
    overlays = {
        **service().deployment.overlays,
        OverlayName.PROD: Overlay(3, storage, service().deployment.images),
    }
    root = written(deployed(overlays=overlays), tmp_path)
    agent = [it["spec"] for it in built(root, "argocd/overlays/prod/agent") if it["kind"] == "PersistentVolumeClaim"]
    [alertmanager] = [it for it in built(root, "argocd/overlays/prod/observability") if it["kind"] == "StatefulSet"]
    claimed = [*agent, *(it["spec"] for it in alertmanager["spec"]["volumeClaimTemplates"])]
    assert [it["storageClassName"] for it in claimed] == ["fast"] * 3
    assert [it["resources"]["requests"]["storage"] for it in claimed] == ["60Gi", "20Gi", "2Gi"]
    peers = [text for text in alertmanager["spec"]["template"]["spec"]["containers"][0]["args"] if "peer=" in text]
    assert len(peers) == alertmanager["spec"]["replicas"] == 3, "every replica knows all of them"


VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "operator": {"rule_engine": RuleEngine.PROMETHEUS_OPERATOR},
    "secret store": {"secrets": replace(Deployment().secrets, provider=SecretProvider.EXTERNAL_SECRETS)},
    "ingress": {"ingress": Ingress("tocsin.acme.internal", "nginx")},
}


@needs_kubectl
@pytest.mark.parametrize("name", VARIANTS)
def test_every_other_way_to_deploy_builds_and_is_valid(name: str, tmp_path: Path) -> None:
    version = ".".join(kubernetes_validate.latest_version().split(".")[:2])
    root = written(deployed(**VARIANTS[name]), tmp_path)
    for application in APPLICATIONS:
        for it in built(root, f"argocd/overlays/prod/{application}"):
            if it["apiVersion"] in CORE:
                kubernetes_validate.validate(it, version, strict=True)
