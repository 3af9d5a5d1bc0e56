"""`alertmanager.yml` and its routing tests say what the domain's tree and inhibitions say, in every target version."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.domain.inhibition import inhibitions, is_inhibited
from generator.domain.routes import alert_labels, losses, receivers_of
from generator.domain.service import Service
from generator.domain.targets import Version
from generator.renderers.alertmanager import render
from generator.spec.load import load

SPEC = Path(__file__).parents[3] / "slo.yaml"
VERSIONS = ("0.25", "0.26", "0.28", "0.30", "0.34")
MATCHER = re.compile(r'([a-zA-Z_]\w*)(=|!=|=~|!~)"([^"\\]*)"')


@dataclass(frozen=True)
class Rendered:
    """A service and what is rendered of it, parsed."""

    service: Service
    texts: Mapping[str, str]
    config: Mapping[str, Any]
    cases: Mapping[str, Any]

    @classmethod
    def of(cls, service: Service) -> "Rendered":
        texts = {artifact.path.name: artifact.text for artifact in render(service)}
        return cls(service, texts, yaml.safe_load(texts["alertmanager.yml"]), yaml.safe_load(texts["routing.yaml"]))

    @property
    def webhooks(self) -> list[dict[str, Any]]:
        return self.all("webhook_configs")

    @property
    def telegrams(self) -> list[dict[str, Any]]:
        return self.all("telegram_configs")

    def all(self, kind: str) -> list[dict[str, Any]]:
        return [entry for receiver in self.config["receivers"] for entry in receiver.get(kind, [])]

    def route_to(self, receiver: str) -> dict[str, Any]:
        found: dict[str, Any] = next(r for r in self.config["route"]["routes"] if r["receiver"] == receiver)
        return found

    def is_before(self, minor: int) -> bool:
        return self.service.settings.targets.alertmanager < Version(0, minor)


@cache
def for_version(version: str) -> Rendered:
    spec = load(SPEC)
    targets = spec.settings.targets.with_version("alertmanager", Version.parse(version))
    return Rendered.of(spec.for_targets(targets))


@pytest.fixture(params=VERSIONS)
def rendered(request: pytest.FixtureRequest) -> Rendered:
    return for_version(request.param)


@pytest.fixture
def newest() -> Rendered:
    return for_version(VERSIONS[-1])


def matches(matchers: list[str], labels: Mapping[str, str]) -> bool:
    """Alertmanager's own reading of matchers, spelled out again."""
    for text in matchers:
        found = MATCHER.fullmatch(text)
        assert found, f"{text} is not in the form that both parsers read"
        label, operator, value = found.groups()
        is_same = bool(re.fullmatch(value if "~" in operator else re.escape(value), labels.get(label, "")))
        if is_same == operator.startswith("!"):
            return False
    return True


def walk(route: Mapping[str, Any], labels: Mapping[str, str], inherited: str = "") -> list[str]:
    """Alertmanager's own walk through the tree, spelled out again."""
    if not matches(route.get("matchers", []), labels):
        return []
    receiver, found = route.get("receiver", inherited), []
    for child in route.get("routes", []):
        further = walk(child, labels, receiver)
        found += further
        if further and not child.get("continue"):
            break
    return found or [receiver]


def test_three_files_are_rendered(newest: Rendered) -> None:
    assert [str(artifact.path) for artifact in render(newest.service)] == [
        "monitoring/alertmanager/alertmanager.yml",
        "monitoring/alertmanager/templates/telegram.tmpl",
        "monitoring/alertmanager/tests/routing.yaml",
    ]


def test_rendering_twice_gives_the_same(newest: Rendered) -> None:
    assert Rendered.of(load(SPEC).for_targets(newest.service.settings.targets)).texts == newest.texts


def test_the_rendered_tree_routes_as_the_domain_says(rendered: Rendered) -> None:
    alerts = [*alert_labels(rendered.service), {"alertname": "Stray"}]
    found = [tuple(walk(rendered.config["route"], labels)) for labels in alerts]
    assert found == [receivers_of(rendered.service, labels) for labels in alerts]


def test_the_rendered_inhibitions_are_those_of_the_domain(rendered: Rendered) -> None:
    found = [
        (rule["source_matchers"], rule["target_matchers"], rule.get("equal", []))
        for rule in rendered.config["inhibit_rules"]
    ]
    expected = [
        ([str(matcher) for matcher in rule.source], [str(matcher) for matcher in rule.target], list(rule.equal))
        for rule in inhibitions(rendered.service)
    ]
    assert found == expected


def test_every_matcher_is_in_the_form_that_both_parsers_read(rendered: Rendered) -> None:
    lists = [rule[side] for rule in rendered.config["inhibit_rules"] for side in ("source_matchers", "target_matchers")]
    assert [text for texts in lists for text in texts if not MATCHER.fullmatch(text)] == []


def test_the_root_takes_everything(rendered: Rendered) -> None:
    assert "matchers" not in rendered.config["route"]


def test_every_receiver_is_used_and_defined_once(rendered: Rendered) -> None:
    used = set(re.findall(r"receiver: (\S+)", rendered.texts["alertmanager.yml"]))
    assert sorted(receiver["name"] for receiver in rendered.config["receivers"]) == sorted(used)


def test_a_webhook_authenticates_with_a_file(rendered: Rendered) -> None:
    agent = rendered.service.routing.agent
    found = {(each["url"], each["http_config"]["authorization"]["credentials_file"]) for each in rendered.webhooks}
    assert found == {(agent.url, agent.credentials_file)}


def test_the_agent_hears_of_everything_and_of_every_end(rendered: Rendered) -> None:
    assert all(each["send_resolved"] is True and each["max_alerts"] >= 1000 for each in rendered.webhooks)


def test_a_token_comes_from_a_file_or_there_is_no_way_out(rendered: Rendered) -> None:
    keys = [set(each) & {"bot_token", "bot_token_file"} for each in rendered.telegrams]
    assert keys == ([] if rendered.is_before(26) else [{"bot_token_file"}])


def test_a_webhook_has_a_timeout_where_there_is_one(rendered: Rendered) -> None:
    assert all(("timeout" in each) != rendered.is_before(28) for each in rendered.webhooks)


def test_inhibitions_have_names_where_they_can(rendered: Rendered) -> None:
    assert all(("name" in rule) != rendered.is_before(30) for rule in rendered.config["inhibit_rules"])


def test_the_header_says_everything_that_is_lost(rendered: Rendered) -> None:
    lines = rendered.texts["alertmanager.yml"].splitlines()
    found = [line for line in lines if line.startswith("# Not rendered")]
    assert found == [f"# Not rendered: {loss}." for loss in losses(rendered.service)]


def test_a_message_is_html_from_our_template(newest: Rendered) -> None:
    (telegram,) = newest.telegrams
    assert (telegram["parse_mode"], telegram["message"]) == ("HTML", '{{ template "tocsin.telegram" . }}')


def test_the_chat_is_a_number(newest: Rendered) -> None:
    (telegram,) = newest.telegrams
    assert telegram["chat_id"] == -1001234567890


def test_a_page_waits_no_longer_than_the_spec_says(newest: Rendered) -> None:
    page = newest.route_to("page")
    assert (page["group_wait"], page["repeat_interval"]) == ("10s", "1h")


def test_times_that_are_inherited_are_not_repeated(newest: Rendered) -> None:
    assert "group_interval" not in newest.route_to("page")


def test_a_rehearsal_has_shorter_times_and_the_same_timeout(newest: Rendered) -> None:
    found = Rendered.of(newest.service.scaled(60))
    assert (found.config["global"]["resolve_timeout"], found.webhooks[0]["timeout"]) == ("5s", "10s")


def test_there_is_a_routing_case_for_every_alert(rendered: Rendered) -> None:
    found = [case["labels"] for case in rendered.cases["routes"]]
    assert found[:-1] == list(alert_labels(rendered.service))


def test_no_label_set_has_two_routing_cases(newest: Rendered) -> None:
    found = [tuple(sorted(case["labels"].items())) for case in newest.cases["routes"]]
    assert len(set(found)) == len(found)


def test_routing_cases_name_the_receivers_of_the_rendered_tree(rendered: Rendered) -> None:
    cases = rendered.cases["routes"]
    assert [case["receivers"] for case in cases] == [walk(rendered.config["route"], case["labels"]) for case in cases]


def test_inhibition_cases_tell_the_truth(newest: Rendered) -> None:
    cases = newest.cases["inhibitions"]
    found = [is_inhibited(newest.service, case["target"], [case["source"]]) for case in cases]
    assert found == [case["inhibited"] for case in cases]


def test_no_inhibition_case_stands_twice(newest: Rendered) -> None:
    found = [str((case["source"], case["target"])) for case in newest.cases["inhibitions"]]
    assert len(set(found)) == len(found)


def test_every_source_that_inhibits_has_a_near_miss(newest: Rendered) -> None:
    acting = [case["source"] for case in newest.cases["inhibitions"] if case["inhibited"]]
    missing = [case["source"] for case in newest.cases["inhibitions"] if not case["inhibited"]]
    assert [source for source in acting if source not in missing] == []


def test_every_source_that_inhibits_is_tried_the_other_way_round(newest: Rendered) -> None:
    spared = [case["target"] for case in newest.cases["inhibitions"] if not case["inhibited"]]
    acting = [case["source"] for case in newest.cases["inhibitions"] if case["inhibited"]]
    assert [source for source in acting if source not in spared] == []


def test_a_system_without_alerts_of_its_own_still_renders(newest: Rendered) -> None:
    bare = replace(newest.service.system("agentos"), alerts=())
    assert Rendered.of(replace(newest.service, systems=(bare,))).cases["routes"]


@pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is missing: apt-get install prometheus-alertmanager")
def test_alertmanager_itself_accepts_what_is_rendered_for_the_oldest(tmp_path: Path) -> None:
    for artifact in render(for_version("0.25").service):
        path = tmp_path / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(artifact.text, encoding="utf-8")
    command = ["amtool", "check-config", str(tmp_path / "monitoring/alertmanager/alertmanager.yml")]
    found = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
