"""`docs/deploy.md`, followed line by line as far as a machine without a cluster goes; beyond, its names are held."""

import os
import re
import shutil
import stat
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from generator.bundle.outputs import MEANING
from generator.domain.deployment import Ingress
from generator.renderers.argocd import agent_pod
from tests.argocd.manifests import APPLICATIONS, application, files, one
from tests.argocd.test_overlays import deployed
from tests.argocd.test_references import needed_keys

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/deploy.md"
KUBECTL = shutil.which("kubectl")


@cache
def page() -> str:
    return PAGE.read_text("utf-8")


def commands(where: str) -> list[str]:
    """The lines of the blocks that begin so, in order."""
    blocks: list[str] = re.findall(rf"^```{where}\n(.*?)^```", page(), re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What somebody has who cloned the repository, with `tocsin` on the path."""
    root = tmp_path_factory.mktemp("clone")
    work = root / "tocsin"
    work.mkdir()
    shutil.copy(ROOT / "slo.yaml", work)
    program = root / "bin" / "tocsin"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m generator "$@"\n', "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    for line in ("git init --quiet", "git config user.name Tester", "git config user.email tester@localhost"):
        subprocess.run(line.split(), cwd=work, check=True)
    return work


@pytest.mark.skipif(KUBECTL is None, reason="kubectl is not installed: apt-get install kubernetes-client")
def test_every_command_that_needs_no_cluster_runs_in_the_order_of_the_page(clone: Path) -> None:
    environment = os.environ | {"PATH": f"{clone.parent / 'bin'}:{os.environ['PATH']}"}
    lines = commands("sh")
    assert len(lines) > 8
    for line in lines:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", line],
            cwd=clone,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    spec = (clone / "slo.yaml").read_text("utf-8")
    assert "repository: https://git.acme.internal/platform/tocsin.git" in spec
    assert "agent: registry.acme.internal/tocsin-agent:0.1.0" in spec
    root = yaml.safe_load((clone / "argocd/root.yaml").read_text("utf-8"))
    assert root["spec"]["source"]["repoURL"] == "https://git.acme.internal/platform/tocsin.git"
    images = yaml.safe_load((clone / "argocd/overlays/prod/agent/kustomization.yaml").read_text("utf-8"))["images"]
    assert {"name": "registry.acme.internal/tocsin-agent", "newTag": "0.1.0"} in images


def test_the_synced_applications_are_those_that_the_sets_make() -> None:
    [chapter] = re.findall(r"^## 6\. .*?(?=^## )", page(), re.DOTALL | re.MULTILINE)
    synced = re.findall(r"^argocd app sync (\S+)$", chapter, re.MULTILINE)
    assert sorted(synced) == sorted([*APPLICATIONS, "root"])
    [waited] = re.findall(r"^argocd app wait (.*) --health$", page(), re.MULTILINE)
    assert sorted(waited.split()) == sorted(APPLICATIONS)


@pytest.mark.parametrize("secret", ["tocsin-agent", "alertmanager-credentials"])
def test_the_secrets_are_made_with_every_key_that_a_pod_needs(secret: str) -> None:
    [line] = [line for line in commands("sh cluster") if f"secret generic {secret} " in line]
    assert set(re.findall(r"--from-(?:file|literal)=([\w-]+)=", line)) == needed_keys(secret)


def test_every_object_that_is_named_exists() -> None:
    text = "\n".join(commands("sh cluster"))
    assert one("Job", "mimir-rule-loader")["metadata"]["namespace"] == "observability"
    assert "-n observability job/mimir-rule-loader" in text
    [service] = [
        it for it in application("agent") if it["kind"] == "Service" and it["metadata"]["name"] == "tocsin-agent"
    ]
    assert "-n tocsin svc/tocsin-agent 8080:8080" in text
    assert [port["port"] for port in service["spec"]["ports"]] == [8080]
    assert one("StatefulSet", "alertmanager")


def test_every_file_that_is_named_is_rendered_or_in_the_repository() -> None:
    for path in set(re.findall(r"`(argocd/[\w./-]+\.yaml)`", page())) | {"argocd/root.yaml"}:
        assert path in files(), path
    for link in re.findall(r"\]\(([\w./-]+\.md)", page()):
        assert (PAGE.parent / link).exists(), link


def test_rules_are_synced_into_our_namespaces_alone() -> None:
    [given] = re.findall(r"`mimirtool rules sync [^`]*--namespaces=([\w.,-]+)`", page())
    texts = [text for path, text in files().items() if path.startswith("monitoring/mimir/")]
    assert sorted(given.split(",")) == sorted({yaml.safe_load(text)["namespace"] for text in texts})


def test_nothing_is_applied_over_applications_that_exist() -> None:
    lines = commands("sh cluster")
    [asked] = [line for line in lines if "argocd app get" in line]
    assert lines.index(asked) < lines.index("kubectl apply -n argocd -f argocd/root.yaml")
    found = re.search(r"for application in (.*?); do", asked)
    assert found
    assert sorted(found[1].split()) == sorted([*APPLICATIONS, "root"])


def test_making_a_namespace_twice_is_no_error() -> None:
    for line in commands("sh cluster"):
        if "kubectl create namespace" in line:
            assert line.endswith(" --dry-run=client -o yaml | kubectl apply -f -")


def test_with_an_ingress_the_page_names_the_key_that_the_pod_then_needs() -> None:
    with_ingress = agent_pod.needed_keys(deployed(ingress=Ingress("tocsin.acme.internal")))
    [key] = set(with_ingress) - set(agent_pod.needed_keys(deployed()))
    assert f"--from-literal={key}=" in page()


def test_a_backup_is_restored_in_the_pod_that_is_rendered_with_its_volume_while_no_agent_runs() -> None:
    lines = commands("sh cluster")
    pod = yaml.safe_load(files()["argocd/by-hand/restore.yaml"])
    where = f"-n {pod['metadata']['namespace']}"
    exec_line = f"kubectl exec {where} {pod['metadata']['name']} -- tocsin-agent restore"
    waits = [line for line in lines if line.startswith(f"kubectl wait {where} --for=delete pod -l app=tocsin-agent ")]
    assert lines.index(waits[0]) < lines.index("kubectl apply -f argocd/by-hand/restore.yaml") < lines.index(exec_line)
    [backups] = [it["mountPath"] for it in pod["spec"]["containers"][0]["volumeMounts"] if it["name"] == "backups"]
    assert f"kubectl exec {where} {pod['metadata']['name']} -- ls -lt {backups}" in lines
    assert "kubectl scale" not in "\n".join(lines), "self-healing undoes it"


def test_the_page_says_which_external_secrets_know_the_version_of_our_references() -> None:
    reference = yaml.safe_load(files()["argocd/applications/agent/external-secrets/external-secret.yaml"])
    assert f"0.16 or newer, the first with `{reference['apiVersion']}`" in page()


def test_every_value_that_the_operators_chart_needs_is_explained_by_what_fails_without_it() -> None:
    for name in ("enableRemoteWriteReceiver", "additionalAlertManagerConfigs", "kube-prometheus-stack.yaml"):
        assert re.search(rf"^\| .*`{re.escape(name)}` \|$", page(), re.MULTILINE), name


def test_every_form_of_the_bundle_is_on_the_page() -> None:
    for output in MEANING:
        assert f"| `{output}` |" in page()


def test_every_key_of_the_deployment_that_is_named_exists() -> None:
    schema = (ROOT / "generator/spec/frame.json").read_text("utf-8")
    for name in set(re.findall(r"deployment\.(\w+)", page())):
        assert f'"{name}":' in schema, name
