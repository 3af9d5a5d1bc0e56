"""Texts of alerts: placeholders filled, templates that Prometheus can expand, numbers that agree with the condition."""

import re
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from generator.domain.conditions import Condition
from generator.domain.duration import Duration
from generator.domain.quantity import decimal
from generator.spec.build.stated import Dimension, of_threshold, stated
from generator.spec.entry import Entry
from generator.spec.problems import did_you_mean

_PLACEHOLDER = re.compile(r"(?<!\{)\{\s*([a-z_]+)\s*\}(?!\})")
_TEMPLATE = re.compile(r"\{\{(.*?)\}\}")
_LABEL = re.compile(r"-?\s*\$labels\.([A-Za-z_]\w*)\s*-?", re.ASCII)
_FORM = r'(?:humanize|humanize1024|humanizeDuration|humanizePercentage|humanizeTimestamp|printf "%[0-9.+ -]*[eEfFgGv]")'
_VALUE = re.compile(rf"-?\s*(?:\$value(?:\s*\|\s*{_FORM})*|{_FORM}\s+\$value)\s*-?", re.ASCII)
_EXAMPLE = "write {{ $value | humanize }} or {{ $labels.NAME }}"
_IN_PLAIN_WORDS = "write it in plain words"


def plain(entry: Entry, key: str) -> str:
    """A text that goes through Prometheus' templates and is not meant to hold any."""
    text = entry.text(key)
    if "{{" in text or "}}" in text:
        entry.problem(key, "holds a template, and Prometheus knows nothing to put there", _IN_PLAIN_WORDS)
    return text


class AlertTexts:
    """The texts of one alert, read beside its numbers.

    Args:
        entry: the alert's mapping.
        condition: what it watches.
        wait: how long it waits.
    """

    def __init__(self, entry: Entry, condition: Condition, wait: Duration) -> None:
        self._entry = entry
        self._condition = condition
        self._wait = wait

    def read(self, key: str) -> str:
        """A text, its placeholders filled in; whatever Prometheus could not expand is noted."""
        text = self._entry.text(key)
        for what, remedy in template_problems(text, self._condition.labels):
            self._entry.problem(key, what, remedy)
        return _PLACEHOLDER.sub(lambda found: self._filled(key, found[1]), text)

    def summary(self) -> str:
        """The summary; a number in it that is in the unit of one of the alert's and is none of them is noted."""
        known = stated_by(self._condition, self._wait)
        for said in stated(_PLACEHOLDER.sub("", self._entry.text("summary")), self._condition):
            if said.dimension in known and said.value not in known[said.dimension]:
                what = f"says {said.text!r}, and no number of the alert is that"
                self._entry.problem("summary", what, "write {threshold}, {window} or {for}, which follow the numbers")
        return self.read("summary")

    @property
    def _words(self) -> Mapping[str, str]:
        """What each placeholder stands for; empty when the alert has no such number."""
        window = self._condition.window
        return {
            "threshold": self._threshold(),
            "window": window.in_words() if window else "",
            "for": self._wait.in_words() if self._wait else "",
        }

    def _threshold(self) -> str:
        """As the spec writes it: a share without a percent sign stays a plain number."""
        limit = self._condition.threshold
        if limit is None or self._condition.KIND == "any":
            return ""
        written = self._entry.child("when").scalar(limit.comparison)
        is_plain = limit.unit.is_share and "%" not in written
        return decimal(limit.value) if is_plain else limit.unit.in_words(limit.value)

    def _filled(self, key: str, name: str) -> str:
        words = self._words
        if name not in words:
            self._entry.problem(key, f"nothing is called {{{name}}} here", did_you_mean(name, words))
        elif not words[name]:
            self._entry.problem(key, f"{{{name}}} stands for nothing: the alert has no such number", "remove it")
        return words.get(name, "")


def template_problems(text: str, labels: Collection[str]) -> Iterator[tuple[str, str]]:
    """Facts and remedies for what Prometheus' templates would refuse, or show as nothing."""
    rest = _TEMPLATE.sub("", text)
    if "{{" in rest or "}}" in rest:
        yield "holds half a template", f"close it: {_EXAMPLE}"
    for found in _TEMPLATE.finditer(text):
        label = _LABEL.fullmatch(found[1])
        if label and label[1] not in labels:
            yield f"the condition's result has no label {label[1]!r}", did_you_mean(label[1], labels)
        elif not label and not _VALUE.fullmatch(found[1]):
            yield f"{found[0]!r} is no template that is known to work", _EXAMPLE


def stated_by(condition: Condition, wait: Duration) -> dict[Dimension, set[Fraction]]:
    """The numbers that a text about an alert may state, by what they count; what it has none of is free."""
    known: dict[Dimension, set[Fraction]] = {}
    times = {span.seconds for span in (condition.window, wait) if span}
    if condition.threshold and condition.KIND != "any":
        dimension, value = of_threshold(condition.threshold)
        known[dimension] = {value}
    if times:
        known.setdefault(Dimension.SECONDS, set()).update(times)
    if condition.shares:
        known.setdefault(Dimension.SHARE, set()).update(condition.shares)
    return known
