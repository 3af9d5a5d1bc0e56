"""The folders are what kustomize takes, and what comes out are valid Kubernetes objects."""

import re
import shutil
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest

from .manifests import Object, application, documents, files, listed, name_of, objects

FOLDERS = sorted(path.rsplit("/", 1)[0] for path in files() if path.endswith("/kustomization.yaml"))
CORE = [
    it for it in objects() if it["apiVersion"] in {"v1", "apps/v1", "batch/v1", "policy/v1", "networking.k8s.io/v1"}
]
KUBECTL = shutil.which("kubectl")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rendered files on disk."""
    root = tmp_path_factory.mktemp("bundle")
    for path, text in files().items():
        if path.startswith("argocd/"):
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
    return root


@pytest.mark.skipif(KUBECTL is None, reason="kubectl is not installed: apt-get install kubernetes-client")
@pytest.mark.parametrize("folder", FOLDERS)
def test_kubectl_kustomize_builds_the_folder_and_loses_nothing(folder: str, tree: Path) -> None:
    built = subprocess.run(["kubectl", "kustomize", str(tree / folder)], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    assert {name_of(it) for it in documents(built.stdout)} == {name_of(it) for it in listed(folder)}


@pytest.mark.parametrize("it", CORE, ids=name_of)
def test_the_object_is_valid_against_the_newest_kubernetes_schema(it: Object) -> None:
    version = ".".join(kubernetes_validate.latest_version().split(".")[:2])
    kubernetes_validate.validate(it, version, strict=True)


def test_every_object_is_either_core_or_of_a_known_custom_kind() -> None:
    assert {it["apiVersion"] for it in objects()} <= {it["apiVersion"] for it in CORE}


def test_no_file_of_an_application_is_left_out_of_its_kustomization() -> None:
    rendered = {path for path in files() if re.match(r"argocd/applications/[^/]+/[^/]+$", path)}
    mentioned = set()
    for folder in {path.rsplit("/", 1)[0] for path in rendered}:
        [kustomization] = documents(files()[f"{folder}/kustomization.yaml"])
        mentioned |= {f"{folder}/{name}" for name in ("kustomization.yaml", *kustomization["resources"])}
    assert rendered == mentioned


def test_names_are_unique_within_kind_and_namespace() -> None:
    seen = [(it["kind"], it["metadata"]["namespace"], it["metadata"]["name"]) for it in objects()]
    assert len(seen) == len(set(seen))


def test_every_file_says_where_it_comes_from() -> None:
    for path, text in files().items():
        if path.startswith("argocd/"):
            assert text.startswith("# Rendered from slo.yaml by `tocsin render`; do not edit.\n"), path


def test_the_documented_places_exist() -> None:
    assert "argocd/applications/observability/codex-pipeline-dashboard-configmap.yaml" in files()
    assert "argocd/applications/observability/graf-mimir-rules.yaml" in files()


@pytest.mark.parametrize("name", ["kafka", "nats", "observability", "jangar", "agent"])
def test_the_application_has_objects(name: str) -> None:
    assert application(name)
