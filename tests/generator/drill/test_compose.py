"""compose.yaml, as far as it can be held without Docker: everything that it mounts is there, every job has a target."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.drill.exporter.world import World
from generator.drill.stack.configuration import all_jobs
from generator.spec.load import load

ROOT = Path(__file__).parents[3]
TARGETS = ROOT / "deploy/compose/targets"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return found


def groups(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((TARGETS / f"{name}.yaml").read_text("utf-8"))
    return found


def test_everything_that_is_mounted_is_there(compose: dict[str, Any]) -> None:
    mounts = [mount.split(":")[0] for service in compose["services"].values() for mount in service.get("volumes", ())]
    files = [mount for mount in mounts if mount.startswith(".")]

    assert files
    assert [file for file in files if not (ROOT / file).exists()] == []
    assert {mount for mount in mounts if not mount.startswith(".")} <= compose["volumes"].keys()


def test_every_job_of_the_rendered_configuration_has_targets(compose: dict[str, Any]) -> None:
    config = yaml.safe_load((ROOT / "monitoring/prometheus/prometheus.yml").read_text("utf-8"))
    jobs = {scraped["job_name"] for scraped in config["scrape_configs"]}
    hosts = {target.split(":")[0] for job in jobs for group in groups(job) for target in group["targets"]}

    assert jobs | {"alertmanager"} == {file.stem for file in TARGETS.iterdir()}
    assert hosts <= compose["services"].keys()


def test_every_job_that_has_metrics_is_scraped_under_its_name() -> None:
    service = load(ROOT / "slo.yaml")
    named = [group.get("labels", {}).get("job", file.stem) for file in TARGETS.iterdir() for group in groups(file.stem)]

    assert all_jobs(service) <= set(named)


def test_the_stand_in_knows_every_job_that_it_is_asked_for() -> None:
    asked = {group.get("labels", {}).get("__param_job") for file in TARGETS.iterdir() for group in groups(file.stem)}

    assert asked - {None} <= set(World(load(ROOT / "slo.yaml"), 0.0).jobs)


def test_the_stand_in_knows_what_is_scraped_from_the_agent_itself(compose: dict[str, Any]) -> None:
    of_agent = {
        group.get("labels", {}).get("job", file.stem)
        for file in TARGETS.iterdir()
        for group in groups(file.stem)
        if any(target.startswith("tocsin-agent:") for target in group["targets"])
    }

    assert compose["services"]["standin"]["command"] == [f"--elsewhere={job}" for job in sorted(of_agent)]


def test_alertmanager_finds_the_agent_and_its_secrets_where_the_rendered_configuration_looks(
    compose: dict[str, Any],
) -> None:
    rendered = (ROOT / "monitoring/alertmanager/alertmanager.yml").read_text("utf-8")
    targets = [secret["target"] for secret in compose["services"]["alertmanager"]["secrets"]]

    assert "http://tocsin-agent:8080/" in rendered
    assert "tocsin-agent" in compose["services"]
    assert [target for target in targets if target not in rendered] == []


def test_nothing_answers_beyond_this_machine(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]

    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_address_that_the_file_tells_people_is_published(compose: dict[str, Any]) -> None:
    told = set(re.findall(r"^#.*?http://localhost:(\d+)", (ROOT / "compose.yaml").read_text("utf-8"), re.MULTILINE))
    published = {port.split(":")[1] for service in compose["services"].values() for port in service.get("ports", ())}

    assert {"8081", "9101"} <= told
    assert told <= published


def test_what_the_file_tells_people_to_provoke_is_played_by_the_stand_in() -> None:
    told = set(re.findall(r"/control/\w+\?alert=(\w+)", (ROOT / "compose.yaml").read_text("utf-8")))
    service = load(ROOT / "slo.yaml")
    systems = {alert.name: system for system in service.systems for alert in system.alerts}

    assert len(told) == 1
    assert [name for name in told if systems[name].emitted_by_agent] == []


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is missing: apt-get install prometheus")
def test_prometheus_takes_what_is_mounted_where_it_is_mounted(compose: dict[str, Any], tmp_path: Path) -> None:
    for mount in compose["services"]["prometheus"]["volumes"]:
        source, target, *_ = mount.split(":")
        if source.startswith("."):
            place = tmp_path / target.removeprefix("/etc/prometheus/")
            (shutil.copytree if (ROOT / source).is_dir() else shutil.copy)(ROOT / source, place)

    checked = subprocess.run(
        ["promtool", "check", "config", tmp_path / "prometheus.yml"], capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stderr
    assert "rule files found" in checked.stdout
    config = (tmp_path / "prometheus.yml").read_text("utf-8")
    files = re.findall(r"targets/[\w-]+\.yaml", config)
    assert files
    assert [file for file in files if not (tmp_path / file).exists()] == []


def test_every_variable_that_must_be_set_is_in_the_example() -> None:
    text = (ROOT / "compose.yaml").read_text("utf-8")
    example = (ROOT / "deploy/compose/env.example").read_text("utf-8")
    wanted = {part.split(":?")[0] for part in text.split("${")[1:] if ":?" in part.split("}")[0]}

    assert wanted
    assert [name for name in wanted if f"\n{name}=" not in f"\n{example}"] == []
