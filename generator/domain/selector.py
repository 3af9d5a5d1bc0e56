"""A selector of one metric's series, tied to the catalogue entry that it reads."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from generator.domain.metric import Metric


class Matching(StrEnum):
    """How a matcher compares."""

    EQUAL = "="
    UNEQUAL = "!="
    REGEX = "=~"
    NOT_REGEX = "!~"


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on a label's value."""

    label: str
    matching: Matching
    value: str

    def __str__(self) -> str:
        return f"{self.label}{self.matching}{quoted(self.value)}"

    def accepts(self, value: str) -> bool:
        """Whether a series with that label value is selected; regular expressions match whole values."""
        match self.matching:
            case Matching.EQUAL:
                return value == self.value
            case Matching.UNEQUAL:
                return value != self.value
            case Matching.REGEX:
                return re.fullmatch(self.value, value) is not None
            case Matching.NOT_REGEX:
                return re.fullmatch(self.value, value) is None

    def among(self, values: Sequence[str]) -> Sequence[str]:
        """Those of the values that it accepts; most matchers name one of many, which is found without asking each."""
        if self.matching is Matching.EQUAL:
            return (self.value,) if self.value in values else ()
        return tuple(value for value in values if self.accepts(value))


@dataclass(frozen=True, slots=True)
class Selector:
    """Series of one metric that satisfy all matchers.

    Attributes:
        metric: the catalogue entry.
        matchers: in the order they were written; they are shown in the order of Prometheus' own printer.
        suffix: `_bucket`, `_count` or `_sum` of a histogram, else empty.
    """

    metric: Metric
    matchers: tuple[Matcher, ...] = ()
    suffix: str = ""

    @property
    def name(self) -> str:
        """The name of the series."""
        return self.metric.name + self.suffix

    def __str__(self) -> str:
        if not self.matchers:
            return self.name
        return f"{self.name}{{{','.join(sorted(str(matcher) for matcher in self.matchers))}}}"

    def within(self, suffix: str, *extra: Matcher) -> "Selector":
        """The same series of another part of the histogram, with more matchers."""
        return Selector(self.metric, self.matchers + extra, suffix)

    def accepts(self, labels: Mapping[str, str]) -> bool:
        """Whether a series of the metric with these labels is selected."""
        return all(matcher.accepts(labels.get(matcher.label, "")) for matcher in self.matchers)

    def example(self, outside: "Selector | None" = None) -> dict[str, str]:
        """Labels of a series that is selected, and that `outside`, of the same metric, does not select.

        Raises:
            LookupError: when no such series can exist.
        """
        return dict(_example(self, outside))

    def choices(self, label: str) -> Sequence[str]:
        """Values of a label that a selected series may have."""
        return _allowed(self, label)

    def misses(self, whole: "Selector") -> str:
        """Why these events are no share of `whole`, empty when they are or when other metrics may say so."""
        if not self.metric.name or self.name != whole.name:
            return ""
        try:
            example = self.example()
        except LookupError:
            return ""  # it selects nothing at all, which is told where it stands
        if not whole.accepts(example):
            return f"{whole} leaves out some of {self}"
        try:
            whole.example(outside=self)
        except LookupError:
            return f"{whole} holds nothing but {self}"
        return ""


@lru_cache(maxsize=1024)
def _example(selector: Selector, outside: Selector | None) -> Mapping[str, str]:
    """Remembered, because the tests of one objective ask a dozen times for the same series."""
    matched = dict.fromkeys(matcher.label for matcher in (*selector.matchers, *(outside.matchers if outside else ())))
    rest = {label.name: label.example for label in selector.metric.labels if label.name not in matched}
    for values in itertools.product(*(_allowed(selector, label) for label in matched)):
        labels = dict(zip(matched, values, strict=True)) | rest
        if not (outside and outside.accepts(labels)):
            return {name: labels[name] for name in sorted(labels) if labels[name]}
    raise LookupError(f"no series of {selector} is left")


def _allowed(selector: Selector, name: str) -> Sequence[str]:
    """Values of a label that the selector accepts; matchers of other labels have no say in it."""
    matchers = [matcher for matcher in selector.matchers if matcher.label == name]
    label = selector.metric.label(name)
    candidates: Sequence[str]
    if label and label.values:
        candidates = label.values
    else:
        spread = [part for matcher in matchers for part in matcher.value.split("|")]
        candidates = (*spread, f"example-{name.replace('_', '-')}", "other")
    for matcher in matchers:
        candidates = matcher.among(candidates)
    return candidates


def quoted(text: str) -> str:
    """`text` as a PromQL string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
