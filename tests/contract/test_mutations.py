"""Changes one number of `slo.yaml` at a time and sees to it that the documents' tables, or the reader, notice.

What proves a rule is made from the same number as the rule, so a wrong number proves itself. Only the tables that were
transcribed from the documents, and the reader's own checks, can tell.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from generator.renderers import prometheus_rules
from generator.spec import SpecError, load_text

from . import bundle, test_documented_alerts, test_documented_objectives
from .documented import DOCUMENTED, Documented
from .documented_objectives import PROMISED, Promised

NUMBER: Final = re.compile(r"\b(above|below|over|for|quantile|objective|at_most): (\d+(?:\.\d+)?)")

Row = Documented | Promised


@dataclass(frozen=True)
class Mutation:
    """A number that is changed by one in its last place.

    Attributes:
        row: whose number it is.
        system: the system in whose part of the spec it stands.
        old: the passage before, which stands there once.
        new: the passage after.
        name: what is changed, for people.
    """

    row: Row
    system: str
    old: str
    new: str
    name: str


@cache
def part(system: str) -> str:
    """The spec with one system, so that reading it a hundred times takes no time."""
    text = (bundle.ROOT / "slo.yaml").read_text(encoding="utf-8")
    head, _, systems = text.partition("\nsystems:\n")
    head = re.sub(r"\n    system: \S+", "", head)
    head = re.sub(r"(?m)^  deployment:\n(?:    .*\n)*", "", head)  # it speaks of the other systems' jobs
    (own,) = [block for block in re.split(r"(?m)^(?=  - name: )", systems) if block.startswith(f"  - name: {system}\n")]
    return f"{head}\nsystems:\n{own}"


def entry(system: str, name: str) -> str:
    """The lines of an alert or an objective, up to what it says about itself."""
    text = part(system)
    start = text.index(f"      - name: {name}\n")
    return re.split(r"\n        (?:source|severity|implied_by):", text[start:], maxsplit=1)[0]


def changed(number: str) -> str:
    """The number, one more in its last place."""
    exact = Decimal(number)
    return str(exact + Decimal((0, (1,), int(exact.as_tuple().exponent))))


def numbers(row: Row, system: str, name: str) -> Iterator[Mutation]:
    """A mutation of each number in an entry."""
    lines = entry(system, name)
    for found in NUMBER.finditer(lines):
        number = changed(found[2])
        new = f"{lines[: found.start(2)]}{number}{lines[found.end(2) :]}"
        yield Mutation(row, system, lines, new, f"{name} {found[1]} {found[2]} -> {number}")


def buckets(row: Documented) -> Iterator[Mutation]:
    """A mutation of the bucket on whose bound a documented quantile is promised."""
    for series in row.reads:
        if series.metric.endswith("_bucket"):
            lines = entry_of_metric(row.system, series.metric.removesuffix("_bucket"))
            bound = f"{row.number.normalize():f}"
            new = re.sub(rf"(?<=[ \[]){bound}(?=[,\]])", f"{row.number + 1}", lines)
            yield Mutation(row, row.system, lines, new, f"{row.alert} bucket {bound} -> {row.number + 1}")


def entry_of_metric(system: str, name: str) -> str:
    """The lines of a metric up to its buckets."""
    text = part(system)
    start = text.index(f"      - name: {name}\n")
    return text[start : text.index("]", text.index("buckets:", start)) + 1]


def mutations() -> Iterator[Mutation]:
    """Every number of every documented alert and objective."""
    for row in DOCUMENTED:
        yield from numbers(row, row.system, row.alert)
        yield from buckets(row)
    for promise in PROMISED:
        system = next(name for name in bundle.SYSTEMS if promise.slo.startswith(f"{name}-"))
        yield from numbers(promise, system, promise.slo.removeprefix(f"{system}-"))


MUTATIONS: Final = tuple(mutations())


def checks(module: object, row: Row) -> Iterator[Callable[[Any], None]]:
    """The tests of a contract module that are about a row."""
    for name, check in vars(module).items():
        if name.startswith("test_") and any(row in mark.args[1] for mark in getattr(check, "pytestmark", ())):
            yield check


def is_noticed_by(module: object, row: Row) -> bool:
    """Whether any test of a contract module fails for a row."""
    for check in checks(module, row):
        try:
            check(row)
        except AssertionError:
            return True
    return False


@pytest.fixture
def render(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Renders the rules of a spec to where the contract looks for them."""

    def write(text: str) -> None:
        for artifact in prometheus_rules.render(load_text(text)):
            (tmp_path / artifact.path.name).write_text(artifact.text, encoding="utf-8")
        monkeypatch.setattr(bundle, "RULES", tmp_path)
        bundle.rules.cache_clear()

    yield write
    bundle.rules.cache_clear()


def test_the_sample_is_of_every_kind() -> None:
    kinds = {mutation.name.split()[1] for mutation in MUTATIONS}

    assert len(MUTATIONS) > 80
    assert kinds == {"above", "below", "over", "for", "quantile", "bucket", "objective", "at_most"}
    assert {mutation.row for mutation in MUTATIONS} >= set(PROMISED)


@pytest.mark.parametrize("system", bundle.SYSTEMS)
def test_nothing_is_noticed_while_nothing_is_changed(system: str, render: Callable[[str], None]) -> None:
    render(part(system))

    for row in DOCUMENTED:
        assert row.system != system or not is_noticed_by(test_documented_alerts, row), row.alert
    for promise in PROMISED:
        if promise.slo.startswith(f"{system}-"):
            assert not is_noticed_by(test_documented_objectives, promise), promise.slo


@pytest.mark.parametrize("mutation", MUTATIONS, ids=[mutation.name for mutation in MUTATIONS])
def test_a_changed_number_is_noticed(mutation: Mutation, render: Callable[[str], None]) -> None:
    text = part(mutation.system)
    assert text.count(mutation.old) == 1
    module = test_documented_alerts if isinstance(mutation.row, Documented) else test_documented_objectives

    try:
        render(text.replace(mutation.old, mutation.new))
    except SpecError:
        return

    assert is_noticed_by(module, mutation.row)
