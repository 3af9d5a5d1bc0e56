"""What Argo CD starts from: one root, few rights, providers before consumers."""

import re

import pytest

from generator.bundle import render

from .manifests import APPLICATIONS, Object, application, artifacts, documents, files, objects, service
from .test_overlays import deployed

WAVE = "argocd.argoproj.io/sync-wave"


def parsed(path: str) -> Object:
    [found] = documents(files()[path])
    return found


def sets() -> list[Object]:
    return [parsed(path) for path in files() if path.startswith("argocd/applicationsets/")]


def elements() -> list[Object]:
    return [element for it in sets() for element in it["spec"]["generators"][0]["list"]["elements"]]


def wave(name: str) -> int:
    [found] = [int(element["wave"]) for element in elements() if element["name"] == name]
    return found


def test_the_root_application_syncs_the_folder_with_the_project_and_the_sets() -> None:
    root = parsed("argocd/root.yaml")
    source = root["spec"]["source"]
    assert source["repoURL"] == service().settings.repository
    assert source["targetRevision"] == service().settings.revision
    resources = parsed(f"{source['path']}/kustomization.yaml")["resources"]
    assert resources == ["project.yaml", "applicationsets/observability.yaml", "applicationsets/platform.yaml"]


def test_the_root_application_does_not_manage_itself() -> None:
    assert "root.yaml" not in parsed("argocd/kustomization.yaml")["resources"]


def test_every_application_of_the_runbook_is_generated_once_from_a_folder_that_exists() -> None:
    assert sorted(element["name"] for element in elements()) == sorted(APPLICATIONS)
    for element in elements():
        for overlay in ("dev", "prod"):
            assert f"argocd/overlays/{overlay}/{element['name']}/kustomization.yaml" in files()


def test_the_sets_sync_the_overlay_that_the_spec_chooses() -> None:
    for it in sets():
        assert it["spec"]["template"]["spec"]["source"]["path"] == "argocd/overlays/{{ .overlay }}/{{ .name }}"
    assert {element["overlay"] for element in elements()} == {str(service().deployment.overlay)}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_every_object_of_an_application_lies_in_its_namespace(name: str) -> None:
    [namespace] = [element["namespace"] for element in elements() if element["name"] == name]
    assert {it["metadata"]["namespace"] for it in application(name)} == {namespace}


def test_what_takes_metrics_comes_before_what_sends_them_and_streams_before_their_reader() -> None:
    assert wave("observability") < min(wave("kafka"), wave("nats"), wave("agent"))
    assert max(wave("kafka"), wave("nats")) < wave("jangar")


def test_the_project_comes_before_the_sets_and_each_set_with_its_first_member() -> None:
    project = int(parsed("argocd/project.yaml")["metadata"]["annotations"][WAVE])
    for it in sets():
        first = min(int(element["wave"]) for element in it["spec"]["generators"][0]["list"]["elements"])
        assert project < int(it["metadata"]["annotations"][WAVE]) == first


@pytest.mark.parametrize("it", sets(), ids=lambda it: it["metadata"]["name"])
def test_a_set_fails_on_a_missing_key_and_uses_no_key_that_an_element_lacks(it: Object) -> None:
    spec = it["spec"]
    assert spec["goTemplate"] is True
    assert spec["goTemplateOptions"] == ["missingkey=error"]
    used = set(re.findall(r"\{\{ \.(\w+) \}\}", str(spec["template"])))
    assert used
    for element in spec["generators"][0]["list"]["elements"]:
        assert used == set(element)


@pytest.mark.parametrize("it", sets(), ids=lambda it: it["metadata"]["name"])
def test_applications_prune_heal_and_apply_on_the_server(it: Object) -> None:
    policy = it["spec"]["template"]["spec"]["syncPolicy"]
    assert policy["automated"] == {"prune": True, "selfHeal": True}
    assert set(policy["syncOptions"]) == {
        "CreateNamespace=true",
        "ServerSideApply=true",
        "RespectIgnoreDifferences=true",
    }


@pytest.mark.parametrize("it", sets(), ids=lambda it: it["metadata"]["name"])
def test_what_external_secrets_fill_in_is_no_drift(it: Object) -> None:
    [ignored] = [
        found for found in it["spec"]["template"]["spec"]["ignoreDifferences"] if found["kind"] == "ExternalSecret"
    ]
    assert ignored["group"] == "external-secrets.io"
    wanted = {".spec.target.deletionPolicy", ".spec.target.template.engineVersion", ".spec.target.template.mergePolicy"}
    for place in (".spec.data[]?.remoteRef", ".spec.dataFrom[]?.extract"):
        wanted |= {f"{place}.{key}" for key in ("conversionStrategy", "decodingStrategy", "metadataPolicy")}
    assert wanted <= set(ignored["jqPathExpressions"])


def test_what_is_ignored_is_nothing_that_we_write_into_an_external_secret() -> None:
    for name in ("agent", "observability"):
        [path] = [path for path in files() if path.endswith(f"{name}/external-secrets/external-secret.yaml")]
        spec = parsed(path)["spec"]
        ours = {
            *spec["target"],
            *spec["target"]["template"],
            *spec["data"][0]["remoteRef"],
            *spec["dataFrom"][0]["extract"],
        }
        for it in sets():
            for found in it["spec"]["template"]["spec"]["ignoreDifferences"]:
                if found["kind"] == "ExternalSecret":
                    assert not {text.rpartition(".")[2] for text in found["jqPathExpressions"]} & ours


def test_a_prefix_stands_before_the_name_of_every_application_and_nowhere_else() -> None:
    plain = {str(it.path): it.text for it in artifacts()}
    changed = {
        str(it.path): it.text
        for it in render(deployed(application_prefix="tocsin-")).artifacts
        if plain[str(it.path)] != it.text
    }
    assert set(changed) == {path for path in plain if "/applicationsets/" in path} | {"argocd/root.yaml"}
    assert documents(changed.pop("argocd/root.yaml"))[0]["metadata"]["name"] == "tocsin-root"
    for path, text in changed.items():
        [was], [now] = documents(plain[path]), documents(text)
        assert was["spec"]["template"]["metadata"]["name"] == "{{ .name }}"
        was["spec"]["template"]["metadata"]["name"] = "tocsin-{{ .name }}"
        assert now == was


@pytest.mark.parametrize("it", sets(), ids=lambda it: it["metadata"]["name"])
def test_deleting_a_set_deletes_nothing_that_runs(it: Object) -> None:
    assert it["spec"]["syncPolicy"]["preserveResourcesOnDeletion"] is True


def test_the_project_permits_every_kind_that_is_applied_and_no_other() -> None:
    allowed = parsed("argocd/project.yaml")["spec"]["namespaceResourceWhitelist"]
    applied = {(it["apiVersion"].rpartition("/")[0], it["kind"]) for it in objects()}
    assert {(one["group"], one["kind"]) for one in allowed} == applied


def test_the_project_permits_our_repository_our_namespaces_and_the_making_of_them() -> None:
    spec = parsed("argocd/project.yaml")["spec"]
    assert spec["sourceRepos"] == [service().settings.repository]
    assert {one["namespace"] for one in spec["destinations"]} == {element["namespace"] for element in elements()}
    assert spec["clusterResourceWhitelist"] == [{"group": "", "kind": "Namespace"}]


def test_every_set_belongs_to_the_project() -> None:
    name = parsed("argocd/project.yaml")["metadata"]["name"]
    assert {it["spec"]["template"]["spec"]["project"] for it in sets()} == {name}
