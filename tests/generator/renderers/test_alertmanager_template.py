"""The message of the way out keeps within Telegram's limit, by arithmetic and in amtool."""

import html.parser
import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest

from generator.domain.groups import alert_group, objective_groups
from generator.domain.rule import AlertingRule
from generator.domain.service import Service
from generator.renderers.alertmanager import templates
from generator.spec.load import load

SPEC = Path(__file__).parents[3] / "slo.yaml"
TEMPLATE = templates.render().text
TOKEN = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
SHOWN = re.compile(r"lt \$index (\d+)")
RULED = re.compile(r"if le \(len \(reReplaceAll `\[\^A-Za-z0-9:/\?=\._~-\]` `1{0}\d{12}` \.\)\) (\d+)")

KNOWN_IN_0_25 = {
    *("title", "toUpper", "toLower", "join", "match", "safeHtml", "reReplaceAll", "stringSlice"),
    *("and", "define", "else", "end", "eq", "gt", "if", "le", "len", "lt", "ne", "not", "printf", "range", "slice"),
    *("template", "with"),
}

#: The most characters that an action can print, whatever the alerts are.
PRINTS: Mapping[str, int] = {
    ".": 300,  # a link behind the ruler, see test_a_link_is_printed_only_behind_the_ruler
    "len .Alerts.Firing": 20,
    "len .Alerts.Resolved": 20,
    "len (slice $alerts 5)": 20,
    '.StartsAt.UTC.Format "2006-01-02 15:04"': 20,
    '.EndsAt.UTC.Format "2006-01-02 15:04"': 20,
}


@dataclass
class Bound:
    """Adds up the longest output of a template: all branches of an `if`, and every element that a `range` shows."""

    tokens: Iterator[tuple[str, str]]
    texts: Mapping[str, int]

    def block(self) -> int:
        """Up to the `end` that belongs to it."""
        total = 0
        for text, action in self.tokens:
            total += len(text)
            if action == "end":
                return total
            total += self.action(action)
        return total

    def action(self, action: str) -> int:
        word = action.split(maxsplit=1)[0]
        if word == "range":
            return self.shown()
        if word in {"if", "with"}:
            return self.block()
        if word == "template":
            return self.texts[action.split('"')[1]]
        return 0 if word == "else" or ":=" in action or " = " in action else PRINTS[action]

    def shown(self) -> int:
        """A loop whose whole body stands under `lt $index N`."""
        text, condition = next(self.tokens)
        count = SHOWN.search(condition)
        assert count, "a loop must stop showing"
        assert not text, "a loop must print nothing for what it does not show"
        body = self.block()
        assert next(self.tokens) == ("", "end"), "a loop must print nothing for what it does not show"
        return int(count[1]) * body


def tokens(template: str) -> Iterator[tuple[str, str]]:
    """Every action, with the text before it."""
    last = 0
    for found in TOKEN.finditer(template):
        yield template[last : found.start()], found[1]
        last = found.end()


def definition(name: str) -> str:
    """The body of a template."""
    return TEMPLATE.split(f'define "{name}"')[1].split("define ")[0]


@pytest.fixture(scope="module")
def service() -> Service:
    return load(SPEC)


@pytest.fixture(scope="module")
def annotations(service: Service) -> list[dict[str, str]]:
    groups = chain.from_iterable(
        (alert_group(service, system), *objective_groups(service, system)) for system in service.systems
    )
    return [dict(rule.annotations) for group in groups for rule in group.rules if isinstance(rule, AlertingRule)]


def sizes() -> list[int]:
    return [int(size) for size in re.findall(r'define "tocsin\.text\.(\d+)"', TEMPLATE)]


def test_the_longest_message_that_can_be_is_short_enough() -> None:
    texts = {f"tocsin.text.{size}": size for size in sizes()}
    body = definition("tocsin.telegram").split("}}", 1)[1]
    assert Bound(tokens(body), texts).block() < 4096


@pytest.mark.parametrize("size", sizes())
def test_a_text_fits_even_when_every_character_is_escaped(size: int) -> None:
    cuts = [int(cut) for cut in re.findall(r'printf "%\.(\d+)s"', definition(f"tocsin.text.{size}"))]
    assert min(cuts) * len("&#39;") + len("…") <= size


@pytest.mark.parametrize("size", sizes())
def test_a_text_is_cut_further_until_it_fits(size: int) -> None:
    body = definition(f"tocsin.text.{size}")
    limits = {int(limit) for limit in re.findall(r"\$text\)\)\) (\d+)", body)}
    assert limits == {size - len("…")}
    assert body.count("{{- if gt ") == body.count("printf") - 1


def test_a_link_is_printed_only_behind_the_ruler() -> None:
    links = re.findall(r"\{\{ if ([^}]*) \}\}\s*<a href=\"\{\{ \. \}\}\">", TEMPLATE)
    assert [re.sub(r".*\)\) ", "", link) for link in links] == ["300", "300"]
    assert TEMPLATE.count("href") == len(links)


def test_only_functions_of_the_oldest_alertmanager_are_used() -> None:
    actions = " ".join(re.sub(r'`[^`]*`|"[^"]*"', "", action) for _, action in tokens(TEMPLATE.split("*/}}")[1]))
    words = set(re.findall(r"(?<![\w.$])[a-zA-Z]\w*", actions))
    assert words - KNOWN_IN_0_25 == set()


def room(annotation: str) -> int:
    """The characters that the message leaves for an annotation."""
    found = re.search(rf'with \.\w+\.{annotation} \}}\}}[\s·]*\{{\{{ template "tocsin\.text\.(\d+)"', TEMPLATE)
    assert found, f"{annotation} is not shown"
    return int(found[1])


@pytest.mark.parametrize("annotation", ["sev", "summary", "description"])
def test_no_text_of_the_spec_is_cut(annotations: list[dict[str, str]], annotation: str) -> None:
    """Values and labels are longer than their placeholders at times, hence the quarter that is kept free."""
    space = room(annotation) * 3 // 4
    assert [texts[annotation] for texts in annotations if len(texts.get(annotation, "")) > space] == []


def test_no_link_of_the_spec_is_left_out(annotations: list[dict[str, str]]) -> None:
    urls = [url for texts in annotations for url in (texts["runbook_url"], texts["dashboard_url"])]
    assert [url for url in urls if len(re.sub(r"[^A-Za-z0-9:/?=._~-]", "x" * 12, url)) > 300] == []


# With the real thing -------------------------------------------------------------------------------------------------

with_amtool = pytest.mark.skipif(
    shutil.which("amtool") is None, reason="amtool is missing: apt-get install prometheus-alertmanager"
)


def alert(status: str, **texts: str) -> dict[str, object]:
    name = texts.pop("alertname", "OrchestratorDown")
    times = {"startsAt": "2026-11-22T02:38:00Z", "endsAt": "2026-11-22T03:38:00Z"}
    return {"status": status, "labels": {"alertname": name}, "annotations": texts, **times}


def shown(folder: Path, alerts: list[dict[str, object]], labels: dict[str, str], texts: dict[str, str]) -> str:
    """The message as amtool renders it."""
    data = {"status": "firing", "alerts": alerts, "commonLabels": labels, "commonAnnotations": texts}
    (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
    (folder / "telegram.tmpl").write_text(TEMPLATE, encoding="utf-8")
    options = {"glob": str(folder / "*.tmpl"), "text": templates.MESSAGE, "type": "html", "data": folder / "data.json"}
    command = ["amtool", "template", "render", *(f"--template.{key}={value}" for key, value in options.items())]
    found = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout


class Tags(html.parser.HTMLParser):
    """Finds what Telegram would refuse: other tags than its own, and tags that are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.refused: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        if tag not in {"a", "b"}:
            self.refused.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.refused.append(f"/{tag}")


@with_amtool
@pytest.mark.parametrize("evil", ["&", "'", "<a", "é", "😀", "+1 ", "\u0000", "</b>", "x"])
def test_the_worst_that_labels_can_hold_fits_into_a_message(tmp_path: Path, evil: str) -> None:
    flood, link = evil * 2000, f"https://x/{evil}" + "a" * 260
    alerts = [alert(status, alertname=flood, description=flood) for status in ("firing", "resolved") for _ in range(99)]
    common = {"sev": flood, "summary": flood, "runbook_url": link, "dashboard_url": link}
    found = shown(tmp_path, alerts, {"severity": flood, "system": flood}, common)
    tags = Tags(found)
    assert len(found) <= 4096
    assert not tags.refused
    assert not tags.open


@with_amtool
def test_an_entity_is_never_cut(tmp_path: Path) -> None:
    found = shown(tmp_path, [alert("firing", description="&" * 2000)], {}, {})
    assert re.sub(r"&(?:amp|lt|gt|#\d+);", "", found).count("&") == 0


@with_amtool
def test_a_message_says_what_is_wrong_since_when_and_where_to_read_on(tmp_path: Path) -> None:
    texts = {
        "sev": "SEV-1",
        "summary": "The agent is down",
        "runbook_url": "https://example.com/OrchestratorDown.md",
        "dashboard_url": "https://example.com/d/televibe?from=now-6h&to=now",
    }
    labels = {"alertname": "OrchestratorDown", "severity": "critical", "system": "televibe"}
    found = shown(tmp_path, [alert("firing", description="Now down or gone.")], labels, texts)
    assert found == (
        "🔴 CRITICAL · SEV-1 · <b>OrchestratorDown</b> · televibe\n"
        "The agent is down\n"
        "\n"
        "• Now down or gone.\n"
        "  since 2026-11-22 02:38 UTC\n"
        "\n"
        '<a href="https://example.com/OrchestratorDown.md">Runbook</a>\n'
        '<a href="https://example.com/d/televibe?from=now-6h&amp;to=now">Dashboard</a>'
    )


@with_amtool
def test_of_many_alerts_five_are_shown_and_the_rest_is_counted(tmp_path: Path) -> None:
    found = shown(tmp_path, [alert("firing", description=f"number {n};") for n in range(12)], {}, {})
    assert (found.count("number"), found.count("+7 more")) == (5, 1)


@with_amtool
def test_an_end_is_told_with_its_time(tmp_path: Path) -> None:
    found = shown(tmp_path, [alert("resolved", description="Gone.")], {}, {})
    assert found.startswith("🟢 RESOLVED\n")
    assert "since 2026-11-22 02:38 UTC, until 2026-11-22 03:38 UTC" in found


@with_amtool
def test_a_text_that_had_to_be_cut_says_so(tmp_path: Path) -> None:
    found = shown(tmp_path, [alert("firing", description="x" * 401)], {}, {})
    assert "x" * 399 + "…\n" in found


@with_amtool
def test_a_few_escapes_do_not_cost_a_long_text(tmp_path: Path) -> None:
    text = "It can't be. " * 25
    found = shown(tmp_path, [alert("firing", description=text)], {}, {})
    assert text[:299].replace("'", "&#39;") in found
