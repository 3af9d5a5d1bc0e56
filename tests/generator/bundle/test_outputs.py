"""Forms of the bundle: each writes its own folders and leaves those of the others alone."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from generator.bundle import DEFAULT, OWNED, Output, render
from generator.bundle.outputs import FOLDERS, MEANING
from generator.cli import main
from generator.domain.service import Service
from generator.spec.load import load

ROOT = Path(__file__).parents[3]
CASE = ROOT / "tests/cases/every-kind/slo.yaml"


@pytest.fixture(scope="module")
def service() -> Service:
    return load(CASE)


def folders(root: Path) -> set[str]:
    return {"/".join(path.relative_to(root).parts[:1]) for path in root.rglob("*") if path.is_file()}


def test_without_a_choice_everything_that_is_committed_is_rendered(service: Service) -> None:
    assert render(service).artifacts == render(service, DEFAULT).artifacts
    assert tuple(render(service).owned) == OWNED


def test_every_form_has_its_folders_and_says_what_it_is_for() -> None:
    assert set(FOLDERS) == set(MEANING) == set(Output)


@pytest.mark.parametrize("output", Output)
def test_a_form_alone_is_what_it_is_among_others(output: Output, service: Service) -> None:
    alone = {one.path: one.text for one in render(service, [output]).artifacts}
    together = {one.path: one.text for one in render(service, list(Output)).artifacts}
    assert alone
    assert alone.items() <= together.items()
    assert all(str(path).startswith(tuple(f"{folder}/" for folder in FOLDERS[output])) for path in alone)


def test_rendering_one_form_touches_no_other(service: Service, tmp_path: Path) -> None:
    render(service).write(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    render(service, [Output.KUBERNETES]).write(tmp_path)
    assert {path: path.read_bytes() for path in before} == before
    assert folders(tmp_path) == {"monitoring", "argocd", "kubernetes"}


def test_a_form_removes_what_it_rendered_once_and_does_not_any_more(service: Service, tmp_path: Path) -> None:
    render(service, [Output.KUBERNETES]).write(tmp_path)
    old = tmp_path / "kubernetes/rules/gone.yaml"
    old.write_text((tmp_path / "kubernetes/kustomization.yaml").read_text("utf-8"), "utf-8")
    render(service).write(tmp_path)
    assert old.exists(), "the default forms do not look there"
    render(service, [Output.KUBERNETES]).write(tmp_path)
    assert not old.exists()


def test_the_command_renders_and_checks_the_forms_that_are_named(tmp_path: Path) -> None:
    wanted = ["--spec", str(CASE), "--out", str(tmp_path), "--output", "kubernetes,grafana-operator"]
    assert main(["render", "--quiet", *wanted]) == 0
    assert folders(tmp_path) == {"kubernetes", "grafana-operator"}
    assert main(["check", *wanted]) == 0
    next((tmp_path / "kubernetes/rules").glob("*.yaml")).write_text("other\n", "utf-8")
    assert main(["check", *wanted]) == 1


def test_an_unknown_form_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["render", "--output", "plain,helm"])
    assert ended.value.code == 2
    assert re.search(r"'helm' is no form .*grafana-operator", capsys.readouterr().err)


def test_the_help_explains_every_form(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["render", "--help"])
    said = capsys.readouterr().out
    assert all(str(output) in said and meaning in said for output, meaning in MEANING.items())


@pytest.mark.skipif(
    shutil.which("kubectl") is None, reason="kubectl is not installed: apt-get install kubernetes-client"
)
@pytest.mark.parametrize("output", [Output.KUBERNETES, Output.GRAFANA_OPERATOR])
def test_kubectl_builds_the_form_and_loses_nothing(output: Output, service: Service, tmp_path: Path) -> None:
    artifacts = render(service, [output]).artifacts
    render(service, [output]).write(tmp_path)
    built = subprocess.run(
        ["kubectl", "kustomize", str(tmp_path / output)], capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    made = {(one["kind"], one["metadata"]["name"]) for one in yaml.safe_load_all(built.stdout)}
    wanted = [yaml.safe_load(one.text) for one in artifacts if one.path.name != "kustomization.yaml"]
    assert made == {(one["kind"], one["metadata"]["name"]) for one in wanted}
