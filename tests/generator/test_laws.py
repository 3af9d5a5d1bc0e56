"""Laws that hold for any condition and any spec, tried on many."""

import random
import re
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from promql_parser import parse

from generator.domain.conditions import Comparison, Condition, Level, Threshold
from generator.domain.conditions.quantile import Quantile
from generator.domain.conditions.ratio import RATIO, Ratio
from generator.domain.quantity import decimal
from generator.domain.service import Service
from generator.domain.signal import Aging, Bursting, Flow, Growing, Steady
from generator.renderers import prometheus_rules, prometheus_tests
from generator.spec import SpecError, load_text
from tests.generator.domain.conditions.levels import flows
from tests.generator.specs import REAL, SMALL, condition

WINDOWS = st.integers(2, 90).map(lambda minutes: f"{minutes}m")
SIDES = st.sampled_from(["above", "below"])
POSITIVE = st.decimals("0.001", 10_000, places=3).map(lambda number: f"{number.normalize():f}")
PERCENT = st.decimals("0.1", "99.9", places=1).map(lambda number: f"{number}%")


def when(kind: str, over: str, side: str, threshold: str) -> str:
    """A condition of a kind, in flow style."""
    return f"{{{kind.replace('OVER', over)}, {side}: {threshold}}}"


CONDITIONS: dict[str, st.SearchStrategy[str]] = {
    "value": st.builds(when, st.just("value: {of: queue_length}"), WINDOWS, SIDES, POSITIVE),
    "rate": st.builds(when, st.just("rate: {of: visits_total, over: OVER}"), WINDOWS, SIDES, POSITIVE),
    "count": st.builds(
        when, st.just("count: {of: visits_total, over: OVER}"), WINDOWS, st.just("above"), st.integers(0, 9999).map(str)
    ),
    "ratio": st.builds(
        when,
        st.just("ratio: {bad: 'requests_total{code=\"5xx\"}', total: requests_total, over: OVER}"),
        WINDOWS,
        SIDES,
        PERCENT,
    ),
    "ratio of another metric": st.builds(
        when, st.just("ratio: {good: visits_total, total: requests_total, over: OVER}"), WINDOWS, SIDES, PERCENT
    ),
    "quantile": st.builds(
        lambda share, *rest: when(f"quantile: {{of: duration_seconds, quantile: {share}, over: OVER}}", *rest),
        st.decimals("0.01", "0.999", places=3),
        WINDOWS,
        st.just("above"),
        st.sampled_from(["0.5s", "1s"]),
    ),
    "age": st.builds(
        when, st.just("age: {of: last_order_timestamp}"), WINDOWS, st.just("above"), st.integers(1, 10**6).map(str)
    ),
}


def size(flow: Flow) -> Fraction:
    """How much of it there is, in whatever it counts."""
    match flow:
        case Steady(value=value):
            return value
        case Growing(per_second=speed):
            return speed
        case Bursting(events=events):
            return Fraction(events)
        case Aging(seconds=seconds):
            return seconds
    raise TypeError(flow)


def measured(found: Condition, level: Level) -> Fraction:
    """What a condition measures under its own stimulus."""
    sizes = {name: size(flow) for name, flow in flows(found, level).items()}
    match found:
        case Ratio():
            part, rest = sizes.values()
            return part / (part + rest if found.part.name == found.total.name else rest)
        case Quantile():
            at_most = f'le="{decimal(found.limit.value)}"'
            beyond = next(value for name, value in sizes.items() if at_most in name) / max(sizes.values())
            return 1 - beyond
    return next(iter(sizes.values()))


def limit(found: Condition) -> Threshold:
    """The threshold in what is measured: for a quantile, the share of observations that may lie beyond."""
    if isinstance(found, Quantile):
        return Threshold(Comparison.ABOVE, 1 - found.quantile, RATIO)
    assert found.threshold is not None
    return found.threshold


def is_beyond(found: Condition, level: Level) -> bool:
    """Whether what is measured at a level lies beyond the threshold."""
    value, threshold = measured(found, level), limit(found)
    return value > threshold.value if threshold.is_above else value < threshold.value


@pytest.mark.parametrize("kind", CONDITIONS)
@settings(max_examples=12)
@given(data=st.data())
def test_the_boundary_series_crosses_the_threshold_exactly_once(kind: str, data: st.DataObject) -> None:
    found = condition(data.draw(CONDITIONS[kind]))

    towards = (Level.WITHIN, Level.AT_THRESHOLD, Level.BREACHED)
    assert [is_beyond(found, level) for level in towards] == [False, False, True]
    assert [found.holds(level) for level in towards] == [False, False, True]


@pytest.mark.parametrize("kind", CONDITIONS)
@settings(max_examples=6)
@given(data=st.data())
def test_every_condition_is_promql_and_stays_so_when_scaled(kind: str, data: st.DataObject) -> None:
    found = condition(data.draw(CONDITIONS[kind]))

    for divisor in (1, 7, 60, 3600):
        parse(found.scaled(divisor).expression)
        parse(found.scaled(divisor).measured)


def test_reading_a_spec_twice_gives_the_same() -> None:
    text = REAL.read_text(encoding="utf-8")

    assert load_text(text) == load_text(text)


Mutation = Callable[[random.Random, list[str]], None]

HOSTILE = [
    "", "~", "null", "true", "0", "-1", "1.5", "1e99", "1e999", "1e-999", "1__0", "0x10", ".inf", "9" * 400, "100%",
    "200%", "1e-400%", "0s", "0m", "1m1h", "-5m", "2.42", "30d", "3d", "5GB", "0.05/s", "'", '"', "[", "{", "}", "[]",
    "{}", "[1]", "{a: 1}", "*a", "&a x", "!!str 1", "|", ">", "- 1", "? a", "a: b", "\t", "é", "\ufeff", "\x00", "any",
    "critical", "agent", "up", "open", "half", "shop", "QueueLong", "queue_length", "visits_total", "requests_total",
    "duration_seconds", "duration_seconds_bucket", "'requests_total{code=\"5xx\"}'", "sum(", "x{", "vector(1)",
    "'x{a=~\"(\"}'", "'requests_total{code=~\"[[:alpha:]]\"}'", "'queue_length{shop=\"north\" or shop=\"south\"}'",
    "{value: {of: up}, above: 1}", "{always: {}}", "{rate: {of: visits_total, over: 1s}, below: 0}",
]  # fmt: skip


def delete_line(chance: random.Random, lines: list[str]) -> None:
    del lines[chance.randrange(len(lines))]


def double_line(chance: random.Random, lines: list[str]) -> None:
    at = chance.randrange(len(lines))
    lines.insert(at, lines[at])


def move_line(chance: random.Random, lines: list[str]) -> None:
    lines.insert(chance.randrange(len(lines)), lines.pop(chance.randrange(len(lines))))


def indent_line(chance: random.Random, lines: list[str]) -> None:
    at = chance.randrange(len(lines))
    lines[at] = chance.choice(["  ", "    ", "\t", "- "]) + lines[at]


def replace_value(chance: random.Random, lines: list[str]) -> None:
    at = chance.randrange(len(lines))
    key, colon, _ = lines[at].partition(":")
    lines[at] = f"{key}{colon} {chance.choice(HOSTILE)}"


def replace_token(chance: random.Random, lines: list[str]) -> None:
    at = chance.randrange(len(lines))
    tokens = re.split(r"(\W+)", lines[at])
    tokens[chance.randrange(len(tokens))] = chance.choice(HOSTILE)
    lines[at] = "".join(tokens)


def delete_character(chance: random.Random, lines: list[str]) -> None:
    at = chance.randrange(len(lines))
    cut = chance.randrange(len(lines[at]) + 1)
    lines[at] = lines[at][:cut] + lines[at][cut + 1 :]


def swap_values(chance: random.Random, lines: list[str]) -> None:
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    (key, _, value), (name, _, content) = lines[one].partition(":"), lines[other].partition(":")
    lines[one], lines[other] = f"{key}:{content}", f"{name}:{value}"


MUTATIONS: tuple[Mutation, ...] = (
    delete_line,
    double_line,
    move_line,
    indent_line,
    replace_value,
    replace_token,
    delete_character,
    swap_values,
)


def mutated(text: str, seed: int) -> str:
    """The text with one to three accidents."""
    chance = random.Random(seed)  # noqa: S311 - the same accidents every time
    lines = text.splitlines()
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        chance.choice(MUTATIONS)(chance, lines)
    return "\n".join(lines) + "\n"


def accepted(text: str) -> Service | None:
    """The service, or nothing when the spec is refused as a spec should be: with places and remedies."""
    try:
        return load_text(text)
    except SpecError as error:
        said = str(error)
    wrong = [line for line in said.splitlines() if not re.match(r"slo\.yaml:\d+:\d+: .*; .", line)]
    assert said
    assert not wrong
    return None


@pytest.mark.parametrize("seed", range(0, 1000, 100))
def test_no_accident_in_a_small_spec_ends_in_anything_but_a_service_or_problems(seed: int) -> None:
    for offset in range(100):
        service = accepted(mutated(SMALL, seed + offset))
        if service:
            list(prometheus_rules.render(service))
            list(prometheus_tests.render(service))


@pytest.mark.parametrize("seed", range(10_000, 10_200, 20))
def test_no_accident_in_the_real_spec_ends_in_anything_but_a_service_or_problems(seed: int) -> None:
    text = REAL.read_text(encoding="utf-8")

    for offset in range(20):
        accepted(mutated(text, seed + offset))
